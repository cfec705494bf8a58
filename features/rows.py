"""Numpy views of one table's rows, grouped by owner: what the sweep reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.book_columns import PartColumns, single
from features.coding import NO_DAY, NO_INSTANT
from features.contracts import Kind, Table
from features.instant_parts import PARTS, part_codes
from features.kinds import ARROW_TYPES

_KIND_OF_TYPE: dict[str, Kind] = {"int64": "count", "double": "number", "bool": "yesno", "string": "code"}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one table, sorted by owner and day.

    Parameters
    ----------
    contract
        What the table's columns mean.
    offsets
        Rows of owner ``i`` are ``offsets[i]`` to ``offsets[i + 1]``; one longer than the owners.
    day, seen_from, seen_until
        Business day and the as_of days between which the row counts.
    time_zone
        Whose clock tells the part of the day of an instant; empty when the rows do not say.
    """

    contract: Table = field(repr=False)
    offsets: NDArray[np.int64]
    day: NDArray[np.int32]
    seen_from: NDArray[np.int32]
    seen_until: NDArray[np.int32]
    _table: Any = field(repr=False)
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)
    time_zone: str = ""

    @property
    def n(self) -> int:
        """Return the number of rows."""
        return len(self.day)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns the lender delivered."""
        return tuple(self._table.column_names)

    def column(self, name: str) -> NDArray[Any]:
        """Return one column as numbers; a lawful column the lender did not deliver is empty throughout.

        Money and counts are int64 (0 where empty, see :meth:`filled`), numbers float64 (NaN), days
        int32 (NO_DAY), instants int64 microseconds UTC (NO_INSTANT), yes/no int8 (−1).
        Texts are objects (None); codes are better read with :meth:`codes`.

        Raises
        ------
        KeyError
            When neither the contract nor the table has the column.
        """
        if name not in self._cache:
            kind = self._kind(name)
            self._cache[name] = _frozen(_numbers(self._values(name, kind), kind))
        values: NDArray[Any] = self._cache[name]
        return values

    def codes(self, name: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the position of each text in the sorted tuple of all texts (−1 = empty), and the tuple.

        An instant's parts are codes as well: ``contacted_at:part_of_day``, ``contacted_at:weekday``.
        """
        key = f"codes:{name}"
        if key not in self._cache:
            instant, _, part = name.partition(":")
            self._cache[key] = self._parts(instant, part) if part else _coded(self._texts(name))
        codes: tuple[NDArray[np.int32], tuple[str, ...]] = self._cache[key]
        return codes

    def filled(self, name: str) -> NDArray[np.bool_]:
        """Return True where the lender delivered a value."""
        name = name.partition(":")[0]
        key = f"filled:{name}"
        if key not in self._cache:
            kind = self._kind(name)
            if kind in ("id", "code", "text"):
                self._cache[key] = _frozen(self.codes(name)[0] >= 0)
            else:
                self._cache[key] = _frozen(np.asarray(pc.is_valid(self._values(name, kind))))
        mask: NDArray[np.bool_] = self._cache[key]
        return mask

    def _parts(self, name: str, part: str) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the code of the part of each instant, -1 where there is no instant."""
        self.contract.column(f"{name}:{part}")
        codes = part_codes(self.column(name), part=part, time_zone=self.time_zone)
        return _frozen(np.where(self.filled(name), codes, -1).astype(np.int32)), PARTS[part]

    def _kind(self, name: str) -> Kind:
        for column in self.contract.columns:
            if column.name == name:
                return column.kind
        if name in self._table.column_names:
            return _KIND_OF_TYPE.get(str(self._table[name].type), "text")
        have = ", ".join(c.name for c in self.contract.columns)
        raise KeyError(f"table {self.contract.name!r} has no column {name!r}; it has {have}")

    def _values(self, name: str, kind: Kind) -> Any:
        if name not in self._table.column_names:
            return pa.nulls(self.n, ARROW_TYPES[kind])
        key = f"values:{name}"
        if key not in self._cache:
            self._cache[key] = single(self._table[name])
        return self._cache[key]

    def _texts(self, name: str) -> Any:
        """Return a column of texts as an Arrow dictionary array."""
        if isinstance(self._table, PartColumns) and name in self._table.column_names:
            column = self._table.coded(name)
            if pa.types.is_dictionary(column.type):
                return column
        return self._values(name, self._kind(name)).cast(pa.string()).dictionary_encode()


def rows_of(table: Any, contract: Table, *, owners: int, time_zone: str = "") -> Rows:
    """Return the numpy view of a prepared table.

    Parameters
    ----------
    table
        The prepared table; None when the book lacks it.
    contract
        Its contract.
    owners
        How many loans (or borrowers) the book has.
    time_zone
        The book's zone, by whose clock an instant has a part of the day.
    """
    if table is None:
        empty = np.empty(0, np.int32)
        nothing: dict[str, Any] = {}
        offsets = _frozen(np.zeros(owners + 1, np.int64))
        return Rows(contract, offsets, _frozen(empty), empty, empty, pa.table(nothing), time_zone=time_zone)
    owner_no, day, seen_from, seen_until = (
        _frozen(np.asarray(single(table[name]))) for name in ("owner_no", "day", "seen_from", "seen_until")
    )
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner_no, minlength=owners)[:owners])))
    return Rows(contract, _frozen(offsets), day, seen_from, seen_until, table, time_zone=time_zone)


def _frozen(values: NDArray[Any]) -> NDArray[Any]:
    """Return an owned, contiguous, read-only array: one signature for every numba kernel."""
    values = np.ascontiguousarray(values)
    values.setflags(write=False)
    return values


def _numbers(values: Any, kind: Kind) -> NDArray[Any]:
    if kind in ("money", "count"):
        return _filled(values, 0)
    if kind == "number":
        return _filled(values, float("nan"))
    if kind == "day":
        return _filled(values.cast(pa.int32()), NO_DAY)
    if kind == "instant":
        return _filled(values.cast(pa.int64()), NO_INSTANT)
    if kind == "yesno":
        return _filled(values.cast(pa.int8()), -1)
    return values.to_numpy(zero_copy_only=False).astype(object)  # type: ignore[no-any-return]


def _filled(values: Any, empty: float) -> NDArray[Any]:
    """Return the values with one in place of what is empty, copied only when something is."""
    return np.asarray(values.fill_null(empty) if values.null_count else values)


def _coded(encoded: Any) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    names = encoded.dictionary.to_pylist()
    indices = np.asarray(encoded.indices.fill_null(len(names)))
    borne = np.flatnonzero(np.bincount(indices, minlength=len(names) + 1)[:-1])
    order = borne[np.argsort(np.array(names, dtype=object)[borne])]
    rank = np.full(len(names) + 1, -1, np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return _frozen(rank[indices]), tuple(names[place] for place in order)
