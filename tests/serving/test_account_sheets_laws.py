"""Laws of account sheets on any small book: the sums, the past alone, no row order, no neighbours."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from features.book import Book
from features.history import History, observe
from features.observations import Observations, day_number
from serving import account_sheet_timeline
from serving.account_sheet import AccountSheet
from serving.account_sheets import sheets_from_book
from tests.features.oracle_past import dated, days
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables
from tests.serving.sheet_oracle import sheet_by_hand

law = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def standing(book: Book, morning: dt.date) -> Observations:
    return observe(book, as_of=[morning])


def sheets_of(book: Book, morning: dt.date) -> list[AccountSheet]:
    loans = book.loan_ids[standing(book, morning).loan_no].tolist()
    return sheets_from_book(book, as_of=morning, loan_ids=loans)


def known_before(tables: Tables, morning: dt.date) -> Tables:
    limit = day_number(morning)
    kept = {
        name: [row for row in rows if (days(row["known_at"]) or 0) < limit] for name, rows in tables.items()
    }
    loans = {row["loan_id"] for row in kept["loans"]}
    people = {row["borrower_id"] for row in kept["loans"]}
    return {
        name: [
            row
            for row in rows
            if ("loan_id" not in row or row["loan_id"] in loans)
            and ("borrower_id" not in row or row["borrower_id"] in people)
            and ("owner_id" not in row or row["owner_id"] in loans | people)
        ]
        for name, rows in kept.items()
    }


@law
@given(tables=raw_tables(), some=mornings(), longest=st.sampled_from((1, 3, 40)))
def test_every_sheet_equals_plain_loops_over_the_raw_rows(
    tables: Tables, some: list[dt.date], longest: int
) -> None:
    book, rows = book_of_tables(tables), dated(tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account_sheet_timeline, "TIMELINE_LENGTH", longest)
        for morning in some:
            for sheet in sheets_of(book, morning):
                assert sheet == sheet_by_hand(rows, sheet.loan_id, day_number(morning), longest=longest)


@law
@given(tables=raw_tables(), some=mornings())
def test_parts_add_up_to_the_arrears_of_the_decision_to_the_last_minor_unit(
    tables: Tables, some: list[dt.date]
) -> None:
    book = book_of_tables(tables)
    for morning in some:
        ledger = History(book, standing(book, morning)).ledger
        found = sheets_of(book, morning)
        for sheet, arrears, dpd, split in zip(
            found, ledger.arrears.tolist(), ledger.dpd.tolist(), ledger.has_ledger.tolist(), strict=True
        ):
            if not split:
                assert sheet.arrears_split is None
                assert sheet.unpaid == ()
                continue
            assert sheet.arrears_split == arrears == sum(one.unpaid for one in sheet.unpaid)
            assert all(one.principal + one.interest + one.fee == one.unpaid for one in sheet.unpaid)
            assert max((one.days_late for one in sheet.unpaid), default=0) == dpd


@law
@given(tables=raw_tables(), some=mornings())
def test_what_is_known_on_the_morning_or_later_changes_nothing(tables: Tables, some: list[dt.date]) -> None:
    morning = max(some)
    past = known_before(tables, morning)
    assume(past["loans"])
    assert sheets_of(book_of_tables(past), morning) == sheets_of(book_of_tables(tables), morning)


@law
@given(tables=raw_tables(), some=mornings())
def test_the_order_of_rows_changes_nothing(tables: Tables, some: list[dt.date]) -> None:
    turned = {name: rows[::-1] for name, rows in tables.items()}
    for morning in some:
        assert sheets_of(book_of_tables(turned), morning) == sheets_of(book_of_tables(tables), morning)


@law
@given(tables=raw_tables(), some=mornings())
def test_other_borrowers_and_other_accounts_asked_for_change_nothing(
    tables: Tables, some: list[dt.date]
) -> None:
    book = book_of_tables(tables)
    for sheet in sheets_of(book, max(some)):
        mine = book.only([sheet.borrower_id])
        assert sheets_from_book(mine, as_of=max(some), loan_ids=[sheet.loan_id]) == [sheet]
