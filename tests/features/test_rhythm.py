"""Habits of payment, answers to talks and messages, promises by their amounts: worked by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.build import build_features
from features.observations import observe
from tests.builders import at, borrower, contact, instalments, loan, manifest, payment, promise, tables_of


def told(as_of: str, *names: str, **tables: Any) -> list[float]:
    """Return features of one loan disbursed on 2024-01-15."""
    base = {"loans": [loan()], "borrowers": [borrower()], "instalments": instalments(), "payments": []}
    book = Book.from_tables(tables_of(**{**base, **tables}), manifest=manifest())
    frame = build_features(book, observe(book, as_of=[dt.date.fromisoformat(as_of)])).frame
    return [float(frame[name].iloc[0]) for name in names]


def paid(*days: str, amount: int = 100) -> list[Any]:
    return [payment(payment_id=f"P-{n}", paid_on=day, amount=amount) for n, day in enumerate(days)]


MONTHLY = ("2024-02-28", "2024-03-28", "2024-04-28")


@pytest.mark.parametrize(
    ("days", "number", "share"),
    [
        pytest.param(MONTHLY, 28, 1.0, id="the 28th of each month"),
        pytest.param((*MONTHLY, "2024-05-01"), 28, 0.75, id="the 1st lies four days after the 28th"),
        pytest.param((*MONTHLY, "2024-04-30"), 28, 1.0, id="two days late still counts as near"),
        pytest.param((*MONTHLY, "2024-04-25"), 28, 0.75, id="three days early does not"),
        pytest.param(("2024-03-31", "2024-05-31", "2024-04-01"), 31, 1.0, id="the 1st follows the 31st"),
        pytest.param(("2024-03-05", "2024-04-10", "2024-05-01"), 1, 1 / 3, id="of equals the smallest"),
        pytest.param(MONTHLY[:2], np.nan, np.nan, id="two payments are no habit"),
        pytest.param(("2024-03-28", "2024-03-28", "2024-04-28"), np.nan, np.nan, id="two on one day are one"),
    ],
)
def test_the_usual_day_of_payment(days: tuple[str, ...], number: float, share: float) -> None:
    found = told("2024-06-10", "payday_number_365d", "payday_share_365d", payments=paid(*days))
    np.testing.assert_allclose(found, [number, share])


@pytest.mark.parametrize(
    ("as_of", "ahead"),
    [
        pytest.param("2024-06-27", 3, id="June has no 31st: its last day stands in"),
        pytest.param("2024-06-30", 0, id="that day has come"),
        pytest.param("2024-07-31", 0, id="today"),
        pytest.param("2024-08-01", 30, id="the day after"),
    ],
)
def test_the_next_usual_day(as_of: str, ahead: int) -> None:
    days = ("2024-01-31", "2024-03-31", "2024-05-31")
    assert told(as_of, "payday_ahead_days", payments=paid(*days)) == [ahead]


def test_gaps_between_payments_and_their_spread() -> None:
    found = told(
        "2024-06-10", "payment_gap_mean_365d", "payment_gap_variation_365d",
        payments=paid("2024-03-01", "2024-03-11", "2024-04-10"),
    )  # fmt: skip
    np.testing.assert_allclose(found, [20.0, 0.5])  # gaps of 10 and 30: spread 10 over a mean of 20


@pytest.mark.parametrize(
    ("paid_on", "share"),
    [
        pytest.param("2024-03-01", 1.0, id="on the day of the talk"),
        pytest.param("2024-03-04", 1.0, id="three days after it"),
        pytest.param("2024-03-05", 0.0, id="four days after it"),
        pytest.param("2024-02-29", 0.0, id="the day before it"),
    ],
)
def test_a_payment_follows_a_talk_within_three_days(paid_on: str, share: float) -> None:
    found = told("2024-03-20", "talks_paid_share_180d", contacts=[contact()], payments=paid(paid_on))
    assert found == [share]


def test_a_talk_whose_three_days_are_not_over_is_not_judged() -> None:
    assert np.isnan(told("2024-03-04", "talks_paid_share_180d", contacts=[contact()])).all()
    assert told("2024-03-05", "talks_paid_share_180d", contacts=[contact()]) == [0.0]


def test_a_reversal_is_no_answer() -> None:
    reversed_payment = paid("2024-03-02", amount=-100)
    assert told("2024-03-20", "talks_paid_share_180d", contacts=[contact()], payments=reversed_payment) == [
        0.0
    ]


def test_a_message_is_answered_when_the_borrower_gets_in_touch() -> None:
    sent = contact(channel="sms", outcome="delivered", party="unknown")
    came = contact(
        contact_id="C-2", channel="app", direction="in", outcome=None, contacted_at=at("2024-03-03"),
    )  # fmt: skip
    assert told("2024-03-20", "messages_answered_share_180d", contacts=[sent]) == [0.0]
    assert told("2024-03-20", "messages_answered_share_180d", contacts=[sent, came]) == [1.0]


def test_calls_are_counted_from_the_last_talk_on() -> None:
    days = {
        "2024-03-01": "talked",
        "2024-03-02": "no_answer",
        "2024-03-05": "busy",
        "2024-03-07": "no_answer",
    }
    calls = [
        contact(contact_id=f"C-{day}", contacted_at=at(day), outcome=outcome) for day, outcome in days.items()
    ]
    assert told("2024-03-10", "attempts_since_talk_count", contacts=calls) == [3]
    assert told("2024-03-10", "attempts_since_talk_count", contacts=calls[1:]) == [3]
    assert told("2024-03-06", "attempts_since_talk_count", contacts=calls) == [2]


PROMISES = (
    "promised_amount_kept_share_180d", "partial_promises_count_180d", "promise_kept_latest",
    "days_since_broken_promise_180d",
)  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        pytest.param(10_500, [1.0, 0.0, 1.0, np.nan], id="paid in full"),
        pytest.param(9_450, [0.9, 0.0, 1.0, np.nan], id="nine tenths are kept"),
        pytest.param(9_449, [0.8999, 1.0, 0.0, 9.0], id="a unit less is kept in part"),
        pytest.param(20_000, [1.0, 0.0, 1.0, np.nan], id="more than promised counts as promised"),
    ],
)
def test_a_promise_by_its_amount(amount: int, expected: list[float]) -> None:
    found = told("2024-03-20", *PROMISES, promises=[promise()], payments=paid("2024-03-11", amount=amount))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_promise_is_not_judged_before_its_grace_is_over() -> None:
    found = told("2024-03-11", *PROMISES, promises=[promise()])
    np.testing.assert_equal(found, [np.nan, 0.0, np.nan, np.nan])


def test_disputes_and_the_door_are_no_reactions() -> None:
    calls = [
        contact(outcome="promised"),
        contact(contact_id="C-2", contacted_at=at("2024-03-02"), outcome="refused", stated_reason="dispute"),
        contact(contact_id="C-3", contacted_at=at("2024-03-03"), outcome="refused", channel="visit"),
    ]
    base = {"loans": [loan()], "borrowers": [borrower()], "instalments": instalments(), "payments": []}
    book = Book.from_tables(tables_of(**base, contacts=calls), manifest=manifest())
    frame = build_features(book, observe(book, as_of=[dt.date(2024, 3, 10)])).frame
    assert frame["talk_outcome_latest"].tolist() == ["promised"]
    assert frame[["refusals_count_90d", "refusals_share_180d"]].to_numpy().tolist() == [[0.0, 0.0]]
