"""The only door to the past: which rows count, by day and by knowledge."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.book import Book
from features.events import AtLeast, Below
from features.history import History
from features.observations import Observations, day_number, observe
from tests.builders import (
    Row,
    at,
    attribute,
    book_of,
    borrower,
    consent,
    contact,
    flag,
    instalment,
    loan,
    payment,
    plan,
    promise,
    visit,
)
from tests.features.oracle_past import Past, dated
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables


def on(book: Book, *days: str, known_by: str | None = None) -> History:
    """Return the history of the book's first loan on some mornings."""
    as_of = np.array([day_number(dt.date.fromisoformat(day)) for day in days], np.int32)
    known = (
        None
        if known_by is None
        else np.full(len(days), day_number(dt.date.fromisoformat(known_by)), np.int32)
    )
    return History(book, Observations(np.zeros(len(days), np.int32), as_of), known_by=known)


def called(day: str, **changes: Any) -> Row:
    return contact(**{"contact_id": f"C-{day}", "contacted_at": at(day), **changes})


@pytest.mark.parametrize(
    ("morning", "days", "count"),
    [
        pytest.param("2024-03-01", 30, 0, id="a call today lies in tomorrow's past"),
        pytest.param("2024-03-02", 30, 1, id="seen the morning after"),
        pytest.param("2024-03-31", 30, 1, id="the first day of the lookback counts"),
        pytest.param("2024-04-01", 30, 0, id="one day more is too long ago"),
        pytest.param("2024-03-02", 0, 0, id="a lookback of no days holds nothing"),
        pytest.param("2025-03-01", None, 1, id="without a lookback all of the past counts"),
    ],
)
def test_a_lookback_holds_the_days_before_the_morning(morning: str, days: int | None, count: int) -> None:
    assert on(book_of(contacts=[called("2024-03-01")]), morning).contacts.count(days=days)[0] == count


@pytest.mark.parametrize(
    ("instant", "morning", "count"),
    [
        pytest.param("2024-03-01T23:59:00+08:00", "2024-03-02", 1, id="a minute before midnight in Shanghai"),
        pytest.param(
            "2024-03-01T16:30:00+00:00", "2024-03-02", 0, id="half past midnight in Shanghai is the next day"
        ),
        pytest.param("2024-03-01T16:30:00+00:00", "2024-03-03", 1, id="and seen the morning after that"),
    ],
)
def test_days_are_local_to_the_book(instant: str, morning: str, count: int) -> None:
    row = contact(contacted_at=instant, known_at=instant)
    assert on(book_of(contacts=[row]), morning).contacts.count()[0] == count


LATE = [
    called("2024-03-01"),
    called("2024-03-02", known_at=at("2024-03-20")),
    called("2024-03-03"),
    called("2024-03-03", revision=2, known_at=at("2024-03-25"), outcome="wrong_number"),
]


@pytest.mark.parametrize(
    ("morning", "calls", "talks"),
    [
        pytest.param("2024-03-04", 2, 2, id="the late one is not known, the revision neither"),
        pytest.param("2024-03-20", 2, 2, id="not on the day it is written"),
        pytest.param("2024-03-21", 3, 3, id="known the morning after"),
        pytest.param("2024-03-26", 3, 2, id="the revision turned a talk into a wrong number"),
    ],
)
def test_late_and_revised_rows_count_from_the_morning_they_are_known(
    morning: str, calls: int, talks: int
) -> None:
    events = on(book_of(contacts=LATE), morning).contacts
    assert events.count(days=60)[0] == calls
    assert events.count(days=60, where={"outcome": ("talked",)})[0] == talks


def test_known_by_moves_knowledge_and_never_the_lookback() -> None:
    events = on(book_of(contacts=LATE), "2024-03-03", known_by="2024-04-01").contacts
    assert events.count(days=2)[0] == 2
    assert events.days_since_last()[0] == 1


