"""The two files of the overdue report: the same rows, exact money, no formulas, the same bytes again."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest

from features.files import PlaceTaken
from pipelines import overdue_workbook
from pipelines.overdue import OverdueReport
from pipelines.overdue_columns import COLUMN, COLUMNS, Language, texts
from pipelines.overdue_files import MARK, ReportPlaceRefused, check_places, headers, write_overdue
from tests.builders import at, book_of, contact, flag, instalment, loan, manifest, payment, plan, statement
from tests.pipelines.overdue_builders import report_of

LANGUAGES: tuple[Language, ...] = ("zh", "en")
FORMULAS = ("=1+1", "+86", "-5", "@sum")


def report_with_everything() -> OverdueReport:
    """Return a report whose rows fill every column at least once; some ids begin as formulas do."""
    loans = [loan(loan_id=f"{sign}-L", borrower_id=f"{sign}B") for sign in FORMULAS]
    loans += [loan(loan_id="李四-1", borrower_id="B-9"), loan(loan_id="only, statements", borrower_id="B-9")]
    due = [instalment(loan_id=f"{sign}-L", due_on=f"2024-02-{10 + n}") for n, sign in enumerate(FORMULAS)]
    due += [instalment(loan_id="李四-1", due_on="2023-12-01", principal_due=123_456_789, fee_due=5)]
    return report_of(
        book_of(
            loans=loans,
            instalments=due,
            payments=[payment(loan_id="=1+1-L", amount=1)],
            statements=[statement(loan_id="only, statements", dpd=40, amount_due=None, amount_paid=None)],
            contacts=[contact(loan_id="李四-1", contacted_at=at("2024-01-20"))],
            flags=[flag(borrower_id="B-9", starts_on="2024-01-20")],
            plans=[plan(loan_id="李四-1", starts_on="2024-02-20", kind="grace")],
        ),
        "2024-03-05",
    )


def csv_rows(file: Path) -> list[list[str]]:
    """Return the lines of a CSV file as a program reads them."""
    return list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))


def sheet_rows(file: Path, place: int = 0) -> list[list[Any]]:
    """Return the cells of one sheet."""
    book = openpyxl.load_workbook(file)
    return [[cell.value for cell in row] for row in book.worksheets[place].iter_rows()]


def as_csv(value: Any, kind: str) -> str:
    """Return what a cell of the workbook is in the CSV file, currency CNY."""
    if value is None:
        return ""
    if kind == "money":
        return str(Decimal(str(value)).quantize(Decimal("0.01")))
    if isinstance(value, dt.datetime):
        return str(value.date()) if kind == "day" else value.isoformat(sep=" ", timespec="minutes")
    return MARK + value if str(value)[0] in "=+-@" else str(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_and_workbook_hold_the_same_rows(language: Language, tmp_path: Path) -> None:
    report = report_with_everything()
    outs = [tmp_path / "late.csv", tmp_path / "late.xlsx"]
    write_overdue(report, outs, language=language)
    head, *rows = csv_rows(outs[0])
    sheet_head, *cells = sheet_rows(outs[1])
    assert head == sheet_head == headers(report, language)
    assert rows == [
        [as_csv(value, column.kind) for value, column in zip(row, COLUMNS, strict=True)] for row in cells
    ]
    assert len(rows) == report.rows == report.tally.overdue == 6
    filled = {name for name, column in zip(COLUMN, zip(*rows, strict=True), strict=True) if any(column)}
    assert set(COLUMN) - filled <= {"penalty_interest"}, "a column that no row fills proves nothing"


def test_money_is_exact_and_dates_are_dates(tmp_path: Path) -> None:
    report = report_with_everything()
    write_overdue(report, [tmp_path / "late.xlsx", tmp_path / "late.csv"], language="en")
    first = openpyxl.load_workbook(tmp_path / "late.xlsx").worksheets[0][2]
    cells = dict(zip(COLUMN, first, strict=True))
    assert cells["loan_id"].value == "李四-1"
    assert (cells["arrears"].value, cells["arrears"].number_format) == (1_234_572.94, "#,##0.00")
    assert (cells["identified_on"].value, cells["identified_on"].is_date) == (dt.datetime(2024, 1, 16), True)  # noqa: DTZ001
    assert cells["identified_on"].number_format == "yyyy-mm-dd"
    assert csv_rows(tmp_path / "late.csv")[1][9] == "1234572.94"


@pytest.mark.parametrize(
    ("currency", "text", "look"), [("JPY", "10500", "#,##0"), ("KWD", "10.500", "#,##0.000")]
)
def test_money_has_the_decimals_of_its_currency(currency: str, text: str, look: str, tmp_path: Path) -> None:
    report = report_of(book_of(manifest(currency=currency)), "2024-03-05")
    write_overdue(report, [tmp_path / "late.xlsx", tmp_path / "late.csv"], language="en")
    assert csv_rows(tmp_path / "late.csv")[1][9] == text
    cell = openpyxl.load_workbook(tmp_path / "late.xlsx").worksheets[0]["J2"]
    assert (cell.number_format, Decimal(str(cell.value))) == (look, Decimal(text))


def test_an_id_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    write_overdue(report_with_everything(), [tmp_path / "a.csv", tmp_path / "a.xlsx"], language="en")
    ids = [row[0] for row in csv_rows(tmp_path / "a.csv")[1:]]
    assert {f"{MARK}{sign}-L" for sign in FORMULAS} <= set(ids)
    kinds = {
        cell.data_type for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0] for cell in row
    }
    assert "f" not in kinds, "no cell is a formula"


def test_spreadsheets_are_told_that_the_text_is_utf_8(tmp_path: Path) -> None:
    write_overdue(report_with_everything(), [tmp_path / "a.csv"], language="zh")
    assert (tmp_path / "a.csv").read_bytes().startswith("\ufeff贷款编号,".encode())


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_overdue(
            report_with_everything(),
            [tmp_path / f"{name}{kind}" for kind in (".csv", ".xlsx")],
            language="zh",
        )
    for kind in (".csv", ".xlsx"):
        assert (tmp_path / f"one{kind}").read_bytes() == (tmp_path / f"two{kind}").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["one.csv", "one.xlsx", "two.csv", "two.xlsx"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheets_of_the_workbook(language: Language, tmp_path: Path) -> None:
    report = report_with_everything()
    write_overdue(report, [tmp_path / "a.xlsx"], language=language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    keys = ("accounts", "summary", "moves", "reconciliation", "meaning")
    assert book.sheetnames == [texts()["said"][f"sheet_{key}"][language] for key in keys]
    assert [book.worksheets[0].freeze_panes, book.worksheets[4].freeze_panes] == ["C2", "A2"]
    assert book.worksheets[0].print_title_rows == "$1:$1"
    assert all(sheet.page_setup.orientation == "landscape" for sheet in book)
    assert book.properties.created == dt.datetime(2024, 3, 5)  # noqa: DTZ001
    summary = sheet_rows(tmp_path / "a.xlsx", 1)
    total = texts()["said"]["total"][language]
    sums = [row for row in summary if row[0] == total]
    assert sums[0][5] == 6, "special mention, substandard, doubtful, loss and the total"
    money = sum(amount or 0 for amount in report.columns["arrears"].tolist()) / 100
    assert sums[1][5] == pytest.approx(money, abs=0.001)
    matrix = sheet_rows(tmp_path / "a.xlsx", 2)
    (last,) = [row for row in matrix if row[0] == total]
    assert last[1:6] == [report.tally.states[state] for state in ("current", "1-30", "31-60", "61-90", "91+")]
    assert len(sheet_rows(tmp_path / "a.xlsx", 4)) == len(COLUMNS) + 1


def test_more_rows_than_a_sheet_holds_go_to_further_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overdue_workbook, "MOST_ROWS", 4)
    write_overdue(report_with_everything(), [tmp_path / "a.xlsx", tmp_path / "a.csv"], language="en")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames[:2] == ["Accounts", "Accounts 2"]
    parts = [sheet_rows(tmp_path / "a.xlsx", place)[1:] for place in (0, 1)]
    assert [len(part) for part in parts] == [4, 2]
    told = [row[0].removeprefix(MARK) for row in csv_rows(tmp_path / "a.csv")[1:]]
    assert [row[0] for part in parts for row in part] == told


def test_every_text_is_there_in_both_languages() -> None:
    assert set(texts()["columns"]) == set(COLUMN)
    for kind, entries in texts().items():
        for key, entry in (
            (f"{kind}.{name}.{code}", word)
            for name, held in entries.items()
            for code, word in (held.items() if kind == "codes" else [("", held)])
        ):
            assert entry["zh"].strip(), key
            assert entry["en"].strip(), key
            gaps = [
                sorted(part.split("}")[0].split(":")[0] for part in entry[one].split("{")[1:])
                for one in LANGUAGES
            ]
            assert gaps[0] == gaps[1], key


def test_places_that_cannot_take_a_report_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for outs, refusal, said in (
        (
            ["late.pdf"],
            ReportPlaceRefused,
            r"to end in \.csv or \.xlsx, found 'late\.pdf'\. Name it late\.csv",
        ),
        (["late.csv", "late.csv"], ReportPlaceRefused, "each --out once"),
        (["late.csv", "folder.csv"], PlaceTaken, "found a folder"),
    ):
        with pytest.raises(refusal, match=said):
            check_places([tmp_path / name for name in outs])
        with pytest.raises(refusal):
            write_overdue(report_with_everything(), [tmp_path / name for name in outs], language="en")
    assert [file.name for file in tmp_path.iterdir()] == ["folder.csv"]


def test_a_failure_in_one_file_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(overdue_workbook, "write_workbook", breaks)
    with pytest.raises(OSError, match="No space"):
        write_overdue(report_with_everything(), [tmp_path / "a.csv", tmp_path / "a.xlsx"], language="en")
    assert list(tmp_path.iterdir()) == []


def test_a_morning_without_overdue_accounts_gives_a_report_of_no_rows(tmp_path: Path) -> None:
    report = report_of(book_of(), "2024-02-01")
    write_overdue(report, [tmp_path / "a.csv", tmp_path / "a.xlsx"], language="en")
    assert len(csv_rows(tmp_path / "a.csv")) == len(sheet_rows(tmp_path / "a.xlsx")) == 1
