"""When a row took place, and from when until when a morning may see it: worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.coding import NO_DAY
from features.prepare import OPEN_END, month_ends
from tests.builders import (
    agent,
    attribute,
    book_of,
    borrower,
    contact,
    instalment,
    loan,
    manifest,
    payment,
    statement,
    visit,
)

SHANGHAI = "Asia/Shanghai"


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


@pytest.mark.parametrize(
    ("zone", "known_at", "seen_from"),
    [
        pytest.param(SHANGHAI, "2024-03-01T23:59:59+08:00", "2024-03-02", id="last second of a local day"),
        pytest.param(
            SHANGHAI, "2024-03-02T00:00:00+08:00", "2024-03-03", id="local midnight is too late for it"
        ),
        pytest.param(SHANGHAI, "2024-03-01T15:59:59Z", "2024-03-02", id="the same second in UTC"),
        pytest.param(SHANGHAI, "2024-03-01T16:00:00Z", "2024-03-03", id="the same midnight in UTC"),
        pytest.param("Europe/Warsaw", "2024-03-31T00:30:00+01:00", "2024-04-01", id="clocks go forward"),
        pytest.param("Europe/Warsaw", "2024-03-31T23:30:00+02:00", "2024-04-01", id="the evening after"),
        pytest.param("Europe/Warsaw", "2024-10-27T23:30:00+01:00", "2024-10-28", id="the day of 25 hours"),
        pytest.param("America/New_York", "2024-03-02T04:59:59Z", "2024-03-02", id="western evening"),
        pytest.param("America/New_York", "2024-03-02T05:00:00Z", "2024-03-03", id="western midnight"),
        pytest.param("Asia/Kolkata", "2024-03-01T18:29:59Z", "2024-03-02", id="half an hour off"),
        pytest.param("Asia/Kolkata", "2024-03-01T18:30:00Z", "2024-03-03", id="half an hour off: midnight"),
    ],
)
def test_a_row_is_seen_from_the_morning_after_it_was_known(zone: str, known_at: str, seen_from: str) -> None:
    loans = [loan(known_at="2024-02-01T00:00:00Z")]
    book = book_of(manifest(time_zone=zone), loans=loans, payments=[payment(known_at=known_at)])
    assert book.rows("payments").seen_from.tolist() == [day(seen_from)]


def test_each_revision_is_seen_until_the_next_is() -> None:
    book = book_of(
        payments=[
            payment(amount=300, revision=3, known_at="2024-03-09T00:00:00+08:00"),
            payment(amount=100, known_at="2024-02-15T12:00:00+08:00"),
            payment(amount=200, revision=2, known_at="2024-03-08T23:59:00+08:00"),
            payment(amount=7, payment_id="P-2"),
        ]
    )
    rows = book.rows("payments")
    seen = zip(rows.column("amount").tolist(), rows.seen_from.tolist(), rows.seen_until.tolist(), strict=True)
    assert list(seen) == [
        (100, day("2024-02-16"), day("2024-03-09")),
        (200, day("2024-03-09"), day("2024-03-10")),
        (300, day("2024-03-10"), OPEN_END),
        (7, day("2024-02-16"), OPEN_END),
    ]


def test_of_two_revisions_known_on_one_day_the_first_is_never_seen() -> None:
    book = book_of(
        payments=[
            payment(known_at="2024-02-15T09:00:00+08:00"),
            payment(revision=2, known_at="2024-02-15T10:00:00+08:00"),
        ]
    )
    rows = book.rows("payments")
    assert rows.seen_from[0] == rows.seen_until[0] == rows.seen_from[1]


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        pytest.param(
            "payments", payment(known_at="2024-02-20T12:00:00+08:00"), "2024-02-15", id="the day paid"
        ),
        pytest.param("instalments", instalment(), "2024-02-15", id="the day due"),
        pytest.param(
            "contacts",
            contact(contacted_at="2024-03-01T16:30:00Z", known_at="2024-03-05T00:00:00Z"),
            "2024-03-02",
            id="the local day of an instant",
        ),
        pytest.param("visits", visit(planned_on="2024-04-08"), "2024-04-10", id="the day visited"),
        pytest.param(
            "visits",
            visit(visited_at=None, planned_on="2024-04-08", known_at="2024-04-01T12:00:00+08:00"),
            "2024-04-08",
            id="the day planned while not visited",
        ),
        pytest.param(
            "visits",
            visit(visited_at=None, planned_on=None, known_at="2024-04-01T12:00:00+08:00"),
            "2024-04-01",
            id="the day known when it has no other",
        ),
        pytest.param(
            "statements", statement(month="2024-02-10"), "2024-02-29", id="the last day of the month"
        ),
        pytest.param("borrowers", borrower(), "2023-12-01", id="the day known of a table without days"),
        pytest.param("agents", agent(), "2023-12-01", id="a table that belongs to nobody"),
        pytest.param("loans", loan(), "2024-01-15", id="the day disbursed"),
    ],
)
def test_a_row_takes_place_on_its_business_day(table: str, row: dict[str, Any], expected: str) -> None:
    assert book_of(**{table: [row]}).rows(table).day.tolist() == [day(expected)]


def test_month_ends_know_leap_years_and_gaps() -> None:
    days = np.array([day("2024-02-01"), day("2023-02-28"), day("2024-12-31"), NO_DAY], np.int32)
    expected = [day("2024-02-29"), day("2023-02-28"), day("2024-12-31"), NO_DAY]
    assert month_ends(days).tolist() == expected


def test_rows_are_sorted_by_owner_day_key_and_revision() -> None:
    rows = [
        payment(payment_id="P-9", loan_id="L-1"),
        payment(payment_id="P-10", loan_id="L-1"),
        payment(payment_id="P-8", loan_id="L-0", paid_on="2024-03-01"),
        payment(payment_id="P-7", loan_id="L-0", paid_on="2024-02-20"),
        payment(payment_id="P-6", loan_id="L-2"),
        payment(payment_id="P-10", loan_id="L-1", revision=2, known_at="2024-03-01T00:00:00Z"),
    ]
    loans = [loan(loan_id="L-2", borrower_id="A"), loan(loan_id="L-1"), loan(loan_id="L-0")]
    book = book_of(loans=loans, payments=rows)
    assert book.loan_ids.tolist() == ["L-2", "L-0", "L-1"]
    assert book.borrower_ids.tolist() == ["A", "B-1"]
    assert book.borrower_of_loan.tolist() == [0, 1, 1]
    table = book.table("payments").to_pydict()
    ordered = list(zip(table["owner_no"], table["payment_id"], table["revision"], strict=True))
    assert ordered == [
        (0, "P-6", 1),
        (1, "P-7", 1),
        (1, "P-8", 1),
        (2, "P-10", 1),
        (2, "P-10", 2),
        (2, "P-9", 1),
    ]
    assert book.rows("payments").offsets.tolist() == [0, 1, 3, 6]


def test_attributes_of_borrowers_stand_before_those_of_loans() -> None:
    book = book_of(
        attributes=[
            attribute(owner_kind="loan", owner_id="L-1", name="b"),
            attribute(name="z"),
            attribute(owner_kind="loan", owner_id="L-1", name="a"),
        ]
    )
    assert book.table("attributes")["name"].to_pylist() == ["z", "a", "b"]
    assert book.rows("attributes:loan").codes("name")[1] == ("a", "b")
    assert book.rows("attributes:borrower").offsets.tolist() == [0, 1]
