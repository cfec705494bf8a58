"""The borrower's earlier loans: how those went that began before this one, and each loan's first morning."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Days, Marks, Positions, fixed, steady, steady_days
from features.event_kernels import NO_DAY
from features.facts import Facts
from features.ledger import Ledger
from features.loan_kernels import first_due, last_due, settled_on
from features.observations import Observations
from features.other_loans import pairs_of_borrower
from features.plan_kernels import FAR

if TYPE_CHECKING:
    from features.book import Book
    from features.rows import Rows

Numbers = NDArray[np.float64]


class EarlierLoans:
    """What was known of the loans that each observation's borrower took before the observed one.

    Earlier is a loan disbursed on an earlier day, whether it stands or has ended; the *previous* one is the last
    of them (of two on one day, the one whose id sorts last). Nothing is told where no earlier loan was known: 0
    loans, NaN elsewhere.

    Parameters
    ----------
    book
        The lender's tables.
    loan
        Loan of each observation.
    as_of, known_by
        The morning, and the morning whose knowledge counts.
    """

    def __init__(self, book: Book, *, loan: ArrayLike, as_of: ArrayLike, known_by: ArrayLike) -> None:
        own, mornings, known = steady_days(loan, as_of, known_by)
        self._n, self._book, self._mine = len(own), book, (own, known)
        observation, other = pairs_of_borrower(book, own)
        began = np.empty(0, np.int32)
        if len(observation):
            began = Facts(book.rows("loans"), owner=other, known_by=known[observation]).day("disbursed_on")
            earlier = (began != NO_DAY) & (began < self._began[observation])
            observation, other, began = observation[earlier], other[earlier], began[earlier]
        order = np.lexsort((other, began, observation))
        self._of = observation[order]
        self._loan = steady(other[order], np.int32)
        self._began_then = began[order]
        self._morning = steady(mornings[self._of], np.int32)
        self._known = steady(known[self._of], np.int32)

    @cached_property
    def count(self) -> Days:
        """Return how many earlier loans there are."""
        return np.bincount(self._of, minlength=self._n).astype(np.int32)

    @cached_property
    def days_between(self) -> Numbers:
        """Return the days from the disbursal of the previous loan to that of this one."""
        if not len(self._of):
            return self._nothing
        gap = self._began[self._of] - self._began_then.astype(np.float64)
        return self._of_previous(gap)

    @cached_property
    def days_since_end(self) -> Numbers:
        """Return the days from the end of the previous loan to the disbursal of this one; below 0 when they overlap."""
        if not len(self._of):
            return self._nothing
        return self._of_previous(self._began[self._of] - self._ended_on)

    @cached_property
    def principal_ratio(self) -> Numbers:
        """Return the principal of this loan over that of the previous one."""
        if not len(self._of):
            return self._nothing
        before = self._facts.money("principal")
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(before > 0, self._of_mine.money("principal")[self._of] / before, np.nan)
        return self._of_previous(share)

    @cached_property
    def lifetime_ratio(self) -> Numbers:
        """Return the days the previous loan ran until its end over the days to its last due day."""
        if not len(self._of):
            return self._nothing
        planned = self._last_due - self._began_then.astype(np.float64)
        lasted = self._ended_on - self._began_then
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(planned > 0, lasted / planned, np.nan)
        return self._of_previous(share)

    @cached_property
    def first_delay(self) -> Numbers:
        """Return the days from the first due day of the previous loan to its settlement; below 0 when early."""
        if not len(self._of):
            return self._nothing
        return self._of_previous(self._first_delays)

    @cached_property
    def first_delay_mean(self) -> Numbers:
        """Return the mean of these delays over all earlier loans on which one is known."""
        if not len(self._of):
            return self._nothing
        seen = ~np.isnan(self._first_delays)
        total = np.zeros(self._n, np.int64)
        np.add.at(total, self._of[seen], self._first_delays[seen].astype(np.int64))
        number = np.bincount(self._of[seen], minlength=self._n)
        mean: Numbers = np.full(self._n, np.nan)
        np.divide(total, number, out=mean, where=number > 0)
        return mean

    @cached_property
    def first_late_share(self) -> Numbers:
        """Return the share of earlier loans whose first instalment was not settled on its due day."""
        if not len(self._of):
            return self._nothing
        seen = ~np.isnan(self._first_delays)
        late = np.bincount(self._of[seen & (self._first_delays > 0)], minlength=self._n)
        number = np.bincount(self._of[seen], minlength=self._n)
        share: Numbers = np.full(self._n, np.nan)
        np.divide(late, number, out=share, where=number > 0)
        return share

    @cached_property
    def worst_dpd(self) -> Numbers:
        """Return the highest days past due that any earlier loan ever reached by the morning."""
        if not len(self._of):
            return self._nothing
        ends = np.where(self._ended == NO_DAY, self._morning, np.minimum(self._ended, self._morning))
        worst = self._ledger.worst_dpd(first=self._began_then, last=np.maximum(ends, self._began_then))
        found = np.full(self._n, -1, np.int64)
        np.maximum.at(found, self._of, worst)
        return np.where(found < 0, np.nan, found)

    @cached_property
    def _nothing(self) -> Numbers:
        return fixed(np.full(self._n, np.nan))

    @cached_property
    def _of_mine(self) -> Facts:
        own, known = self._mine
        return Facts(self._book.rows("loans"), owner=own, known_by=known)

    @property
    def _began(self) -> Days:
        return self._of_mine.day("disbursed_on")

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._book.rows("loans"), owner=self._loan, known_by=self._known)

    @cached_property
    def _first_delays(self) -> Numbers:
        """Return, per earlier loan, days from its first due day to settlement, or to now; NaN when not due yet."""
        due_on, need = self._first_due
        payments = self._book.rows("payments")
        paid = steady(payments.column("amount"), np.int64)
        settled = settled_on(*_timed(payments), paid, need, self._loan, self._morning, self._known)
        until = np.where(settled == NO_DAY, self._morning, settled)
        told = (due_on != NO_DAY) & ((settled != NO_DAY) | (due_on < self._morning))
        return np.where(told, until - due_on.astype(np.float64), np.nan)

    @cached_property
    def _first_due(self) -> tuple[Days, NDArray[np.int64]]:
        return first_due_of(self._book, loan=self._loan, known_by=self._known)

    @cached_property
    def _last_due(self) -> Numbers:
        on = last_due(*_first_schedule(self._book.rows("instalments")), self._loan, self._known)
        return np.where(on == NO_DAY, np.nan, on.astype(np.float64))

    @cached_property
    def _ended(self) -> Days:
        return self._facts.day("ended_on")

    @property
    def _ended_on(self) -> Numbers:
        gone = (self._ended != NO_DAY) & (self._ended < self._morning)
        return np.where(gone, self._ended.astype(np.float64), np.nan)

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(self._book, loan=self._loan, as_of=self._morning, known_by=self._known)

    def _of_previous(self, values: NDArray[Any]) -> Numbers:
        """Return the value of each observation's last earlier loan; NaN where there is none."""
        found: Numbers = np.full(self._n, np.nan)
        last = np.flatnonzero(np.append(self._of[1:] != self._of[:-1], True)) if len(self._of) else self._of
        found[self._of[last]] = values[last]
        return found


