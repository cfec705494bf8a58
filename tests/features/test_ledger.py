"""The ledger by hand: what was due, what was paid, what is owed, and since when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.history import History, KnownBeforeMorning
from features.ledger import Ledger
from features.observations import Observations, day_number, observe
from tests.builders import Row, at, book_of, instalment, loan, payment, statement

DUE = [
    instalment(number=1, due_on="2024-02-15"),
    instalment(number=2, due_on="2024-03-15"),
    instalment(number=3, due_on="2024-04-15"),
]
"""Three instalments of 100.00 + 5.00."""


def pays(amount: int, on: str, **changes: Any) -> Row:
    return payment(**{"payment_id": f"P-{on}-{amount}", "amount": amount, "paid_on": on, **changes})


def on_morning(book: Book, day: str, *, known_by: str | None = None) -> Ledger:
    """Return the ledger of the book's first loan on one morning."""
    morning = np.array([day_number(dt.date.fromisoformat(day))], np.int32)
    known = None if known_by is None else np.array([day_number(dt.date.fromisoformat(known_by))], np.int32)
    return History(book, Observations(np.zeros(1, np.int32), morning), known_by=known).ledger


def number(day: str) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.array([day_number(dt.date.fromisoformat(day))], np.int32)


@pytest.mark.parametrize(
    ("payments", "morning", "dpd", "arrears", "unpaid"),
    [
        pytest.param([], "2024-02-15", 0, 0, 0, id="nothing is overdue on the due day itself"),
        pytest.param([], "2024-02-16", 1, 10_500, 1, id="one day late on the morning after"),
        pytest.param([], "2024-03-16", 30, 21_000, 2, id="two unpaid: the oldest counts the days"),
        pytest.param([pays(10_500, "2024-02-15")], "2024-02-16", 0, 0, 0, id="paid on the due day: never late"),
        pytest.param([pays(10_500, "2024-02-16")], "2024-02-16", 1, 10_500, 1, id="paid today is seen tomorrow"),
        pytest.param([pays(10_500, "2024-02-16")], "2024-02-17", 0, 0, 0, id="paid a day late: current again"),
        pytest.param([pays(10_499, "2024-02-15")], "2024-03-01", 15, 1, 1, id="one cent short: still the oldest"),
        pytest.param(
            [pays(10_499, "2024-02-15"), pays(1, "2024-02-28")], "2024-03-01", 0, 0, 0,
            id="the missing cent settles it",
        ),
        pytest.param([pays(4_000, "2024-02-20")], "2024-03-01", 15, 6_500, 1, id="a part payment leaves the age"),
        pytest.param(
            [pays(10_500, "2024-03-20")], "2024-03-21", 6, 10_500, 1, id="payment settles the oldest first"
        ),
        pytest.param(
            [pays(15_000, "2024-02-15")], "2024-03-16", 1, 6_000, 1, id="overpayment is carried forward"
        ),
        pytest.param([pays(21_000, "2024-02-10")], "2024-03-31", 0, 0, 0, id="paid ahead: two instalments covered"),
        pytest.param([pays(21_000, "2024-02-10")], "2024-04-16", 1, 10_500, 1, id="paid ahead runs out"),
        pytest.param(
            [pays(10_500, "2024-02-14"), pays(-10_500, "2024-02-20")], "2024-02-20", 0, 0, 0,
            id="before the reversal it was settled",
        ),
        pytest.param(
            [pays(10_500, "2024-02-14"), pays(-10_500, "2024-02-20")], "2024-02-21", 6, 10_500, 1,
            id="a reversal unsettles it from its old due day",
        ),
        pytest.param(
            [pays(10_500, "2024-02-14"), pays(-10_500, "2024-02-20"), pays(10_500, "2024-02-25")],
            "2024-02-26", 0, 0, 0, id="paid again after the reversal",
        ),
        pytest.param([pays(-500, "2024-02-20")], "2024-02-21", 6, 10_500, 1, id="net below zero counts as zero"),
        pytest.param(
            [pays(5_000, "2024-02-15"), pays(5_500, "2024-02-15", payment_id="P-b")], "2024-02-16", 0, 0, 0,
            id="two payments on one day add up",
        ),
        pytest.param([pays(31_500, "2024-04-15")], "2024-12-31", 0, 0, 0, id="all paid: current for good"),
        pytest.param([pays(99_999, "2024-02-01")], "2024-12-31", 0, 0, 0, id="paid off early and beyond"),
    ],
)  # fmt: skip
def test_arrears_of_three_instalments(
    payments: list[Row], morning: str, dpd: int, arrears: int, unpaid: int
) -> None:
    found = on_morning(book_of(instalments=DUE, payments=payments), morning)
    assert (found.dpd[0], found.arrears[0], found.unpaid_count[0]) == (dpd, arrears, unpaid)
    assert found.dpd_on(number(morning))[0] == dpd
    assert found.has_ledger[0]


