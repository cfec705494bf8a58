"""Checked tables given their derived columns and their order: owner_no, day, seen_from, seen_until."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.coding import NO_DAY, Coded, day_numbers, local_days
from features.contracts import Table

OPEN_END = 2**31 - 1
"""``seen_until`` of a row that no newer revision replaces."""

DERIVED = ("owner_no", "day", "seen_from", "seen_until")
"""Columns that the door adds to every table."""


def prepared(table: Any, contract: Table, coded: Coded, *, time_zone: str) -> Any:
    """Return the table with its derived columns, sorted by (owner_no, day, key, revision).

    The same rows in any order give the same table.

    Parameters
    ----------
    table
        A canonical table without problems.
    contract
        Its contract.
    coded
        Owner numbers, known days and chains of its rows.
    time_zone
        Zone whose midnights begin the days.
    """
    day = business_days(table, contract, coded, time_zone=time_zone)
    seen_from = coded.known_day + np.int32(1)
    seen_until = replaced_from(coded, seen_from)
    table = _widened(table, contract, coded, (day, seen_from, seen_until))
    order = _order(table, contract, coded, day)
    if not np.array_equal(order, np.arange(len(order))):
        table = table.take(pa.array(order))
    return table.combine_chunks()


def business_days(table: Any, contract: Table, coded: Coded, *, time_zone: str) -> NDArray[np.int32]:
    """Return the day each row took place: its first filled day column, else the day it was known.

    A statement takes place on the last day of its month.
    """
    day = np.full(table.num_rows, NO_DAY, np.int32)
    for name in contract.day:
        if name in table.column_names:
            day = np.where(day == NO_DAY, days_in(table, contract, name, time_zone=time_zone), day)
    if contract.name == "statements":
        day = month_ends(day)
    return np.where(day == NO_DAY, coded.known_day, day).astype(np.int32)


def days_in(table: Any, contract: Table, name: str, *, time_zone: str) -> NDArray[np.int32]:
    """Return the local days in a column of days or instants, NO_DAY where there is none."""
    if contract.column(name).kind == "instant":
        return local_days(table[name], time_zone=time_zone)
    return day_numbers(table[name])


def month_ends(days: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the last day of the month of each day.

    Examples
    --------
    >>> month_ends(np.array([0, 31, 45], np.int32)).tolist()  # January and February 1970
    [30, 58, 58]
    """
    months = days.astype("M8[D]").astype("M8[M]")
    ends = (months + np.timedelta64(1, "M")).astype("M8[D]").astype(np.int64) - 1
    return np.where(days == NO_DAY, NO_DAY, ends).astype(np.int32)


def replaced_from(coded: Coded, seen_from: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the first as_of that sees a newer revision instead, OPEN_END when there is none."""
    until = np.full(len(seen_from), OPEN_END, np.int32)
    chain = coded.chain
    later = np.flatnonzero(chain.follows)
    until[chain.rows[later - 1]] = seen_from[chain.rows[later]]
    return until


def _widened(table: Any, contract: Table, coded: Coded, derived: tuple[NDArray[np.int32], ...]) -> Any:
    """Return the columns in the order of the contract, then further ones by name, then the derived."""
    names = [c.name for c in contract.columns if c.name in table.column_names]
    names += sorted(set(table.column_names) - set(names))
    columns = {name: table[name] for name in names}
    columns |= {
        name: pa.array(np.ascontiguousarray(values, dtype=np.int32))
        for name, values in zip(DERIVED, (coded.owner_no, *derived), strict=True)
    }
    return pa.table(columns)


def _order(table: Any, contract: Table, coded: Coded, day: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rows' order by (owner, day, key, revision); borrowers stand before loans."""
    place = coded.owner_no.astype(np.int64)
    if contract.owner == "either":
        place += np.where(coded.is_loan, 2**30, 0)
    packed = (place << 32) + (day.astype(np.int64) + 2**31)
    if np.all(packed[1:] > packed[:-1]):
        return np.arange(len(packed), dtype=np.int64)
    order = np.argsort(packed)
    equal = packed[order][1:] == packed[order][:-1]
    tied = np.zeros(len(order), dtype=bool)
    tied[1:] |= equal
    tied[:-1] |= equal
    spots = np.flatnonzero(tied)
    if len(spots):
        order[spots] = _by_key(table, contract, order[spots], packed)
    return order.astype(np.int64)


def _by_key(
    table: Any, contract: Table, rows: NDArray[np.int64], packed: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return rows that share owner and day in order of (owner, day, key, revision)."""
    part = table.select([*contract.key, "revision"]).take(pa.array(rows))
    ranks = [_ranks(part[name]) for name in contract.key if name != contract.owner_column]
    revision = np.asarray(part["revision"].combine_chunks())
    order = np.lexsort((revision, *reversed(ranks), packed[rows]))
    ordered: NDArray[np.int64] = rows[order]
    return ordered


def _ranks(column: Any) -> NDArray[np.int64]:
    """Return numbers that sort like the values."""
    values = column.combine_chunks()
    if not pa.types.is_string(values.type):
        return np.asarray(values.cast(pa.int32()) if pa.types.is_date32(values.type) else values).astype(
            np.int64
        )
    codes = values.dictionary_encode()
    rank = np.empty(len(codes.dictionary), np.int64)
    rank[np.asarray(pc.sort_indices(codes.dictionary))] = np.arange(len(rank))
    ranks: NDArray[np.int64] = rank[np.asarray(codes.indices)]
    return ranks