def first_due_of(book: Book, *, loan: ArrayLike, known_by: ArrayLike) -> tuple[Days, NDArray[np.int64]]:
    """Return the day on which each loan first falls due, as far as it was known, and the amount; NO_DAY when none."""
    rows = book.rows("instalments")
    due = sum(rows.column(name) for name in ("principal_due", "interest_due", "fee_due"))
    return first_due(
        *_first_schedule(rows), steady(due, np.int64), steady(loan, np.int32), steady(known_by, np.int32)
    )


def first_mornings(book: Book) -> tuple[Observations, Days]:
    """Return each loan on its first morning, and the day it was disbursed as known then.

    The first morning is the first that knows of the disbursal: the day after it, or later where the loan was entered
    late. A loan that was known to have ended by then has none.
    """
    rows = book.rows("loans")
    loans = np.arange(len(book.loan_ids), dtype=np.int32)
    morning = np.minimum.reduceat(rows.seen_from, rows.offsets[:-1]) if len(loans) else loans
    facts = Facts(rows, owner=loans, known_by=morning)
    disbursed_on, ended_on = facts.day("disbursed_on"), facts.day("ended_on")
    stands: Marks = (ended_on == NO_DAY) | (ended_on >= morning)
    return Observations(loans[stands], morning[stands]), disbursed_on[stands]


def _first_schedule(rows: Rows) -> tuple[Positions, Days, Days, Days]:
    """Return the instalments as kernels take them, those that a plan brought never known: they were not agreed at first."""
    offsets, day, seen_from, seen_until = _timed(rows)
    if "plan_id" in rows.names:
        seen_from = steady(np.where(rows.filled("plan_id"), FAR, seen_from), np.int32)
    return offsets, day, seen_from, seen_until


def _timed(rows: Rows) -> tuple[Positions, Days, Days, Days]:
    return (steady(rows.offsets, np.int64), *steady_days(rows.day, rows.seen_from, rows.seen_until))
