"""Account sheets in the store: written with the decision they belong to, in its transaction, and read by case."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from serving.account_sheet import AccountSheet, sheet_from_json, sheet_to_json
from serving.decision import Decision
from serving.store import Store
from serving.tables import State, case_sheets, items


class SheetsRefused(ValueError):
    """The account sheets do not belong to the decisions they are published with."""


def sheet_of(store: Store, case_id: str) -> AccountSheet | None:
    """Return the sheet that was published with the case; None when there is none.

    A case of a list that was published without sheets has none, nor has one that a later list retired.

    Raises
    ------
    SheetUnreadable
        When another version wrote it.

    Examples
    --------
    >>> from serving.store import open_store
    >>> sheet_of(open_store("sqlite://"), "L-1@2026-03-02") is None
    True
    """
    with store.reading() as connection:
        kept = connection.execute(
            select(case_sheets.c.sheet).where(case_sheets.c.case_id == case_id)
        ).scalar()
    return None if kept is None else sheet_from_json(json.loads(zlib.decompress(kept)))


def sheet_rows_of(sheets: Iterable[AccountSheet], decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """Return one row of ``case_sheets`` per sheet, compressed, so that no lock waits for it.

    Raises
    ------
    SheetsRefused
        When a sheet has no decision or a decision no sheet, one comes twice, or the parts of the arrears do
        not add up to what the decision says.
    """
    arrears = {decision.case_id: (decision.loan_id, decision.arrears) for decision in decisions}
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    strange: list[str] = []
    unlike: list[str] = []
    for sheet in sheets:
        loan_id, owed = arrears.get(sheet.case_id, ("", 0))
        if loan_id != sheet.loan_id or sheet.case_id in seen:
            strange.append(sheet.case_id)
        elif sheet.arrears_split not in (None, owed):
            unlike.append(sheet.case_id)
        seen.add(sheet.case_id)
        rows.append({"case_id": sheet.case_id, "sheet": _packed(sheet)})
    missing = [case_id for case_id in arrears if case_id not in seen]
    for bad, expected in (
        (strange, "sheets of the cases decided, each once"),
        (missing, "a sheet for every case decided"),
        (unlike, "parts that add up to the arrears of the decision"),
    ):
        if bad:
            raise SheetsRefused(
                f"Expected {expected}, found {len(bad)} cases that differ ({', '.join(bad[:5])}). "
                "Make the sheets from the book and the morning of the decisions; nothing was published."
            )
    return rows


def replace_sheets(connection: Connection, *, worked: Collection[State]) -> None:
    """Delete the sheets of every case that nobody took; those in ``worked`` states keep what their hand saw."""
    taken = exists().where(items.c.case_id == case_sheets.c.case_id, items.c.state.in_(worked))
    connection.execute(delete(case_sheets).where(~taken))


def write_sheets(
    connection: Connection, rows: Sequence[Mapping[str, Any]], *, as_of: str, digests: Mapping[str, str]
) -> None:
    """Write the sheets of the cases of a day whose stored decision has the digest of the one published.

    A case in a hand under another decision keeps its own sheet.
    """
    stored = connection.execute(select(items.c.case_id, items.c.digest).where(items.c.as_of == as_of))
    agreed = {case_id for case_id, digest in stored if digests.get(case_id) == digest}
    mine = [dict(row) for row in rows if row["case_id"] in agreed]
    if mine:
        connection.execute(
            delete(case_sheets).where(case_sheets.c.case_id == bindparam("case")),
            [{"case": row["case_id"]} for row in mine],
        )
        connection.execute(insert(case_sheets), mine)


def _packed(sheet: AccountSheet) -> bytes:
    return zlib.compress(json.dumps(sheet_to_json(sheet), ensure_ascii=False).encode(), level=1)
