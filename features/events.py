"""What happened to a loan or its borrower before a morning, as far as it was known then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Amounts, Days, Marks, Positions, fixed, steady, steady_days
from features.conditions import AtLeast as AtLeast
from features.conditions import Below as Below
from features.conditions import Condition as Condition
from features.conditions import Where as Where
from features.conditions import is_text, row_bits, where_key
from features.event_kernels import NO_DAY, active_rows, distinct_codes, largest_value
from features.facts import decoded, numbers_in, picked
from features.requests import Marked, Outermost, Request, Requests, Sum, requests_of
from features.sweep_kernel import sweep

if TYPE_CHECKING:
    from features.rows import Rows


class Events:
    """The rows of one event table that each observation may see.

    A row counts in a lookback of d days when ``as_of - d ≤ day < as_of`` and
    ``seen_from ≤ known_by < seen_until``; without a lookback every earlier day counts. What was worked out once
    is kept, and comes as arrays that nobody may write to.

    Parameters
    ----------
    rows
        Rows of the table.
    owner
        Owner (loan or borrower) of each observation.
    as_of, known_by
        The morning, and the morning whose knowledge counts; never before ``as_of``.
    ends
        Column with the day on which a row ceases to hold, for ``active``; empty when rows do not end.
    foreseen
        What will be asked, answered together on the first question; it changes no answer.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        owner: ArrayLike,
        as_of: ArrayLike,
        known_by: ArrayLike,
        ends: str = "",
        foreseen: tuple[Requests, ...] = (),
    ) -> None:
        self._rows = rows
        self._ends = ends
        self._query = steady_days(owner, as_of, known_by)
        self._n = len(self._query[0])
        self._timed = (
            steady(rows.offsets, np.int64),
            *steady_days(rows.day, rows.seen_from, rows.seen_until),
        )
        self._foreseen = foreseen
        self._answers: dict[Request, NDArray[Any]] = {}
        self._kept: dict[tuple[Any, ...], NDArray[Any]] = {}

    @property
    def asked(self) -> tuple[Request, ...]:
        """Return the counts, sums and outermost rows that were asked so far."""
        return tuple(self._answers)

    @property
    def known_at_all(self) -> bool:
        """Return True when any row of the table, whoever's, was known by the last of the mornings."""
        return bool((self._rows.seen_from <= self._query[2].max(initial=NO_DAY)).any())

    def count(self, *, days: int | None = None, where: Where | None = None) -> Days:
        """Return how many rows lie in the lookback."""
        return self._answer(Sum("", days, where_key(where)))

    def total(self, column: str, *, days: int | None = None, where: Where | None = None) -> Amounts:
        """Return the sum of a money or count column in the lookback; 0 when no row lies there.

        Columns joined by a plus sign are added up together: ``total("interest_due+principal_due")``.

        Raises
        ------
        TypeError
            When the column is not of whole numbers: sums of floats would depend on the neighbours.
        """
        request = Sum(column, days, where_key(where))
        if request not in self._answers:
            values = added(self._rows, column)
            if values.dtype != np.int64:
                raise TypeError(
                    f"total of {column!r}: expected whole numbers, found {values.dtype}. Use largest or latest."
                )
        return self._answer(request)

    def days_since_last(self, *, where: Where | None = None) -> NDArray[np.float64]:
        """Return the days from the last row to as_of; NaN when none."""
        return self._days_since(Outermost(where_key(where), last=True))

    def days_since_first(self, *, where: Where | None = None) -> NDArray[np.float64]:
        """Return the days from the first row to as_of; NaN when none."""
        return self._days_since(Outermost(where_key(where), last=False))

    def latest(self, column: str, *, where: Where | None = None) -> NDArray[Any]:
        """Return the value in the last row (ties: greatest key); NaN or None when none or empty."""
        last = Outermost(where_key(where), last=True)
        return self._once(("latest", column, last), lambda: self._value(column, self._answer(last)))

    def largest(
        self, column: str, *, days: int | None = None, where: Where | None = None
    ) -> NDArray[np.float64]:
        """Return the largest filled value in the lookback; NaN when none."""
        key = where_key(where)
        return self._once(("largest", column, days, key), lambda: self._largest(column, days, Marked(key)))

    def distinct(self, column: str, *, days: int | None = None, where: Where | None = None) -> Days:
        """Return how many different filled values lie in the lookback."""
        key = where_key(where)
        return self._once(("distinct", column, days, key), lambda: self._distinct(column, days, Marked(key)))

    def active(self, *, where: Where | None = None) -> Marks:
        """Return True where a row began before as_of and has not ended by it: [start, end) holds as_of."""
        return self.active_count(where=where) > 0

    def active_count(self, *, where: Where | None = None) -> Days:
        """Return how many rows began before as_of and have not ended by it."""
        key = where_key(where)
        return self._once(("active", key), lambda: self._active(Marked(key)))

    def _largest(self, column: str, days: int | None, marked: Marked) -> NDArray[np.float64]:
        marks = self._answer(marked)
        if not self._rows.n:
            return np.full(self._n, np.nan)
        values = steady(numbers_in(self._rows, column), np.float64)
        return largest_value(*self._timed, marks, values, *self._query, self._first(days))

    def _active(self, marked: Marked) -> Days:
        marks = self._answer(marked)
        if not self._rows.n:
            return np.zeros(self._n, np.int32)
        ends = self._rows.column(self._ends) if self._ends else np.full(self._rows.n, NO_DAY, np.int32)
        return active_rows(*self._timed, marks, steady(ends, np.int32), *self._query)

    def _distinct(self, column: str, days: int | None, marked: Marked) -> Days:
        marks = self._answer(marked)
        if not self._rows.n:
            return np.zeros(self._n, np.int32)
        if is_text(self._rows, column):
            codes, names = self._rows.codes(column)
            kinds = len(names)
        else:
            values, inverse = np.unique(self._rows.column(column), return_inverse=True)
            codes = np.where(self._rows.filled(column), inverse, -1).astype(np.int32)
            kinds = len(values)
        coded = steady(codes, np.int32)
        return distinct_codes(*self._timed, marks, coded, kinds, *self._query, self._first(days))

    def _value(self, column: str, row: Positions) -> NDArray[Any]:
        if is_text(self._rows, column):
            return decoded(*self._rows.codes(column), row)
        return picked(numbers_in(self._rows, column), row, absent=np.nan)

    def _days_since(self, outermost: Outermost) -> NDArray[np.float64]:
        return self._once(("since", outermost), lambda: self._gap(self._answer(outermost)))

    def _gap(self, row: Positions) -> NDArray[np.float64]:
        if not self._rows.n:
            return np.full(self._n, np.nan)
        return np.where(row < 0, np.nan, self._query[1] - self._rows.day[row])

    def _first(self, days: int | None) -> Days:
        """Return the first day of the lookback of each observation."""
        return steady(np.full(self._n, NO_DAY, np.int32) if days is None else self._query[1] - days, np.int32)

    def _once(self, key: tuple[Any, ...], work: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        if key not in self._kept:
            self._kept[key] = fixed(work())
        return self._kept[key]

    def _answer(self, request: Request) -> NDArray[Any]:
        """Return the line of one request; what was foreseen is answered with the first question."""
        if request not in self._answers:
            for part in self._foreseen:
                self._sweep(part)
            self._foreseen = ()
            if request not in self._answers:
                self._sweep(*requests_of([request]))
        return self._answers[request]

    def _sweep(self, part: Requests) -> None:
        if not self._rows.n:
            self._answers.update(part.nothing(self._n))
            return
        bits = row_bits(self._rows, part.wheres)
        for place, where in enumerate(part.wheres):
            if (mark := Marked(where)) in part.marks:
                self._answers[mark] = fixed((bits & (1 << place)) != 0)
        if not part.swept:
            return
        values = np.empty((len(part.columns), self._rows.n), np.int64)
        for line, column in enumerate(part.columns):
            values[line] = added(self._rows, column)
        asked: tuple[Any, ...] = (*self._timed, bits, values, *self._query, *part.layout)
        counts, sums, rows = sweep(*asked)
        self._answers.update(zip(part.counts, fixed(counts), strict=True))
        self._answers.update(zip(part.sums, fixed(sums), strict=True))
        self._answers.update(zip(part.rows, fixed(rows), strict=True))


def added(rows: Rows, columns: str) -> NDArray[Any]:
    """Return a column of the rows, or the sum of those joined by a plus sign."""
    first, *others = (rows.column(name) for name in columns.split("+"))
    return sum(others, start=first)
