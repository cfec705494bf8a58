"""What happened to a loan or its borrower before a morning, as far as it was known then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.event_kernels import (
    NO_DAY,
    active_rows,
    distinct_codes,
    first_at_or_after,
    irregular_sum,
    largest_value,
    nearest_marked,
    outermost_row,
    split_punctual,
)
from features.facts import decoded, picked

if TYPE_CHECKING:
    from features.rows import Rows

_TEXT_KINDS = ("id", "code", "text")


@dataclass(frozen=True)
class Below:
    """Rows whose number is below the limit: ``where={"amount": Below(0)}``."""

    limit: float


@dataclass(frozen=True)
class AtLeast:
    """Rows whose number is the limit or more: ``where={"dpd": AtLeast(31)}``."""

    limit: float


Condition = tuple[str | bool, ...] | Below | AtLeast
Where = Mapping[str, Condition]


class Events:
    """The rows of one event table that each observation may see.

    A row counts in a lookback of d days when ``as_of - d ≤ day < as_of`` and
    ``seen_from ≤ known_by < seen_until``; without a lookback every earlier day counts.

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
    """

    def __init__(
        self, rows: Rows, *, owner: ArrayLike, as_of: ArrayLike, known_by: ArrayLike, ends: str = ""
    ) -> None:
        self._rows = rows
        self._ends = ends
        self._query = steady_days(owner, as_of, known_by)
        self._offsets = steady(rows.offsets, np.int64)
        self._seen = steady_days(rows.day, rows.seen_from, rows.seen_until)
        self._starts: dict[tuple[int | None, bool], Positions] = {}
        self._marks: dict[Any, Marks] = {}

    def count(self, *, days: int | None = None, where: Where | None = None) -> Days:
        """Return how many rows lie in the lookback."""
        return self._sum(self._marked(where), days).astype(np.int32)

    def total(self, column: str, *, days: int | None = None, where: Where | None = None) -> Amounts:
        """Return the sum of a money or count column in the lookback; 0 when no row lies there.

        Raises
        ------
        TypeError
            When the column is not of whole numbers: sums of floats would depend on the neighbours.
        """
        values = self._rows.column(column)
        if values.dtype != np.int64:
            raise TypeError(
                f"total of {column!r}: expected whole numbers, found {values.dtype}. Use largest or latest."
            )
        return self._sum(values if where is None else np.where(self._marked(where), values, 0), days)

    def days_since_last(self, *, where: Where | None = None) -> NDArray[np.float64]:
        """Return the days from the last row to as_of; NaN when none."""
        return self._days_since(self._outermost(where, last=True))

    def days_since_first(self, *, where: Where | None = None) -> NDArray[np.float64]:
        """Return the days from the first row to as_of; NaN when none."""
        return self._days_since(self._outermost(where, last=False))

    def latest(self, column: str, *, where: Where | None = None) -> NDArray[Any]:
        """Return the value in the last row (ties: greatest key); NaN or None when none or empty."""
        row = self._outermost(where, last=True)
        if self._is_text(column):
            return decoded(*self._rows.codes(column), row)
        return picked(self._numbers(column), row, absent=np.nan)

    def largest(
        self, column: str, *, days: int | None = None, where: Where | None = None
    ) -> NDArray[np.float64]:
        """Return the largest filled value in the lookback; NaN when none."""
        return largest_value(
            self._offsets, *self._seen, self._marked(where), steady(self._numbers(column), np.float64),
            self._start(days, punctual=False), *self._query,
        )  # fmt: skip

    def distinct(self, column: str, *, days: int | None = None, where: Where | None = None) -> Days:
        """Return how many different filled values lie in the lookback."""
        if self._is_text(column):
            codes, names = self._rows.codes(column)
            kinds = len(names)
        else:
            values, inverse = np.unique(self._rows.column(column), return_inverse=True)
            codes = np.where(self._rows.filled(column), inverse, -1).astype(np.int32)
            kinds = len(values)
        return distinct_codes(
            self._offsets, *self._seen, self._marked(where), steady(codes, np.int32), kinds,
            self._start(days, punctual=False), *self._query,
        )  # fmt: skip

    def active(self, *, where: Where | None = None) -> Marks:
        """Return True where a row began before as_of and has not ended by it: [start, end) holds as_of."""
        return self.active_count(where=where) > 0

    def active_count(self, *, where: Where | None = None) -> Days:
        """Return how many rows began before as_of and have not ended by it."""
        ends = self._rows.column(self._ends) if self._ends else np.full(len(self._seen[0]), NO_DAY, np.int32)
        return active_rows(
            self._offsets, *self._seen, self._marked(where), steady(ends, np.int32), *self._query
        )

    @cached_property
    def _split(self) -> tuple[Positions, Positions, Positions, Positions]:
        a, b, c, d = split_punctual(self._offsets, *self._seen)
        return steady(a, np.int64), steady(b, np.int64), steady(c, np.int64), steady(d, np.int64)

    def _start(self, days: int | None, *, punctual: bool) -> Positions:
        """Return where the lookback begins, among punctual rows or among all; ``days=0`` gives its end."""
        key = (days, punctual)
        if key not in self._starts:
            offsets = self._split[0] if punctual else self._offsets
            owner, as_of, _ = self._query
            if days is None:
                found = offsets[owner]
            else:
                row_day = self._seen[0][self._split[1]] if punctual else self._seen[0]
                target = as_of - np.int32(days)
                found = first_at_or_after(offsets, steady(row_day, np.int32), owner, steady(target, np.int32))
            self._starts[key] = steady(found, np.int64)
        return self._starts[key]

    def _sum(self, weight: NDArray[Any], days: int | None) -> Amounts:
        _, punctual, irregular_offsets, irregular = self._split
        running = np.zeros(len(punctual) + 1, np.int64)
        np.cumsum(weight[punctual] if len(irregular) else weight, out=running[1:])
        end, start = self._start(0, punctual=True), self._start(days, punctual=True)
        total: Amounts = running[end] - running[start]
        if len(irregular):
            owner, as_of, known_by = self._query
            first = np.full(len(as_of), NO_DAY, np.int32) if days is None else as_of - np.int32(days)
            total += irregular_sum(
                irregular_offsets, irregular, *self._seen, steady(weight, np.int64),
                owner, steady(first, np.int32), as_of, known_by,
            )  # fmt: skip
        return total

    def _outermost(self, where: Where | None, *, last: bool) -> Positions:
        marks = self._marked(where)
        punctual_offsets, punctual, irregular_offsets, irregular = self._split
        nearest = nearest_marked(steady(marks[punctual], np.bool_), last)
        return outermost_row(
            punctual_offsets, punctual, self._start(0, punctual=True), irregular_offsets, irregular,
            *self._seen, marks, steady(nearest, np.int64), *self._query, last,
        )  # fmt: skip

    def _days_since(self, row: Positions) -> NDArray[np.float64]:
        day = picked(self._seen[0].astype(np.float64), row, absent=np.nan)
        gap: NDArray[np.float64] = self._query[1] - day
        return gap

    def _is_text(self, column: str) -> bool:
        return self._rows.contract.column(column).kind in _TEXT_KINDS

    def _numbers(self, column: str) -> NDArray[np.float64]:
        return np.where(self._rows.filled(column), self._rows.column(column), np.nan)

    def _marked(self, where: Where | None) -> Marks:
        key = None if where is None else tuple(where.items())
        if key not in self._marks:
            marks = np.ones(len(self._seen[0]), np.bool_)
            for column, condition in (where or {}).items():
                marks &= self._meets(column, condition)
            self._marks[key] = steady(marks, np.bool_)
        return self._marks[key]

    def _meets(self, column: str, condition: Condition) -> Marks:
        if isinstance(condition, Below):
            return self._rows.filled(column) & (self._rows.column(column) < condition.limit)
        if isinstance(condition, AtLeast):
            return self._rows.filled(column) & (self._rows.column(column) >= condition.limit)
        if self._is_text(column):
            codes, names = self._rows.codes(column)
            wanted = np.array([*(name in condition for name in names), False], np.bool_)
            return wanted[codes]
        return self._rows.filled(column) & np.isin(
            self._rows.column(column), [int(value) for value in condition]
        )
