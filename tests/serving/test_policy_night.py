"""A whole night: precedence, capacity, holdout, audits, propensities, and the laws of every night."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.contracts import FLAG_KINDS
from serving.decision import Decision, decision_from_json, decision_to_json
from serving.policy.arms import is_held_out
from serving.policy.case import Case
from serving.policy.decide import CasesUnfit, Decisions, decide
from serving.policy.lender import LenderPolicy
from serving.policy.packs import closed_pack
from serving.policy.schemas import decisions_to_frame, summary
from serving.policy.value import CurrencyUnknown
from tests.policy_builders import AS_OF, CN, POLICY, case, many, policy

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


def test_what_is_owed_outranks_every_score_and_the_earliest_comes_first() -> None:
    rich = case(loan_id="L-rich", borrower_id="B-rich", case_id="rich", channels_tried=frozenset(), arrears=10**8,
                arrears_principal=99_900_000)  # fmt: skip
    new = case(loan_id="L-new", borrower_id="B-new", case_id="new", **EARLY)
    late = case(
        loan_id="L-late",
        borrower_id="B-late",
        case_id="late",
        **{**EARLY, "dpd": 2, "identified_on": date(2026, 3, 1)},
    )
    rows = night([rich, new, late])
    assert [row.loan_id for row in rows] == ["L-late", "L-new", "L-rich"]
    assert [row.rank for row in rows] == [1, 2, 3]
    assert sorted((row.priority for row in rows), reverse=True) == [row.priority for row in rows]


def test_what_can_still_be_in_time_goes_before_what_is_late_and_the_late_go_by_gain() -> None:
    late: dict[str, Any] = {**EARLY, "dpd": 30, "identified_on": date(2026, 2, 1), "scores": {"roll_30": 0.5}}
    sums = {"L-small": 90_000, "L-large": 900_000}
    rows = night(
        [
            *[
                case(**late, loan_id=name, borrower_id=name, case_id=name, arrears=total, arrears_principal=total,
                     arrears_interest=0)
                for name, total in sums.items()
            ],
            case(loan_id="L-new", borrower_id="B-new", case_id="new", **EARLY),
        ]
    )  # fmt: skip
    assert [row.loan_id for row in rows] == ["L-new", "L-large", "L-small"]
    assert {row.facts["cause"] for row in rows} == {"owed"}


def test_without_a_call_to_spare_the_owed_contact_is_a_message_and_then_waits() -> None:
    short = policy(
        **{"experiment.holdout_share": 0.0, "capacity.call_minutes": 6.0, "capacity.messages": 1.0}
    )
    rows = night([replace(c, **EARLY) for c in many(3)], rules=short)
    assert sorted(row.action for row in rows) == ["call", "message", "nothing"]
    assert rows[-1].facts["cause"] == "waiting"
    assert summary(rows)["owed_but_waiting"] == 1


def test_a_debtor_is_contacted_once_for_all_loans() -> None:
    loans = [
        case(loan_id=f"L-{n}", case_id=f"c-{n}", arrears=900_000 + n, arrears_principal=800_000 + n)
        for n in range(4)
    ]
    rows = night(loans)
    assert Counter(row.action for row in rows)["nothing"] == 3
    joined = [row for row in rows if row.facts["cause"] == "joined"]
    assert len(joined) == 3
    assert all("L-3" in row.why_en for row in joined)


def test_capacity_of_zero_leaves_everybody_alone_and_says_why() -> None:
    none = policy(**{"capacity.call_minutes": 0.0, "capacity.messages": 0.0, "capacity.visits": 0.0})
    rows = night(many(50), rules=none)
    assert {row.action for row in rows} == {"nothing"}
    assert {row.facts["cause"] for row in rows} <= {"no_capacity", "holdout"}


def test_the_current_are_passed_over() -> None:
    assert len(night([case(dpd=0, bucket="current")])) == 0


def test_nobody_overdue_is_a_quiet_night() -> None:
    quiet = night([])
    assert len(quiet) == 0
    assert summary(quiet)["accounts"] == 0
    assert decisions_to_frame(quiet).empty


def test_a_country_without_a_pack_gives_a_worklist_of_people_left_alone() -> None:
    rows = decide(many(5, country="XX"), pack=closed_pack("XX"), policy=EVERYBODY, as_of=AS_OF, seed=1)
    assert {row.action for row in rows} == {"nothing"}
    assert summary(rows)["refused_by_rule"] == {"XX-no-pack": 5}


def test_the_holdout_is_two_per_cent_permanent_and_never_contacted() -> None:
    cases = many(2500)
    first, later = night(cases, rules=POLICY), night(cases, rules=POLICY, seed=99)
    held = {row.borrower_id for row in first if row.arm == "holdout"}
    assert 0.01 < len(held) / len(cases) < 0.03
    assert held == {row.borrower_id for row in later if row.arm == "holdout"}
    assert {row.action for row in first if row.arm == "holdout"} == {"nothing"}


def test_even_what_is_owed_does_not_break_the_holdout() -> None:
    held = [c for c in many(2000, **EARLY) if is_held_out([c.borrower_id], share=0.02, salt=POLICY.salt)[0]]
    assert held
    assert {row.action for row in night(held, rules=POLICY)} == {"nothing"}


def test_audit_visits_are_random_gated_few_and_logged() -> None:
    rules = policy(**{"capacity.visits": 1000.0, "costs.visit_travel": 10.0**9})
    allowed = many(4000)
    barred = [replace(c, loan_id=f"N-{c.loan_id}", borrower_id=f"N-{c.borrower_id}", case_id=f"N-{c.case_id}",
                      flags=frozenset({"hardship"})) for c in allowed[:500]]  # fmt: skip
    rows = night([*allowed, *barred], rules=rules)
    audits = [row for row in rows if row.arm == "audit"]
    assert 0.02 < len(audits) / 4000 < 0.04
    assert all(row.action == "visit" and row.needs_approval for row in audits)
    assert not any(row.loan_id.startswith("N-") for row in audits)
    assert {round(row.propensity, 6) for row in audits} == {round(0.98 * 0.03, 6)}


def test_audits_leave_half_of_the_visits_to_the_policy() -> None:
    rows = night(many(1500), rules=policy(**{"capacity.visits": 10.0}))
    assert sum(row.arm == "audit" for row in rows) <= 5


def test_inverse_propensities_count_everybody_once() -> None:
    rows = night(many(3000), rules=policy(**{"capacity.call_minutes": 10.0**6, "capacity.visits": 10.0**5}))
    drawn = [row for row in rows if row.arm != "holdout" and row.action == "visit"]
    assert sum(1 / row.propensity for row in drawn) == pytest.approx(3000, rel=0.02)
    held = [row for row in rows if row.arm == "holdout"]
    assert sum(1 / row.propensity for row in held) == pytest.approx(3000, rel=0.35)


@pytest.mark.parametrize(
    ("cases", "says"),
    [
        pytest.param(
            [case(as_of=AS_OF - timedelta(days=1))], "of another day.*L-1", id="a case of yesterday"
        ),
        pytest.param([case(), case()], "twice.*L-1@2026-03-02", id="a case twice"),
    ],
)
def test_unfit_cases_are_refused_by_name(cases: list[Case], says: str) -> None:
    with pytest.raises(CasesUnfit, match=says):
        night(cases)


def test_an_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(CurrencyUnknown, match=r"XYZ.*L-1"):
        night([case(currency="XYZ")])


def test_the_frame_and_the_json_tell_the_same_story() -> None:
    rows = night([*many(30), *[replace(c, **EARLY, loan_id=f"E-{c.loan_id}", case_id=f"E-{c.case_id}",
                                       borrower_id=f"E-{c.borrower_id}") for c in many(30)]])  # fmt: skip
    frame = decisions_to_frame(rows)
    assert frame["loan_id"].tolist() == [row.loan_id for row in rows]
    assert frame["action"].value_counts().to_dict() == summary(rows)["by_action"]
    assert {"score_roll_60", "score_roll_30", "band_roll_60", "value_call", "refused_by"} <= set(frame)
    for row in rows:
        assert decision_from_json(json.loads(json.dumps(decision_to_json(row), allow_nan=False))) == row


CASES = st.lists(
    st.fixed_dictionaries(
        {
            "borrower_id": st.sampled_from([f"B-{n}" for n in range(60)]),
            "bucket": st.sampled_from(["1-30", "31-60", "61-90", "91+"]),
            "dpd": st.integers(1, 200),
            "flags": st.frozensets(st.sampled_from(FLAG_KINDS), max_size=1),
            "contacted": st.booleans(),
            "talked": st.booleans(),
            "channels_tried": st.frozensets(st.sampled_from(["call", "sms"])),
            "scores": st.floats(0, 1).map(lambda p: {"roll_60": p}),
        }
    ),
    max_size=40,
).map(lambda rows: [case(loan_id=f"L-{n}", case_id=f"c-{n}", **row) for n, row in enumerate(rows)])
SHORT = policy(**{"capacity.call_minutes": 30.0, "capacity.messages": 4.0, "capacity.visits": 3.0})


@settings(max_examples=60, deadline=None)
@given(cases=CASES, seed=st.integers(0, 5))
def test_laws_of_a_night(cases: list[Case], seed: int) -> None:
    rows = night(cases, rules=SHORT, seed=seed)
    again = night(cases[::-1], rules=SHORT, seed=seed)
    assert rows.rows == again.rows, "the order of the cases and the run change nothing"
    assert {row.loan_id for row in rows} == {c.loan_id for c in cases}
    for action, room in SHORT.capacity.items():
        assert rows.used[action] <= room
        assert rows.used[action] == sum(row.action == action for row in rows) * SHORT.usage[action]
    flags = {c.loan_id: c.flags or frozenset() for c in cases}
    contacted = [row for row in rows if row.action != "nothing"]
    assert not any(flags[row.loan_id] & set(STOPS) for row in contacted), "stop-flagged never contacted"
    assert not any(row.arm == "holdout" for row in contacted), "the holdout is never contacted"
    assert len({row.borrower_id for row in contacted}) == len(contacted), "one contact per debtor"
    assert all(0 < row.propensity <= 1 for row in contacted if row.arm == "policy")
    assert all(row.needs_approval == (row.action == "visit") for row in rows)
    for row in contacted:
        mine = [gate for gate in row.gates if gate.action == row.action]
        assert mine
        assert all(gate.verdict == "allowed" for gate in mine)
