"""Raw rows of one borrower as the sweep reads them: without Arrow, without files, column by column when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.cells import READ, Cell, day_of, instant_of, is_empty, kind_of, whole_of
from features.coding import NO_DAY, NO_INSTANT
from features.compiled import fixed
from features.contracts import Kind, Table
from features.local_days import local_day_numbers
from features.prepare import OPEN_END, month_ends
from features.rows import Rows

Raw = Sequence[dict[str, Cell]]


@dataclass(frozen=True, eq=False)
class RowsInHand(Rows):
    """Rows whose columns are read from raw rows when they are first asked for.

    Parameters
    ----------
    raw
        The rows in order of (owner, day, key, revision).
    """

    raw: Raw = field(default=(), repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns that any row has."""
        if "names:" not in self._cache:
            self._cache["names:"] = tuple(dict.fromkeys(name for row in self.raw for name in row))
        names: tuple[str, ...] = self._cache["names:"]
        return names

    def column(self, name: str) -> NDArray[Any]:
        """Return one column as numbers, as :meth:`Rows.column` does."""
        if name not in self._cache:
            read, dtype = READ[self._kind(name)]
            self._cache[name] = fixed(np.array([read(row.get(name)) for row in self.raw], dtype))
        values: NDArray[Any] = self._cache[name]
        return values

    def codes(self, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the position of each text in the sorted tuple of all texts, as :meth:`Rows.codes` does."""
        key = f"codes:{name}"
        if key not in self._cache:
            instant, _, part = name.partition(":")
            self._cache[key] = self._parts(instant, part) if part else self._texts(name)
        codes: tuple[NDArray[np.int32], tuple[str, ...]] = self._cache[key]
        return codes

    def filled(self, name: str) -> NDArray[np.bool_]:
        """Return True where the lender delivered a value."""
        name = name.partition(":")[0]
        key = f"filled:{name}"
        if key not in self._cache:
            self._kind(name)
            self._cache[key] = fixed(np.array([not is_empty(row.get(name)) for row in self.raw], np.bool_))
        mask: NDArray[np.bool_] = self._cache[key]
        return mask

    def _texts(self, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        self._kind(name)
        texts = [row.get(name) or None for row in self.raw]
        names = tuple(sorted({text for text in texts if text is not None}))
        place = {text: code for code, text in enumerate(names)}
        return fixed(np.array([-1 if text is None else place[text] for text in texts], np.int32)), names

    def _kind(self, name: str) -> Kind:
        for column in self.contract.columns:
            if column.name == name:
                return column.kind
        cells = [row[name] for row in self.raw if name in row]
        return kind_of(cells) if cells else super()._kind(name)


def rows_in_hand(raw: Raw, contract: Table, *, owner_no: Sequence[int], owners: int, time_zone: str) -> Rows:
    """Return raw rows as the door prepares them: owners numbered, days local, revisions chained, rows sorted.

    Parameters
    ----------
    raw
        Lawful rows in any order.
    contract
        Contract of their table.
    owner_no
        Number of the loan or borrower of each row.
    owners
        How many there are.
    time_zone
        Zone whose midnights begin the days.
    """
    known = _local([instant_of(row["known_at"]) for row in raw], time_zone)
    day = _business_days(raw, contract, known, time_zone)
    seen_from = [one + 1 for one in known]
    keys = [_key(row, contract) for row in raw]
    revision = [whole_of(row["revision"]) for row in raw]
    until = [OPEN_END] * len(raw)
    by_key = sorted(range(len(raw)), key=lambda at: (keys[at], revision[at]))
    for earlier, later in pairwise(by_key):
        if keys[earlier] == keys[later]:
            until[earlier] = seen_from[later]
    order = sorted(range(len(raw)), key=lambda at: (owner_no[at], day[at], keys[at], revision[at]))
    offsets = np.searchsorted([owner_no[at] for at in order], np.arange(owners + 1)).astype(np.int64)
    days, begins, ends = (
        fixed(np.array([of[at] for at in order], np.int32)) for of in (day, seen_from, until)
    )
    rows = [raw[at] for at in order]
    return RowsInHand(contract, fixed(offsets), days, begins, ends, None, time_zone=time_zone, raw=rows)


def _local(instants: list[int], time_zone: str) -> list[int]:
    days: list[int] = local_day_numbers(np.array(instants, np.int64), time_zone=time_zone).tolist()
    return days


def _business_days(raw: Raw, contract: Table, known: list[int], time_zone: str) -> list[int]:
    """Return the day each row took place: its first filled day column, else the day it was known."""
    days = [NO_DAY] * len(raw)
    for name in contract.day:
        if contract.column(name).kind == "instant":
            found = [instant_of(row.get(name)) for row in raw]
            told = _local([0 if one == NO_INSTANT else one for one in found], time_zone)
            told = [NO_DAY if one == NO_INSTANT else day for one, day in zip(found, told, strict=True)]
        else:
            told = [day_of(row.get(name)) for row in raw]
        days = [one if held == NO_DAY else held for held, one in zip(days, told, strict=True)]
    if contract.name == "statements":
        days = month_ends(np.array(days, np.int32)).tolist()
    return [first if held == NO_DAY else held for held, first in zip(days, known, strict=True)]


_READERS: dict[Kind, Callable[[Cell], Any]] = {kind: read for kind, (read, _) in READ.items()}


def _key(row: dict[str, Cell], contract: Table) -> tuple[Any, ...]:
    return tuple(_READERS[contract.column(name).kind](row.get(name)) for name in contract.key)
