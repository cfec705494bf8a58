"""Raw rows of one borrower as they came over the wire: checked cell by cell, then Arrow tables.

JSON is looser than the contract: ``true`` is a number to many parsers, ``1e308`` is finite and a
text may hold half a character. Each cell is held to the kind of its column here, by path, before
the book's own checks run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from features.contracts import PROTECTED_TABLES, TABLES, Column, Table
from serving.errors import FieldError

LARGEST: Final = 10**15
LONGEST: Final = 10_000
_WIRE_TYPES: Final = {
    "id": pa.string(),
    "code": pa.string(),
    "text": pa.string(),
    "day": pa.string(),
    "instant": pa.string(),
    "money": pa.int64(),
    "count": pa.int64(),
    "number": pa.float64(),
    "yesno": pa.bool_(),
}


class RowsRefused(ValueError):
    """Rows that came over the wire break the contract; ``errors`` names every field at fault."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        first = errors[0]
        super().__init__(
            f"{len(errors)} fields break the contract of the tables, first {first.path}: "
            f"expected {first.expected}, found {first.found or 'another value'}. "
            f"{first.remedy or 'Correct them and send again.'}"
        )
        self.errors = tuple(errors)


def tables_of(raw: Mapping[str, Any]) -> dict[str, pa.Table]:
    """Return Arrow tables of the rows, each column of its contract's kind.

    Tables without rows are left out. Days and instants stay texts: the book reads them.

    Raises
    ------
    RowsRefused
        Naming every cell that is not of its column's kind.

    Examples
    --------
    >>> tables_of({"payments": [{"payment_id": "P-1", "amount": True}]})
    Traceback (most recent call last):
    serving.borrower_rows.RowsRefused: 5 fields break ... first tables.payments[0].amount: expected an integer ...
    """
    errors: list[FieldError] = []
    tables: dict[str, pa.Table] = {}
    for name, rows in raw.items():
        contract = _contract(name, rows, errors)
        if contract is not None and rows:
            before = len(errors)
            _check_rows(contract, rows, errors)
            if len(errors) == before:
                tables[name] = _table(contract, rows)
    if errors:
        raise RowsRefused(errors)
    return tables


def _contract(name: str, rows: Any, errors: list[FieldError]) -> Table | None:
    path = f"tables.{name}"
    if name in PROTECTED_TABLES:
        errors.append(
            FieldError(path, "no protected attributes", "a protected table", "Never send it for scoring.")
        )
        return None
    if name not in TABLES:
        lawful = ", ".join(t for t in TABLES if t not in PROTECTED_TABLES)
        errors.append(FieldError(path, f"a table of {lawful}", "another name", "Rename or leave it out."))
        return None
    if not isinstance(rows, list):
        errors.append(FieldError(path, "a list of rows", type(rows).__name__, "Send [{…}, {…}]."))
        return None
    return TABLES[name]


def _check_rows(contract: Table, rows: Sequence[Any], errors: list[FieldError]) -> None:
    columns = {column.name: column for column in contract.columns}
    for number, row in enumerate(rows):
        path = f"tables.{contract.name}[{number}]"
        if not isinstance(row, dict):
            errors.append(
                FieldError(path, "a row as an object", type(row).__name__, 'Send {"column": value}.')
            )
            continue
        for name, value in row.items():
            column = columns.get(name)
            if column is None:
                known = f"a column of {', '.join(columns)}"
                errors.append(FieldError(f"{path}.{name}", known, "another name", "Rename or leave it out."))
            elif value is not None and (wanted := _KINDS[column.kind](value, column)) is not None:
                errors.append(FieldError(f"{path}.{name}", wanted, _found(value), "Correct the value."))
        errors.extend(
            FieldError(f"{path}.{name}", "a value", "none", "Fill it.")
            for name in contract.required
            if row.get(name) is None
        )


def _table(contract: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    sent = {name for row in rows for name in row}
    fields = [(c.name, _WIRE_TYPES[c.kind]) for c in contract.columns if c.name in sent]
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in fields})


def _text(value: Any, _column: Column) -> str | None:
    if isinstance(value, str) and len(value) <= LONGEST and value.isprintable() and _encodable(value):
        return None
    return f"a text of at most {LONGEST} printable characters"


def _whole(value: Any, column: Column) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return None
    unit = "an integer in minor units" if column.kind == "money" else "a whole number"
    return f"{unit} of at most {LARGEST:,}"


def _number(value: Any, _column: Column) -> str | None:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if numeric and abs(value) <= LARGEST and math.isfinite(value):
        return None
    return f"a finite number of at most {LARGEST:,}"


def _yesno(value: Any, _column: Column) -> str | None:
    return None if isinstance(value, bool) else "true or false"


_KINDS: Final[dict[str, Callable[[Any, Column], str | None]]] = {
    "id": _text,
    "code": _text,
    "text": _text,
    "day": _text,
    "instant": _text,
    "money": _whole,
    "count": _whole,
    "number": _number,
    "yesno": _yesno,
}


def _encodable(text: str) -> bool:
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _found(value: Any) -> str:
    """Return what was found in words, never the value itself."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN or infinity"
    if isinstance(value, int | float):
        return "a number out of range or with decimals" if abs(value) <= LARGEST else "a number out of range"
    if isinstance(value, str):
        return "a text" if value.isprintable() and _encodable(value) else "a text with unprintable characters"
    return "a list" if isinstance(value, list) else "an object"
