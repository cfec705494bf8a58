"""The latest statements of a loan in a row, newest first: status, days past due and amounts of each."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Days, Positions, steady, steady_days
from features.facts import decoded, picked
from features.statement_kernels import LATE_PATH, late_path, latest_rows
from features.statement_ledger import days_past_due

if TYPE_CHECKING:
    from features.rows import Rows

DEPTH = 6
"""Statements looked at one by one."""
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
        values = np.where(self._rows.filled(column), self._rows.column(column), np.nan)
        return picked(values, self._latest[place - 1], absent=np.nan)

    def numbers(self, column: str) -> Numbers:
        """Return an amount of the latest six statements, newest first: places × observations."""
        return np.stack([self.number(column, place) for place in range(1, DEPTH + 1)])

    def dpd(self, place: int) -> Numbers:
        """Return the days past due of the statement at a place; NaN where it tells none."""
        values = np.where(self._dpd < 0, np.nan, self._dpd.astype(np.float64))
        return picked(values, self._latest[place - 1], absent=np.nan)

    def late(self, what: str) -> Days:
        """Return one of the rows that ``LATE_PATH`` names, over all statements known."""
        row: Days = self._late[LATE_PATH.index(what)]
        return row

    @cached_property
    def same_status_run(self) -> Days:
        """Return how many of the latest six statements in a row bear the status of the latest; 0 without one."""
        codes, _ = self._rows.codes("status")
        held = np.stack([picked(codes, row, absent=-1) for row in self._latest])
        same = np.logical_and.accumulate((held == held[0]) & (held[0] >= 0), axis=0)
        run: Days = same.sum(axis=0).astype(np.int32)
        return run

    @cached_property
    def _latest(self) -> Positions:
        return latest_rows(*self._timed, *self._query, DEPTH)

    @cached_property
    def _late(self) -> NDArray[Any]:
        return late_path(*self._timed, self._dpd, *self._query)

    @cached_property
    def _dpd(self) -> Days:
        return days_past_due(self._rows)
