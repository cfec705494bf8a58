"""Which facts follow from the book itself, and which never do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.builders import flag, offer, payment, visit
from tests.models.evidence_builders import INCOME, PROMISES, TALKS, call, kinds


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused")]},
            {("W1", "call")},
            id="refused after two talks",
        ),
        pytest.param(
            {"contacts": [TALKS[0], call("2024-05-01", "refused")]}, set(), id="refused after one talk only"
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "no_answer", None)]},
            set(),
            id="not answering is no refusal",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", channel="visit")]},
            set(),
            id="refusing a visit is never evidence",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", "dispute")]},
            set(),
            id="refusing while disputing",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", party="third_party")]},
            set(),
            id="somebody else refused",
        ),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", "none_given")]}, {("W3", "call")}, id="no reason"
        ),
        pytest.param(
            {"contacts": [call("2024-04-20", "talked", "none_given"), call("2024-05-01", "talked")]},
            set(),
            id="a reason given later heals the silence",
        ),
        pytest.param({"contacts": [call("2024-05-01", "called_back")]}, {("W9", "call")}, id="called back"),
        pytest.param(
            {"contacts": [call("2024-05-01", "asked_for_plan")]}, {("W9", "call")}, id="asked for a plan"
        ),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", direction="in")]}, {("W9", "call")}, id="called in"
        ),
        pytest.param({"contacts": [call("2024-01-20", "called_back")]}, set(), id="good will of long ago"),
        pytest.param({"contacts": [call("2024-05-01", "talked", "illness")]}, {("C5", "call")}, id="ill"),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", "job_loss")]}, {("C5", "call")}, id="job lost"
        ),
        pytest.param(
            {"visits": [visit(reason="disaster")]}, {("C5", "visit")}, id="a shock told at the door"
        ),
        pytest.param({"visits": [visit(income_seen=True)]}, {("C4", "visit")}, id="work seen"),
        pytest.param({"visits": [visit(outcome="absent", income_seen=None)]}, set(), id="nobody at home"),
        pytest.param({"flags": [flag(kind="hardship")]}, {("C5", "flags")}, id="hardship flag"),
        pytest.param(
            {"flags": [flag(kind="hardship", starts_on="2024-01-20", ends_on="2024-03-01")]},
            {("C5", "flags")},
            id="a hardship flag that ended protects for a while",
        ),
        pytest.param(
            {"payments": [payment(paid_on="2024-05-10", amount=1_000)]},
            {("W9", "payments")},
            id="part payment",
        ),
        pytest.param({"payments": [payment(paid_on="2024-03-10", amount=1_000)]}, set(), id="paid long ago"),
        pytest.param({"offers": [offer()]}, set(), id="refused an offer nobody knows to be affordable"),
        pytest.param(
            {"offers": [offer()], "visits": [visit(income_seen=True)]},
            {("C4", "visit"), ("W5", "offer")},
            id="refused an affordable offer",
        ),
        pytest.param(
            {"offers": [offer(kind="settlement")], "visits": [visit(income_seen=True)]},
            {("C4", "visit")},
            id="refused to pay all at once",
        ),
    ],
)
def test_facts_follow_from_the_book_itself(tables: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert kinds(**tables) == expected


@pytest.mark.parametrize(
    ("tables", "broken"),
    [
        pytest.param({"promises": PROMISES, "evidence": [INCOME]}, True, id="two broken with inflow"),
        pytest.param({"promises": PROMISES}, False, id="two broken, nothing known of income"),
        pytest.param({"promises": PROMISES[:1], "evidence": [INCOME]}, False, id="one broken"),
        pytest.param(
            {
                "promises": PROMISES,
                "evidence": [INCOME],
                "payments": [payment(paid_on="2024-05-01", amount=9_450)],
            },
            False,
            id="nine tenths paid on the last day of grace keep the second",
        ),
        pytest.param(
            {
                "promises": PROMISES,
                "evidence": [INCOME],
                "payments": [payment(paid_on="2024-05-02", amount=9_450)],
            },
            True,
            id="a day later they do not",
        ),
        pytest.param(
            {"promises": PROMISES, "evidence": [{**INCOME, "confidence": 0.3}]},
            False,
            id="income only suspected",
        ),
    ],
)
def test_broken_promises_speak_only_beside_income(tables: dict[str, Any], broken: bool) -> None:  # noqa: FBT001
    assert (("W4", "payments") in kinds(**tables)) is broken


def test_a_promise_is_judged_only_when_its_grace_is_over() -> None:
    tables = {"promises": PROMISES, "evidence": [INCOME]}
    assert ("W4", "payments") not in kinds(dt.date(2024, 5, 1), **tables)
    assert ("W4", "payments") in kinds(dt.date(2024, 5, 2), **tables)
