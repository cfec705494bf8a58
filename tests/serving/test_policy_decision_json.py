"""A decision survives the way to the store and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from serving.decision import (
    ActionValue,
    Decision,
    DecisionUnreadable,
    GateCheck,
    ReasonText,
    decision_from_json,
    decision_to_json,
)

DECISION = Decision(
    case_id="L-1@2026-03-01",
    loan_id="L-1",
    borrower_id="B-1",
    as_of="2026-03-01",
    product="cash",
    portfolio="P1",
    bucket="1-30",
    dpd=5,
    arrears=120_000,
    currency="CNY",
    scores={"roll_30": 0.25},
    bands={"roll_30": "medium"},
    reasons=(ReasonText("max_dpd_180d", 0.4, "Was 12 days late", "曾逾期12天"),),
    action="call",
    priority=31.5,
    values=(ActionValue("call", 900.0, 600.0, allowed=True),),
    gates=(GateCheck("CN-hours", "call", "allowed", "text", "文字", "GB/T 45251-2025"),),
    why_en="Call.",
    why_zh="致电。",
    propensity=0.98,
    models={"roll_30": "ab12"},
    facts={"phone": "reachable", "share": 0.5, "contacted": True},
    rank=1,
    duties=("first_contact",),
    offer="grace",
)


def test_a_decision_read_back_from_json_text_is_equal() -> None:
    text = json.dumps(decision_to_json(DECISION), allow_nan=False, ensure_ascii=False)
    assert decision_from_json(json.loads(text)) == DECISION


def test_a_decision_without_optional_rows_is_equal_after_the_round_trip() -> None:
    bare = replace(DECISION, reasons=(), values=(), gates=(), duties=(), facts={}, models={})
    assert decision_from_json(json.loads(json.dumps(decision_to_json(bare)))) == bare


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"mood": 1}, "mood", id="an unknown field is named"),
        pytest.param({"gates": [{"rule": "CN-hours"}]}, "GateCheck", id="a gate without its fields is named"),
    ],
)
def test_what_another_version_wrote_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(DecisionUnreadable, match=says):
        decision_from_json({**decision_to_json(DECISION), **change})


def test_a_decision_without_its_action_is_refused() -> None:
    stored = decision_to_json(DECISION)
    del stored["action"]
    with pytest.raises(DecisionUnreadable, match="action"):
        decision_from_json(stored)
