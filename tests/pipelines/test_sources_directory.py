"""A lender's folder becomes a book whole, or every reason why not is told."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.book import Book, BookRefused
from features.book_files import FolderInTheWay
from pipelines.sources import importing
from pipelines.sources.importing import ImportReport, import_source
from pipelines.sources.text import localised

FIXTURE = Path(__file__).parents[1] / "fixtures" / "directory_30"
SHANGHAI = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / "export"))


def imported(export: Path, **options: str) -> ImportReport:
    return import_source("directory", export, out=export.parent / "book", **{**SHANGHAI, **options})


def refused(export: Path, **options: str) -> str:
    with pytest.raises(BookRefused) as error:
        imported(export, **options)
    assert not (export.parent / "book").exists()
    return str(error.value)


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


def edited(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(export: Path) -> None:
        text = (export / file).read_text("utf-8")
        assert old in text
        (export / file).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def renamed(file: str, other: str) -> Callable[[Path], None]:
    def rename(export: Path) -> None:
        (export / file).rename(export / other)

    return rename


def written(file: str, content: bytes) -> Callable[[Path], None]:
    def write(export: Path) -> None:
        (export / file).write_bytes(content)

    return write


@pytest.mark.parametrize(
    ("harm", "texts"),
    [
        pytest.param(
            edited("payments.csv", "10500,,2024-03-10", "105.00,,2024-03-10"),
            [
                "payments.amount [not-whole]",
                "minor units",
                "found 105.00 in 1 row (payments.csv row 3; ids ZF-001-2)",
            ],
            id="money with decimals",
        ),
        pytest.param(
            edited("loans.csv", "121000", "1.210,00"),
            ["loans.principal [not-whole]", "loans.csv row 3; ids DK-002"],
            id="money with a decimal comma",
        ),
        pytest.param(
            edited("payments.csv", "DK-001,2024-02-10", "DK-999,2024-02-10"),
            ["payments.loan_id [orphan]", "(DK-999) in 1 row (payments.csv row 2; ids ZF-001-1)"],
            id="an orphan",
        ),
        pytest.param(
            edited("payments.csv", "paid_on", "paid_at"),
            ["payments.paid_on [missing-column]", "Rename 'paid_at' to 'paid_on'."],
            id="a column with another name",
        ),
        pytest.param(
            renamed("payments.csv", "payment.csv"),
            ["payment [unknown-table]", "Did you mean payments.csv?", "payments [missing-table]"],
            id="a file with another name",
        ),
        pytest.param(
            edited("offers.csv", '"三期, 每期 350.00 元"', "三期, 每期 350.00 元"),
            [
                "offers [ragged-row]",
                "expected 7 fields as in the header; found 8 fields in 1 row (offers.csv row 2)",
            ],
            id="a separator outside quotes",
        ),
        pytest.param(
            written("offers.csv", "offer_id,loan_id\nFA-1,é\n".encode("latin-1")),
            ["offers [not-utf-8]", "(0xe9) in offers.csv row 2", "Save the file as UTF-8."],
            id="text in another encoding",
        ),
        pytest.param(
            written("offers.csv", b""), ["offers [empty-file]", "found an empty file"], id="an empty file"
        ),
        pytest.param(
            written("offers.parquet", b"PAR1"),
            ["offers [twice]", "offers [not-parquet]"],
            id="a broken Parquet file beside a CSV file",
        ),
        pytest.param(
            edited("contacts.csv", "2024-05-01T15:10:00+08:00", "2024-04-30"),
            ["contacts.known_at [known-too-early]", "contacts.csv row 2; ids LX-1"],
            id="a call known before it was made",
        ),
        pytest.param(
            edited("contacts.csv", "2024-05-01T15:04:05+08:00", "1 May 2024"),
            ["contacts.contacted_at [not-an-instant]", "found 1 May 2024"],
            id="an instant in words",
        ),
    ],
)
def test_harm_to_the_export_is_told_by_file_and_row(
    export: Path, harm: Callable[[Path], None], texts: list[str]
) -> None:
    harm(export)
    message = refused(export)
    for text in texts:
        assert text in message


def test_rows_below_a_ragged_row_keep_their_numbers(export: Path) -> None:
    edited("payments.csv", "ZF-001-2,", "ZF-001-2")(export)
    edited("payments.csv", "DK-003,2024-02-22", "DK-999,2024-02-22")(export)
    row = 1 + next(
        i for i, text in enumerate((export / "payments.csv").read_text().splitlines()) if "DK-999" in text
    )
    message = refused(export)
    assert "payments [ragged-row]" in message
    assert "(payments.csv row 3)" in message
    assert f"(payments.csv row {row}; ids ZF-003-1)" in message


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


def test_what_cannot_be_read_and_what_breaks_the_contract_are_told_together(export: Path) -> None:
    written("offers.csv", b"")(export)
    edited("payments.csv", "10500", "-0.5")(export)
    renamed("promises.csv", "promise.csv")(export)
    message = refused(export, currency="yuan")
    for rule in ("empty-file", "not-whole", "unknown-table", "unknown-currency"):
        assert f"[{rule}]" in message


@pytest.mark.parametrize(
    ("option", "hint"),
    [("country", "--country"), ("time_zone", "--time-zone"), ("currency", "--currency")],
)
def test_what_the_source_does_not_state_must_be_an_option(export: Path, option: str, hint: str) -> None:
    message = refused(export, **{option: ""})
    assert "found 1 problem" in message
    assert f"Add {hint}" in message


def test_all_missing_options_are_named(export: Path) -> None:
    message = refused(export, country="", time_zone="", currency="")
    assert all(hint in message for hint in ("--country", "--time-zone", "--currency"))


def test_a_book_json_beside_the_files_states_them(export: Path, tmp_path: Path) -> None:
    (export / "book.json").write_text('{"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}')
    stated = import_source("directory", export, out=tmp_path / "one").digest
    assert stated == imported(export).digest
    (export / "book.json").write_text("{")
    with pytest.raises(BookRefused, match=r"JSON in book\.json"):
        import_source("directory", export, out=tmp_path / "two")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("nowhere", "found no such path", id="no such path"),
        pytest.param("export/loans.csv", "found another file", id="a file"),
        pytest.param("empty", "found a folder without it", id="a folder without tables"),
    ],
)
def test_a_path_without_tables_is_told(export: Path, path: str, found: str) -> None:
    (export.parent / "empty").mkdir()
    with pytest.raises(BookRefused, match=found):
        import_source("directory", export.parent / path, out=export.parent / "book", **SHANGHAI)


def test_a_source_nobody_knows_is_told(export: Path) -> None:
    with pytest.raises(BookRefused, match="directory, kruk"):
        import_source("sap", export, out=export.parent / "book")


def test_a_crash_while_writing_leaves_the_old_book(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = imported(export)

    def failing(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    edited("payments.csv", "10500", "1")(export)
    monkeypatch.setattr(importing, "write_book", failing)
    with pytest.raises(OSError, match="disk full"):
        imported(export)
    assert Book.open(before.path).digest == before.digest


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        pytest.param("2024-03-01 09:00", "Asia/Shanghai", "2024-03-01T01:00:00Z", id="minutes"),
        pytest.param("2024-03-01T09:00:01.5", "Asia/Shanghai", "2024-03-01T01:00:01.5Z", id="fractions"),
        pytest.param("2024-03-01", "Asia/Shanghai", "2024-02-29T16:00:00Z", id="a day: its first instant"),
        pytest.param(
            "2024-10-27 02:30", "Europe/Warsaw", "2024-10-27T01:30:00Z", id="an hour told twice: the later"
        ),
        pytest.param(
            "2024-03-31 02:30", "Europe/Warsaw", "2024-03-31T01:00:00Z", id="an hour that was skipped"
        ),
    ],
)
def test_an_instant_without_a_zone_is_read_in_the_books(text: str, zone: str, expected: str) -> None:
    values, count = localised(pa.array([text, "2024-01-01T00:00:00Z", None, "soon"]), time_zone=zone)
    assert count == 1
    assert values.to_pylist()[1:] == ["2024-01-01T00:00:00Z", None, "soon"]
    assert dt.datetime.fromisoformat(values[0].as_py()) == dt.datetime.fromisoformat(expected)


def test_a_column_that_is_there_twice_is_told(export: Path) -> None:
    file = export / "payments.csv"
    head, _, rest = file.read_text("utf-8-sig").partition("\n")
    file.write_text(head.replace("amount", "loan_id") + "\n" + rest, "utf-8")
    assert "'loan_id' more than once in payments.csv" in refused(export)


def test_a_parquet_column_that_is_there_twice_is_told(export: Path) -> None:
    twice = pa.table([pa.array(["P-1"]), pa.array(["P-2"])], names=["payment_id", "payment_id"])
    (export / "payments.csv").unlink()
    pq.write_table(twice, export / "payments.parquet")
    assert "'payment_id' more than once in payments.parquet" in refused(export)
