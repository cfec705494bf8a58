"""Conduct packs are complete, bilingual and only ever tightened."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from serving.policy.lender import PolicyRefused, load_policy
from serving.policy.packs import FOLDER, PackRefused, Rule, closed_pack, load_pack, read_pack, read_rule
from serving.policy.tighten import tightened
from tests.policy_builders import CN, POLICY, policy

PL = load_pack("PL")
EVERY_RULE = [*CN.rules, *PL.rules, *POLICY.rules]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in EVERY_RULE])
def test_each_rule_speaks_chinese_and_english_and_names_its_source(rule: Rule) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.text_zh)
    assert rule.text_en.isascii()
    assert rule.source
    assert rule.reviewed_on.year >= 2026


@pytest.mark.parametrize(
    ("rule_id", "number", "value"),
    [
        pytest.param("CN-hours", "earliest_hour", 8, id="no collection before 08:00"),
        pytest.param("CN-hours", "latest_hour", 22, id="no collection from 22:00"),
        pytest.param("CN-talks-day", "most", 3, id="three talks a day"),
        pytest.param("CN-unanswered", "most", 6, id="six unanswered attempts per number and day"),
        pytest.param("CN-visit-staff", "least", 2, id="two collectors at the door"),
        pytest.param("CN-visit-approval", "people", 2, id="two people approve"),
        pytest.param("CN-third-party", "failed_tries", 3, id="three failed tries before a third party"),
        pytest.param("CN-rate-cap", "most", 0.24, id="24 % a year"),
        pytest.param("CN-asset-class", "substandard", 91, id="over 90 days is substandard"),
        pytest.param("CN-credit-record", "years", 5, id="a record expires after five years"),
    ],
)
def test_the_numbers_are_those_of_the_sources(rule_id: str, number: str, value: float) -> None:
    assert CN.rule(rule_id).numbers[number] == value


def test_every_stop_flag_of_the_domain_stops() -> None:
    assert set(CN.rule("CN-stop").flags) == {
        "dispute", "death", "bankruptcy", "moratorium", "hardship", "lawyer", "cease", "vulnerable",
    }  # fmt: skip


def test_numbers_read_in_the_news_are_marked_for_review() -> None:
    marked = {rule.id for rule in CN.rules if rule.check}
    assert {"CN-unanswered", "CN-visit-staff", "CN-visit-identity", "CN-visit-entry", "CN-rate-cap"} <= marked


def test_the_thin_polish_pack_asks_for_review_of_every_rule_and_takes_the_house_policy() -> None:
    assert all(rule.check for rule in PL.rules)
    assert tightened(PL, POLICY).rule("PL-hours").numbers["latest_hour"] == 20


def test_a_rule_kept_elsewhere_says_where() -> None:
    assert all(rule.kept_by for rule in CN.rules if rule.kind == "duty")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(PackRefused, match=r"Expected a country .* found 'XX'"):
        load_pack("XX")


def test_the_pack_of_an_unwritten_country_has_no_country() -> None:
    assert closed_pack("XX").countries == ()


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(PackRefused, match="CN-nothing"):
        CN.rule("CN-nothing")


def _damaged(tmp_path: Path, old: str, new: str) -> Path:
    text = (FOLDER / "cn.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "cn.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("format = 1", "format = 9", "format 1", id="another format"),
        pytest.param('kind = "hours"', 'kind = "hour"', "hour", id="a kind no gate reads"),
        pytest.param("most = 3", 'most = "three"', "three", id="a number in words"),
        pytest.param("most = 3", "most = -3", "-3", id="a number below zero"),
        pytest.param("GB/T 45251-2025", "", "source", id="a rule without its source"),
        pytest.param('id = "CN-talks-day"', 'id = "CN-hours"', "twice", id="an id twice"),
        pytest.param(
            'kind = "visit_staff"', 'kind = "visit_identity"\n', "visit_staff", id="a kind left out"
        ),
        pytest.param('actions = ["call"]', 'actions = ["sue"]', "sue", id="an action nobody has"),
        pytest.param('version = "CN-2026.11.1"', "", "version", id="no version"),
    ],
)
def test_a_damaged_pack_is_refused_by_name(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(PackRefused, match=says):
        read_pack(_damaged(tmp_path, old, new))


def test_a_stop_rule_without_flags_is_refused() -> None:
    row: dict[str, Any] = tomllib.loads((FOLDER / "cn.toml").read_text(encoding="utf-8"))["rules"][4]
    with pytest.raises(PackRefused, match="list of values"):
        read_rule({**row, "flags": []}, where="here")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"tighten.CN-hours.numbers.latest_hour": 23}, "22.*23", id="calling until 23:00"),
        pytest.param({"tighten.CN-hours.numbers.earliest_hour": 7}, "8.*7", id="calling from 07:00"),
        pytest.param({"tighten.CN-talks-day.numbers.most": 4}, "3.*4", id="four talks a day"),
        pytest.param({"tighten.CN-rate-cap.numbers.most": 0.36}, "0.24.*0.36", id="36 % a year"),
        pytest.param({"tighten.CN-visit-approval.numbers.people": 1}, "2.*1", id="one approval"),
        pytest.param({"tighten.CN-stop.flags": ["death"]}, "dispute.*death", id="fewer stop flags"),
        pytest.param(
            {"tighten.CN-measures.permitted.1-30": ["call", "message", "visit"]},
            "1-30",
            id="visits from day one",
        ),
        pytest.param({"visit.staff": 1}, "2.*1", id="one collector at the door"),
        pytest.param({"visit.notice_hours": 2}, "24.*2", id="two hours' notice"),
    ],
)
def test_a_loosening_is_refused_with_both_numbers(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyRefused, match=f"only tightens.*{says}"):
        tightened(CN, policy(**change))


@pytest.mark.parametrize(
    ("change", "rule_id", "number", "value"),
    [
        pytest.param(
            {"tighten.CN-hours.numbers.latest_hour": 19}, "CN-hours", "latest_hour", 19, id="until 19:00"
        ),
        pytest.param({"tighten.CN-talks-day.numbers.most": 1}, "CN-talks-day", "most", 1, id="one talk"),
        pytest.param(
            {"tighten.CN-visit-approval.numbers.people": 3}, "CN-visit-approval", "people", 3, id="three"
        ),
    ],
)
def test_a_tightening_is_taken(change: dict[str, Any], rule_id: str, number: str, value: float) -> None:
    assert tightened(CN, policy(**change)).rule(rule_id).numbers[number] == value


def test_the_house_policy_is_lawful_and_both_versions_are_named() -> None:
    house = tightened(CN, load_policy())
    assert house.version == "CN-2026.11.1+lender-2026.11.1"
    assert {rule.id for rule in CN.rules} < {rule.id for rule in house.rules}


def test_a_lender_cannot_take_the_id_of_a_rule() -> None:
    stolen = policy()
    with pytest.raises(PolicyRefused, match="new ids"):
        tightened(tightened(CN, stolen), stolen)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"tighten.CN-our.numbers.most": 1}, "CN-our", id="a rule nobody wrote"),
        pytest.param({"tighten.CN-hours.numbers.noon": 12}, "noon", id="a number the rule has not"),
    ],
)
def test_a_tightening_of_nothing_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyRefused, match=says):
        tightened(CN, policy(**change))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"format": 2}, "format 1", id="another format"),
        pytest.param({"costs.call_minute": -1.0}, "costs.call_minute", id="a negative cost"),
        pytest.param({"capacity.visits": -1}, "capacity.visits", id="a negative capacity"),
        pytest.param({"experiment.holdout_share": 0.9}, "holdout_share", id="a holdout of nearly everybody"),
        pytest.param({"experiment.audit_share": 0.2}, "audit_share", id="audits above 5 %"),
        pytest.param({"first_contact.hours": 72}, "first_contact.hours", id="a slower first contact"),
        pytest.param({"effects.call.source": ""}, "effects.call", id="an effect without its source"),
        pytest.param({"effects.call.1-30": 1.5}, "effects.call.1-30", id="an effect above one"),
        pytest.param({"base_rate.91+": None}, "91", id="a bucket left out"),
        pytest.param({"probability.roll_30": "ugly"}, "ugly", id="a score neither good nor bad"),
        pytest.param({"matrix.unknown": {}}, "matrix.unknown", id="a cell left out"),
        pytest.param({"costs.call_minute": float("nan")}, "nan", id="a cost that is no number"),
    ],
)
def test_a_damaged_policy_is_refused_by_name(change: dict[str, Any], says: str) -> None:
    with pytest.raises(PolicyRefused, match=says):
        policy(**change)


def test_every_section_of_numbers_has_its_source() -> None:
    assert all(POLICY.sources.values())
    assert {"effects.call", "effects.message", "effects.visit", "costs", "capacity"} <= set(POLICY.sources)
