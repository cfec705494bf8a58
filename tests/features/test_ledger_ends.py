"""Ends and several loans by hand: a loan that ended leaves the observations, its arithmetic goes on."""

from __future__ import annotations

import datetime as dt

import pytest

from features.history import History
from features.observations import observe
from tests.builders import at, book_of, loan, statement
from tests.features.ledger_paper import check_paper, jan, lent, numbered, owes, pays

ONE = [owes(1, 10)]


@pytest.mark.parametrize("kind", ["written_off", "sold", "restructured", "repaid"])
def test_a_loan_that_ended_leaves_the_observations_when_that_is_known(kind: str) -> None:
    ended = loan(disbursed_on=jan(1), revision=2, ended_on=jan(20), end_kind=kind, known_at=at(jan(22)))
    book = lent(due=ONE, paid=[pays(50, 25)], loans=[loan(disbursed_on=jan(1)), ended])
    mornings = [dt.date(2024, 1, day) for day in range(18, 28)]
    seen = observe(book, as_of=mornings).as_of - numbered(0)
    assert seen.tolist() == [18, 19, 20, 21, 22]
    # what is paid to the buyer or after the write-off still settles
    check_paper(book, "day dpd arrears paid\n20 10 112 0\n25 15 112 0\n26 16 62 50")


def test_money_never_moves_from_one_loan_of_a_borrower_to_another() -> None:
    loans = [loan(disbursed_on=jan(1)), loan(loan_id="L-2", disbursed_on=jan(1))]
    due = [*ONE, owes(1, 15, loan_id="L-2")]
    book = lent(due=due, paid=[pays(224, 9)], loans=loans)
    check_paper(book, "day dpd arrears\n20 0 0", loan_no=0)
    check_paper(book, "day dpd arrears\n20 5 112", loan_no=1)


def test_the_borrower_is_as_late_as_the_worst_loan_that_stands() -> None:
    # L-2 is later, until it is known on the 20th that it was written off on the 18th; L-3 is lent on the 16th
    loans = [
        loan(disbursed_on=jan(1)),
        loan(loan_id="L-2", disbursed_on=jan(1)),
        loan(loan_id="L-2", disbursed_on=jan(1), revision=2, ended_on=jan(18), end_kind="written_off", known_at=at(jan(20))),
        loan(loan_id="L-3", disbursed_on=jan(16)),
        loan(loan_id="L-9", borrower_id="B-2", disbursed_on=jan(1)),
    ]  # fmt: skip
    due = [*ONE, owes(1, 5, loan_id="L-2"), owes(1, 17, loan_id="L-3"), owes(1, 3, loan_id="L-9")]
    book = lent(due=due, loans=loans)
    on_paper = {15: [10, 10], 20: [15, 15, 15], 21: [11, 11]}
    for day, worst in on_paper.items():
        seen = observe(book, as_of=[dt.date(2024, 1, day)])
        history = History(book, seen)
        mine = book.borrower_of_loan[seen.loan_no] == 0
        assert history.borrower_dpd[mine].tolist() == worst


def test_statements_speak_where_no_instalment_is_known() -> None:
    months = [
        statement(month="2023-11-01", dpd=0, amount_due=100, amount_paid=100, balance=900),
        statement(month="2023-12-01", dpd=20, amount_due=100, amount_paid=40, balance=800),
        statement(month="2024-01-01", dpd=51, amount_due=160, amount_paid=0, balance=800),
    ]
    book = book_of(statements=months)
    check_paper(
        book,
        """
        day dpd arrears balance since unpaid base rescheduled
         0    0       0     900     .      0    0          no
         1   20      60     800     1      0    0          no
        31   20      60     800     1      0    0          no
        32   51     160     800     1      0    0          no
        """,
    )
