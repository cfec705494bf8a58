"""A first borrower who is nobody: kernels are compiled before the first caller comes.

The service compiles its kernels anew in every process (docs/decisions/0005); whoever calls first must
not wait for that.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from features.contracts import PROTECTED_TABLES, TABLES, Column, Table
from features.manifest import Manifest
from features.online import OneBorrower
from serving.borrower_book import book_of

_MORNING: Final = date(2024, 3, 1)
_PLACE: Final = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
_CELLS: Final[dict[str, Any]] = {
    "id": "1",
    "text": "1",
    "code": "x",
    "count": 1,
    "money": 1,
    "number": 0.5,
    "yesno": True,
    "day": "2024-01-31",
    "instant": "2024-01-31T04:00:00+00:00",
}
_OPEN: Final = frozenset({"ended_on", "end_kind", "ends_on", "withdrawn_on", "expires_on"})
"""Columns left empty, so that the loan stands and consents hold."""
_OF_THE_BOOK: Final = frozenset({"country", "time_zone", "currency"})
"""Columns left empty, so that the book's own hold."""


def warm_features() -> int:
    """Compute every feature of a made-up borrower with one row in every table; return how many there are.

    Examples
    --------
    >>> warm_features() > 40
    True
    """
    rows = first_borrower()
    book_of(rows, manifest=_PLACE)
    seen = OneBorrower.from_rows(rows, manifest=_PLACE, checked=False).features(as_of=_MORNING)
    seen.frame  # noqa: B018  the callers read a frame as well
    return len(seen.catalogue)


def first_borrower() -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of a made-up borrower: lawful rows in every table of the contract."""
    read = (table for name, table in TABLES.items() if name not in PROTECTED_TABLES)
    rows = {table.name: [_row(table)] for table in read if table.owner != "none"}
    # an instalment of a reschedule, one of none, and a pause
    (plan,), (instalment,) = rows["plans"], rows["instalments"]
    rows["plans"] = [{**plan, "kind": "reschedule"}, {**plan, "plan_id": "2", "kind": "pause"}]
    rows["instalments"] = [instalment, {**instalment, "number": 2, "plan_id": None}]
    (attribute,) = rows["attributes"]
    rows["attributes"] = [
        {**attribute, "name": name, other: None} for name, other in (("number", "code"), ("code", "value"))
    ]
    return rows


def _row(table: Table) -> dict[str, Any]:
    return {column.name: _cell(column) for column in table.columns if column.name not in _OPEN | _OF_THE_BOOK}


def _cell(column: Column) -> Any:
    if column.name == "known_at":
        return "2024-02-02T04:00:00+00:00"
    return sorted(column.values)[0] if column.values else _CELLS[column.kind]
