"""Micro-loans: money adds up, local days, imputed payments counted, silence about current loans no outcome."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from features.book import Book
from features.check import check_book
from features.history import History
from features.observations import observe
from models.labels import label_named, label_observations, observations_for
from pipelines.sources.importing import ImportReport, import_source
from tests.pipelines.source_rows import FIXTURES, parquet_of, read_rows, rows_of
from tests.real_data import data_folder

FOLDER = FIXTURES / "superlender_30"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ImportReport:
    return import_source("superlender", FOLDER, out=tmp_path_factory.mktemp("superlender") / "book")


@pytest.fixture(scope="module")
def book(report: ImportReport) -> Book:
    return Book.open(report.path)


def test_every_repair_and_loss_is_counted(report: ImportReport) -> None:
    assert report.rows == {
        "attributes": 53,
        "borrowers": 6,
        "instalments": 21,
        "loans": 17 + 13,
        "payments": 14,
        "protected": 6,
    }
    assert report.repairs == {
        "repeated rows of one loan dropped": 1,
        "current loans that are among the past ones dropped": 1,
        "closed before the first repayment: repayment taken as made at the closing": 1,
        "created after the approval or never: minutes to approval unknown": 1,
        "referred by themselves: taken as not referred": 1,
        "loannumber empty: no attribute loan_number": 1,
        "amounts with more than two decimals rounded to kobo": 1,
        "current loans: first due day imputed from the term, weekends moved to Monday": 5,
        "repeated borrower rows dropped": 1,
        "borrower rows of customers without a loan not taken over": 1,
        "customers without a borrower row: employment, account and person unknown": 2,
        "birth years that give an age below 0 or above 120 read as unknown": 1,
        "current loans due within the days of the source: record ends on the due day as unreported, no label": 1,
        "due days after the first imputed: every 30 days, weekends moved to Monday": 4,
        "payment imputed: the first instalment at firstrepaiddate": 12,
        "payment imputed: all further instalments at closeddate": 2,
        "loans of one instalment closed on a later day than first repaid: taken as paid in full at "
        "firstrepaiddate": 1,
    }
    assert report.losses == {
        "past loan without firstduedate, firstrepaiddate or closeddate": 1,
        "nothing lent": 1,
        "totaldue empty or below loanamount": 1,
        "termdays above 30 and no multiple of 30: instalments unknown": 1,
        "due no later than the day of the approval": 1,
    }
    assert check_book(report.path) == []


def test_every_row_of_the_three_files_is_somewhere(report: ImportReport) -> None:
    loans = 17 + report.repairs["repeated rows of one loan dropped"]
    loans += report.repairs["current loans that are among the past ones dropped"]
    persons = 6 - report.repairs["customers without a borrower row: employment, account and person unknown"]
    persons += report.repairs["repeated borrower rows dropped"]
    persons += report.repairs["borrower rows of customers without a loan not taken over"]
    assert loans + persons + sum(report.losses.values()) == 30


def money(book: Book) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Return principal due, all due and all paid of each loan."""
    principal: dict[str, int] = defaultdict(int)
    due: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    for row in rows_of(book, "instalments"):
        principal[row["loan_id"]] += row["principal_due"]
        due[row["loan_id"]] += row["principal_due"] + row["interest_due"] + row["fee_due"]
    for row in rows_of(book, "payments"):
        paid[row["loan_id"]] += row["amount"]
    return principal, due, paid


def owed_in(files: list[list[dict[str, Any]]]) -> dict[str, tuple[int, int]]:
    """Return what was lent and owed of each loan, in kobo."""
    return {
        row["systemloanid"]: (round(float(row["loanamount"]) * 100), round(float(row["totaldue"]) * 100))
        for rows in files
        for row in rows
    }


def test_instalments_and_payments_add_up_to_what_was_owed(book: Book) -> None:
    stated = owed_in(
        [read_rows(FOLDER / f"{n}.csv") for n in ("past_loans", "current_loans_without_outcome")]
    )
    principal, due, paid = money(book)
    assert due.keys() == set(book.loan_ids.tolist())
    assert {loan: (principal[loan], due[loan]) for loan in due} == {loan: stated[loan] for loan in due}
    ended = {row["loan_id"] for row in rows_of(book, "loans", end_kind="repaid")}
    assert paid == {loan: due[loan] for loan in ended}


