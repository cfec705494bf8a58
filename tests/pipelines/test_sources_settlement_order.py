"""The order in which a lender settles fee, interest and principal comes with its files and stays with the book."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from features.book import Book
from features.problem import BookRefused
from pipelines.sources.importing import import_source
from tests.builders import instalment, loan, tables_of

STATED = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


def delivered(folder: Path, **stated: object) -> Path:
    """Write a lender's files with a book.json that says so much."""
    folder.mkdir()
    for name, table in tables_of(loans=[loan()], instalments=[instalment()]).items():
        table.to_pandas().to_csv(folder / f"{name}.csv", index=False)
    (folder / "book.json").write_text(json.dumps({**STATED, **stated}), "utf-8")
    return folder


def test_an_order_in_book_json_is_kept_by_the_book_and_told_apart_by_its_digest(tmp_path: Path) -> None:
    order = ["principal", "interest", "fee"]
    usual = import_source("directory", delivered(tmp_path / "a"), out=tmp_path / "usual")
    other = import_source(
        "directory", delivered(tmp_path / "b", settlement_order=order), out=tmp_path / "other"
    )
    assert Book.open(tmp_path / "other").manifest.settlement_order == tuple(order)
    assert Book.open(tmp_path / "usual").manifest.settlement_order == ("fee", "interest", "principal")
    assert usual.digest != other.digest


def test_a_book_of_the_usual_order_does_not_state_it(tmp_path: Path) -> None:
    import_source("directory", delivered(tmp_path / "a"), out=tmp_path / "usual")
    assert "settlement_order" not in json.loads((tmp_path / "usual" / "book.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(["fee", "interest"], id="one part is missing"),
        pytest.param(["fee", "fee", "interest", "principal"], id="one is there twice"),
        pytest.param("fee", id="no list at all"),
        pytest.param(["fee", "interest", "tax"], id="one nobody knows"),
    ],
)
def test_an_order_that_does_not_name_the_three_parts_is_refused(tmp_path: Path, order: object) -> None:
    with pytest.raises(BookRefused, match="fee, interest and principal once each"):
        import_source("directory", delivered(tmp_path / "a", settlement_order=order), out=tmp_path / "out")
