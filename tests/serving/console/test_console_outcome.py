"""What came of a case: asked in order, told field by field when wrong, recorded once, and kept for the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from features.codes import CONTACT_OUTCOMES, STATED_REASONS, VISIT_OUTCOMES
from serving.console.languages import Language
from serving.store_claims import claim
from serving.store_events import export_events
from serving.store_leases import complete, reap
from serving.store_worklist import story
from tests.serving.claim_builders import TALKED
from tests.serving.console_visitor import Clock, Page, Visitor, office, signed_in
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import NOON, decision, published, visit

CASE, WENT = "/console/cases/L-1@2026-03-02", "/console/cases/L-2@2026-03-02"
ZONE = {"time_zone": "Asia/Shanghai"}
TOLD = {
    "reason": "cash_short",
    "identity": "yes",
    "income": "no",
    "assets": "",
    "result": "promised",
    "amount": "1,200.50",
    "due_on": "2026-03-09",
    "next_step": "Wait for the promised payment",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with office(tmp_path, clock=clock) as one:
        published([decision(1, facts=ZONE), visit(2, needs_approval=False, facts=ZONE)], store=one.store)
        yield one


def asked(desk: Desk, case: str = CASE, *, language: Language = "en") -> tuple[Visitor, Page]:
    """Return a collector who holds the case, and the form for it."""
    ann = signed_in(desk, "ann", "collector", language=language)
    ann.send(ann.get(case), "/console/claim")
    return ann, ann.get(f"{case}/outcome")


def problems(page: Page) -> dict[str, str]:
    """Return what is said beside each field."""
    return dict(re.findall(r'<p class="field-error" id="(\w+)-problem">([^<]+)<', page.html))


def test_the_questions_come_in_the_order_of_the_door(desk: Desk) -> None:
    _, page = asked(desk)
    legends = re.findall(r'<legend><span class="no">(\d)</span> ([^<]+)</legend>', page.html)
    said = ["Reason", "Identity", "Income", "Assets", "Result", "Next step"]
    assert legends == [(str(n), one) for n, one in enumerate(said, start=1)]
    for name, codes in (("reason", STATED_REASONS), ("result", CONTACT_OUTCOMES)):
        offered = re.findall(rf'name="{name}" value="(\w+)"', page.html)
        assert offered == list(codes)


def test_what_a_collector_writes_is_recorded_once_and_reaches_the_book_whole(desk: Desk) -> None:
    ann, page = asked(desk)
    for _ in range(2):
        done = ann.send(page, "/outcome", **TOLD)
        assert done.address == f"{CASE}?said=recorded"
    assert "Contact : promised to pay · short of cash · ¥1,200.50 by 9 Mar 2026" in done.words
    tables = export_events(desk.store)
    (contact,) = tables["contacts"].to_pylist()
    (promise,) = tables["promises"].to_pylist()
    kept = {name: contact[name] for name in ("channel", "outcome", "stated_reason", "next_step", "agent_id")}
    assert kept == {
        "channel": "call",
        "outcome": "promised",
        "stated_reason": "cash_short",
        "next_step": "Wait for the promised payment",
        "agent_id": "ann",
    }
    assert [contact[name] for name in ("identity_ok", "income_told", "assets_told")] == [True, False, None]
    assert (promise["amount"], promise["due_on"]) == (120_050, date(2026, 3, 9))


def test_a_visit_tells_what_was_seen_and_who_went(desk: Desk) -> None:
    ann, page = asked(desk, WENT)
    assert re.findall(r'name="result" value="(\w+)"', page.html) == list(VISIT_OUTCOMES)
    assert page.form("/outcome").fields["staff"] == "ann"
    told = {**TOLD, "result": "met", "staff": "ann,  eve", "assets": "yes"}
    assert ann.send(page, "/outcome", **told).address == f"{WENT}?said=recorded"
    (went,) = export_events(desk.store)["visits"].to_pylist()
    names = ("outcome", "staff", "reason", "identity_ok", "income_seen", "assets_seen")
    assert [went[name] for name in names] == ["met", "ann, eve", "cash_short", True, False, True]
    assert export_events(desk.store)["promises"].num_rows == 1


def test_a_moment_is_written_in_the_time_of_the_borrower(desk: Desk, clock: Clock) -> None:
    ann, page = asked(desk)
    clock.moment = NOON + timedelta(minutes=20)
    told = {**TOLD, "result": "busy", "amount": "", "due_on": "", "happened_at": "2026-03-02T12:05"}
    ann.send(page, "/outcome", **told)
    (contact,) = export_events(desk.store)["contacts"].to_pylist()
    assert contact["contacted_at"] == datetime(2026, 3, 2, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"result": ""}, "result", id="no result"),
        pytest.param({"result": "shouted"}, "result", id="a result nobody offered"),
        pytest.param({"reason": "greed"}, "reason", id="a reason nobody offered"),
        pytest.param({"identity": "maybe"}, "identity", id="neither yes nor no"),
        pytest.param({"channel": "visit"}, "channel", id="a visit by telephone"),
        pytest.param({"channel": ""}, "channel", id="no channel"),
        pytest.param({"amount": ""}, "amount", id="a promise without an amount"),
        pytest.param({"amount": "1.234,50"}, "amount", id="a point where a comma belongs"),
        pytest.param({"amount": "12,00"}, "amount", id="groups of two"),
        pytest.param({"amount": "1.005"}, "amount", id="a tenth of a fen"),
        pytest.param({"amount": "-5"}, "amount", id="a negative amount"),
        pytest.param({"amount": "0"}, "amount", id="nothing promised"),
        pytest.param({"amount": "9" * 15}, "amount", id="more than there is"),
        pytest.param({"amount": "1e9"}, "amount", id="an exponent"),
        pytest.param({"amount": "", "due_on": ""}, "amount", id="promised, and neither amount nor day"),
        pytest.param({"result": "busy"}, "amount", id="a promise of a busy line"),
        pytest.param({"due_on": ""}, "due_on", id="a promise without a day"),
        pytest.param({"due_on": "2026-02-30"}, "due_on", id="a day that does not exist"),
        pytest.param({"due_on": "09/03/2026"}, "due_on", id="a day in another order"),
        pytest.param({"due_on": "2026-02-27"}, "due_on", id="a day that is over"),
        pytest.param({"due_on": "9999-12-31"}, "due_on", id="a day beyond ten years"),
        pytest.param({"happened_at": "2026-03-02T09:00"}, "happened_at", id="before the claim"),
        pytest.param({"happened_at": "2026-03-02T19:00"}, "happened_at", id="later than now"),
        pytest.param({"happened_at": "2026-03-02T12:00+05:00"}, "happened_at", id="with an offset"),
        pytest.param({"happened_at": "0001-01-01T00:00"}, "happened_at", id="before the calendar"),
        pytest.param({"happened_at": "noon"}, "happened_at", id="a word"),
        pytest.param({"next_step": "x" * 301}, "next_step", id="a novel"),
        pytest.param({"next_step": "call \u202e again"}, "next_step", id="a sign that turns text around"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    desk: Desk, typed: dict[str, str], field: str
) -> None:
    ann, page = asked(desk)
    wrong = ann.send(page, "/outcome", **{**TOLD, **typed})
    assert (wrong.status, list(problems(wrong))) == (422, [field])
    assert f'aria-describedby="{field}-problem"' in wrong.html
    assert "nothing was recorded yet" in wrong.words
    kept = wrong.form("/outcome").fields
    assert kept["next_step"] == {**TOLD, **typed}["next_step"]
    assert kept["due_on"] == {**TOLD, **typed}["due_on"]
    assert story(desk.store, "L-1@2026-03-02").item.state == "claimed"
    assert ann.send(wrong, "/outcome", **TOLD, channel="call", happened_at="").address.endswith(
        "said=recorded"
    )


def test_several_faults_are_told_at_once_in_chinese(desk: Desk) -> None:
    ann, page = asked(desk, language="zh")
    wrong = ann.send(page, "/outcome", **{**TOLD, "amount": "很多", "due_on": "明天", "result": ""})
    assert problems(wrong) == {
        "result": "请选择一项。",
        "amount": "请填写金额，例如 1,200.50。",
        "due_on": "请选择承诺还款日。",
    }
    assert "有3处需要更正" in wrong.words
    assert wrong.form("/outcome").fields["amount"] == "很多"


def test_a_refused_form_begins_at_its_first_fault_and_names_each_with_a_way_to_it(desk: Desk) -> None:
    ann, page = asked(desk)
    wrong = ann.send(page, "/outcome", **{**TOLD, "amount": "x", "due_on": "x", "next_step": "x" * 301})
    assert re.findall(r'<(?:input|select)[^>]* id="(\w+)"[^>]*autofocus', wrong.html) == ["amount"]
    wrong = ann.send(
        page, "/outcome", **{**TOLD, "result": "", "reason": "greed", "channel": "", "due_on": "x"}
    )
    assert re.findall(r"<(\w+)[^>]* autofocus", wrong.html) == ["input"]
    assert '<input type="radio" id="reason" autofocus name="reason"' in wrong.html
    faults = re.findall(r'<li><a href="#(\w+)">', wrong.html)
    assert faults == ["reason", "result", "due_on", "channel"]
    assert all(wrong.html.count(f' id="{name}"') == 1 for name in faults)
    assert "<title>Not recorded · Record the outcome" in wrong.html


def test_the_whole_arrears_and_days_from_today_on_are_offered(desk: Desk) -> None:
    _, page = asked(desk)
    assert '<option value="1,500.00">the whole arrears</option>' in page.html
    assert 'type="date" min="2026-03-02"' in page.html


def test_a_visit_without_those_who_went_is_not_recorded(desk: Desk) -> None:
    ann, page = asked(desk, WENT)
    told = {**TOLD, "result": "absent", "amount": "", "due_on": "", "staff": "  "}
    assert list(problems(ann.send(page, "/outcome", **told))) == ["staff"]


def test_a_case_in_anothers_hand_is_not_recorded_and_says_whose(desk: Desk, clock: Clock) -> None:
    ann, page = asked(desk)
    clock.moment = NOON + timedelta(minutes=31)
    reap(desk.store, at=clock.moment)
    claim(desk.store, by="bob", lease_seconds=600, at=clock.moment, case_id="L-1@2026-03-02")
    late = ann.send(page, "/outcome", **TOLD)
    assert (late.status, "nothing was recorded" in late.words) == (409, True)
    assert "It is in the hand of bob." in late.words
    assert late.form("/outcome").fields["amount"] == "1,200.50"
    assert "Record and finish" not in late.words
    assert story(desk.store, "L-1@2026-03-02").events == ()
    assert not ann.get(f"{CASE}/outcome").has("/outcome")


def test_an_outcome_that_somebody_else_recorded_first_is_told_with_the_name(desk: Desk, clock: Clock) -> None:
    ann, page = asked(desk)
    clock.moment = NOON + timedelta(minutes=31)
    reap(desk.store, at=clock.moment)
    held = claim(desk.store, by="bob", lease_seconds=600, at=clock.moment, case_id="L-1@2026-03-02")
    assert held is not None
    complete(desk.store, "L-1@2026-03-02", token=held.token, by="bob", outcome=TALKED, at=clock.moment)
    late = ann.send(page, "/outcome", **TOLD)
    assert (late.status, "nothing of yours was recorded" in late.words) == (409, True)
    assert "recorded by bob" in late.words


def test_a_form_from_before_a_second_claim_of_ones_own_can_be_sent_again(desk: Desk, clock: Clock) -> None:
    ann, page = asked(desk)
    clock.moment = NOON + timedelta(minutes=31)
    reap(desk.store, at=clock.moment)
    claim(desk.store, by="ann", lease_seconds=600, at=clock.moment, case_id="L-1@2026-03-02")
    stale = ann.send(page, "/outcome", **TOLD)
    assert (stale.status, "claimed again since this form was opened" in stale.words) == (409, True)
    assert stale.form("/outcome").fields["amount"] == "1,200.50"
    again = {name: value for name, value in stale.form("/outcome").fields.items() if name in TOLD}
    assert ann.send(stale, "/outcome", **{**TOLD, **again}).address.endswith("said=recorded")


def test_an_outcome_that_comes_late_before_anyone_else_is_recorded(desk: Desk, clock: Clock) -> None:
    ann, page = asked(desk)
    clock.moment = NOON + timedelta(minutes=31)
    reap(desk.store, at=clock.moment)
    assert ann.send(page, "/outcome", **TOLD).address.endswith("said=recorded")


def test_a_second_and_other_outcome_is_refused(desk: Desk) -> None:
    ann, page = asked(desk)
    ann.send(page, "/outcome", **TOLD)
    other = ann.send(page, "/outcome", **{**TOLD, "result": "talked", "amount": "", "due_on": ""})
    assert (other.status, "the first ones are recorded" in other.words) == (409, True)
    again = ann.get(f"{CASE}/outcome")
    assert "What came of this case is recorded already." in again.words
    assert export_events(desk.store)["contacts"].num_rows == 1


def test_an_outcome_sent_through_the_api_in_between_is_told(desk: Desk) -> None:
    ann, page = asked(desk)
    complete(desk.store, "L-1@2026-03-02", token=1, by="ann", outcome=TALKED, at=NOON)
    late = ann.send(page, "/outcome", **TOLD)
    assert (late.status, "is recorded already" in late.words) == (409, True)


@pytest.mark.parametrize("token", ["", "x", "-1", "1e3", "9" * 40])
def test_a_form_without_its_token_is_refused(desk: Desk, token: str) -> None:
    ann, page = asked(desk)
    assert ann.send(page, "/outcome", **TOLD, token=token).status == 422


def test_a_case_nobody_claimed_has_no_form(desk: Desk) -> None:
    ann = signed_in(desk, "ann", "collector")
    page = ann.get(f"{CASE}/outcome")
    assert "Claim it first" in page.words
    assert not page.has("/outcome")


def test_amounts_follow_the_digits_of_the_currency(tmp_path: Path) -> None:
    with office(tmp_path, clock=Clock()) as one:
        published([decision(1, currency="JPY", arrears=120_000)], store=one.store)
        ann, page = asked(one)
        assert "JP¥120,000" in page.words
        assert list(problems(ann.send(page, "/outcome", **TOLD))) == ["amount"]
        ann.send(page, "/outcome", **{**TOLD, "amount": "5,000"})
        assert export_events(one.store)["promises"].column("amount").to_pylist() == [5000]