def test_a_loan_of_two_instalments_is_split_evenly_and_the_last_takes_the_rest(book: Book) -> None:
    told = [
        (str(row["due_on"]), row["principal_due"], row["interest_due"])
        for row in rows_of(book, "instalments", loan_id="7002")
    ]
    assert told == [("2017-03-08", 500_000, 100_000), ("2017-04-07", 500_000, 100_001)]
    assert [(str(r["paid_on"]), r["amount"]) for r in rows_of(book, "payments", loan_id="7002")] == [
        ("2017-03-06", 600_000),
        ("2017-04-20", 600_001),
    ]
    [standing, ended] = rows_of(book, "loans", loan_id="7002")
    assert (standing["term_months"], standing["annual_rate"]) == (2, pytest.approx(0.200001 * 365 / 60))
    assert (ended["ended_on"], ended["end_kind"]) == (dt.date(2017, 4, 20), "repaid")


def test_days_are_local_and_creations_are_told_in_utc(book: Book) -> None:
    loan = rows_of(book, "loans", loan_id="7003")[0]
    assert loan["disbursed_on"] == dt.date(2017, 3, 1), "ten past midnight in Lagos, still February in UTC"
    assert loan["known_at"] == dt.datetime(2017, 2, 28, 23, 10, 8, tzinfo=dt.UTC)
    late = rows_of(book, "payments", loan_id="7018")[0]
    assert (late["paid_on"], late["known_at"].hour) == (dt.date(2017, 7, 20), 22)
    minutes = {r["owner_id"]: r["value"] for r in rows_of(book, "attributes", name="approval_minutes")}
    assert minutes["7003"] == pytest.approx(8 / 60)
    assert "7007" not in minutes, "created after it was approved, if one believes the file"


@pytest.mark.parametrize(
    ("loan", "days"),
    [
        pytest.param("7101", ["2017-08-21"], id="a Saturday moves to Monday"),
        pytest.param("7102", ["2017-08-21", "2017-09-19"], id="a Sunday moves to Monday, a Tuesday stays"),
        pytest.param("7103", ["2017-07-17"], id="half a month"),
    ],
)
def test_due_days_of_current_loans_are_imputed(book: Book, loan: str, days: list[str]) -> None:
    assert [str(row["due_on"]) for row in rows_of(book, "instalments", loan_id=loan)] == days


def test_a_current_loan_due_within_the_source_is_never_in_arrears_and_has_no_label(book: Book) -> None:
    mornings = [dt.date(2017, 7, day) for day in range(2, 32)]
    observed = observe(book, as_of=mornings)
    names = [str(book.loan_ids[number]) for number in observed.loan_no]
    dpd = History(book, observed).ledger.dpd
    current = {"7101", "7102", "7103", "7104", "7105"}
    assert {int(d) for name, d in zip(names, dpd, strict=True) if name in current} == {0}
    stood = [
        observed.as_of[at].astype("datetime64[D]").item() for at, name in enumerate(names) if name == "7103"
    ]
    assert (stood[0], stood[-1]) == (dt.date(2017, 7, 2), dt.date(2017, 7, 17)), "up to its due day"
    asked = observations_for(
        book, label=label_named("first_instalment_late"), as_of=[dt.date(2017, 7, 1), dt.date(2017, 4, 1)]
    )
    labels = label_observations(book, asked, target="first_instalment_late")
    found = dict(zip([str(book.loan_ids[n]) for n in asked.loan_no], labels["outcome"], strict=True))
    assert found["7103"] == "ended: unreported"
    assert labels["label"][[name in current for name in found]].isna().all()
    assert found["7004"] == "on time", "first repaid on the day before it was due"


def test_a_late_first_instalment_is_labelled(book: Book) -> None:
    asked = observations_for(book, label=label_named("first_instalment_late"), as_of=[dt.date(2017, 6, 1)])
    labels = label_observations(book, asked, target="first_instalment_late")
    found = dict(zip([str(book.loan_ids[n]) for n in asked.loan_no], labels["outcome"], strict=True))
    assert found["7018"] == "late", "due on 20 June, paid on 20 July"


