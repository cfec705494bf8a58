"""What is asked of one event table: the counts, sums and outermost rows that one sweep answers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts, Marks, Positions, steady
from features.conditions import MOST, Wheres

EVER = 2**40
"""Days of a lookback that has no beginning."""
_FEW = 64
"""Queries up to which the answers of a table without rows are kept."""


class Sum(NamedTuple):
    """How many rows meet a condition in the last days, or what a column of theirs adds up to.

    Parameters
    ----------
    column
        Column of whole numbers; empty to count rows.
    days
        Length of the lookback; None for all of the past.
    where
        Which rows are meant.
    """

    column: str
    days: int | None
    where: Wheres


class Outermost(NamedTuple):
    """The last row before the morning that meets a condition, or the first."""

    where: Wheres
    last: bool


class Marked(NamedTuple):
    """Which rows of the table meet a condition, whoever's they are."""

    where: Wheres


Request = Sum | Outermost | Marked


Layout = tuple[Positions, Positions, Amounts, Positions, Amounts, Positions, Amounts, Marks]


@dataclass(frozen=True, eq=False)
class Requests:
    """Some requests laid out for the sweep.

    Parameters
    ----------
    wheres
        Conditions, a bit each.
    columns
        Columns that are added up.
    counts, sums, rows
        The requests in the order of the sweep's lines.
    marks
        Conditions whose rows something else asks for.
    """

    wheres: tuple[Wheres, ...]
    columns: tuple[str, ...]
    counts: tuple[Sum, ...]
    sums: tuple[Sum, ...]
    rows: tuple[Outermost, ...]
    marks: tuple[Marked, ...]

    @property
    def swept(self) -> bool:
        """Return True when the sweep is needed at all."""
        return bool(self.counts or self.sums or self.rows)

    @cached_property
    def layout(self) -> Layout:
        """Return the lookbacks; then begin and mask of counts, those and columns of sums, mask and side of rows."""
        lengths = sorted({_length(one) for one in (*self.counts, *self.sums)})
        bit = {where: 1 << place for place, where in enumerate(self.wheres)}
        return (
            steady(lengths, np.int64),
            _begins(self.counts, lengths),
            steady([bit[one.where] for one in self.counts], np.int64),
            _begins(self.sums, lengths),
            steady([bit[one.where] for one in self.sums], np.int64),
            steady([self.columns.index(one.column) for one in self.sums], np.int64),
            steady([bit[one.where] for one in self.rows], np.int64),
            steady([one.last for one in self.rows], np.bool_),
        )

    def nothing(self, queries: int) -> Mapping[Request, NDArray[Any]]:
        """Return the answers of a table without rows; of a few queries they are kept."""
        if queries > _FEW:
            return self._nothing(queries)
        if queries not in self._kept:
            self._kept[queries] = self._nothing(queries)
        return self._kept[queries]

    @cached_property
    def _kept(self) -> dict[int, Mapping[Request, NDArray[Any]]]:
        return {}

    def _nothing(self, queries: int) -> Mapping[Request, NDArray[Any]]:
        counts, sums, rows = (
            steady(np.full(queries, told), dtype)
            for told, dtype in ((0, np.int32), (0, np.int64), (-1, np.int64))
        )
        marks = steady(np.empty(0, np.bool_), np.bool_)
        each = ((self.counts, counts), (self.sums, sums), (self.rows, rows), (self.marks, marks))
        return {request: answer for requests, answer in each for request in requests}


class Foresight(NamedTuple):
    """What will be asked of a history.

    Parameters
    ----------
    events
        Requests by event table.
    windows
        Ranges of days, first and last as days from the morning, by what the ledger is asked of them.
    """

    events: Mapping[str, tuple[Requests, ...]]
    windows: Mapping[str, tuple[tuple[int, int], ...]]


NOTHING = Foresight({}, {})
"""Nothing is foreseen: each question is answered alone."""


def requests_of(asked: Iterable[Request]) -> tuple[Requests, ...]:
    """Return the requests laid out, in parts of at most 62 conditions; each request once.

    Examples
    --------
    >>> (part,) = requests_of([Sum("", 90, ()), Sum("", 7, ()), Outermost((), True), Sum("", 7, ())])
    >>> [one.days for one in part.counts], part.layout[0].tolist(), part.layout[1].tolist()
    ([7, 90], [7, 90], [0, 1, 2])
    """
    once = tuple(dict.fromkeys(asked))
    wheres = tuple(dict.fromkeys(one.where for one in once))
    return tuple(
        _part([one for one in once if one.where in wheres[at : at + MOST]], wheres[at : at + MOST])
        for at in range(0, len(wheres), MOST)
    )


def _part(asked: list[Request], wheres: tuple[Wheres, ...]) -> Requests:
    added = sorted((one for one in asked if isinstance(one, Sum)), key=_length)
    sums = tuple(one for one in added if one.column)
    return Requests(
        wheres,
        tuple(dict.fromkeys(one.column for one in sums)),
        tuple(one for one in added if not one.column),
        sums,
        tuple(one for one in asked if isinstance(one, Outermost)),
        tuple(one for one in asked if isinstance(one, Marked)),
    )


def _length(one: Sum) -> int:
    return EVER if one.days is None else one.days


def _begins(sums: tuple[Sum, ...], lengths: list[int]) -> NDArray[Any]:
    """Return where the requests of each lookback begin, and where the last end."""
    return steady(np.searchsorted([_length(one) for one in sums], [*lengths, 2 * EVER]), np.int64)
