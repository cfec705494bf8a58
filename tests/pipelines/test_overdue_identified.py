"""First day identified: worked by hand, and against loops that know nothing of the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest

from features.history import History
from features.observations import Observations, day_of_number, observe
from pipelines import overdue_identified
from pipelines.overdue_identified import identified_on
from tests.builders import Row, at, book_of, instalment, loan, payment
from tests.features.strategies import book_of_tables, seeded_tables
from tests.pipelines.overdue_builders import day, late_news_book, late_news_tables, one

PAID = payment(paid_on="2024-02-15")
REVOKED = payment(paid_on="2024-02-15", amount=0, revision=2, known_at=at("2024-03-10"))
TAKEN_BACK = payment(payment_id="P-2", paid_on="2024-03-10", amount=-10_500)
SECOND = instalment(number=2, due_on="2024-03-15")

CASES = [
    pytest.param([], "2024-02-16", "2024-02-16", id="never paid: the morning after the due day"),
    pytest.param([], "2024-05-01", "2024-02-16", id="never paid: the same morning however late one looks"),
    pytest.param(
        [PAID, REVOKED], "2024-03-15", "2024-03-11",
        id="reversed late as of the day it was paid: the morning after the reversal became known",
    ),
    pytest.param(
        [PAID, TAKEN_BACK], "2024-03-15", "2024-03-11",
        id="taken back by a payment of its own: the morning after that payment",
    ),
    pytest.param(
        [payment(paid_on="2024-02-20", known_at=at("2024-02-28"))], "2024-02-25", "2024-02-16",
        id="paid and not known yet: identified when it fell due",
    ),
    pytest.param(
        [payment(paid_on="2024-02-20")], "2024-03-20", "2024-03-16",
        id="settled between two instalments: a spell of its own begins with the second",
    ),
    pytest.param(
        [payment(paid_on="2024-03-18")], "2024-03-25", "2024-02-16",
        id="the oldest settled while a younger one is overdue: no break",
    ),
    pytest.param(
        [payment(paid_on="2024-02-20", known_at=at("2024-02-20")),
         payment(paid_on="2024-02-20", amount=0, revision=2, known_at=at("2024-03-01"))],
        "2024-03-10", "2024-02-16",
        id="found at once, then paid and the payment revoked: the spell was found on its first morning",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("payments", "as_of", "identified"), CASES)
def test_the_first_morning_that_found_it(payments: list[Row], as_of: str, identified: str) -> None:
    book = book_of(instalments=[instalment(), SECOND], payments=payments)
    assert str(day_of_number(int(identified_on(book, one(book, as_of))[0]))) == identified


def test_an_instalment_known_late_is_found_when_it_is_known() -> None:
    book = book_of(instalments=[instalment(known_at=at("2024-03-01"))])
    assert identified_on(book, one(book, "2024-03-10")).tolist() == [day("2024-03-02")]


def test_a_loan_known_late_is_found_when_it_is_known() -> None:
    book = book_of(loans=[loan(known_at=at("2024-03-04"))])
    assert identified_on(book, one(book, "2024-03-10")).tolist() == [day("2024-03-05")]


def found_on(tables: dict[str, list[Row]], loan_id: str, as_of: dt.date) -> dt.date | None:
    """Return the same by loops over raw rows; None when the loan is not overdue on ``as_of``."""
    if not late_on(tables, loan_id, as_of, known_by=as_of):
        return None
    first = as_of
    while late_on(tables, loan_id, first - dt.timedelta(days=1), known_by=as_of):
        first -= dt.timedelta(days=1)
    while not late_on(tables, loan_id, first, known_by=first):
        first += dt.timedelta(days=1)
    return first


def late_on(tables: dict[str, list[Row]], loan_id: str, morning: dt.date, *, known_by: dt.date) -> bool:
    """Return whether a loan is past due on a morning, by the rows known before another."""
    if not list(known(tables["loans"], loan_id, ("loan_id",), known_by)):
        return False
    paid = sum(
        row["amount"]
        for row in known(tables["payments"], loan_id, ("payment_id",), known_by)
        if row["paid_on"] < str(morning)
    )
    due = sum(
        row["principal_due"] + row["interest_due"]
        for row in known(tables["instalments"], loan_id, ("number",), known_by)
        if row["due_on"] < str(morning)
    )
    return bool(due > max(paid, 0))


def known(rows: list[Row], loan_id: str, key: tuple[str, ...], known_by: dt.date) -> Iterator[Row]:
    """Give the latest revision known of each row of a loan."""
    latest: dict[tuple[object, ...], Row] = {}
    for row in sorted(rows, key=lambda row: row["revision"]):
        if row["loan_id"] == loan_id and str(row["known_at"])[:10] < str(known_by):
            latest[tuple(row[name] for name in key)] = row
    yield from latest.values()


@pytest.mark.parametrize("narrow", [False, True], ids=["as it runs", "a few mornings at a time"])
def test_random_books_with_late_news_equal_plain_loops(
    *, narrow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if narrow:
        monkeypatch.setattr(overdue_identified, "MOST_PAIRS", 7)
        monkeypatch.setattr(overdue_identified, "WIDEST", 3)
    compared = moved = 0
    for seed in range(12):
        tables, book = late_news_tables(seed), late_news_book(seed)
        for as_of in (dt.date(2024, 3, 20), dt.date(2024, 4, 28), dt.date(2024, 6, 30)):
            told = [found_on(tables, str(loan_id), as_of) for loan_id in book.loan_ids]
            late = np.flatnonzero([one is not None for one in told]).astype(np.int32)
            days = np.full(len(late), day(str(as_of)), np.int32)
            mine = [day_of_number(int(one)) for one in identified_on(book, Observations(late, days))]
            assert mine == [told[place] for place in late], f"seed {seed}, {as_of}"
            compared += len(late)
            moved += sum(
                late_on(tables, str(book.loan_ids[place]), one - dt.timedelta(days=1), known_by=as_of)
                for place, one in zip(late, mine, strict=True)
            )
    assert compared > 150
    assert moved > 15, "late news must have moved some of them, or the loops prove nothing"


def test_a_day_without_overdue_accounts_asks_nothing() -> None:
    book = book_of()
    nobody = Observations(np.empty(0, np.int32), np.empty(0, np.int32))
    assert len(identified_on(book, nobody)) == 0


def test_books_with_plans_pauses_and_statements_equal_a_search_morning_by_morning() -> None:
    searched = 0
    for seed in range(14):
        book = book_of_tables(seeded_tables(seed))
        seen = observe(book, as_of=[dt.date(2024, 6, 15), dt.date(2024, 11, 1)])
        late = History(book, seen).ledger.dpd > 0
        overdue = Observations(seen.loan_no[late], seen.as_of[late])
        since = History(book, overdue).ledger.arrears_since
        for place, found in enumerate(identified_on(book, overdue).tolist()):
            mornings = np.arange(since[place], overdue.as_of[place] + 1, dtype=np.int32)
            alone = History(book, Observations(np.full(len(mornings), overdue.loan_no[place]), mornings))
            assert found == mornings[(alone.ledger.dpd > 0) & alone.stands][0], f"seed {seed}, row {place}"
            searched += 1
    assert searched > 10
