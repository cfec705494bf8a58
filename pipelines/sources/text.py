"""Instants without a zone, decimal commas, numbers as ids, no revision: repaired and counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.contracts import Table

_NO_ZONE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
_COMMA = r"^[+-]?\d+,\d+$"


def repaired(
    table: Any, contract: Table, *, time_zone: str, decimal_comma: bool = False
) -> tuple[Any, dict[str, int]]:
    """Return a raw table whose known slips are repaired, and what was repaired in how many rows.

    - instants without a zone are read in the book's zone (of an hour told twice, the later one)
    - a number ``0,18`` of a file with semicolons is read as 0.18; money never
    - ids delivered as whole numbers become text
    - without a column ``revision`` every row is the first revision

    Parameters
    ----------
    table
        Text or typed columns.
    contract
        The table's contract.
    time_zone
        The book's zone.
    decimal_comma
        True for files whose separator is a semicolon.
    """
    repairs: dict[str, int] = {}
    for column in contract.columns:
        if column.name not in table.column_names:
            continue
        values = one_array(table[column.name])
        before = values
        if column.kind == "instant":
            values, count = localised(values, time_zone=time_zone)
            what = f"instants without a zone read in {time_zone}"
        elif column.kind == "number" and decimal_comma:
            values, count = _with_points(values)
            what = "decimal commas read as points"
        elif column.kind in ("id", "code") and pa.types.is_integer(values.type):
            values, count = values.cast(pa.string()), len(values)
            what = "whole numbers read as text"
        else:
            continue
        if count:
            repairs[f"{contract.name}.{column.name}: {what}"] = count
        if values is not before:
            table = table.set_column(table.column_names.index(column.name), column.name, values)
    if "revision" not in table.column_names:
        table = table.append_column("revision", pa.array(np.ones(table.num_rows, np.int64)))
        repairs[f"{contract.name}.revision: no column, every row taken as revision 1"] = table.num_rows
    return table, repairs


def localised(values: Any, *, time_zone: str) -> tuple[Any, int]:
    """Return instants in UTC and how many had no zone; text that is no instant stays as it is.

    Examples
    --------
    >>> values, count = localised(pa.array(["2024-03-01 09:00"]), time_zone="Asia/Shanghai")
    >>> values.to_pylist(), count
    (['2024-03-01T01:00:00.000000Z'], 1)
    """
    if pa.types.is_timestamp(values.type) and values.type.tz is None:
        naive = pd.DatetimeIndex(np.asarray(values.cast(pa.timestamp("us"), safe=False)))
        return _in_utc(naive, time_zone), len(values) - values.null_count
    if pa.types.is_date(values.type):
        return localised(values.cast(pa.timestamp("us")), time_zone=time_zone)
    if not pa.types.is_string(values.type):
        return values, 0
    bare = pc.fill_null(pc.match_substring_regex(values, _NO_ZONE), fill_value=False)
    count = pc.sum(bare).as_py() or 0
    if not count:
        return values, 0
    coded = values.filter(bare).dictionary_encode()
    stamps = pd.to_datetime(
        pd.Series(coded.dictionary.to_pylist(), dtype=object), format="ISO8601", errors="coerce"
    )
    utc = _in_utc(pd.DatetimeIndex(stamps).as_unit("us"), time_zone)
    texts = pc.strftime(utc, format="%Y-%m-%dT%H:%M:%SZ")
    kept = pc.if_else(pc.is_valid(texts), texts, coded.dictionary)
    return pc.replace_with_mask(values, bare, kept.take(coded.indices)), count


def _in_utc(naive: pd.DatetimeIndex, time_zone: str) -> Any:
    later = np.zeros(len(naive), dtype=bool)  # an hour told twice: not summer time, the later of the two
    known = naive.tz_localize(time_zone, ambiguous=later, nonexistent="shift_forward").tz_convert(None)
    return pa.array(known.to_numpy(), pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))


def _with_points(values: Any) -> tuple[Any, int]:
    if not pa.types.is_string(values.type):
        return values, 0
    commas = pc.fill_null(pc.match_substring_regex(values, _COMMA), fill_value=False)
    count = pc.sum(commas).as_py() or 0
    return (pc.replace_substring(values, ",", ".") if count else values), count


def one_array(column: Any) -> Any:
    """Return a column as one plain array: chunks joined, dictionaries decoded, one string type.

    Examples
    --------
    >>> one_array(pa.chunked_array([["a"], ["b"]])).to_pylist()
    ['a', 'b']
    """
    joined = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(joined, pa.ChunkedArray):
        joined = pa.concat_arrays(joined.chunks) if joined.num_chunks else pa.array([], joined.type)
    if pa.types.is_large_string(joined.type):
        joined = joined.cast(pa.string())
    return joined.cast(joined.type.value_type) if pa.types.is_dictionary(joined.type) else joined


def as_text(values: Any) -> Any | None:
    """Return an array as text, or None when its type has no text (lists, records, bytes).

    Examples
    --------
    >>> as_text(pa.array([7])).to_pylist(), as_text(pa.array([[7]]))
    (['7'], None)
    """
    try:
        return pc.cast(values, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return None
