"""Laws of the gates: tightening never allows more, order is irrelevant, a missing fact refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.contracts import FLAG_KINDS
from serving.decision import Action
from serving.policy.case import Attempt, Case
from serving.policy.gates import check, is_allowed
from serving.policy.packs import TIGHTER, Pack, Rule
from serving.policy.tighten import tightened
from tests.policy_builders import AS_OF, CN, NOON, POLICY, case, visit

HOUSE = tightened(CN, POLICY)
CONTACT: tuple[Action, ...] = ("call", "message", "visit")
MOMENTS = st.integers(-60, 100).map(lambda half: NOON + timedelta(minutes=30 * half))

CASES = st.builds(
    case,
    country=st.sampled_from(["CN", "CN", "CN", "DE", None]),
    time_zone=st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", None]),
    bucket=st.sampled_from(["current", "1-30", "31-60", "61-90", "91+"]),
    flags=st.frozensets(st.sampled_from(FLAG_KINDS), max_size=2),
    talks_today=st.integers(0, 4),
    talks_7d=st.integers(0, 9),
    unanswered_today=st.dictionaries(st.sampled_from(["N-1", "N-2"]), st.integers(0, 8)),
    annual_rate=st.sampled_from([0.1, 0.24, 0.3, None]),
    channels_tried=st.frozensets(st.sampled_from(["call", "sms", "visit"])),
    risk_band=st.sampled_from(["low", "high", None]),
    tier=st.sampled_from(["T0", "T1", "T2", "T3", "T3-no"]),
    consents=st.dictionaries(st.sampled_from(["call", "message", "visit", "contact"]), st.booleans()),
)
ATTEMPTS = st.builds(
    visit,
    staff=st.integers(1, 4),
    notice_at=st.integers(0, 60).map(lambda h: NOON - timedelta(hours=h)),
    approvals=st.integers(0, 4),
)


def _tighter(rule: Rule, steps: dict[str, float]) -> Rule:
    senses = TIGHTER.get(rule.kind, {})
    numbers = {
        name: value + senses.get(name, 0) * min(steps[rule.kind], value if senses.get(name) == -1 else 99)
        for name, value in rule.numbers.items()
    }
    lists = rule.lists
    if rule.kind == "measures" and steps[rule.kind] > 1:
        lists = {bucket: actions[:-1] for bucket, actions in lists.items()}
    flags = (*rule.flags, "complaint") if rule.kind == "stop_flags" and steps[rule.kind] > 1 else rule.flags
    return replace(rule, numbers=numbers, lists=lists, flags=flags)


PACKS = st.fixed_dictionaries({kind: st.sampled_from([0.0, 1.0, 2.0]) for kind in (*TIGHTER, "duty")}).map(
    lambda steps: replace(HOUSE, rules=tuple(_tighter(rule, steps) for rule in HOUSE.rules))
)


@given(subject=CASES, moment=MOMENTS, attempt=ATTEMPTS, tight=PACKS)
def test_a_tighter_pack_never_allows_what_a_looser_one_refuses(
    subject: Case, moment: datetime, attempt: Attempt, tight: Pack
) -> None:
    for action in CONTACT:
        if is_allowed(check(subject, action, moment, tight, attempt=attempt)):
            assert is_allowed(check(subject, action, moment, HOUSE, attempt=attempt))


@given(subject=CASES, moment=MOMENTS, attempt=ATTEMPTS)
def test_the_house_allows_nothing_that_the_country_refuses(
    subject: Case, moment: datetime, attempt: Attempt
) -> None:
    for action in CONTACT:
        if is_allowed(check(subject, action, moment, HOUSE, attempt=attempt)):
            assert is_allowed(check(subject, action, moment, CN, attempt=attempt))


@given(subject=CASES, moment=MOMENTS, attempt=ATTEMPTS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rules_changes_no_verdict(
    subject: Case, moment: datetime, attempt: Attempt, order: Any
) -> None:
    rules = list(HOUSE.rules)
    order.shuffle(rules)
    for action in CONTACT:
        rows = check(subject, action, moment, replace(HOUSE, rules=tuple(rules)), attempt=attempt)
        assert set(rows) == set(check(subject, action, moment, HOUSE, attempt=attempt))


@given(subject=CASES, moment=MOMENTS)
def test_an_allowed_call_lies_between_eight_and_ten_in_shanghai_unless_agreed(
    subject: Case, moment: datetime
) -> None:
    allowed = is_allowed(check(subject, "call", moment, CN))
    if allowed and subject.time_zone == "Asia/Shanghai" and "agreed_hours" not in (subject.flags or ()):
        assert 8 <= (moment + timedelta(hours=8)).hour < 22


FACTS: list[tuple[Action, str]] = [
    *[
        (action, fact)
        for action in CONTACT
        for fact in (
            "country", "bucket", "dpd", "arrears", "arrears_principal", "arrears_interest", "arrears_fee",
            "annual_rate", "flags", "consents", "agreement",
        )
    ],
    *[("call", fact) for fact in ("talks_today", "talks_7d", "unanswered_today", "counted_on")],
    *[("visit", fact) for fact in ("risk_band", "tier", "channels_tried")],
]  # fmt: skip


@pytest.mark.parametrize(("action", "fact"), [pytest.param(a, f, id=f"{a} without {f}") for a, f in FACTS])
def test_a_fact_that_nobody_knows_refuses(action: Action, fact: str) -> None:
    assert is_allowed(check(case(), action, NOON, HOUSE, attempt=visit()))
    blind = case(**{fact: None})
    rows = check(blind, action, NOON, HOUSE, attempt=visit())
    refused = [row for row in rows if row.verdict == "refused"]
    assert refused
    assert all(row.found_en.startswith("not known") and row.found_zh.startswith("未知") for row in refused)


@pytest.mark.parametrize("tier", ["T2", "T3"])
@pytest.mark.parametrize("band", ["low", "high"])
def test_no_tier_and_no_score_alone_opens_the_door_to_a_visit(tier: str, band: str) -> None:
    scores = {"roll_60": 1.0, "p_willful": 1.0}
    worst = case(tier=tier, risk_band=band, scores=scores, channels_tried=frozenset(), counted_on=AS_OF)
    refused = {row.rule for row in check(worst, "visit", NOON, HOUSE) if row.verdict == "refused"}
    assert {"CN-visit-last", "CN-visit-staff", "CN-visit-notice", "CN-visit-approval"} <= refused
