"""KRUK accounts: every flaw of the source is repaired or left out by cause, and counted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from features.book import Book, BookRefused
from features.check import check_book
from pipelines.sources.importing import import_source
from tests.pipelines.source_rows import FIXTURES, parquet_of, read_rows, renamed, rows_of
from tests.real_data import data_folder

FIXTURE = FIXTURES / "kruk_30"
FILE = FIXTURE / "accounts_2017.csv"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    out = tmp_path_factory.mktemp("kruk") / "book"
    import_source("kruk", FIXTURE, out=out)
    return Book.open(out)


def attributes(book: Book, loan: int) -> dict[str, float]:
    return {row["name"]: row["value"] for row in rows_of(book, "attributes", owner_id=str(loan))}


def test_every_repair_and_loss_is_counted(tmp_path: Path) -> None:
    report = import_source("kruk", FILE, out=tmp_path / "book")
    assert report.rows["loans"] == 27
    assert report.repairs == {
        "repeated rows of one account dropped": 1,
        "no contract date: taken as the due day": 1,
        "due before the contract date: contract taken as the due day": 1,
        "amounts with more than two decimals rounded to grosz": 2,
        "empty months taken as months without payment": 1,
        "reversals kept as negative payments": 1,
        "months of less than half a grosz taken as months without payment": 1,
        "Other unknown: taken as the rest of the amount owed": 1,
        "parts below zero set off against the others": 1,
        "parts that do not add up: Other taken as the rest of the amount owed": 1,
        "LoanAmount unknown: principal taken as the principal owed": 1,
        "Age -1 read as unknown": 1,
        "M_LastPaymentToImportDate 88 to 90 read as no payment in 36 months": 3,
    }
    assert report.losses == {"no whole number of days past due": 1, "nothing owed": 1}
    assert any("every account is taken as bought on 2020-01-01" in note for note in report.notes)
    assert "repeated rows of one account dropped (1)" in Book.open(report.path).manifest.notes
    assert check_book(report.path) == []


def test_the_book_is_polish_unless_stated_otherwise(book: Book) -> None:
    manifest = book.manifest
    assert (manifest.country, manifest.time_zone, manifest.currency) == ("PL", "Europe/Warsaw", "PLN")
    assert manifest.source == "kruk"


def test_every_account_is_a_loan_and_a_borrower_of_its_own(book: Book) -> None:
    assert book.loan_ids.tolist() == book.borrower_ids.tolist()
    [loan] = rows_of(book, "loans", loan_id="5000001")
    assert loan["product"] == "credit_card"
    assert loan["portfolio"] == "101"
    assert loan["principal"] == 364_355
    assert loan["disbursed_on"] == dt.date(2020, 1, 1) - dt.timedelta(days=1269)


def test_the_debt_is_one_instalment_due_dpd_days_before_the_purchase(book: Book) -> None:
    [due] = rows_of(book, "instalments", loan_id="5000001")
    assert due["due_on"] == dt.date(2020, 1, 1) - dt.timedelta(days=98)
    assert (due["principal_due"], due["interest_due"], due["fee_due"]) == (227_722, 9_285, 19_803)


def test_the_first_morning_sees_the_purchase(book: Book) -> None:
    first = (dt.date(2020, 1, 1) - dt.date(1970, 1, 1)).days
    for table in ("loans", "instalments", "attributes:loan", "borrowers"):
        assert set(book.rows(table).seen_from.tolist()) == {first}


def test_payments_are_posted_in_the_middle_of_the_month_and_reversals_are_negative(book: Book) -> None:
    paid = [(row["paid_on"], row["amount"]) for row in rows_of(book, "payments", loan_id="5000006")]
    assert paid == [(dt.date(2020, 3, 15), 12_000), (dt.date(2020, 4, 15), -12_000)]
    assert {row["payment_id"] for row in rows_of(book, "payments", loan_id="5000006")} == {
        "5000006-M3",
        "5000006-M4",
    }


@pytest.mark.parametrize(
    ("loan", "parts"),
    [
        pytest.param(5000005, (100_012, 10_050, 5_000), id="more than two decimals"),
        pytest.param(5000014, (80_000, 10_000, 5_000), id="Other unknown"),
        pytest.param(5000015, (80_000, 10_000, 10_000), id="parts that do not add up"),
        pytest.param(5000017, (70_000, 5_000, 0), id="a part below zero"),
    ],
)
def test_parts_of_the_debt_add_up_to_what_is_owed(book: Book, loan: int, parts: tuple[int, int, int]) -> None:
    [due] = rows_of(book, "instalments", loan_id=str(loan))
    assert (due["principal_due"], due["interest_due"], due["fee_due"]) == parts


@pytest.mark.parametrize(
    "loan", [pytest.param(5000002, id="no date"), pytest.param(5000003, id="a date after due")]
)
def test_a_contract_is_no_younger_than_its_debt(book: Book, loan: int) -> None:
    [due] = rows_of(book, "instalments", loan_id=str(loan))
    [contract] = rows_of(book, "loans", loan_id=str(loan))
    assert contract["disbursed_on"] == due["due_on"]


def test_other_columns_are_attributes_and_unknown_ones_have_no_row(book: Book) -> None:
    assert attributes(book, 5000009)["no_payment_in_36_months"] == 1.0
    assert "months_since_last_payment" not in attributes(book, 5000009)
    assert attributes(book, 5000001)["no_payment_in_36_months"] == 0.0
    assert attributes(book, 5000001)["months_since_last_payment"] == 30.0
    unknown = attributes(book, 5000020)
    assert not {"no_payment_in_36_months", "months_since_last_payment", "last_payment_amount"} & set(unknown)
    assert "loan_amount" not in attributes(book, 5000018)
    assert not {"external_agency", "bailiff", "closed_execution"} & set(attributes(book, 5000023))


def test_person_and_region_are_protected_and_nowhere_else(book: Book) -> None:
    [person] = rows_of(book, "protected", borrower_id="5000001")
    assert (person["sex"], person["age_band"], person["region"]) == ("M", "70-79", "36")
    [unknown] = rows_of(book, "protected", borrower_id="5000008")
    assert (unknown["sex"], unknown["age_band"], unknown["age"]) == (None, None, None)
    names = set(book.rows("attributes:loan").codes("name")[1])
    assert not {name for name in names if "land" in name or "age" in name.split("_") or "salary" in name}
    assert book.rows("attributes:borrower").n == 0


def test_a_parquet_file_gives_the_same_book(tmp_path: Path, book: Book) -> None:
    file = parquet_of(read_rows(FILE), tmp_path / "accounts_2017.parquet")
    assert import_source("kruk", tmp_path, out=tmp_path / "book").digest == book.digest
    assert import_source("kruk", file, out=tmp_path / "book").digest == book.digest


def test_the_order_of_the_accounts_changes_nothing(tmp_path: Path, book: Book) -> None:
    file = parquet_of(read_rows(FILE)[::-1], tmp_path / "accounts.parquet")
    assert import_source("kruk", file, out=tmp_path / "book").digest == book.digest


def without_column(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return renamed(accounts, "DPD", "Days")


def with_text(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "TOA": "much" if i == 4 else row["TOA"]} for i, row in enumerate(accounts)]


def one_id(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "CaseId": "1"} for row in accounts[:20]]


def nothing_owed(accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "TOA": "0"} if i % 3 else row for i, row in enumerate(accounts)]


@pytest.mark.parametrize(
    ("harm", "texts"),
    [
        pytest.param(without_column, ["accounts.DPD [missing-column]"], id="a missing column"),
        pytest.param(
            with_text,
            ["accounts.TOA [not-finite]", "found much in 1 row (accounts.parquet row 5"],
            id="text for money",
        ),
        pytest.param(one_id, ["one CaseId for unlike accounts: 20"], id="one id for all"),
        pytest.param(nothing_owed, ["[too-many-losses]", "nothing owed: 18"], id="most accounts owe nothing"),
    ],
)
def test_a_damaged_file_is_refused_and_nothing_written(tmp_path: Path, harm: Any, texts: list[str]) -> None:
    file = parquet_of(harm(read_rows(FILE)), tmp_path / "accounts.parquet")
    with pytest.raises(BookRefused) as error:
        import_source("kruk", file, out=tmp_path / "book")
    assert not (tmp_path / "book").exists()
    for text in texts:
        assert text in str(error.value)


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookRefused, match=r"accounts_2017\.parquet or \.csv"):
        import_source("kruk", tmp_path, out=tmp_path / "book")


def test_a_zone_nobody_knows_is_told(tmp_path: Path) -> None:
    with pytest.raises(BookRefused, match="unknown-time-zone"):
        import_source("kruk", FIXTURE, out=tmp_path / "book", time_zone="Europe/Krakow")


def test_the_real_accounts_become_a_sound_book(tmp_path: Path) -> None:
    report = import_source("kruk", data_folder("kruk_collections"), out=tmp_path / "book")
    assert report.losses == {}
    assert report.repairs["no contract date: taken as the due day"] == 37
    assert report.repairs["due before the contract date: contract taken as the due day"] == 91
    assert report.repairs["reversals kept as negative payments"] == 85
    assert report.rows["loans"] == 82_413
