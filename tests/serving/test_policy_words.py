"""Words of decisions: no bare code in a Chinese sentence, none with an underscore in an English one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from features.book import Book
from features.build import build_features
from features.code_words import CODE_WORDS
from features.codes import CHANNELS, FLAG_KINDS, TIERS
from features.contracts import PROTECTED_TABLES
from features.observations import observe
from pipelines.simulator.simulate import simulate
from serving.decision import Decision, GateCheck
from serving.policy.cases import WAITING_PLANS, cases_from_book
from serving.policy.decide import decide
from serving.policy.gates import GATES, check
from serving.policy.lender import CELLS
from serving.policy.naming import RULES, named
from serving.policy.packs import Pack, closed_pack, load_pack
from serving.policy.tighten import tightened
from serving.policy.words import DUTIES_EN, why_duty, why_full, why_refused, why_worth
from tests.policy_builders import CN, NOON, POLICY, case, policy, visit

NAMES = r"T[0-3]|SMS|GB/T 45251-2025|PIPL|GDPR|LPR"
"""What a Chinese sentence says in Latin letters: tiers of evidence, and the names of laws and standards."""
MORNING = date(2025, 1, 1)
FULL = tightened(CN, POLICY)


def foreign(zh: str) -> list[str]:
    """Return the words in Latin letters that are no allowed names."""
    return re.findall(r"[A-Za-z_][\w-]*", re.sub(NAMES, "", zh))


def assert_said(en: str, zh: str) -> None:
    assert not foreign(zh), zh
    assert not re.search(r"[a-z]_[a-z]|[{}]|\bNone\b", en), en
    assert not re.search(r"[\u4e00-\u9fff]", en), en


def sentences(decision: Decision) -> Iterator[tuple[str, str]]:
    """Return every sentence of a decision in both languages; ids of loans are names."""
    yield decision.why_en, decision.why_zh
    for row in decision.gates:
        yield row.text_en, row.text_zh
        yield row.found_en, row.found_zh
    for reason in decision.reasons:
        yield reason.text_en, reason.text_zh


@pytest.fixture(scope="module")
def night() -> list[Decision]:
    """Return the decisions of a simulated morning, with scores that speak for some of it."""
    made = simulate(loans=3_000, months=13, seed=5)
    book = Book.from_tables(
        {name: rows for name, rows in made.tables.items() if name not in PROTECTED_TABLES},
        manifest=made.manifest,
    )
    features = build_features(book, observe(book, as_of=[MORNING]))
    loans = features.frame["loan_id"].astype(str).tolist()[::2]
    scores = pd.DataFrame(
        {"loan_id": loans, "probability": [(n % 97) / 97 for n in range(len(loans))],
         "band": [("low", "medium", "high")[n % 3] for n in range(len(loans))]}
    )  # fmt: skip
    cases = cases_from_book(book, features=features, scores={"roll_30": scores}, as_of=MORNING)
    strict = policy(**{"capacity.call_minutes": 300, "experiment.audit_share": 0.05})
    decisions = list(decide(cases, pack=CN, policy=strict, as_of=MORNING, seed=1))
    abroad = [replace(one, country="PL") for one in cases[:200]]
    return [*decisions, *decide(abroad, pack=CN, policy=strict, as_of=MORNING, seed=1)]


def test_no_sentence_of_a_night_holds_a_bare_code(night: list[Decision]) -> None:
    loans = {decision.loan_id for decision in night}
    told = {pair for decision in night for pair in sentences(decision)}
    assert len({decision.facts["cause"] for decision in night}) >= 6, "a night of every kind"
    for en, zh in told:
        parts = (" ".join(word for word in re.split(r"[\s，。]|经由", said) if word.strip(".") not in loans)
                 for said in (en, zh))  # fmt: skip
        assert_said(*parts)


def test_no_rule_id_stands_in_the_sentence_why(night: list[Decision]) -> None:
    ids = {rule.id for rule in FULL.rules}
    assert any("forbidden by the rules on" in decision.why_en for decision in night)
    for decision in night:
        assert not [one for one in ids if one in decision.why_en or one in decision.why_zh]


@pytest.mark.parametrize("pack", [FULL, load_pack("PL"), closed_pack("NG")], ids=lambda pack: pack.name)
def test_every_rule_speaks_words(pack: Pack) -> None:
    for rule in pack.rules:
        assert_said(rule.text_en, rule.text_zh)


EVERY_FACT = [
    *(pytest.param({"flags": frozenset({flag})}, id=f"flag {flag}") for flag in FLAG_KINDS),
    *(pytest.param({"agreement": plan}, id=f"plan {plan}") for plan in WAITING_PLANS),
    *(pytest.param({"tier": tier, "risk_band": "low"}, id=f"tier {tier}") for tier in TIERS),
    *(pytest.param({"risk_band": band}, id=f"band {band}") for band in ("low", "medium", "high")),
    *(pytest.param({"channels_tried": frozenset({channel})}, id=f"channel {channel}") for channel in CHANNELS),
    *(pytest.param({"country": country}, id=f"country {country}") for country in CODE_WORDS["country"]),
    *(pytest.param({"consents": {one: False}}, id=f"consent {one}") for one in ("contact", "call", "visit")),
    pytest.param({"bucket": "current"}, id="not overdue"),
    pytest.param({"arrears_fee": 1}, id="parts that do not add up"),
    *(pytest.param({fact: None}, id=f"not known: {fact}") for fact in (
        "country", "time_zone", "flags", "consents", "arrears", "annual_rate", "agreement", "tier", "bucket",
        "talks_today", "talks_7d", "unanswered_today", "channels_tried", "failed_tries",
    )),
]  # fmt: skip


@pytest.mark.parametrize("facts", EVERY_FACT)
def test_every_finding_is_said_in_words(facts: dict[str, Any]) -> None:
    told: list[GateCheck] = []
    for action in ("call", "message", "visit"):
        told += check(case(**facts), action, NOON, FULL, attempt=visit(departing=False))
    for row in told:
        assert_said(row.found_en, row.found_zh)
    kinds = {rule.id: rule.kind for rule in FULL.rules}
    for row in told:
        assert_said(*why_refused((row,), kinds=kinds))


def test_every_kind_of_rule_that_a_gate_reads_has_a_name_of_its_own() -> None:
    assert set(RULES) == set(GATES)
    for place in (0, 1):
        assert len({words[place] for words in RULES.values()}) == len(RULES)


def test_every_offer_and_duty_is_said_in_words() -> None:
    for cell in CELLS:
        for action in ("call", "visit"):
            offer = POLICY.matrix[cell].offer
            assert_said(*why_worth(action, recovery=1.0, cost=1.0, offer=offer, unscored=True))
    for duty in DUTIES_EN:
        assert_said(*why_duty("call", duty))
        assert_said(*why_full(duty))


def test_an_action_without_a_rule_is_told_in_words() -> None:
    silent = replace(CN, rules=())
    (row,) = check(case(), "call", NOON, silent)
    assert why_refused((row,), kinds={}).zh == "不联系：以下规定不允许：无规则涉及的行动（未知：适用规则）。"


def test_a_code_of_the_lenders_own_stands_for_itself() -> None:
    assert named("flag", ["watchlist", "death"]) == ("watchlist, death", "watchlist、死亡")
