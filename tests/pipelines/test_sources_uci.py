"""Credit card accounts of Taiwan: six statements each, the person protected, the outcome out of sight."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from features.book import Book
from features.build import build_features
from features.check import check_book
from features.observations import observe
from models.labels import label_observations
from pipelines.sources.importing import import_source
from tests.pipelines.source_rows import FIXTURES, Row, parquet_of, read_rows, renamed, rows_of
from tests.real_data import data_folder

FILE = FIXTURES / "uci_30" / "accounts.csv"
OCTOBER = dt.date(2005, 10, 1)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    out = tmp_path_factory.mktemp("uci") / "book"
    import_source("uci", FILE.parent, out=out)
    return Book.open(out)


def test_every_repair_and_loss_is_counted(tmp_path: Path) -> None:
    report = import_source("uci", FILE, out=tmp_path / "book")
    assert report.rows == {
        "attributes": 25,
        "borrowers": 26,
        "loans": 26,
        "protected": 26,
        "statements": 6 * 26,
    }
    assert report.repairs == {
        "repeated rows of one account dropped": 1,
        "amounts with more than two decimals rounded": 1,
        "accounts with credit balances kept as negative": 1,
        "no outcome: no attribute next_month_default": 1,
        "SEX empty: unknown": 1,
        "EDUCATION 0, 5, 6 or empty read as unknown": 4,
        "MARRIAGE 0 or empty read as unknown": 1,
        "AGE empty, below 0 or above 120 read as unknown": 1,
    }
    assert report.losses == {"no ID": 1, "one ID for unlike accounts": 2}
    assert 26 + 1 + sum(report.losses.values()) == 30
    assert check_book(report.path) == []


def test_the_book_is_taiwanese_unless_stated_otherwise(tmp_path: Path, book: Book) -> None:
    stated = book.manifest
    assert (stated.country, stated.time_zone, stated.currency) == ("TW", "Asia/Taipei", "TWD")
    import_source("uci", FILE, out=tmp_path / "book", country="CN", time_zone="Asia/Shanghai", currency="CNY")
    other = Book.open(tmp_path / "book").manifest
    assert any("amounts are in TWD; the book calls them CNY" in note for note in other.notes)
    assert not any("amounts are in" in note for note in stated.notes)
    assert (other.country, other.time_zone, other.currency) == ("CN", "Asia/Shanghai", "CNY")


def test_six_months_become_six_statements_in_minor_units(book: Book) -> None:
    told = [
        (str(row["month"]), row["status"], row["dpd"], row["balance"], row["amount_paid"])
        for row in rows_of(book, "statements", loan_id="9001")
    ]
    assert told == [
        ("2005-04-01", "no_use", 0, 0, 0),
        ("2005-05-01", "paid", 0, 150_000, 150_000),
        ("2005-06-01", "revolving", 0, 2_030_000, 100_000),
        ("2005-07-01", "revolving", 0, 3_850_000, 200_000),
        ("2005-08-01", "1", 30, 4_010_000, 150_000),
        ("2005-09-01", "2", 60, 4_120_000, 0),
    ]
    assert {row["limit"] for row in rows_of(book, "statements", loan_id="9001")} == {5_000_000}
    assert [row["dpd"] for row in rows_of(book, "statements", loan_id="9003")] == [
        90,
        120,
        150,
        180,
        210,
        240,
    ]
    assert "amount_due" not in book.table("statements").column_names


def test_credit_balances_stay_negative_and_halves_are_rounded_to_even(book: Book) -> None:
    assert rows_of(book, "statements", loan_id="9002")[4]["balance"] == -32_000
    assert rows_of(book, "statements", loan_id="9011")[5]["amount_paid"] == 120_050


def test_an_account_opens_with_its_first_statement(book: Book) -> None:
    [loan] = rows_of(book, "loans", loan_id="9001")
    assert (loan["borrower_id"], loan["principal"], loan["product"]) == ("9001", 5_000_000, "credit_card")
    assert loan["disbursed_on"] == dt.date(2005, 4, 1)
    assert loan["known_at"] == dt.datetime(2005, 4, 30, 15, 59, 59, tzinfo=dt.UTC), "Taipei is 8 hours ahead"


def test_the_person_is_protected_and_nowhere_else(book: Book) -> None:
    [person] = rows_of(book, "protected", borrower_id="9001")
    told = {name: person[name] for name in ("sex", "education", "marriage", "age", "age_band")}
    assert told == {
        "sex": "F",
        "education": "university",
        "marriage": "married",
        "age": 37,
        "age_band": "30-39",
    }
    unknown = {
        name: rows_of(book, "protected", borrower_id=loan)[0][name]
        for name, loan in (("education", "9005"), ("marriage", "9008"), ("sex", "9009"), ("age_band", "9010"))
    }
    assert set(unknown.values()) == {None}
    elsewhere = {n for name in book.table_names if name != "protected" for n in book.table(name).column_names}
    assert not elsewhere & {"sex", "education", "marriage", "age", "age_band"}
    assert set(book.table("attributes")["name"].to_pylist()) == {"next_month_default"}


def test_no_feature_of_october_sees_the_outcome_and_the_label_does(book: Book) -> None:
    observed = observe(book, as_of=[OCTOBER])
    assert len(observed) == 26
    frame = build_features(book, observed).frame
    assert "attr_next_month_default" not in frame.columns, "nobody knew of it"
    labels = label_observations(book, observed, target="next_month_default")
    found = dict(zip([str(book.loan_ids[n]) for n in observed.loan_no], labels["label"], strict=True))
    assert (found["9001"], found["9002"], found["9003"]) == (1.0, 0.0, 1.0)
    assert str(labels["label_known_on"].iloc[0].date()) == "2005-11-01"
    assert found["9012"] != found["9012"], "an account without outcome has no label"


def test_a_typed_parquet_file_in_another_order_gives_the_same_book(tmp_path: Path, book: Book) -> None:
    rows = read_rows(FILE)
    numbers = {name: pa.float64() for name in rows[0]} | {"EDUCATION": pa.int8(), "PAY_0": pa.int64()}
    file = parquet_of(rows[::-1], tmp_path / "UCI_Credit_Card.parquet", types=numbers)
    assert import_source("uci", tmp_path, out=tmp_path / "book").digest == book.digest
    assert import_source("uci", file, out=tmp_path / "book").digest == book.digest


def by_place(rows: list[Row]) -> list[Row]:
    """Return the rows under the names X1 … X23 and Y."""
    names = ["ID", *(f"X{place}" for place in range(1, 24)), "Y"]
    return [dict(zip(names, row.values(), strict=True)) for row in rows]


def with_names_below(rows: list[Row]) -> list[Row]:
    """Return the rows under X1 … X23 and Y, with the true names as their first row, as the spreadsheet has them."""
    true_names = {name: name for name in rows[0]} | {
        "default.payment.next.month": "default payment next month"
    }
    return by_place([true_names, *rows])


PLACES = "columns under their other published names read by the source's description"


@pytest.mark.parametrize(
    ("published", "repairs"),
    [
        pytest.param(by_place, {PLACES: 24}, id="columns by place"),
        pytest.param(
            with_names_below,
            {"first row read as the names of the columns": 1, PLACES: 1},
            id="two header rows",
        ),
        pytest.param(
            lambda rows: renamed(rows, "default.payment.next.month", "default payment next month"),
            {PLACES: 1},
            id="blanks in the outcome's name",
        ),
        pytest.param(lambda rows: renamed(rows, "PAY_0", "PAY_1"), {PLACES: 1}, id="PAY_1 for September"),
    ],
)
def test_other_published_names_give_the_same_accounts(
    tmp_path: Path, book: Book, published: Any, repairs: dict[str, int]
) -> None:
    file = parquet_of(published(read_rows(FILE)), tmp_path / "accounts.parquet")
    report = import_source("uci", file, out=tmp_path / "book")
    assert {name: report.repairs[name] for name in repairs} == repairs
    assert report.digest == book.digest


def test_the_real_accounts_become_a_sound_book(tmp_path: Path) -> None:
    report = import_source("uci", data_folder("uci_credit_card"), out=tmp_path / "book")
    assert report.losses == {}
    assert report.repairs == {
        "accounts with credit balances kept as negative": 1_342,
        "EDUCATION 0, 5, 6 or empty read as unknown": 233,
        "MARRIAGE 0 or empty read as unknown": 46,
    }
    assert report.rows["statements"] == 6 * report.rows["loans"] == 6 * 20_957
    assert check_book(report.path) == []