@pytest.mark.parametrize(
    ("paid", "fee", "interest", "principal"),
    [
        pytest.param(0, 300, 500, 10_000, id="nothing paid: all three are owed"),
        pytest.param(300, 0, 500, 10_000, id="the fee is settled first"),
        pytest.param(500, 0, 300, 10_000, id="then interest"),
        pytest.param(900, 0, 0, 9_900, id="then principal"),
        pytest.param(10_800, 0, 0, 0, id="all of it"),
    ],
)
def test_a_payment_settles_fee_then_interest_then_principal(
    paid: int, fee: int, interest: int, principal: int
) -> None:
    book = book_of(instalments=[instalment(fee_due=300)], payments=[pays(paid, "2024-02-15")] if paid else [])
    found = on_morning(book, "2024-02-20")
    split = (found.arrears_fee[0], found.arrears_interest[0], found.arrears_principal[0])
    assert split == (fee, interest, principal)
    assert found.arrears[0] == sum(split)


def test_two_instalments_due_on_one_day_settle_by_number() -> None:
    same_day = [
        instalment(number=2, principal_due=300, interest_due=0),
        instalment(number=1, principal_due=100, interest_due=50),
    ]
    found = on_morning(book_of(instalments=same_day, payments=[pays(150, "2024-02-15")]), "2024-02-17")
    assert (found.dpd[0], found.arrears[0], found.unpaid_count[0]) == (2, 300, 1)
    assert (found.arrears_interest[0], found.arrears_principal[0]) == (0, 300)


def test_an_instalment_of_nothing_is_never_late() -> None:
    free = instalment(principal_due=0, interest_due=0, fee_due=0)
    found = on_morning(book_of(instalments=[free], payments=[pays(-5, "2024-02-15")]), "2024-06-01")
    assert (found.dpd[0], found.unpaid_count[0], found.arrears[0]) == (0, 0, 0)


RESCHEDULED = [
    instalment(due_on="2024-02-15"),
    instalment(due_on="2024-04-15", revision=2, known_at=at("2024-03-01")),
]


@pytest.mark.parametrize(
    ("morning", "dpd"),
    [
        pytest.param("2024-03-01", 15, id="the old date holds on the day the new one is written"),
        pytest.param("2024-03-02", 0, id="the new date holds from the next morning"),
        pytest.param("2024-04-16", 1, id="and is counted from then"),
    ],
)
def test_a_rescheduled_instalment_replaces_the_earlier_date(morning: str, dpd: int) -> None:
    assert on_morning(book_of(instalments=RESCHEDULED), morning).dpd[0] == dpd


@pytest.mark.parametrize(
    ("morning", "known_by", "dpd"),
    [
        pytest.param("2024-02-20", None, 5, id="the payment is not known yet"),
        pytest.param("2024-03-01", None, 15, id="nor on the day it is written"),
        pytest.param("2024-03-02", None, 0, id="known: the loan was never late"),
        pytest.param("2024-02-20", "2024-03-02", 0, id="a label looks back with later knowledge"),
    ],
)
def test_a_payment_known_late(morning: str, known_by: str | None, dpd: int) -> None:
    book = book_of(payments=[pays(10_500, "2024-02-15", known_at=at("2024-03-01"))])
    assert on_morning(book, morning, known_by=known_by).dpd[0] == dpd


