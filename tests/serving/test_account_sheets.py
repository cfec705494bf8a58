"""What a collector sees of an account, worked by hand; what nobody may see; what is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from serving.account_sheet import (
    TIMELINE_LENGTH,
    OtherOverdueLoan,
    TimelineItem,
    UnpaidInstalment,
    sheet_to_json,
)
from serving.account_sheets import LoansUnknown, sheets_from_book
from tests.builders import (
    Row,
    agent,
    at,
    attribute,
    book_of,
    borrower,
    consent,
    contact,
    evidence,
    flag,
    instalment,
    loan,
    offer,
    payment,
    plan,
    promise,
    protected,
    review,
    statement,
    visit,
)

MARCH_20 = date(2024, 3, 20)
SECRET = "only the borrower and the person who wrote it know this"


def sheet(as_of: date = MARCH_20, loan_id: str = "L-1", **tables: list[Row]) -> Any:
    (one,) = sheets_from_book(book_of(**tables), as_of=as_of, loan_ids=[loan_id])
    return one


def test_a_payment_settles_fee_then_interest_then_principal_of_the_oldest_instalment() -> None:
    dues = [
        instalment(number=1, fee_due=300),
        instalment(number=2, due_on="2024-03-15", fee_due=300),
        instalment(number=3, due_on="2024-04-15"),
    ]
    one = sheet(instalments=dues, payments=[payment(amount=10_800 + 300 + 120)])

    assert one.unpaid == (UnpaidInstalment(2, "2024-03-15", 10_800, 10_380, 10_000, 380, 0, 5),)
    assert (one.arrears_principal, one.arrears_interest, one.arrears_fee) == (10_000, 380, 0)
    assert one.balance == 20_000


def test_several_instalments_stand_oldest_first_with_their_days_late() -> None:
    dues = [instalment(number=2, due_on="2024-03-15"), instalment(number=1)]
    one = sheet(instalments=dues, payments=[payment(amount=9_000)])

    assert [(due.number, due.unpaid, due.days_late) for due in one.unpaid] == [(1, 1_500, 34), (2, 10_500, 5)]
    assert one.arrears_split == 12_000


def test_a_reversal_owes_again_what_was_paid_and_stands_below_zero() -> None:
    back = payment(payment_id="P-2", amount=-10_500, paid_on="2024-02-18")
    one = sheet(payments=[payment(), back])

    assert one.unpaid[0].unpaid == 10_500
    assert [(item.kind, item.amount) for item in one.timeline] == [
        ("reversal", -10_500),
        ("payment", 10_500),
        ("due", 10_500),
    ]


def test_a_loan_of_statements_has_no_split_and_shows_them() -> None:
    told = [
        statement(dpd=None, status="2"),
        statement(month="2024-01-01", balance=None, status=None),
    ]
    one = sheet(statements=told)

    assert (one.arrears_split, one.unpaid, one.balance) == (None, (), 110_000)
    assert one.timeline == (
        TimelineItem("2024-02-29", "statement", "2", 110_000),
        TimelineItem("2024-01-31", "statement"),
    )


def test_a_balance_that_no_statement_tells_is_unknown_and_not_nought() -> None:
    assert sheet(statements=[statement(balance=None)]).balance is None


def test_everything_that_happened_stands_newest_first_in_codes() -> None:
    one = sheet(
        as_of=date(2024, 4, 12),
        payments=[payment(amount=2_000)],
        contacts=[
            contact(contacted_at=at("2024-03-01", "09:00")),
            contact(contact_id="C-2", contacted_at=at("2024-03-01", "18:00"), outcome="no_answer", stated_reason=None),
        ],
        promises=[promise(promised_at=at("2024-03-01", "10:00"))],
        offers=[offer()],
        visits=[visit(), visit(visit_id="V-2", planned_on="2024-04-20", visited_at=None, outcome=None, reason=None,
                               known_at=at("2024-04-11"))],
        plans=[plan(known_at=at("2024-04-10"))],
        flags=[flag()],
    )  # fmt: skip

    assert one.timeline == (
        TimelineItem("2024-04-20", "visit", "planned"),
        TimelineItem("2024-04-15", "plan", "extension", until="2024-06-15"),
        TimelineItem("2024-04-10", "visit", "met", detail="cash_short"),
        TimelineItem("2024-04-01", "offer", "instalments", detail="refused"),
        TimelineItem("2024-04-01", "flag", "dispute"),
        TimelineItem("2024-03-01", "contact", "no_answer", channel="call"),
        TimelineItem("2024-03-01", "promise", "broken", 10_500, until="2024-03-08"),
        TimelineItem("2024-03-01", "contact", "talked", channel="call", detail="cash_short"),
        TimelineItem("2024-02-15", "payment", "", 2_000, "bank"),
        TimelineItem("2024-02-15", "due", "part_paid", 8_500),
    )


@pytest.mark.parametrize(
    ("as_of", "paid", "state"),
    [
        pytest.param(date(2024, 3, 11), 0, "open", id="its date plus 3 days has not passed"),
        pytest.param(date(2024, 3, 12), 9_449, "broken", id="less than nine tenths paid"),
        pytest.param(date(2024, 3, 12), 9_450, "kept", id="nine tenths paid on the last day"),
    ],
)
def test_a_promise_is_told_as_the_ledger_judges_it(as_of: date, paid: int, state: str) -> None:
    one = sheet(
        as_of=as_of,
        promises=[promise()],
        payments=[payment(paid_on="2024-03-11", amount=paid)] if paid else [],
    )
    assert [item.code for item in one.timeline if item.kind == "promise"] == [state]


def test_a_long_past_is_cut_at_forty_and_says_how_much_is_left_out() -> None:
    many = [
        contact(contact_id=f"C-{n}", contacted_at=at("2024-03-01", f"{n % 24:02}:{n // 24:02}"))
        for n in range(60)
    ]
    one = sheet(contacts=many, payments=[payment(paid_on="2024-03-02", amount=10_500)])

    assert len(one.timeline) == TIMELINE_LENGTH
    assert one.timeline_older == 21
    assert one.timeline[0].kind == "payment", "the newest is kept"


def test_a_correction_replaces_a_row_from_the_morning_after_it_is_known() -> None:
    wrong = payment(paid_on="2024-02-20", amount=10_500)
    right = payment(paid_on="2024-02-20", amount=1_050, revision=2, known_at=at("2024-03-19"))

    assert sheet(date(2024, 3, 19), payments=[wrong, right]).unpaid == ()
    after = sheet(payments=[wrong, right])
    assert after.unpaid[0].unpaid == 9_450
    assert [item.amount for item in after.timeline if item.kind == "payment"] == [1_050]


def test_a_revised_instalment_replaces_the_earlier_one_from_the_morning_after_it_is_known() -> None:
    moved = instalment(due_on="2024-03-18", revision=2, known_at=at("2024-03-19"))
    before = sheet(date(2024, 3, 19), instalments=[instalment(), moved])
    after = sheet(instalments=[instalment(), moved])

    assert [(one.due_on, one.days_late) for one in before.unpaid] == [("2024-02-15", 33)]
    assert [(one.due_on, one.days_late) for one in after.unpaid] == [("2024-03-18", 2)]


def test_net_payments_below_zero_owe_no_more_than_what_was_due() -> None:
    one = sheet(payments=[payment(amount=-2_000)])
    assert (one.arrears_split, one.unpaid[0].unpaid) == (10_500, 10_500)


def test_other_overdue_loans_of_the_borrower_are_named_with_the_latest_first() -> None:
    loans = [loan(loan_id=f"L-{n}", product="card") for n in (1, 2, 3, 4)]
    loans += [
        loan(loan_id="L-5", borrower_id="B-2"),
        loan(loan_id="L-6", ended_on="2024-03-01", end_kind="sold"),
    ]
    dues = [instalment(loan_id=f"L-{n}") for n in (1, 2, 3, 5, 6)]
    dues[1]["due_on"] = "2024-03-10"
    one = sheet(loans=loans, instalments=dues)

    assert one.other_overdue_loans == (
        OtherOverdueLoan("L-3", "card", 34, 10_500, "CNY"),
        OtherOverdueLoan("L-2", "card", 10, 10_500, "CNY"),
    )


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        pytest.param({}, ("CN", "Asia/Shanghai"), id="unstated: the book's"),
        pytest.param({"country": "US"}, ("US", ""), id="abroad without a zone: unknown"),
        pytest.param({"country": "CN", "time_zone": "Asia/Urumqi"}, ("CN", "Asia/Urumqi"), id="stated"),
    ],
)
def test_place_of_the_borrower(facts: Row, place: tuple[str, str]) -> None:
    one = sheet(borrowers=[borrower(opened_on="2023-11-30", **facts)])
    assert (one.country, one.time_zone) == place
    assert (one.language, one.employment, one.opened_on) == ("zh", "employed", "2023-11-30")


def test_no_text_that_a_person_wrote_and_no_protected_attribute_is_told() -> None:
    one = sheet(
        as_of=date(2024, 6, 1),
        borrowers=[borrower(geohash=SECRET)],
        protected=[protected(age_band=SECRET, sex=SECRET, region=SECRET, hukou=SECRET)],
        contacts=[contact(agent_id=SECRET, number_id=SECRET, agency=SECRET)],
        offers=[offer(terms=SECRET)],
        plans=[plan(terms=SECRET)],
        visits=[visit(staff=SECRET, next_step=SECRET)],
        reviews=[review(reasons=SECRET)],
        evidence=[evidence(source=SECRET)],
        consents=[consent(purpose=SECRET)],
        attributes=[attribute(code=SECRET)],
        agents=[agent(skills=SECRET)],
    )
    assert len(one.timeline) == 5
    assert SECRET not in json.dumps(sheet_to_json(one))


def test_sheets_come_in_the_order_asked_for() -> None:
    book = book_of(loans=[loan(loan_id=f"L-{n}", borrower_id=f"B-{9 - n}") for n in range(1, 4)],
                   instalments=[instalment(loan_id=f"L-{n}") for n in range(1, 4)])  # fmt: skip
    found = sheets_from_book(book, as_of=MARCH_20, loan_ids=["L-2", "L-1", "L-3", "L-2"])
    assert [one.loan_id for one in found] == ["L-2", "L-1", "L-3", "L-2"]
    assert sheets_from_book(book, as_of=MARCH_20, loan_ids=[]) == []


@pytest.mark.parametrize(
    ("as_of", "asked"),
    [
        pytest.param(MARCH_20, "L-9", id="a loan the book lacks"),
        pytest.param(date(2024, 1, 15), "L-1", id="a loan learnt of on the morning itself"),
    ],
)
def test_loans_not_known_on_the_morning_are_refused_by_name(as_of: date, asked: str) -> None:
    with pytest.raises(LoansUnknown, match=rf"before {as_of}, found 1 others \({asked}\)\. Ask"):
        sheets_from_book(book_of(), as_of=as_of, loan_ids=[asked])
