"""A lender's folder becomes a book whole, whatever the make of its files."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.book import Book
from features.book_files import FolderInTheWay
from pipelines.sources import importing
from pipelines.sources.importing import import_source
from tests.pipelines.directory_builders import SHANGHAI, copied, edited, imported


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_the_fixture_becomes_a_book_with_every_repair_counted(export: Path) -> None:
    report = imported(export)
    assert report.rows == {
        "contacts": 5, "instalments": 30, "loans": 10, "offers": 1, "payments": 23, "promises": 2,
    }  # fmt: skip
    assert report.repairs == {
        "loans.annual_rate: decimal commas read as points": 6,
        "loans.known_at: instants without a zone read in Asia/Shanghai": 10,
        "loans.revision: no column, every row taken as revision 1": 10,
        "instalments.revision: no column, every row taken as revision 1": 30,
        "payments.revision: no column, every row taken as revision 1": 23,
        "contacts.revision: no column, every row taken as revision 1": 5,
        "offers.revision: no column, every row taken as revision 1": 1,
    }
    assert report.losses == {}
    book = Book.open(report.path)
    assert book.digest == report.digest
    assert "loans.annual_rate: decimal commas read as points (6)" in book.manifest.notes
    assert book.table("loans")["annual_rate"].to_pylist()[:2] == [None, 0.18]
    assert book.table("loans")["known_at"][0].as_py() == dt.datetime(2024, 1, 10, 2, 30, tzinfo=dt.UTC)
    assert book.table("offers")["terms"].to_pylist() == ["三期, 每期 350.00 元"]
    assert report.to_json()["rows"] == report.rows


def test_a_written_book_is_itself_a_source(export: Path, tmp_path: Path) -> None:
    first = imported(export)
    second = import_source("directory", first.path, out=tmp_path / "again")
    assert second.digest == first.digest
    assert second.repairs == {}
    assert Book.open(second.path).manifest.time_zone == "Asia/Shanghai"
    assert Book.open(second.path).manifest.notes == Book.open(first.path).manifest.notes


def test_parquet_files_and_folders_of_parts_are_read_alike(export: Path) -> None:
    digest = imported(export).digest
    shutil.rmtree(export.parent / "book")
    rows = (export / "payments.csv").read_text("utf-8-sig").splitlines()
    (export / "payments").mkdir()
    (export / "payments" / "b.csv").write_text("\n".join(rows[:9]))
    (export / "payments" / "a.csv").write_text("\n".join([rows[0], *rows[9:]]))
    (export / "payments.csv").unlink()
    assert imported(export).digest == digest


def test_typed_parquet_is_repaired_like_text(export: Path) -> None:
    frame = {
        "loan_id": pa.array([1, 2]),
        "borrower_id": pa.array([7, 8], pa.int32()),
        "disbursed_on": pa.array([dt.datetime(2024, 1, 10)] * 2, pa.timestamp("ns")),  # noqa: DTZ001 a naive source
        "principal": pa.array([1000, 2000], pa.uint32()),
        "known_at": pa.array([dt.datetime(2024, 1, 10, 23, 59)] * 2, pa.timestamp("ns")),  # noqa: DTZ001 the same
    }
    other = export.parent / "other"
    other.mkdir()
    pq.write_table(pa.table(frame), other / "loans.parquet")
    (other / "statements.csv").write_text("loan_id,month,dpd,known_at\n1,2024-02-01,3,2024-03-01\n")
    report = import_source("directory", other, out=export.parent / "book", **SHANGHAI)
    assert report.repairs["loans.loan_id: whole numbers read as text"] == 2
    assert report.repairs["loans.known_at: instants without a zone read in Asia/Shanghai"] == 2
    assert report.repairs["statements.known_at: instants without a zone read in Asia/Shanghai"] == 1
    book = Book.open(report.path)
    assert book.loan_ids.tolist() == ["1", "2"]
    assert book.table("loans")["known_at"][0].as_py() == dt.datetime(2024, 1, 10, 15, 59, tzinfo=dt.UTC)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_separator_quote_and_line_ending_gives_the_same_book(
    export: Path, separator: str, ending: str
) -> None:
    digest = imported(export).digest
    rows = [line.split(",") for line in (export / "payments.csv").read_text("utf-8-sig").splitlines()]
    text = ending.join(separator.join(f'"{field}"' if field else "" for field in row) for row in rows)
    (export / "payments.csv").write_bytes(("\ufeff" + text + ending * 2).encode())
    assert imported(export).digest == digest


def test_a_folder_of_other_files_is_never_replaced(export: Path) -> None:
    with pytest.raises(FolderInTheWay, match="--out"):
        import_source("directory", export, out=export, **SHANGHAI)
    assert (export / "loans.csv").is_file()


def test_a_crash_while_writing_leaves_the_old_book(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = imported(export)

    def failing(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    edited("payments.csv", "10500", "1")(export)
    monkeypatch.setattr(importing, "write_book", failing)
    with pytest.raises(OSError, match="disk full"):
        imported(export)
    assert Book.open(before.path).digest == before.digest
