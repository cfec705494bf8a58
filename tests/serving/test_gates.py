"""Each rule by hand: what it allows, what it refuses, and that a missing fact refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from serving.decision import Action, GateCheck
from serving.policy.case import Attempt, Case
from serving.policy.gates import MomentUnclear, check, earliest_lawful, is_allowed, lawful_window
from serving.policy.packs import closed_pack
from serving.policy.tighten import tightened
from tests.policy_builders import AS_OF, CN, NOON, POLICY, case, local, visit

HOUSE = tightened(CN, POLICY)
THIRD = Attempt(party="third_party")


def answer(
    rule: str, subject: Case, action: Action = "call", moment: datetime = NOON, attempt: Attempt | None = None
) -> GateCheck:
    rows = check(subject, action, moment, HOUSE, attempt=attempt or Attempt())
    return next(row for row in rows if row.rule == rule)


CALLS = [
    pytest.param("CN-country", {}, "allowed", id="a debtor in China"),
    pytest.param("CN-country", {"country": "DE"}, "refused", id="a debtor who lives in Germany"),
    pytest.param("CN-country", {"country": None}, "refused", id="a debtor of unknown country"),
    pytest.param("CN-talks-day", {"talks_today": 2}, "allowed", id="the third talk of the day"),
    pytest.param("CN-talks-day", {"talks_today": 3}, "refused", id="the fourth talk of the day"),
    pytest.param("CN-talks-day", {"talks_today": None}, "refused", id="talks of the day not known"),
    pytest.param(
        "CN-talks-day", {"counted_on": date(2026, 3, 1)}, "refused", id="talks counted for yesterday"
    ),
    pytest.param("LENDER-talks-week", {"talks_7d": 6}, "allowed", id="the seventh talk of the week"),
    pytest.param("LENDER-talks-week", {"talks_7d": 7}, "refused", id="the eighth talk of the week"),
    pytest.param("LENDER-talks-week", {"talks_7d": None}, "refused", id="talks of the week not known"),
    pytest.param("CN-unanswered", {"unanswered_today": {"N-1": 5}}, "allowed", id="the sixth attempt"),
    pytest.param("CN-unanswered", {"unanswered_today": {"N-1": 6}}, "refused", id="the seventh attempt"),
    pytest.param("CN-unanswered", {"unanswered_today": None}, "refused", id="attempts not known"),
    *[
        pytest.param("CN-stop", {"flags": frozenset({flag})}, "refused", id=f"stopped by {flag}")
        for flag in (
            "dispute",
            "death",
            "bankruptcy",
            "moratorium",
            "hardship",
            "lawyer",
            "cease",
            "vulnerable",
        )
    ],
    pytest.param("CN-stop", {"flags": frozenset({"complaint"})}, "allowed", id="a complaint is no stop"),
    pytest.param("CN-stop", {"flags": None}, "refused", id="flags not known"),
    pytest.param("CN-consent", {"consents": {"call": True}}, "allowed", id="calls consented"),
    pytest.param("CN-consent", {"consents": {"call": False}}, "refused", id="calls no longer consented"),
    pytest.param("CN-consent", {"consents": {"contact": False}}, "refused", id="all contact refused"),
    pytest.param("CN-consent", {"consents": {"message": False}}, "allowed", id="messages alone refused"),
    pytest.param("CN-consent", {"consents": None}, "refused", id="consents not known"),
    pytest.param("CN-measures", {"bucket": "current"}, "refused", id="nobody current is collected from"),
    pytest.param("CN-measures", {"bucket": "1-30"}, "allowed", id="an early account is called"),
    pytest.param("CN-measures", {"bucket": None}, "refused", id="bucket not known"),
    pytest.param("CN-measures", {"dpd": None}, "refused", id="days past due not known"),
    pytest.param("CN-amount-split", {}, "allowed", id="the parts add up"),
    pytest.param("CN-amount-split", {"arrears_fee": 1}, "refused", id="the parts exceed the amount"),
    pytest.param("CN-amount-split", {"arrears_interest": None}, "refused", id="interest not known"),
    pytest.param("CN-amount-split", {"arrears": None}, "refused", id="amount not known"),
    pytest.param(
        "CN-amount-split", {"arrears_fee": -5, "arrears_interest": 100_005}, "refused", id="a part below 0"
    ),
    pytest.param("CN-rate-cap", {"annual_rate": 0.24}, "allowed", id="exactly 24 %"),
    pytest.param("CN-rate-cap", {"annual_rate": 0.2401}, "refused", id="above 24 %"),
    pytest.param("CN-rate-cap", {"annual_rate": None}, "refused", id="rate not known"),
    pytest.param(
        "CN-rate-cap",
        {"annual_rate": None, "arrears_interest": 0},
        "allowed",
        id="principal alone needs no rate",
    ),
    pytest.param("CN-rate-cap", {"arrears_interest": None}, "refused", id="interest demanded not known"),
    pytest.param("LENDER-agreement", {"agreement": "grace"}, "refused", id="in a grace period"),
    pytest.param("LENDER-agreement", {"promise_due_on": AS_OF}, "refused", id="promised for today"),
    pytest.param(
        "LENDER-agreement", {"promise_due_on": date(2026, 3, 1)}, "allowed", id="promised for yesterday"
    ),
    pytest.param("LENDER-agreement", {"agreement": None}, "refused", id="agreements not known"),
]


@pytest.mark.parametrize(("rule", "facts", "verdict"), CALLS)
def test_a_rule_about_calls(rule: str, facts: dict[str, object], verdict: str) -> None:
    assert answer(rule, case(**facts)).verdict == verdict


@pytest.mark.parametrize(
    ("clock", "verdict", "earliest"),
    [
        pytest.param("07:59", "refused", "2026-03-02T00:00:00+00:00", id="one minute before eight"),
        pytest.param("08:00", "allowed", "", id="eight sharp"),
        pytest.param("20:59", "allowed", "", id="one minute before the house's nine"),
        pytest.param("21:00", "refused", "2026-03-03T00:00:00+00:00", id="nine: tomorrow at eight"),
        pytest.param("22:00", "refused", "2026-03-03T00:00:00+00:00", id="ten at night"),
        pytest.param("03:00", "refused", "2026-03-02T00:00:00+00:00", id="deep in the night"),
    ],
)
def test_hours_in_the_debtors_own_time(clock: str, verdict: str, earliest: str) -> None:
    row = answer("CN-hours", case(), moment=local(clock))
    assert (row.verdict, row.earliest) == (verdict, earliest)


@pytest.mark.parametrize(
    ("zone", "clock", "verdict"),
    [
        pytest.param(None, "09:59", "refused", id="not yet eight in Urumqi"),
        pytest.param(None, "10:00", "allowed", id="eight in Urumqi, ten in Shanghai"),
        pytest.param(None, "21:00", "refused", id="nine in Shanghai, seven in Urumqi"),
        pytest.param("Asia/Urumqi", "09:59", "refused", id="a debtor in Urumqi sleeps longer"),
        pytest.param("Asia/Urumqi", "22:30", "allowed", id="a debtor in Urumqi is awake later"),
        pytest.param("No/Such", "09:59", "refused", id="an unreadable zone counts as unknown"),
    ],
)
def test_an_unknown_zone_leaves_the_hours_lawful_everywhere(
    zone: str | None, clock: str, verdict: str
) -> None:
    assert answer("CN-hours", case(time_zone=zone), moment=local(clock)).verdict == verdict


def test_a_dated_agreement_about_hours_lifts_them() -> None:
    agreed = case(flags=frozenset({"agreed_hours"}))
    assert answer("CN-hours", agreed, moment=local("23:00")).verdict == "allowed"


@pytest.mark.parametrize(
    ("on", "hours"),
    [
        pytest.param(date(2026, 3, 8), 13.0, id="the day the clocks go forward"),
        pytest.param(date(2026, 11, 1), 13.0, id="the day the clocks go back"),
    ],
)
def test_the_lawful_window_is_the_same_wall_clock_when_clocks_change(on: date, hours: float) -> None:
    span = lawful_window(case(time_zone="America/New_York"), "call", on, HOUSE)
    assert span is not None
    assert (span[1] - span[0]).total_seconds() / 3600 == hours


def test_the_earliest_lawful_moment_is_now_or_the_next_morning() -> None:
    assert earliest_lawful(case(), "call", NOON, HOUSE) == NOON
    assert earliest_lawful(case(), "call", local("21:30"), HOUSE) == local("08:00", day="2026-03-03")


def test_without_a_known_zone_and_a_country_nothing_is_lawful() -> None:
    nowhere = closed_pack("XX")
    assert lawful_window(case(time_zone=None), "call", AS_OF, nowhere) is None
    assert earliest_lawful(case(time_zone=None), "call", NOON, nowhere) is None


@pytest.mark.parametrize(
    ("facts", "action", "verdict"),
    [
        pytest.param({"failed_tries": 3}, "call", "allowed", id="unreachable after three tries"),
        pytest.param({"failed_tries": 2}, "call", "refused", id="two tries are too few"),
        pytest.param({"failed_tries": None}, "call", "refused", id="tries not known"),
        pytest.param({"failed_tries": 5}, "message", "refused", id="no message to third parties"),
        pytest.param(
            {"failed_tries": 5, "flags": frozenset({"third_party_refused"})},
            "call",
            "refused",
            id="who refused",
        ),
    ],
)
def test_third_parties_are_banned_with_one_narrow_exception(
    facts: dict[str, object], action: Action, verdict: str
) -> None:
    assert answer("CN-third-party", case(**facts), action, attempt=THIRD).verdict == verdict


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        pytest.param("N-1", "refused", id="the number that was tried six times"),
        pytest.param("N-2", "allowed", id="another number"),
    ],
)
def test_unanswered_attempts_count_per_number(number: str, verdict: str) -> None:
    tried = case(unanswered_today={"N-1": 6})
    assert answer("CN-unanswered", tried, attempt=Attempt(number_id=number)).verdict == verdict


VISITS = [
    pytest.param("CN-measures", {"bucket": "1-30"}, {}, "refused", id="no visits before day 31"),
    pytest.param("CN-visit-risk", {}, {}, "allowed", id="a high score"),
    pytest.param("CN-visit-risk", {"risk_band": "low"}, {}, "refused", id="low risk"),
    pytest.param(
        "CN-visit-risk", {"risk_band": "low", "tier": "T2"}, {}, "allowed", id="evidence of tier T2"
    ),
    pytest.param("CN-visit-risk", {"tier": "T3-no"}, {}, "refused", id="verified not willful"),
    pytest.param("CN-visit-risk", {"risk_band": None}, {}, "refused", id="unscored"),
    pytest.param(
        "CN-visit-last", {"channels_tried": frozenset({"call", "visit"})}, {}, "refused", id="calls only"
    ),
    pytest.param("CN-visit-last", {"channels_tried": None}, {}, "refused", id="channels not known"),
    pytest.param("CN-visit-staff", {}, {"staff": 1}, "refused", id="one collector"),
    pytest.param("CN-visit-staff", {}, {"staff": None}, "refused", id="staff not known"),
    pytest.param("CN-visit-identity", {}, {"identity_shown": False}, "refused", id="no papers shown"),
    pytest.param("CN-visit-identity", {}, {"identity_shown": None}, "refused", id="papers not known"),
    pytest.param("CN-visit-notice", {}, {}, "allowed", id="announced a day before"),
    pytest.param(
        "CN-visit-notice", {}, {"notice_at": NOON - timedelta(hours=23)}, "refused", id="announced too late"
    ),
    pytest.param("CN-visit-notice", {}, {"notice_at": None}, "refused", id="not announced"),
    pytest.param("CN-visit-entry", {}, {"entry_asked": False}, "refused", id="entry not asked for"),
    pytest.param("CN-visit-entry", {}, {"entry_asked": None}, "refused", id="entry not known"),
    pytest.param("CN-visit-approval", {}, {"approvals": 1}, "refused", id="one person approved"),
    pytest.param("CN-visit-approval", {}, {"approvals": None}, "refused", id="approvals not known"),
    pytest.param(
        "CN-visit-approval", {}, {"departing": False, "approvals": None}, "allowed", id="a proposal"
    ),
]


@pytest.mark.parametrize(("rule", "facts", "plan", "verdict"), VISITS)
def test_a_rule_about_visits(
    rule: str, facts: dict[str, object], plan: dict[str, object], verdict: str
) -> None:
    assert answer(rule, case(**facts), "visit", attempt=visit(**plan)).verdict == verdict


def test_a_visit_as_the_rules_want_it_is_allowed() -> None:
    assert is_allowed(check(case(), "visit", NOON, HOUSE, attempt=visit()))


def test_a_visit_without_a_plan_is_refused_by_every_rule_about_its_plan() -> None:
    rows = check(case(), "visit", NOON, HOUSE)
    refused = {row.rule for row in rows if row.verdict == "refused"}
    assert refused == {
        "CN-visit-staff", "CN-visit-identity", "CN-visit-notice", "CN-visit-entry", "CN-visit-approval",
    }  # fmt: skip


def test_a_call_as_the_rules_want_it_is_allowed_and_every_rule_was_asked() -> None:
    rows = check(case(), "call", NOON, HOUSE)
    assert is_allowed(rows)
    assert {row.rule for row in rows} == {rule.id for rule in HOUSE.rules if "call" in rule.actions}


def test_doing_nothing_is_asked_of_no_rule_and_is_not_called_allowed() -> None:
    assert check(case(), "nothing", NOON, HOUSE) == ()
    assert not is_allowed(())


def test_a_country_without_a_pack_refuses_every_contact() -> None:
    for action in ("call", "message", "visit"):
        assert not is_allowed(check(case(country="XX"), action, NOON, closed_pack("XX"), attempt=visit()))


def test_an_action_of_which_no_rule_speaks_is_refused() -> None:
    silent = replace(CN, rules=())
    rows = check(case(), "call", NOON, silent)
    assert [row.rule for row in rows] == ["CN-unwritten"]
    assert not is_allowed(rows)


def test_a_moment_without_a_zone_is_refused_by_name() -> None:
    with pytest.raises(MomentUnclear, match="2026-03-02T12:00:00"):
        check(case(), "call", datetime(2026, 3, 2, 12, 0), HOUSE)  # noqa: DTZ001


@pytest.mark.parametrize("action", ["call", "message", "visit"])
def test_each_answer_carries_rule_text_source_and_finding(action: Action) -> None:
    for row in check(case(), action, NOON, HOUSE, attempt=visit()):
        assert all((row.rule, row.text_en, row.text_zh, row.source, row.found_en, row.found_zh))
