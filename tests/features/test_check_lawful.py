"""What is unusual and lawful passes the checks without a word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    agent,
    at,
    attribute,
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
from tests.features.check_builders import found

LAWFUL_CASES = [
    pytest.param({"payments": [payment()]}, id="one loan and one payment"),
    pytest.param({"statements": [statement()]}, id="only loans and statements"),
    pytest.param({"payments": [payment(amount=-10_500)]}, id="a reversal is a negative payment"),
    pytest.param({"statements": [statement(balance=-20)]}, id="a statement with a credit balance"),
    pytest.param({"instalments": [instalment(due_on="2060-01-01")]}, id="a due day far ahead"),
    pytest.param(
        {"payments": [payment(known_at=at("2024-02-15", "00:00"))]}, id="known at the day's first instant"
    ),
    pytest.param(
        {"loans": [loan(ended_on="2024-01-15", end_kind="repaid")]}, id="a loan repaid on its first day"
    ),
    pytest.param(
        {"payments": [payment(), payment(revision=2, amount=0, known_at=at("2024-02-16"))]},
        id="a correction known a day later",
    ),
    pytest.param(
        {"visits": [visit(visited_at=None, outcome="planned", known_at=at("2024-04-01"))]},
        id="a planned visit is known before its day",
    ),
    pytest.param(
        {
            "borrowers": [borrower()],
            "protected": [protected()],
            "contacts": [contact()],
            "promises": [promise()],
            "offers": [offer()],
            "visits": [visit()],
            "evidence": [evidence()],
            "reviews": [review(), review(decided_by="ben")],
            "plans": [plan()],
            "flags": [flag()],
            "consents": [consent()],
            "agents": [agent()],
            "attributes": [
                attribute(),
                attribute(owner_kind="loan", owner_id="L-1", name="x", code="a", value=None),
            ],
        },
        id="every table",
    ),
]


@pytest.mark.parametrize("tables", LAWFUL_CASES)
def test_a_lawful_book_has_no_problem(tables: dict[str, Any]) -> None:
    assert found(**tables) == []
