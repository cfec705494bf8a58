"""The overdue report row by row, worked by hand; every loan of the book counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from features.buckets import BUCKETS
from features.observations import day_of_number
from pipelines.overdue_contacts import MET, MISSED, OPEN
from pipelines.overdue_moves import (
    FROM_STATES,
    NEWLY_OBSERVED,
    STANDING_STATES,
    TO_STATES,
    CountsDiffer,
    Tally,
    check_tally,
    standing_on,
    tally_of,
)
from pipelines.overdue_rows import Terms
from tests.builders import (
    Row,
    at,
    book_of,
    contact,
    flag,
    instalment,
    loan,
    manifest,
    payment,
    plan,
)
from tests.pipelines.overdue_builders import day, late_news_book, report_of, row_of


def test_a_row_says_who_how_much_and_how_many_days() -> None:
    book = book_of(instalments=[instalment(fee_due=300)], payments=[payment(amount=700)])
    row = row_of(report_of(book, "2024-02-20"))
    assert (row["loan_id"], row["borrower_id"], row["product"], row["portfolio"]) == (
        "L-1",
        "B-1",
        "instalment",
        "own",
    )
    assert (row["dpd"], row["borrower_dpd"], row["bucket"], row["currency"]) == (5, 5, "1-30", "CNY")
    parts = [row[f"arrears_{part}"] for part in ("fee", "interest", "principal")]
    assert parts == [0, 100, 10_000], "700 paid the fee of 300 and 400 of the interest"
    assert (row["arrears"], row["balance"]) == (10_100, 10_000)
    assert row["assessment_reached"]


def test_the_borrowers_worst_days_are_those_of_all_standing_loans() -> None:
    other = {"loan_id": "L-2"}
    book = book_of(
        loans=[loan(), loan(**other), loan(loan_id="L-3", borrower_id="B-2")],
        instalments=[instalment(), instalment(**other, due_on="2024-01-25"), instalment(loan_id="L-3")],
    )
    report = report_of(book, "2024-02-20")
    assert [row_of(report, name)["borrower_dpd"] for name in ("L-1", "L-2", "L-3")] == [26, 26, 5]
    assert report.columns["loan_id"].tolist() == ["L-2", "L-1", "L-3"], "the most days first, then the loan"


@pytest.mark.parametrize(
    ("as_of", "made", "status", "on"),
    [
        pytest.param("2024-02-17", [], OPEN, None, id="identified yesterday, nobody tried: open"),
        pytest.param("2024-02-18", [], MISSED, None, id="48 hours are over this midnight: missed"),
        pytest.param("2024-02-18", ["2024-02-17"], MET, "2024-02-17", id="talked on the second day: met"),
        pytest.param("2024-03-01", ["2024-02-20"], MISSED, "2024-02-20", id="talked on the fifth day: missed, and told"),
        pytest.param("2024-02-18", ["2024-02-15"], MISSED, None, id="talked before it was identified: does not count"),
        pytest.param("2024-02-17", ["2024-02-17"], OPEN, None, id="talked on the day itself: not known yet"),
        pytest.param(
            "2024-03-01", ["2024-02-24", "2024-02-17"], MET, "2024-02-17", id="the first of two counts",
        ),
    ],
)  # fmt: skip
def test_the_first_contact_clock(as_of: str, made: list[str], status: str, on: str | None) -> None:
    calls = [contact(contact_id=f"C-{place}", contacted_at=at(text)) for place, text in enumerate(made)]
    row = row_of(report_of(book_of(contacts=calls), as_of))
    assert row["contact_status"] == status
    assert str(row["contact_due_utc"]) == "2024-02-17 16:00:00"
    assert str(row["contact_due_local"]) == "2024-02-18 00:00:00"
    told = row["first_contact_on"]
    assert (str(day_of_number(int(told))) if on else told) == (on or -(2**31))
    assert row["first_contact_outcome"] == ("talked" if on else None)


def test_a_contact_about_another_loan_of_the_debtor_counts_and_a_mere_attempt_does_not() -> None:
    calls = [
        contact(contact_id="C-1", contacted_at=at("2024-02-16", "09:00"), outcome="no_answer"),
        contact(contact_id="C-2", loan_id="L-2", contacted_at=at("2024-02-17", "10:00"), outcome="promised"),
        contact(contact_id="C-3", loan_id="L-3", contacted_at=at("2024-02-16", "08:00")),
    ]
    loans = [loan(), loan(loan_id="L-2"), loan(loan_id="L-3", borrower_id="B-2")]
    row = row_of(report_of(book_of(loans=loans, contacts=calls), "2024-02-20"))
    assert (row["contact_status"], row["first_contact_outcome"], row["attempts"]) == (MET, "promised", 2)


def test_the_deadline_is_hours_on_the_wall_when_the_clock_is_put_forward() -> None:
    zone = manifest(country="PL", time_zone="Europe/Warsaw", currency="PLN")
    row = row_of(report_of(book_of(zone, instalments=[instalment(due_on="2024-03-29")]), "2024-04-02"))
    assert str(row["contact_due_utc"]) == "2024-03-31 23:00:00", "Warsaw is two hours ahead since the 31st"
    assert str(row["contact_due_local"]) == "2024-04-01 01:00:00", "48 hours, though only 47 on the dial"


def test_flags_plans_and_the_day_of_the_assessment() -> None:
    flags = [
        flag(kind=kind, flag_id=kind, starts_on="2024-02-01") for kind in ("death", "dispute", "complaint")
    ]
    ended = flag(kind="lawyer", flag_id="lawyer", starts_on="2024-02-01", ends_on="2024-02-18")
    plans = [plan(starts_on="2024-02-18", kind="grace"), plan(plan_id="PL-2", starts_on="2024-02-25")]
    book = book_of(flags=[*flags, ended], plans=plans)
    row = row_of(report_of(book, "2024-02-20", terms=Terms(assess_from=6)))
    assert row["stop_flags"] == ("dispute", "death")
    assert row["plans"] == ("grace",)
    assert not row["assessment_reached"], "5 days past due, asked from 6 on"


def every_state_book() -> dict[str, list[Row]]:
    """Return loans that are on 2024-03-20 in every state a loan can be in."""
    heads: list[Row] = [
        loan(loan_id="current"),
        loan(loan_id="young"),
        loan(loan_id="rolls"),
        loan(loan_id="cures"),
        loan(loan_id="silent"),
        loan(loan_id="new", disbursed_on="2024-03-19"),
        loan(loan_id="sold"),
        loan(loan_id="sold", revision=2, ended_on="2024-03-19", end_kind="sold", known_at=at("2024-03-19")),
        loan(loan_id="repaid"),
        loan(
            loan_id="repaid", revision=2, ended_on="2024-03-01", end_kind="repaid", known_at=at("2024-03-01")
        ),
        loan(loan_id="unheard", disbursed_on="2024-03-28"),
    ]
    due = {"current": "2024-04-15", "young": "2024-03-15", "rolls": "2024-02-18", "cures": "2024-03-10",
           "sold": "2024-02-15", "repaid": "2024-02-15", "new": "2024-04-19"}  # fmt: skip
    due_rows = [instalment(loan_id=name, due_on=on) for name, on in due.items()]
    paid = [payment(loan_id="cures", paid_on="2024-03-19")]
    return {"loans": heads, "instalments": due_rows, "payments": paid}


def test_every_loan_of_the_book_stands_somewhere_and_once() -> None:
    tally = report_of(book_of(**every_state_book()), "2024-03-20").tally
    assert dict(tally.states) == {
        "current": 3, "1-30": 1, "31-60": 1, "nobody_knows": 1, "sold": 1, "ended": 1, "not_known_yet": 1,
    }  # fmt: skip
    assert (tally.loans, tally.standing, tally.overdue) == (9, 6, 2)
    assert dict(tally.ended) == {"sold": 1, "repaid": 1}


def test_moves_since_yesterday_tell_who_rolled_cured_came_and_went() -> None:
    tally = report_of(book_of(**every_state_book()), "2024-03-20").tally
    assert dict(tally.moves) == {
        ("current", "current"): 1,
        ("1-30", "1-30"): 1,
        ("1-30", "31-60"): 1,
        ("1-30", "current"): 1,
        ("nobody_knows", "nobody_knows"): 1,
        (NEWLY_OBSERVED, "current"): 1,
        ("31-60", "sold"): 1,
    }
    assert tally.cured == 1


def test_both_mornings_are_told_with_what_was_known_on_them() -> None:
    late = payment(paid_on="2024-02-15", known_at=at("2024-02-20"))
    moves = report_of(book_of(payments=[late]), "2024-02-21").tally.moves
    assert dict(moves) == {("1-30", "current"): 1}, "yesterday's report had it overdue, and stays as it was"


@pytest.mark.parametrize("seed", range(6))
def test_margins_of_the_roll_matrix_are_the_counts_of_both_mornings(seed: int) -> None:
    book = late_news_book(seed, loans=40)
    for as_of in ("2024-02-20", "2024-04-01", "2024-05-17"):
        tally = report_of(book, as_of).tally
        before = report_of(book, str(dt.date.fromisoformat(as_of) - dt.timedelta(days=1))).tally
        for state in STANDING_STATES:
            assert sum(tally.moves[state, to] for to in TO_STATES) == before.states[state]
            assert sum(tally.moves[origin, state] for origin in FROM_STATES) == tally.states[state]
        assert sum(tally.states.values()) == len(book.loan_ids)


def test_counts_that_do_not_add_up_are_refused() -> None:
    book = book_of(**every_state_book())
    tally = tally_of(*(standing_on(book, as_of=day(text)) for text in ("2024-03-20", "2024-03-19")))
    check_tally(tally, rows=2)
    with pytest.raises(CountsDiffer, match="rows of the report 2 against 3"):
        check_tally(tally, rows=3)
    with pytest.raises(CountsDiffer, match="loans of the book 11 against 9"):
        check_tally(replace(tally, loans=11), rows=2)
    lost = tally.moves.copy()
    lost["1-30", "current"] = 0
    with pytest.raises(CountsDiffer, match="current today 3 against 2"):
        check_tally(replace(tally, moves=lost), rows=2)


def test_parts_of_a_book_add_up_to_the_book() -> None:
    book = late_news_book(3, loans=30)
    whole = report_of(book, "2024-05-01")
    parts = [report_of(book.only([borrower]), "2024-05-01") for borrower in book.borrower_ids]
    assert sum((part.tally for part in parts), start=Tally()) == whole.tally
    rows: list[Any] = [name for part in parts for name in part.columns["loan_id"].tolist()]
    assert sorted(rows) == sorted(whole.columns["loan_id"].tolist())
    assert BUCKETS[0] not in set(whole.columns["bucket"])