@pytest.mark.parametrize(
    ("morning", "paid"),
    [
        pytest.param("2024-02-20", 10_500, id="as first written"),
        pytest.param("2024-03-02", 10_000, id="as corrected"),
        pytest.param("2024-03-12", 0, id="as withdrawn by a revision of nothing"),
    ],
)
def test_a_payment_corrected_twice(morning: str, paid: int) -> None:
    versions = [
        payment(),
        payment(revision=2, amount=10_000, known_at=at("2024-03-01")),
        payment(revision=3, amount=0, known_at=at("2024-03-11")),
    ]
    assert on_morning(book_of(payments=versions), morning).paid_total[0] == paid


LATE_TWICE = [pays(10_500, "2024-02-20"), pays(10_500, "2024-03-25")]


@pytest.mark.parametrize(
    ("first", "last", "worst", "late"),
    [
        pytest.param("2024-02-01", "2024-02-15", 0, 0, id="before anything was late"),
        pytest.param("2024-02-16", "2024-02-16", 1, 1, id="the first late day alone"),
        pytest.param("2024-02-01", "2024-03-10", 5, 5, id="five days late in February"),
        pytest.param("2024-02-01", "2024-04-10", 10, 15, id="ten more in March"),
        pytest.param("2024-02-21", "2024-03-15", 0, 0, id="between the two"),
        pytest.param("2024-03-20", "2024-03-22", 7, 3, id="inside a late spell"),
        pytest.param("2024-03-22", "2024-05-01", 16, 20, id="two spells, the open one is worse"),
        pytest.param("2024-03-22", "2024-03-21", 0, 0, id="no days: nothing"),
    ],
)
def test_the_path_between_two_days(first: str, last: str, worst: int, late: int) -> None:
    found = on_morning(book_of(instalments=DUE, payments=LATE_TWICE), "2024-06-01")
    assert found.worst_dpd(first=number(first), last=number(last))[0] == worst
    assert found.days_late(first=number(first), last=number(last))[0] == late


@pytest.mark.parametrize(
    ("first", "last", "due", "paid"),
    [
        pytest.param("2024-02-15", "2024-02-16", 10_500, 0, id="the first day counts"),
        pytest.param("2024-02-01", "2024-02-15", 0, 0, id="the last day does not"),
        pytest.param("2024-02-01", "2024-06-01", 31_500, 21_000, id="all of it"),
    ],
)
def test_flows_in_a_half_open_period(first: str, last: str, due: int, paid: int) -> None:
    found = on_morning(book_of(instalments=DUE, payments=LATE_TWICE), "2024-06-01")
    assert found.due_between(first=number(first), last=number(last))[0] == due
    assert found.paid_between(first=number(first), last=number(last))[0] == paid


def test_totals_and_balance() -> None:
    found = on_morning(book_of(instalments=DUE, payments=LATE_TWICE), "2024-04-01")
    assert (found.due_total[0], found.paid_total[0], found.balance[0]) == (21_000, 21_000, 10_000)
    assert found.oldest_unpaid_due_on[0] == -(2**31)
    assert on_morning(book_of(instalments=DUE), "2024-04-01").oldest_unpaid_due_on[0] == number("2024-02-15")


def test_punctuality_counts_missed_settled_and_delay() -> None:
    found = on_morning(book_of(instalments=DUE, payments=LATE_TWICE), "2024-06-01")
    due, missed, settled, delay = found.punctuality(first=number("2024-01-01"), last=number("2024-06-01"))
    assert (due[0], missed[0], settled[0], delay[0]) == (3, 3, 2, 5 + 10)