def test_the_last_and_the_first_row_and_their_values() -> None:
    rows = [
        called("2024-03-05", outcome="busy", stated_reason=None, propensity=0.5),
        called("2024-03-01", outcome="promised", propensity=None),
        called("2024-03-09", outcome="talked", stated_reason="illness"),
    ]
    events = on(book_of(contacts=rows), "2024-03-08", "2024-03-10", "2024-03-01").contacts
    assert events.latest("outcome").tolist() == ["busy", "talked", None]
    assert events.latest("stated_reason").tolist() == [None, "illness", None]
    np.testing.assert_array_equal(events.latest("propensity"), [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(events.days_since_last(), [3, 1, np.nan])
    np.testing.assert_array_equal(events.days_since_first(), [7, 9, np.nan])
    np.testing.assert_array_equal(events.days_since_first(where={"outcome": ("busy",)}), [3, 5, np.nan])
    np.testing.assert_array_equal(events.days_since_last(where={"outcome": ("promised",)}), [7, 9, np.nan])


def test_rows_of_one_day_are_ordered_by_key() -> None:
    rows = [called("2024-03-05", contact_id="C-2", outcome="busy"), called("2024-03-05", contact_id="C-1")]
    assert on(book_of(contacts=rows), "2024-03-06").contacts.latest("outcome")[0] == "busy"


def test_totals_largest_and_distinct() -> None:
    rows = [
        payment(payment_id="P-1", paid_on="2024-02-15", amount=500),
        payment(payment_id="P-2", paid_on="2024-02-16", amount=-200, channel="app"),
        payment(payment_id="P-3", paid_on="2024-02-17", amount=300, channel=None),
    ]
    events = on(book_of(payments=rows), "2024-02-18", "2024-02-17").payments
    assert events.total("amount").tolist() == [600, 300]
    assert events.total("amount", days=2).tolist() == [100, 300]
    assert events.total("amount", where={"amount": AtLeast(1)}).tolist() == [800, 500]
    assert events.count(where={"amount": Below(0)}).tolist() == [1, 1]
    np.testing.assert_array_equal(events.largest("amount", days=2), [300, 500])
    np.testing.assert_array_equal(events.largest("amount", days=0), [np.nan, np.nan])
    assert events.distinct("channel").tolist() == [2, 2]
    assert events.distinct("amount").tolist() == [3, 2]


def test_a_total_of_fractions_is_refused() -> None:
    with pytest.raises(TypeError, match="expected whole numbers, found float64"):
        on(book_of(contacts=[contact()]), "2024-03-02").contacts.total("propensity")


@pytest.mark.parametrize(
    ("morning", "active"),
    [
        pytest.param("2024-04-15", False, id="it begins today"),
        pytest.param("2024-04-16", True, id="it began yesterday"),
        pytest.param("2024-06-14", True, id="it ends tomorrow"),
        pytest.param("2024-06-15", False, id="it ends today"),
    ],
)
def test_a_plan_is_active_from_the_day_after_it_begins_until_its_end(morning: str, active: bool) -> None:  # noqa: FBT001
    assert on(book_of(plans=[plan()]), morning).plans.active()[0] == active


def test_flags_and_consents_belong_to_the_borrower_of_the_loan() -> None:
    book = book_of(
        loans=[loan(), loan(loan_id="L-2", borrower_id="B-2")],
        instalments=[instalment()],
        flags=[flag(borrower_id="B-2", kind="hardship")],
        consents=[
            consent(borrower_id="B-2"),
            consent(revision=2, borrower_id="B-2", withdrawn_on="2024-05-01", known_at=at("2024-05-02")),
        ],
    )
    history = History(
        book, observe(book, as_of=[dt.date(2024, 4, 20), dt.date(2024, 5, 2), dt.date(2024, 5, 3)])
    )
    assert book.loan_ids[history.loan_no].tolist() == ["L-1"] * 3 + ["L-2"] * 3
    assert history.borrower_flags.active().tolist() == [False] * 3 + [True] * 3
    assert history.borrower_flags.active(where={"kind": ("dispute",)}).tolist() == [False] * 6
    assert history.consents.active().tolist() == [False] * 3 + [True, True, False]


def test_facts_are_those_of_the_latest_revision_known() -> None:
    book = book_of(
        borrowers=[
            borrower(),
            borrower(revision=2, declared_income=None, employment="none", known_at=at("2024-03-01")),
        ]
    )
    facts = on(book, "2024-03-01", "2024-03-02").borrowers
    np.testing.assert_array_equal(facts.money("declared_income"), [800_000, np.nan])
    assert facts.code("employment").tolist() == ["employed", "none"]
    assert facts.known.tolist() == [True, True]


def test_the_attribute_of_a_loan_goes_before_that_of_its_borrower() -> None:
    rows = [attribute(), attribute(owner_kind="loan", owner_id="L-1", value=5.0, known_at=at("2024-03-01"))]
    attributes = on(book_of(attributes=rows), "2024-03-01", "2024-03-02").attributes
    assert attributes.names() == ("dependants",)
    assert attributes.value("dependants").tolist() == [2.0, 5.0]
    assert attributes.code("dependants").tolist() == [None, None]


def test_a_visit_lies_on_its_planned_day_until_it_is_made() -> None:
    planned = visit(
        visited_at=None,
        planned_on="2024-04-20",
        outcome="planned",
        income_seen=None,
        known_at=at("2024-04-10"),
    )
    made = visit(visited_at=at("2024-04-22"), revision=2, income_seen=True, known_at=at("2024-04-22"))
    events = on(book_of(visits=[planned, made]), "2024-04-21", "2024-04-23").visits
    np.testing.assert_array_equal(events.days_since_last(), [1, 1])
    np.testing.assert_array_equal(events.latest("income_seen"), [np.nan, 1])


def test_a_table_the_book_lacks_is_empty() -> None:
    history = on(book_of(), "2024-03-01")
    assert history.contacts.count()[0] == 0
    assert np.isnan(history.visits.days_since_last()[0])
    assert history.offers.latest("kind")[0] is None
    assert history.contacts.distinct("number_id")[0] == 0
    assert not history.plans.active()[0]
    assert history.attributes.names() == ()


def test_a_promise_may_be_kept_until_three_days_after_its_date() -> None:
    promised = promise(due_on="2024-03-08", amount=1_000)
    for paid, day, outcome in (
        (900, "2024-03-11", (1, 0)),
        (899, "2024-03-11", (0, 1)),
        (900, "2024-03-12", (0, 1)),
    ):
        book = book_of(promises=[promised], payments=[payment(paid_on=day, amount=paid)])
        ledger = on(book, "2024-03-20").ledger
        first, last = (np.array([day_number(dt.date(2024, 3, n))], np.int32) for n in (1, 20))
        kept, broken = ledger.promises(first=first, last=last)
        assert (kept[0], broken[0]) == outcome


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=raw_tables(), days=mornings(), later=st.integers(0, 60))
def test_labels_look_ahead_exactly_as_far_as_they_say(
    tables: Tables, days: list[dt.date], later: int
) -> None:
    book = book_of_tables(tables)
    seen = observe(book, as_of=days)
    history = History(book, seen, known_by=seen.as_of + np.int32(later))
    first, last = seen.as_of + 1, seen.as_of + later
    worst = history.ledger.worst_dpd(first=first, last=last)
    cash = history.ledger.paid_between(first=seen.as_of, last=last)
    counts = history.payments.count(days=90)
    rows = dated(tables)
    for n, (loan_no, morning) in enumerate(zip(seen.loan_no, seen.as_of.tolist(), strict=True)):
        owner = book.borrower_ids[book.borrower_of_loan[loan_no]]
        past = Past(rows, book.loan_ids[loan_no], owner, morning, morning + later)
        ahead = range(morning + 1, morning + later + 1)
        assert worst[n] == max((past.dpd(day) for day in ahead), default=0)
        assert cash[n] == past.paid_between(morning, morning + later)
        assert counts[n] == len(past.before("payments", 90))
