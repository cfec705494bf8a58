"""The tables of a lender in one schema of PostgreSQL, read whole or for a range of borrowers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from features.contracts import TABLES
from features.problem import BookRefused, Problem
from pipelines.sources.postgresql_address import Address
from pipelines.sources.postgresql_columns import Delivered, asked, finite
from pipelines.sources.postgresql_session import Session, quoted, refusal

_COLUMNS = """
select c.relname::text as "table", a.attname::text as name, t.typname::text as type_name, t.typtype = 'e' as is_enum,
       has_column_privilege(c.oid, a.attnum, 'select') as readable
from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
where n.nspname = $1 and c.relkind in ('r', 'v', 'm', 'f', 'p') and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""
_KEYS = ("borrower_id", "loan_id")


@dataclass(frozen=True)
class KeyRange:
    """Borrowers from one id to before another, in the database's own order; None where open.

    Parameters
    ----------
    first
        First id of the range; None for the first range, which also holds what belongs to no loan or borrower.
    until
        First id of the next range; None for the last.
    """

    first: str | None = None
    until: str | None = None


@dataclass(frozen=True)
class Lender:
    """What a schema offers.

    Parameters
    ----------
    schema
        Its name.
    columns
        Columns by table of the contract.
    others
        Tables that are none of the contract's.
    """

    schema: str
    columns: Mapping[str, tuple[Delivered, ...]]
    others: tuple[str, ...]

    def table_named(self, name: str) -> str:
        """Return the table as SQL takes it."""
        return f"{quoted(self.schema)}.{quoted(name)}"

    def key_type(self, name: str, column: str) -> str:
        """Return the type of a key column."""
        return next(c.type_name for c in self.columns[name] if c.name == column)


def lender_of(session: Session, address: Address) -> Lender:
    """Return the tables of the address's schema.

    Raises
    ------
    BookRefused
        When the schema has none of them, or a table or column may not be read.
    """
    found = session.rows(_COLUMNS, (address.schema,))
    held = {row["table"] for row in found}
    where = f"schema {address.schema} of {address.shown}"
    if not held & set(TABLES):
        remedy = "Name the schema with ?schema=, and the tables or views as docs/tables.md does."
        has = ", ".join(sorted(held)[:5]) or "no table that this user sees"
        raise refusal("missing-source", f"tables of a book in {where}", has, remedy)
    denied: dict[str, list[str]] = {}
    for row in found:
        if row["table"] in TABLES and not row["readable"]:
            denied.setdefault(row["table"], []).append(row["name"])
    if denied:
        remedy = "Let the owner grant select on it."
        problems = [
            Problem(
                name,
                "",
                "no-permission",
                f"leave to read {name} in {where}",
                f"none for {', '.join(c)}",
                remedy,
            )
            for name, c in denied.items()
        ]
        raise BookRefused(tuple(problems))
    columns = {
        name: tuple(
            Delivered(name, row["name"], row["type_name"], row["is_enum"])
            for row in found
            if row["table"] == name
        )
        for name in TABLES
        if name in held
    }
    return Lender(address.schema, columns, tuple(sorted(held - set(TABLES))))


def check_types(lender: Lender) -> None:
    """Refuse columns of types that cannot be read as their kind.

    Raises
    ------
    BookRefused
        With every such column.
    """
    problems = [
        p for name, columns in lender.columns.items() for c in columns for p in asked(c, TABLES[name])[1]
    ]
    if problems:
        raise BookRefused(tuple(problems))


def key_ranges(session: Session, lender: Lender, *, shards: int) -> list[KeyRange]:
    """Return ranges of equally many borrowers; fewer than ``shards`` where there are fewer borrowers."""
    if shards == 1 or not _has_keys(lender):
        return [KeyRange()]
    loans = lender.table_named("loans")
    borders = session.rows(
        "select distinct on (part) id::text as id from (select id, ntile($1::int) over (order by id) as part from "
        f"(select distinct borrower_id as id from {loans} where borrower_id is not null) as every) as cut "
        "order by part, id",
        (shards,),
    )
    firsts = [None, *(row["id"] for row in borders[1:])]
    return [KeyRange(one, other) for one, other in zip(firsts, [*firsts[1:], None], strict=True)]


