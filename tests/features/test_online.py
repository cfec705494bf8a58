"""One borrower from rows in hand: the same features, bit for bit, as the book of everybody gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings

from features.book import Book
from features.build import build_features
from features.observations import observe
from features.online import NotOneBorrower, OneBorrower, UnknownLoan
from features.problem import BookRefused
from tests.builders import CHINA, Row, instalment, loan, payment
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables, seeded_tables

MORNING = dt.date(2024, 6, 1)


def rows_of_borrower(tables: Tables, borrower: str) -> Tables:
    """Return the raw rows of one borrower, last row first."""
    loans = {row["loan_id"] for row in tables["loans"] if row["borrower_id"] == borrower}

    def mine(row: Row) -> bool:
        owner = row.get("loan_id", row.get("borrower_id", row.get("owner_id")))
        return owner in loans or owner == borrower

    return {name: [row for row in reversed(rows) if mine(row)] for name, rows in tables.items()}


def assert_same_as_the_book(online: pd.DataFrame, whole: pd.DataFrame, borrower: str) -> None:
    """Both hold the same bits; an attribute that this borrower has not is as good as none."""
    mine = whole[whole["borrower_id"] == borrower].reset_index(drop=True)
    lacking = [name for name in mine.columns if name.startswith("attr_") and mine[name].isna().all()]
    held = [name for name in online.columns if name.startswith("attr_") and online[name].isna().all()]
    pd.testing.assert_frame_equal(
        online.drop(columns=held), mine.drop(columns=lacking), check_exact=True, check_like=True
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=raw_tables(), days=mornings())
def test_rows_in_hand_give_the_features_of_the_book_bit_for_bit(tables: Tables, days: list[dt.date]) -> None:
    book = book_of_tables(tables)
    whole = build_features(book, observe(book, as_of=days)).frame
    for borrower in book.borrower_ids.tolist():
        hand = OneBorrower.from_rows(rows_of_borrower(tables, borrower), manifest=CHINA, checked=False)
        for day in days:
            assert_same_as_the_book(
                hand.features(as_of=day).frame, whole[whole["as_of"] == pd.Timestamp(day)], borrower
            )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("checked", [False, True], ids=["taken to be lawful", "through the door"])
def test_seeded_borrowers_have_the_features_of_the_book(seed: int, checked: bool) -> None:  # noqa: FBT001
    tables = seeded_tables(seed)
    book = book_of_tables(tables)
    whole = build_features(book, observe(book, as_of=[MORNING])).frame
    for borrower in book.borrower_ids.tolist():
        hand = OneBorrower.from_rows(rows_of_borrower(tables, borrower), manifest=CHINA, checked=checked)
        assert_same_as_the_book(hand.features(as_of=MORNING).frame, whole, borrower)


def of_two_loans() -> dict[str, list[Row]]:
    return {
        "loans": [loan(), loan(loan_id="L-2")],
        "instalments": [instalment(), instalment(loan_id="L-2")],
        "payments": [payment()],
    }


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda rows: rows, id="lists of dicts"),
        pytest.param(pa.Table.from_pylist, id="Arrow tables"),
        pytest.param(pd.DataFrame, id="frames"),
    ],
)
def test_rows_may_come_in_any_shape(shape: Any) -> None:
    rows = of_two_loans()
    shaped = {name: shape(table) for name, table in rows.items()}
    plain = OneBorrower.from_rows(rows, manifest=CHINA, checked=False).features(as_of=MORNING)
    found = OneBorrower.from_rows(shaped, manifest=CHINA, checked=False).features(as_of=MORNING)
    pd.testing.assert_frame_equal(found.frame, plain.frame, check_exact=True)


def test_some_loans_and_some_features_are_those_of_all() -> None:
    borrower = OneBorrower.from_rows(of_two_loans(), manifest=CHINA, checked=False)
    every = borrower.features(as_of=MORNING)
    some = borrower.features(as_of=MORNING, loans=["L-2"], names=["other_loans_dpd_max", "dpd_latest"])
    assert some.loan_ids == ("L-2",)
    assert some.catalogue.names == ("dpd_latest", "other_loans_dpd_max")
    assert {name: some.row("L-2")[name] for name in some.catalogue.names} == {
        name: every.row("L-2")[name] for name in some.catalogue.names
    }


def test_a_loan_that_is_not_among_the_rows_is_refused_by_name() -> None:
    borrower = OneBorrower.from_rows(of_two_loans(), manifest=CHINA, checked=False)
    with pytest.raises(UnknownLoan, match=r"found 1 others \(L-9\)"):
        borrower.features(as_of=MORNING, loans=["L-9"])


@pytest.mark.parametrize(
    ("loans", "found"),
    [
        pytest.param([], "found 0 borrowers", id="nobody"),
        pytest.param([loan(), loan(loan_id="L-2", borrower_id="B-2")], "found 2 borrowers", id="two people"),
    ],
)
def test_rows_are_of_one_borrower(loans: list[Row], found: str) -> None:
    with pytest.raises(NotOneBorrower, match=found):
        OneBorrower.from_rows({"loans": loans}, manifest=CHINA, checked=False)


def test_checked_rows_pass_the_door() -> None:
    rows = {**of_two_loans(), "payments": [payment(amount="12.50")]}
    with pytest.raises(BookRefused, match="payments"):
        OneBorrower.from_rows(rows, manifest=CHINA, checked=True)


def test_the_rows_of_a_small_book_are_those_of_the_door() -> None:
    tables = seeded_tables(3)
    book = book_of_tables(tables)
    borrower = str(book.borrower_ids[0])
    own = rows_of_borrower(tables, borrower)
    door = book.only([borrower])
    hand = OneBorrower.from_rows(own, manifest=CHINA, checked=False).book
    for name in [name for name in door.table_names if name not in ("attributes", "agents")]:
        assert_rows_alike(hand, door, name)


def assert_rows_alike(hand: Book, door: Book, name: str) -> None:
    ours, theirs = hand.rows(name), door.rows(name)
    for part in ("offsets", "day", "seen_from", "seen_until"):
        assert getattr(ours, part).tolist() == getattr(theirs, part).tolist(), (name, part)
