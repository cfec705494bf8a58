"""The night's decisions: who is owed a contact, who is worth one, who is left alone, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from serving.decision import Decision
from serving.policy.case import Case
from serving.policy.decide import Decisions, decide
from serving.policy.lender import LenderPolicy
from serving.policy.schemas import summary
from tests.policy_builders import AS_OF, CN, POLICY, case, policy

EVERYBODY = policy(**{"experiment.holdout_share": 0.0, "experiment.audit_share": 0.0})
STOPS = CN.rule("CN-stop").flags


def night(cases: list[Case], *, rules: LenderPolicy = EVERYBODY, seed: int = 1) -> Decisions:
    return decide(cases, pack=CN, policy=rules, as_of=AS_OF, seed=seed)


def only(cases: list[Case], **options: Any) -> Decision:
    rows = night(cases, **options)
    assert len(rows) == 1
    return rows[0]


EARLY: dict[str, Any] = {
    "bucket": "1-30",
    "dpd": 1,
    "identified_on": AS_OF,
    "tried": False,
    "contacted": False,
    "talked": False,
    "last_right_party_on": None,
    "channels_tried": frozenset[str](),
    "risk_band": "low",
    "scores": {"roll_30": 0.01},
    "bands": {"roll_30": "low"},
}


@pytest.mark.parametrize(
    ("facts", "action", "cause"),
    [
        pytest.param(EARLY, "call", "owed", id="a new account is called although its score is low"),
        pytest.param(
            {**EARLY, "contacted": True, "tried": True},
            "nothing",
            "not_worth",
            id="a self-curer is left alone",
        ),
        pytest.param(
            {**EARLY, "contacted": True, "dpd": 5, "identified_on": date(2026, 2, 26)},
            "call",
            "owed",
            id="day 5 asks for the reason whatever the score",
        ),
        pytest.param(
            {**EARLY, "contacted": True, "dpd": 12, "identified_on": date(2026, 2, 19)},
            "nothing",
            "not_worth",
            id="the assessment ends after a week",
        ),
        pytest.param(
            {**EARLY, "contacted": True, "talked": True, "dpd": 5, "identified_on": date(2026, 2, 26)},
            "nothing",
            "not_worth",
            id="one who was spoken with is not assessed on day 5",
        ),
        pytest.param(
            {**EARLY, "contacted": True, "talked": True, "dpd": 14, "promise_due_on": date(2026, 3, 1)},
            "call",
            "owed",
            id="a broken promise is followed up",
        ),
        pytest.param(
            {"promise_due_on": date(2026, 3, 5)}, "nothing", "forbidden", id="a running promise is waited for"
        ),
        pytest.param(
            {"flags": frozenset({"dispute"})}, "nothing", "forbidden", id="a dispute stops everything"
        ),
        pytest.param({"country": "DE"}, "nothing", "forbidden", id="a debtor abroad is left alone"),
        pytest.param(
            {"dpd": None, "bucket": None}, "nothing", "forbidden", id="an unknown age is left alone"
        ),
        pytest.param({"channels_tried": frozenset()}, "call", "worth", id="a risky account is called"),
        pytest.param({}, "visit", "worth", id="a risky account tried elsewhere is proposed for a visit"),
    ],
)
def test_what_one_account_gets(facts: dict[str, Any], action: str, cause: str) -> None:
    decision = only([case(**facts)])
    assert (decision.action, decision.facts["cause"]) == (action, cause)
    assert decision.why_en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in decision.why_zh)


@pytest.mark.parametrize(
    ("facts", "en", "zh"),
    [
        pytest.param(
            {**EARLY, "contacted": True}, "pay without being contacted (99%)", "无需联系即可还款", id="a self-curer"
        ),
        pytest.param(
            {**EARLY, "contacted": True, "scores": {"roll_30": 0.5}, "arrears": 100, "arrears_principal": 100,
             "arrears_interest": 0}, "gain enough", "不足以抵偿成本", id="a trifle",
        ),
        pytest.param(
            {"flags": frozenset({"death"})}, "the rules on stop flags (flagged: death)", "停止催收标记（标记：死亡）",
            id="a stop flag",
        ),
        pytest.param({"channels_tried": frozenset()}, "expected to recover", "预计多收回", id="a call worth making"),
        pytest.param(EARLY, "within 48 hours", "48小时", id="the first contact"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_ground(facts: dict[str, Any], en: str, zh: str) -> None:
    decision = only([case(**facts)])
    assert en in decision.why_en
    assert zh in decision.why_zh


def test_the_worklist_says_when_it_is_lawful_and_when_it_falls_due() -> None:
    first = only([case(**EARLY)])
    assert (first.lawful_from, first.lawful_until) == (
        "2026-03-02T00:00:00+00:00",
        "2026-03-02T13:00:00+00:00",
    )
    assert first.due_by == "2026-03-03T13:00:00+00:00", (
        "48 hours end at midnight; the last lawful hour is 21:00"
    )
    assert first.duties == ("first_contact",)


def test_the_first_contact_stays_owed_when_late_until_somebody_tried() -> None:
    late = {**EARLY, "dpd": 30, "identified_on": date(2026, 2, 1)}
    assert only([case(**late)]).facts["cause"] == "owed"
    assert only([case(**{**late, "tried": True})]).facts["cause"] != "owed"


def test_a_visit_is_a_proposal_announced_a_day_before_that_two_people_approve() -> None:
    visit = only([case()])
    assert visit.action == "visit"
    assert visit.needs_approval
    assert visit.lawful_from == "2026-03-03T00:00:00+00:00"
    assert "two people must approve" in visit.why_en


@pytest.mark.parametrize(
    "change", [{"tier": "T3"}, {"tier": "T2"}, {"scores": {"roll_60": 1.0, "p_willful": 1.0}}]
)
def test_no_tier_and_no_score_alone_leads_to_a_visit(change: dict[str, Any]) -> None:
    plain = {"channels_tried": frozenset[str](), "arrears": 10**9, "arrears_principal": 999_900_000}
    assert only([case(**{**plain, **change})]).action != "visit"


def test_a_high_willful_score_asks_for_a_person_and_nothing_else() -> None:
    calm = case(channels_tried=frozenset())
    suspected = replace(calm, scores={**calm.scores, "p_willful": 0.99})
    assert only([suspected]).duties == ("human_review",)
    assert (only([suspected]).action, only([calm]).duties) == (only([calm]).action, ())


@pytest.mark.parametrize(
    ("able", "willing", "shock", "cell", "offer"),
    [
        pytest.param(0.9, 0.9, "", "willing_able", "grace", id="willing and able: grace"),
        pytest.param(0.1, 0.9, "", "willing_unable", "instalments", id="willing, not able: instalments"),
        pytest.param(0.1, 0.1, "", "unwilling_unable", "extension", id="neither: extension"),
        pytest.param(
            0.9, 0.9, "C5", "willing_unable", "instalments", id="a shock makes unable until checked"
        ),
        pytest.param(None, None, "", "unknown", "", id="evidence insufficient"),
    ],
)
def test_ability_and_willingness_shape_the_talk(
    able: float | None,
    willing: float | None,
    shock: str,
    cell: str,
    offer: str,
) -> None:
    said = {name: p for name, p in (("p_able", able), ("p_willing", willing)) if p is not None}
    subject = case(scores={"roll_60": 0.6, **said}, unable_shock=bool(shock), channels_tried=frozenset())
    decision = only([subject])
    assert (decision.facts["cell"], decision.action, decision.offer) == (cell, "call", offer)


@pytest.mark.parametrize("cell", ["willing_able", "willing_unable", "unwilling_unable"])
def test_only_the_able_and_unwilling_may_be_visited_for_pressure(cell: str) -> None:
    assert POLICY.matrix[cell].factors["visit"] == 0.0


def test_an_unscored_account_says_so_and_uses_the_base_rate_of_its_bucket() -> None:
    decision = only([case(scores={}, bands={}, models={}, risk_band=None, channels_tried=frozenset())])
    assert decision.scores == {}
    assert decision.facts["scored"] is False
    assert "unscored" in decision.why_en
    assert summary([decision])["unscored"] == 1


def test_a_good_score_counts_the_other_way_round() -> None:
    decision = only([case(scores={"pays_within": 0.9})])
    assert decision.facts["p_bad"] == pytest.approx(0.1)