def tables_within(session: Session, lender: Lender, keys: KeyRange) -> dict[str, Any]:
    """Return every table's rows of the borrowers in a range, and all rows of tables that belong to nobody."""
    return {name: finite(_plain(_read(session, lender, name, keys))) for name in lender.columns}


def _has_keys(lender: Lender) -> bool:
    held = {column.name for column in lender.columns.get("loans", ())}
    return set(_KEYS) <= held


def _read(session: Session, lender: Lender, name: str, keys: KeyRange) -> Any:
    wanted = ", ".join(f"{asked(c, TABLES[name])[0]} as {quoted(c.name)}" for c in lender.columns[name])
    statement = f"select {wanted} from {lender.table_named(name)} as t"
    condition = _condition(lender, name, keys)
    values = [key for key in (keys.first, keys.until) if key is not None]
    return session.table(f"{statement} where {condition}", values) if condition else session.table(statement)


def _condition(lender: Lender, name: str, keys: KeyRange) -> str:
    """Return which rows lie in the range; the first range also takes rows that no range would."""
    contract, held = TABLES[name], {column.name for column in lender.columns[name]}
    if keys == KeyRange() or contract.owner == "none" or contract.owner_column not in held | {None}:
        return ""
    if name == "loans" or contract.owner == "borrower":
        return _between(lender, f"t.{quoted('borrower_id')}", lender.key_type(name, "borrower_id"), keys)
    of_loan = _of_loans(lender, name, str(contract.owner_column), keys)
    if contract.owner == "loan":
        return of_loan
    if "owner_kind" not in held:
        return ""
    kind = f"t.{quoted('owner_kind')}::text"
    of_borrower = _between(lender, f"t.{quoted('owner_id')}", lender.key_type(name, "owner_id"), keys)
    strange = f"{kind} not in ('loan', 'borrower') or {kind} is null" if keys.first is None else "false"
    return f"({kind} = 'loan' and {of_loan}) or ({kind} = 'borrower' and {of_borrower}) or {strange}"


def _between(lender: Lender, column: str, type_name: str, keys: KeyRange) -> str:
    """Return the condition that an id lies in the range, in the order of the loans' own type."""
    kind = lender.key_type("loans", "borrower_id")
    one = column if type_name == kind else f"{column}::text::{quoted(kind)}"
    first = None if keys.first is None else f"{one} >= $1::text::{quoted(kind)}"
    number = 1 if keys.first is None else 2
    until = None if keys.until is None else f"{one} < ${number}::text::{quoted(kind)}"
    within = " and ".join(part for part in (first, until) if part)
    return f"({within} or {column} is null)" if keys.first is None else f"({within})"


def _of_loans(lender: Lender, name: str, column: str, keys: KeyRange) -> str:
    """Return the condition that a row's loan is one of the range's borrowers, or of nobody's in the first range."""
    same = lender.key_type(name, column) == lender.key_type("loans", "loan_id")
    cast = "" if same else "::text"
    ids = f"select l.{quoted('loan_id')}{cast} from {lender.table_named('loans')} as l where "
    inside = _between(lender, f"l.{quoted('borrower_id')}", lender.key_type("loans", "borrower_id"), keys)
    loan = f"t.{quoted(column)}{cast}"
    if keys.first is not None:
        return f"{loan} in ({ids}{inside})"
    every = f"{ids}l.{quoted('loan_id')} is not null"
    return f"({loan} in ({ids}{inside}) or {loan} is null or {loan} not in ({every}))"


def _plain(table: Any) -> Any:
    """Return the table without the driver's notes on its columns, numeric and JSON as the texts they are."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if isinstance(column.type, pa.BaseExtensionType):
            column = column.cast(column.type.storage_type)
        columns[name] = column
    return pa.table(columns)
