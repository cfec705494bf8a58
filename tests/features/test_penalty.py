"""Penalty interest by hand: the base day by day, the rate, one rounding, and the legal cap."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.history import History
from features.observations import Observations
from features.penalty import LegalCap, PenaltyTerms, PenaltyTermsUnclear, check_cap, penalty_interest
from tests.builders import Row, book_of, loan, statement
from tests.features.ledger_paper import check_paper, holds, jan, lent, numbered, owes, pays

ONE = [owes(1, 10, 1_000, 100, 20)]
"""1,000 principal, 100 interest, 20 fee due on the 10th."""
CAP = LegalCap(0.24, "micro-loans: 24 % all-in", dt.date(2026, 11, 22))


def on(book: Book, day: int) -> History:
    return History(book, Observations(np.zeros(1, np.int32), np.array([numbered(day)], np.int32)))


def lending(**terms: Any) -> list[Row]:
    return [loan(disbursed_on=jan(1), **terms)]


def test_the_base_adds_what_was_left_on_each_day() -> None:
    # 520 on the 15th: fee 20, interest 100, principal 400. Days 10 … 14 bear 1,000, from the 15th on 600.
    check_paper(
        lent(due=ONE, paid=[pays(520, 15)]),
        """
        day dpd  base base+interest
        10    0     0             0
        11    1  1000          1100
        15    5  5000          5500
        16    6  5600          6100
        20   10  8000          8500
        """,
    )


def test_paused_days_bear_nothing() -> None:
    check_paper(
        lent(due=ONE, plans=[holds("pause", 12, 17)]), "day dpd base\n12 2 2000\n17 2 2000\n18 3 3000"
    )


def test_a_settled_instalment_bears_nothing_any_more_and_each_of_the_unpaid_its_own_days() -> None:
    due = [*ONE, owes(2, 15, 1_000, 100, 20)]
    # the 20th: 10 × 1,000 + 5 × 1,000; 1,120 of the 20th settle the first; the 22nd: 7 × 1,000 of the second alone
    check_paper(lent(due=due, paid=[pays(1_120, 20)]), "day dpd base\n15 5 5000\n20 10 15000\n22 7 7000")


def test_a_reversal_reopens_the_days_after_it_alone() -> None:
    # settled on the 10th, taken back on the 14th: the days 14 … 19 bear 1,000
    book = lent(due=ONE, paid=[pays(1_120, 10), pays(-1_120, 14)])
    check_paper(book, "day dpd base\n14 0 0\n15 5 1000\n20 10 6000")


def test_under_a_reschedule_its_own_instalments_bear() -> None:
    due = [*ONE, owes(2, 20, 600, 0, 0, plan_id="R")]
    # 1,200 by the 15th are 80 over: 520 of the 600 bear from the 20th on
    book = lent(due=due, paid=[pays(1_200, 12)], plans=[holds("reschedule", 15, name="R")])
    check_paper(book, "day dpd base\n12 2 2000\n16 0 0\n21 1 520\n25 5 2600")


def test_the_order_of_the_parts_decides_what_principal_is_left() -> None:
    book = lent(due=ONE, paid=[pays(520, 10)], order=("principal", "interest", "fee"))
    check_paper(book, "day base base+interest\n11 480 580")


@pytest.mark.parametrize(
    ("terms", "of_loan", "amount"),
    [
        # the 20th: base 10 days × 1,000 = 10,000; with interest 11,000
        pytest.param({"annual_rate": 0.365}, {}, 10, id="10,000 × 0.365 / 365 = 10"),
        pytest.param({"annual_rate": 0.365, "day_count": 360}, {}, 10, id="/ 360 = 10.14, down to 10"),
        pytest.param({"annual_rate": 0.365, "base": "principal+interest"}, {}, 11, id="11,000 × 0.365 / 365"),
        pytest.param({"annual_rate": 0.01825}, {}, 1, id="0.5 is rounded up to 1"),
        pytest.param({"annual_rate": 0.01825, "rounding": "down"}, {}, 0, id="0.5 is cut off"),
        pytest.param({"annual_rate": 0.018249}, {}, 0, id="0.49997 is rounded down"),
        pytest.param({"factor": 0.5}, {"annual_rate": 0.73}, 10, id="half of the loan's 73 %"),
        pytest.param({"annual_rate": 9.0}, {"penalty_rate": 0.73}, 20, id="the loan's own rate goes before"),
        pytest.param({"annual_rate": 9.0}, {"penalty_rate": 0.0}, 0, id="also a rate of nothing"),
    ],
)
def test_the_amount(terms: dict[str, Any], of_loan: dict[str, Any], amount: int) -> None:
    found = penalty_interest(on(lent(due=ONE, loans=lending(**of_loan)), 20), terms=PenaltyTerms(**terms))
    assert (found.amount.tolist(), found.known.tolist()) == ([amount], [True])


def test_nobody_can_tell_without_a_rate_and_nothing_is_borne_when_nothing_is_overdue() -> None:
    book, terms = lent(due=ONE, loans=lending(annual_rate=None)), PenaltyTerms(factor=0.5)
    late, current = penalty_interest(on(book, 20), terms=terms), penalty_interest(on(book, 9), terms=terms)
    assert (late.amount.tolist(), late.known.tolist(), late.rate.tolist()) == ([0], [False], [-1])
    assert (current.amount.tolist(), current.known.tolist()) == ([0], [True])


def test_statements_alone_tell_no_penalty() -> None:
    months = [statement(month="2023-12-01", dpd=20, known_at=f"{jan(0)}T23:00:00+08:00")]
    found = penalty_interest(on(book_of(statements=months), 20), terms=PenaltyTerms(annual_rate=0.1))
    assert (found.amount.tolist(), found.known.tolist()) == ([0], [False])


@pytest.mark.parametrize(
    ("contract", "penalty", "day_count", "amount", "exceeded", "all_in"),
    [
        # the 20th: base 1,000,000 × 10 days
        pytest.param(0.12, 0.12, 365, 3_288, False, 0.24, id="at the cap: 10,000,000 × 0.12 / 365 = 3,287.67"),
        pytest.param(0.12, 0.13, 365, 3_287, True, 0.25, id="above it: 0.12 is left, rounded down"),
        pytest.param(0.12, 0.12, 360, 3_287, True, 0.12 + 0.12 * 365 / 360, id="360 days make it dearer"),
        pytest.param(0.24, 0.10, 365, 0, True, 0.34, id="the contract alone is at the cap: nothing is left"),
        pytest.param(0.36, 0.10, 365, 0, True, 0.46, id="the contract alone is above it"),
        pytest.param(None, 0.10, 365, 0, False, np.nan, id="a contract nobody knows: nothing may be demanded"),
    ],
)  # fmt: skip
def test_the_cap(
    *, contract: float | None, penalty: float, day_count: Any, amount: int, exceeded: bool, all_in: float
) -> None:
    book = lent(due=[owes(1, 10, 1_000_000, 0, 0)], loans=lending(annual_rate=contract))
    history = on(book, 20)
    borne = penalty_interest(history, terms=PenaltyTerms(annual_rate=penalty, day_count=day_count))
    found = check_cap(history, penalty=borne, cap=CAP)
    assert (found.amount.tolist(), found.exceeded.tolist()) == ([amount], [exceeded])
    np.testing.assert_allclose(found.all_in, [all_in], rtol=1e-12)
    assert found.cap is CAP


def test_large_amounts_do_not_overflow() -> None:
    book = lent(due=[owes(1, 10, 10**15, 0, 0)])
    found = penalty_interest(on(book, 1010), terms=PenaltyTerms(annual_rate=0.365))
    assert found.amount.tolist() == [10**15]


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({}, id="neither rate nor factor"),
        pytest.param({"annual_rate": 0.1, "factor": 0.5}, id="both"),
        pytest.param({"annual_rate": -0.1}, id="below nothing"),
        pytest.param({"annual_rate": float("nan")}, id="no number"),
        pytest.param({"annual_rate": 0.1, "day_count": 364}, id="a year of 364 days"),
        pytest.param({"annual_rate": 0.1, "base": "fee"}, id="a base nobody states"),
    ],
)
def test_terms_say_one_rate_and_lawful_days(terms: dict[str, Any]) -> None:
    with pytest.raises(PenaltyTermsUnclear, match=r"expected .*; found .*\. Give"):
        PenaltyTerms(**terms)
