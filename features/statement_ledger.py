"""Days past due, arrears and balance of loans that are known by monthly statements alone.

On a day D the latest statement with a month's end before D speaks, as far as it was known.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.event_kernels import NO_DAY
from features.facts import picked
from features.run_kernels import stated_run
from features.statement_kernels import latest_before, marked_between, statement_path

if TYPE_CHECKING:
    from features.rows import Rows

DPD_OF_STATUS = {"current": 0, "1-30": 1, "31-60": 31, "61-90": 61, "61+": 61, "91+": 91}
"""Days past due that a status stands for where a statement gives none: the lower edge of a bucket."""
DAYS_PER_MONTH_LATE = 30
"""A status that is a whole number counts months past due; any other status is not past due."""

NO_LOAN = "no_loan"
"""Status of a month in which nothing was lent: it says nothing about days past due."""


def dpd_of_status(status: str) -> int:
    """Return the days past due that a statement's status stands for.

    Examples
    --------
    >>> dpd_of_status("31-60"), dpd_of_status("2"), dpd_of_status("C")
    (31, 60, 0)
    """
    if status in DPD_OF_STATUS:
        return DPD_OF_STATUS[status]
    return int(status) * DAYS_PER_MONTH_LATE if status.isascii() and status.isdigit() else 0


def days_past_due(rows: Rows) -> Days:
    """Return the days past due of each statement: as stated, else by its status; -1 where it tells none.

    A statement without either tells none, and so does a month in which nothing was lent.
    """
    codes, statuses = rows.codes("status")
    by_status = np.array([*(dpd_of_status(status) for status in statuses), -1], np.int32)[codes]
    stated = np.where(rows.filled("dpd"), rows.column("dpd"), by_status)
    return steady(np.where(_without_loan(rows), -1, stated), np.int32)


def _without_loan(rows: Rows) -> Marks:
    codes, statuses = rows.codes("status")
    return np.array([*(status == NO_LOAN for status in statuses), False], np.bool_)[codes]


class StatementLedger:
    """The statements of each observed loan, read as a ledger.

    Parameters
    ----------
    rows
        Rows of ``statements``.
    loan, known_by
        Loan and knowledge of each observation.
    """

    def __init__(self, rows: Rows, *, loan: Days, known_by: Days) -> None:
        self._rows = rows
        self._query = (loan, known_by)
        self._timed = (
            steady(rows.offsets, np.int64),
            *steady_days(rows.day, rows.seen_from, rows.seen_until),
        )

    def known(self, day: Days) -> Marks:
        """Return True where a statement before the day was known."""
        return self._latest(day) >= 0

    def states(self, column: str, day: Days) -> Marks:
        """Return True where the latest statement before the day states that amount: else 0 says nothing."""
        return picked(self._rows.filled(column), self._latest(day), absent=0)

    def dpd_on(self, day: Days) -> Days:
        """Return the days past due of the latest statement before each day; 0 when none."""
        return picked(self._dpd, self._latest(day), absent=0)

    def amount(self, column: str, day: Days) -> Amounts:
        """Return an amount of the latest statement before each day; 0 when none."""
        return picked(self._rows.column(column), self._latest(day), absent=0)

    def arrears(self, day: Days) -> Amounts:
        """Return amount due less amount paid of the latest statement before each day, at least 0."""
        unpaid: Amounts = self.amount("amount_due", day) - self.amount("amount_paid", day)
        return np.maximum(unpaid, 0)

    def paid_between(self, first: Days, last: Days) -> Amounts:
        """Return the amounts paid of the statements with a month's end in [first, last)."""
        amount = steady(self._rows.column("amount_paid"), np.int64)
        return statement_path(*self._timed, self._dpd, amount, *self._query, first, last)[2]

    def path(self, first: Days, last: Days) -> tuple[Days, Days]:
        """Return the highest days past due over the days first … last and the number of days past due."""
        amount = steady(self._rows.column("amount_paid"), np.int64)
        return statement_path(*self._timed, self._dpd, amount, *self._query, first, last)[:2]

    def late_since(self, day: Days) -> Days:
        """Return the first of the mornings past due without a break up to each day; NO_DAY when not past due then."""
        return stated_run(*self._timed, self._dpd, *self._query, steady(day, np.int32), NO_DAY)

    def told_between(self, first: Days, last: Days) -> Days:
        """Return how many statements with a month's end in [first, last) tell how far past due the loan is."""
        return self._marked(self._tells, first, last)

    def reaching_between(self, dpd: int, first: Days, last: Days) -> Days:
        """Return how many statements with a month's end in [first, last) tell that many days past due or more."""
        return self._marked(self._tells & (self._dpd >= dpd), first, last)

    def without_loan_between(self, first: Days, last: Days) -> Days:
        """Return how many statements with a month's end in [first, last) say that nothing was lent."""
        return self._marked(self._no_loan, first, last)

    def _marked(self, marks: Marks, first: Days, last: Days) -> Days:
        days = steady(first, np.int32), steady(last, np.int32)
        return marked_between(*self._timed, steady(marks, np.bool_), *self._query, *days)

    def _latest(self, day: Days) -> Positions:
        return latest_before(*self._timed, *self._query, steady(day, np.int32))

    @cached_property
    def _told(self) -> Days:
        return days_past_due(self._rows)

    @cached_property
    def _dpd(self) -> Days:
        return steady(np.maximum(self._told, 0), np.int32)

    @property
    def _tells(self) -> Marks:
        return self._told >= 0

    @property
    def _no_loan(self) -> Marks:
        return _without_loan(self._rows)
