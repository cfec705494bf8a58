"""Tables of a book laid into a PostgreSQL schema, by psycopg's COPY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import sql

from features.contracts import TABLES
from features.prepare import DERIVED

TYPES = {
    "id": "text", "code": "text", "text": "text", "day": "date", "instant": "timestamptz", "money": "bigint",
    "number": "double precision", "count": "integer", "yesno": "boolean",
}  # fmt: skip
"""The type a careful lender gives each kind of column."""


def lay(
    connection: psycopg.Connection[Any],
    schema: str,
    tables: Mapping[str, pa.Table],
    *,
    types: Mapping[str, str] | None = None,
) -> None:
    """Make a schema and fill it; ``types`` gives a column (``payments.amount``) another type."""
    connection.execute(sql.SQL("drop schema if exists {0} cascade").format(sql.Identifier(schema)))
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    for name, table in tables.items():
        plain = table.drop_columns([c for c in DERIVED if c in table.column_names])
        place = sql.Identifier(schema, name)
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(c), sql.SQL(_type(name, c, types or {})))
            for c in plain.column_names
        ]
        connection.execute(sql.SQL("create table {} ({})").format(place, sql.SQL(", ").join(columns)))
        with connection.cursor().copy(sql.SQL("copy {} from stdin").format(place)) as copy:
            for row in zip(*(column.to_pylist() for column in plain.columns), strict=True):
                copy.write_row(row)


def _type(table: str, column: str, types: Mapping[str, str]) -> str:
    if f"{table}.{column}" in types:
        return types[f"{table}.{column}"]
    kinds = {c.name: c.kind for c in TABLES[table].columns} if table in TABLES else {}
    return TYPES[kinds.get(column, "text")]
