"""How a column of PostgreSQL is asked for, so that it arrives as its kind without losing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.contract import Kind, Table
from features.kinds import KIND_WORDS
from features.problem import Problem
from pipelines.sources.postgresql_session import quoted

_TEXTS = ("text", "varchar", "bpchar", "name", "citext", "char")
_WHOLES = ("int2", "int4", "int8")
_FLOATS = ("float4", "float8")
_EARLY, _LATE = -700_000, 2_900_000
"""Days since 1970-01-01 that are written with four digits; PostgreSQL's infinity lies beyond."""
_US_PER_DAY = 86_400_000_000


@dataclass(frozen=True)
class Delivered:
    """A column as the database has it.

    Parameters
    ----------
    table, name
        Where.
    type_name
        Its type in ``pg_type`` (``int8``, ``numeric``, ``timestamptz`` …).
    is_enum
        True for a type of the lender's own that lists its words.
    """

    table: str
    name: str
    type_name: str
    is_enum: bool = False


def asked(column: Delivered, contract: Table) -> tuple[str, list[Problem]]:
    """Return the expression that a column is asked for by, and what is wrong with its type.

    Examples
    --------
    >>> from features.contracts import TABLES
    >>> asked(Delivered("payments", "amount", "numeric"), TABLES["payments"])[0]
    'trim_scale(t."amount")::text'
    """
    plain = f"t.{quoted(column.name)}"
    kind = next((c.kind for c in contract.columns if c.name == column.name), None)
    if kind is None:
        return _further(column, plain), []
    as_sent, as_text = _taken(kind)
    if column.type_name in as_sent:
        return plain, []
    if column.type_name == "numeric" and kind in ("money", "count"):
        return f"trim_scale({plain})::text", []
    if column.type_name == "numeric" and kind == "number":
        return f"{plain}::float8", []
    if column.is_enum or column.type_name in as_text:
        return f"{plain}::text", []
    remedy = f"Give a view in which {column.table}.{column.name} is cast."
    found = f"a column of type {column.type_name}"
    return plain, [Problem(column.table, column.name, "wrong-type", KIND_WORDS[kind], found, remedy)]


def finite(table: Any) -> Any:
    """Return the table with PostgreSQL's infinite days and instants as texts, which the door names by row.

    Examples
    --------
    >>> days = pa.table({"due_on": pa.array([0, -2147472692], pa.int32()).cast(pa.date32())})
    >>> finite(days)["due_on"].to_pylist()
    ['1970-01-01', 'infinity or beyond the year 9999']
    """
    for at, field in enumerate(table.schema):
        day = pa.types.is_date32(field.type)
        if not day and not pa.types.is_timestamp(field.type):
            continue
        whole = table[field.name].cast(pa.int32() if day else pa.int64())
        unit = 1 if day else _US_PER_DAY
        lawful = pc.and_(pc.greater(whole, _EARLY * unit), pc.less(whole, _LATE * unit))
        if pc.all(lawful, min_count=0).as_py():
            continue
        held = pc.if_else(lawful, table[field.name], pa.scalar(None, field.type))
        texts = pc.if_else(
            pc.fill_null(pc.invert(lawful), fill_value=False),
            "infinity or beyond the year 9999",
            _written(held, day=day, zoned=not day and field.type.tz is not None),
        )
        table = table.set_column(at, field.name, texts)
    return table


def _written(values: Any, *, day: bool, zoned: bool) -> Any:
    if day:
        return values.cast(pa.string())
    plain = values.cast(pa.int64()).cast(pa.timestamp("us")).cast(pa.string())
    return pc.binary_join_element_wise(plain, "Z", "") if zoned else plain


def _taken(kind: Kind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the types taken as they are sent, and those taken as texts."""
    if kind in ("id", "code"):
        return (), (*_TEXTS, *_WHOLES, "uuid")
    if kind == "text":
        return (), (*_TEXTS, *_WHOLES, "uuid", "json", "jsonb")
    if kind == "day":
        return ("date", "timestamp"), _TEXTS
    if kind == "instant":
        return ("timestamptz",), _TEXTS
    if kind in ("money", "count"):
        return (*_WHOLES, *_FLOATS), _TEXTS
    if kind == "number":
        return (*_WHOLES, *_FLOATS), _TEXTS
    return ("bool", *_WHOLES), _TEXTS


def _further(column: Delivered, plain: str) -> str:
    """Return how a column is asked for that the contract does not name."""
    if column.type_name in (*_WHOLES, *_FLOATS, "bool"):
        return plain
    return f"{plain}::float8" if column.type_name == "numeric" else f"{plain}::text"