def test_person_and_bank_are_protected_and_the_referrer_is_not_kept(book: Book) -> None:
    [person] = rows_of(book, "protected", borrower_id="cust-a")
    told = {name: person[name] for name in ("age_band", "birth_year", "education", "bank")}
    assert told == {"age_band": "30-39", "birth_year": 1985, "education": "graduate", "bank": "gt_bank"}
    assert rows_of(book, "protected", borrower_id="cust-d")[0]["age_band"] is None
    employment = {row["borrower_id"]: row["employment"] for row in rows_of(book, "borrowers")}
    assert employment == {
        "cust-a": "permanent",
        "cust-b": "self_employed",
        "cust-c": None,
        "cust-d": "student",
        "cust-e": None,
        "cust-f": None,
    }
    names = set(book.table("attributes")["name"].to_pylist())
    assert names == {"bank_account_type", "loan_number", "approval_minutes", "referred"}
    referred = {row["owner_id"]: row["value"] for row in rows_of(book, "attributes", name="referred")}
    assert (referred["7017"], referred["7008"], referred["7001"]) == (1.0, 0.0, 0.0)
    texts = {
        value for name in ("loans", "attributes") for row in rows_of(book, name) for value in row.values()
    }
    assert not {"gt_bank", "graduate"} & {text for text in texts if isinstance(text, str)}


def test_parquet_files_in_another_order_give_the_same_book(tmp_path: Path, report: ImportReport) -> None:
    types = {
        "systemloanid": pa.int64(),
        "loanamount": pa.float64(),
        "closeddate": pa.dictionary(pa.int32(), pa.string()),
        "approveddate": pa.large_string(),
    }
    for name in ("past_loans", "current_loans_without_outcome", "borrowers"):
        parquet_of(read_rows(FOLDER / f"{name}.csv")[::-1], tmp_path / f"{name}.parquet", types=types)
    assert import_source("superlender", tmp_path, out=tmp_path / "book").digest == report.digest


def test_the_competitions_own_names_and_birth_dates_are_read(tmp_path: Path, book: Book) -> None:
    for ours, theirs in (("past_loans", "trainprevloans"), ("current_loans_without_outcome", "trainperf")):
        (tmp_path / f"{theirs}.csv").write_bytes((FOLDER / f"{ours}.csv").read_bytes())
    people = read_rows(FOLDER / "borrowers.csv")
    born = [
        {"birthdate": f"{row.pop('birth_year')}-01-01 00:00:00.000000", "longitude_gps": "3.3", **row}
        for row in people
    ]
    parquet_of(born, tmp_path / "traindemographics.parquet")
    report = import_source("superlender", tmp_path, out=tmp_path / "book")
    assert any("not read: longitude_gps" in note for note in report.notes)
    assert rows_of(Book.open(report.path), "protected") == rows_of(book, "protected")


def test_past_loans_alone_make_a_book_and_notes_say_what_is_missing(tmp_path: Path) -> None:
    report = import_source("superlender", FOLDER / "past_loans.csv", out=tmp_path / "book")
    assert report.rows["borrowers"] == 5
    assert "no file current_loans_without_outcome: nothing of it is known" in report.notes
    assert "no file borrowers: nothing of it is known" in report.notes
    assert check_book(report.path) == []


def test_the_real_loans_become_a_sound_book_and_no_kobo_is_lost(tmp_path: Path) -> None:
    folder = data_folder("superlender")
    report = import_source("superlender", folder, out=tmp_path / "book")
    assert report.losses == {}
    assert report.repairs["repeated borrower rows dropped"] == 12
    assert report.repairs["customers without a borrower row: employment, account and person unknown"] == 1_099
    assert report.repairs["payment imputed: the first instalment at firstrepaiddate"] == 18_183
    assert check_book(report.path) == []
    book = Book.open(report.path)
    assert len(book.loan_ids) == 18_183 + 4_368
    principal, due, paid = money(book)
    ended = {row["loan_id"] for row in rows_of(book, "loans", end_kind="repaid")}
    assert len(ended) == 18_183
    assert paid == {loan: due[loan] for loan in ended}
    assert sum(principal.values()) == sum(row["principal"] for row in rows_of(book, "loans", revision=1))
