"""The latest statements of a loan in a row, newest first: status, days past due and amounts of each."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Days, Positions, fixed, steady, steady_days
from features.facts import decoded, numbers_in, picked
from features.statement_kernels import LATE_PATH, late_path, latest_rows
from features.statement_ledger import days_past_due

if TYPE_CHECKING:
    from features.rows import Rows

DEPTH = 6
"""Statements looked at one by one."""
_LATE_PLACE = {what: place for place, what in enumerate(LATE_PATH)}
Numbers = NDArray[np.float64]


class StatementPath:
    """The statements that each observation may see, by their place before the morning: 1 is the latest.

    Places count statements that were known, whatever months lie between them.

    Parameters
    ----------
    rows
        Rows of ``statements``.
    loan
        Loan of each observation.
    as_of, known_by
        The morning, and the morning whose knowledge counts.
    """

    def __init__(self, rows: Rows, *, loan: ArrayLike, as_of: ArrayLike, known_by: ArrayLike) -> None:
        self._rows = rows
        self._kept: dict[str, Numbers] = {}
        self._query = steady_days(loan, as_of, known_by)
        self._timed = (
            steady(rows.offsets, np.int64),
            *steady_days(rows.day, rows.seen_from, rows.seen_until),
        )

    def status(self, place: int) -> NDArray[np.object_]:
        """Return the status of the statement at a place; None when there is none."""
        return decoded(*self._rows.codes("status"), self._latest[place - 1])

    def number(self, column: str, place: int) -> Numbers:
        """Return an amount of the statement at a place; NaN when there is none or it is empty."""
        told: Numbers = self.numbers(column)[place - 1]
        return told

    def numbers(self, column: str) -> Numbers:
        """Return an amount of the latest six statements, newest first: places × observations."""
        if column not in self._kept:
            self._kept[column] = fixed(picked(numbers_in(self._rows, column), self._latest, absent=np.nan))
        return self._kept[column]

    def dpd(self, place: int) -> Numbers:
        """Return the days past due of the statement at a place; NaN where it tells none."""
        told: Numbers = self._dpds[place - 1]
        return told

    def late(self, what: str) -> Days:
        """Return one of the rows that ``LATE_PATH`` names, over all statements known."""
        row: Days = self._late[_LATE_PLACE[what]]
        return row

    @cached_property
    def same_status_run(self) -> Days:
        """Return how many of the latest six statements in a row bear the status of the latest; 0 without one."""
        codes, _ = self._rows.codes("status")
        held = picked(codes, self._latest, absent=-1)
        same = np.logical_and.accumulate((held == held[0]) & (held[0] >= 0), axis=0)
        run: Days = same.sum(axis=0).astype(np.int32)
        return run

    @cached_property
    def _latest(self) -> Positions:
        return latest_rows(*self._timed, *self._query, DEPTH)

    @cached_property
    def _dpds(self) -> Numbers:
        values = np.where(self._dpd < 0, np.nan, self._dpd.astype(np.float64))
        return fixed(picked(values, self._latest, absent=np.nan))

    @cached_property
    def _late(self) -> NDArray[Any]:
        return late_path(*self._timed, self._dpd, *self._query)

    @cached_property
    def _dpd(self) -> Days:
        return days_past_due(self._rows)
