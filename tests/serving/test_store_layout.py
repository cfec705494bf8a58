"""The tables of the store: laid out once, opened again as they are, refused when another version laid them out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from serving.store import StoreUnavailable, open_store


def changed(place: Path, *statements: str) -> str:
    address = f"sqlite:///{place}"
    open_store(address).close()
    with closing(sqlite3.connect(place)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()
    return address


def test_a_store_opens_again_as_it_was_laid_out(tmp_path: Path) -> None:
    open_store(changed(tmp_path / "worklist.db")).close()


@pytest.mark.parametrize(
    ("statements", "column"),
    [
        (("alter table items drop column due_at",), "items.due_at"),
        (
            (
                "alter table items rename column decision to said",
                "alter table items add column decision text",
            ),
            "items.decision",
        ),
        (("drop table case_sheets", "create table case_sheets (case_id text)"), "case_sheets.sheet"),
    ],
    ids=["a column is missing", "a decision was kept as text", "a table is another"],
)
def test_a_store_of_another_version_is_refused_by_the_column_that_differs(
    tmp_path: Path, statements: tuple[str, ...], column: str
) -> None:
    address = changed(tmp_path / "worklist.db", *statements)
    with pytest.raises(StoreUnavailable, match=f"found {column} of another"):
        open_store(address)