def test_an_ended_loan_leaves_the_observations_and_keeps_its_arithmetic() -> None:
    ended = [loan(), loan(revision=2, ended_on="2024-05-10", end_kind="sold", known_at=at("2024-05-12"))]
    book = book_of(loans=ended, instalments=DUE)
    mornings = [dt.date(2024, 5, day) for day in (10, 11, 12, 13)]
    assert observe(book, as_of=mornings).as_of.tolist() == [number(f"2024-05-{d}")[0] for d in (10, 11, 12)]
    assert on_morning(book, "2024-05-20").dpd[0] == 95


def test_a_loan_is_observed_from_the_morning_after_it_is_disbursed_and_known() -> None:
    book = book_of(loans=[loan(known_at=at("2024-01-17"))])
    seen = observe(book, as_of=[dt.date(2024, 1, day) for day in (15, 16, 17, 18, 18)])
    assert seen.as_of.tolist() == [number("2024-01-18")[0]]


PANEL = [
    statement(month="2024-02-01", dpd=0, balance=5_000, amount_due=900, amount_paid=1_000),
    statement(month="2024-03-01", dpd=31, balance=6_000, amount_due=900, amount_paid=200),
    statement(month="2024-04-01", dpd=None, status="2", balance=7_000, amount_due=1_600, amount_paid=0),
]


@pytest.mark.parametrize(
    ("morning", "dpd", "arrears", "balance"),
    [
        pytest.param("2024-02-29", 0, 0, 0, id="no statement yet"),
        pytest.param("2024-03-01", 0, 0, 5_000, id="February speaks; paid more than due is no arrears"),
        pytest.param("2024-03-31", 0, 0, 5_000, id="March is not closed on its last morning"),
        pytest.param("2024-04-01", 31, 700, 6_000, id="March speaks"),
        pytest.param("2024-05-01", 60, 1_600, 7_000, id="a status of two months stands for 60 days"),
    ],
)
def test_a_loan_known_by_statements_alone(morning: str, dpd: int, arrears: int, balance: int) -> None:
    found = on_morning(book_of(statements=PANEL), morning)
    assert (found.dpd[0], found.arrears[0], found.balance[0]) == (dpd, arrears, balance)
    assert not found.has_ledger[0]
    known = morning != "2024-02-29"
    assert (found.known[0], found.arrears_known[0], found.balance_known[0]) == (known, known, known)


def test_nobody_knows_arrears_of_which_the_latest_statement_states_no_amount_due() -> None:
    silent = statement(month="2024-04-01", dpd=60, balance=None, amount_due=None, amount_paid=0)
    book = book_of(statements=[*PANEL[:2], silent])
    april, march = on_morning(book, "2024-05-01"), on_morning(book, "2024-04-01")
    assert (april.dpd[0], april.known[0], april.arrears_known[0], april.balance_known[0]) == (
        60,
        True,
        False,
        False,
    )
    assert (march.arrears[0], march.arrears_known[0]) == (700, True)


@pytest.mark.parametrize(
    ("first", "last", "worst", "late", "paid"),
    [
        pytest.param("2024-02-01", "2024-03-31", 0, 0, 1_000, id="nothing late until March closed"),
        pytest.param("2024-04-01", "2024-04-30", 31, 30, 0, id="March speaks through April"),
        pytest.param("2024-04-30", "2024-05-02", 60, 3, 0, id="April takes over on the first of May"),
        pytest.param("2024-03-31", "2024-05-01", 60, 31, 200, id="a payment of March lies at its end"),
    ],
)
def test_the_path_of_statements(first: str, last: str, worst: int, late: int, paid: int) -> None:
    found = on_morning(book_of(statements=PANEL), "2024-06-01")
    assert found.worst_dpd(first=number(first), last=number(last))[0] == worst
    assert found.days_late(first=number(first), last=number(last))[0] == late
    assert found.paid_between(first=number(first), last=number(last))[0] == paid


def test_knowledge_never_lies_before_the_morning() -> None:
    with pytest.raises(KnownBeforeMorning, match=r"found it earlier for 1 observations \(loans L-1\)"):
        on_morning(book_of(), "2024-03-01", known_by="2024-02-01")
