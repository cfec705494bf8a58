"""Instalments of plans and reschedulings are held against each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import at, instalment, loan, plan
from tests.features.check_builders import found, rules

RESCHEDULE = {"kind": "reschedule", "plan_id": "R-1", "starts_on": "2024-03-01"}


def planned(**changes: Any) -> dict[str, Any]:
    return instalment(number=101, plan_id="R-1", due_on="2024-04-15", **changes)


def test_a_rescheduling_with_its_instalments_is_sound() -> None:
    assert found(instalments=[instalment(), planned()], payments=[], plans=[plan(**RESCHEDULE)]) == []


@pytest.mark.parametrize(
    ("tables", "rule", "text"),
    [
        pytest.param({"plans": []}, "instalments.plan_id unknown-plan", "ids L-1/101", id="no such plan"),
        pytest.param(
            {
                "loans": [loan(), loan(loan_id="L-2")],
                "plans": [plan(**RESCHEDULE, loan_id="L-2")],
            },
            "instalments.plan_id unknown-plan",
            "a plan of the same loan",
            id="a plan of another loan",
        ),
        pytest.param(
            {"plans": [plan(**{**RESCHEDULE, "kind": "grace"})]},
            "instalments.plan_id not-a-reschedule",
            "found a plan of another kind in 1 row (instalments row 2",
            id="a plan that reschedules nothing",
        ),
        pytest.param(
            {"instalments": [instalment()], "plans": [plan(**RESCHEDULE)]},
            "plans.plan_id no-instalments",
            "ids R-1",
            id="a rescheduling without instalments",
        ),
    ],
)
def test_each_fault(tables: dict[str, Any], rule: str, text: str) -> None:
    problems = found(**{"instalments": [instalment(), planned()], "payments": [], **tables})
    assert rule in rules(problems)
    assert any(text in str(problem) for problem in problems)


def test_a_later_revision_may_correct_the_kind_of_a_plan() -> None:
    told = [
        plan(**{**RESCHEDULE, "kind": "grace"}),
        plan(**RESCHEDULE, revision=2, known_at=at("2024-04-01")),
    ]
    assert found(instalments=[instalment(), planned()], payments=[], plans=told) == []
