"""The worklist: what is in my hand, the next case, filters, pages, and visits that wait for two people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serving.store_claims import claim
from serving.store_overview import in_hand, overview
from tests.serving.console_visitor import Clock, Visitor, office, signed_in
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import AS_OF, NOON, decision, left_alone, published, visit

ZONE = {"time_zone": "Asia/Shanghai"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with office(tmp_path, clock=clock) as one:
        alone = left_alone(
            5, why_en="Left alone: likely to pay.", why_zh="不联系：预计会还款。", bucket="31-60"
        )
        calls = [decision(n, facts=ZONE, due_by="2026-03-02T16:00:00+00:00") for n in (1, 2)]
        published([*calls, decision(3, action="message"), visit(4), alone], store=one.store)
        yield one


@pytest.fixture
def ann(desk: Desk) -> Visitor:
    return signed_in(desk, "ann", "collector")


def listed(html: str) -> list[str]:
    """Return the loans on a page of the list, in order."""
    return re.findall(r'class="open">([^<]+)<', html)


def test_every_account_stands_on_the_list_with_what_one_needs_to_choose(ann: Visitor) -> None:
    page = ann.get("/console/worklist")
    assert listed(page.html) == ["L-1", "L-2", "L-3", "L-4", "L-5"]
    for said in (
        "2 Mar 2026",
        "5 accounts",
        "Call 2",
        "¥1,500.00",
        "12 days",
        "1–30 days",
        "awaits approval",
    ):
        assert said in page.words, said
    assert "Left alone: likely to pay." in page.words
    assert "2 Mar 08:00 – 22:00" in page.words
    assert "3 Mar 00:00" in page.words


def test_the_list_in_chinese_says_the_same(desk: Desk) -> None:
    page = signed_in(desk, "ann", "collector", language="zh").get("/console/worklist")
    for said in (
        "2026年3月2日",
        "5个账户",
        "致电 2",
        "待审批",
        "不联系：预计会还款。",
        "3月2日 08:00 – 22:00",
    ):
        assert said in page.words, said


@pytest.mark.parametrize(
    ("query", "loans"),
    [
        ("action=call", ["L-1", "L-2"]),
        ("state=left_alone", ["L-5"]),
        ("bucket=31-60&action=nothing", ["L-5"]),
        ("action=&bucket=&state=", ["L-1", "L-2", "L-3", "L-4", "L-5"]),
        ("action=visit&state=ready", []),
    ],
)
def test_filters_keep_only_what_was_chosen(ann: Visitor, query: str, loans: list[str]) -> None:
    page = ann.get(f"/console/worklist?{query}")
    assert listed(page.html) == loans
    assert loans or "No account of this list fits the choice." in page.words


def test_claiming_the_next_case_opens_it_and_puts_it_in_ones_hand(ann: Visitor, desk: Desk) -> None:
    page = ann.send(ann.get("/console/worklist"), "/console/claim")
    assert page.address == "/console/cases/L-1@2026-03-02?said=claimed"
    assert "In your hand for 30 more minutes, until 12:30." in page.words
    again = ann.get("/console/worklist").words
    assert "Call · ¥1,500.00 · 12 days overdue" in again
    assert "until 12:30" in again
    assert [one.case_id for one in in_hand(desk.store, by="ann")] == ["L-1@2026-03-02"]
    assert in_hand(desk.store, by="bob") == ()


def test_a_form_sent_twice_claims_one_case(ann: Visitor, desk: Desk) -> None:
    page = ann.get("/console/worklist")
    first, second = ann.send(page, "/console/claim"), ann.send(page, "/console/claim")
    assert first.address == second.address
    assert len(in_hand(desk.store, by="ann")) == 1
    other = ann.send(page, "/console/claim", case_id="L-2@2026-03-02")
    assert (other.status, "This form was sent before" in other.words) == (409, True)


def test_a_case_in_anothers_hand_shows_whose_and_cannot_be_claimed(ann: Visitor, desk: Desk) -> None:
    before = ann.get("/console/cases/L-1@2026-03-02")
    bob = signed_in(desk, "bob", "collector")
    bob.send(bob.get("/console/worklist"), "/console/claim")
    assert "in a hand by bob" in ann.get("/console/worklist").words
    page = ann.send(before, "/console/claim")
    assert (page.status, "cannot be claimed now" in page.words) == (409, True)
    now = ann.get("/console/cases/L-1@2026-03-02")
    assert "In the hand of bob for 30 more minutes." in now.words
    assert not now.has("/console/claim")


def test_outside_lawful_hours_the_list_says_when_they_begin(ann: Visitor, clock: Clock) -> None:
    clock.moment = datetime(2026, 3, 1, 22, tzinfo=UTC)  # six in the morning in Shanghai
    ann = signed_in(ann_desk(ann), "eve", "collector")
    page = ann.send(ann.get("/console/worklist"), "/console/claim")
    assert page.status == 409
    assert "The earliest lawful moment is 2 Mar 2026 08:00." in page.words
    assert listed(page.html) == ["L-1", "L-2", "L-3", "L-4", "L-5"]


def ann_desk(one: Visitor) -> Desk:
    """Return the desk somebody stands at."""
    return Desk(one.client, one.client.app.state.service)  # type: ignore[attr-defined]


def test_when_every_window_has_ended_the_missing_list_is_named(ann: Visitor, clock: Clock) -> None:
    page = ann.get("/console/worklist")
    clock.moment = NOON + timedelta(hours=11)
    after = ann.send(page, "/console/claim")
    assert (after.status, "the list of today is missing" in after.words) == (409, True)


def test_when_nothing_is_ready_that_is_said(ann: Visitor, desk: Desk) -> None:
    for number in (1, 2, 3):
        claim(desk.store, by="bob", lease_seconds=600, at=NOON, case_id=f"L-{number}@2026-03-02")
    page = ann.send(ann.get("/console/worklist"), "/console/claim")
    assert "Nothing is ready to be claimed." in page.words


def test_a_lease_that_ran_out_is_marked(ann: Visitor, clock: Clock) -> None:
    ann.send(ann.get("/console/worklist"), "/console/claim")
    clock.moment = NOON + timedelta(minutes=31)
    assert "lease ran out" in ann.get("/console/worklist").words


def test_pages_follow_each_other_and_keep_the_choice(tmp_path: Path) -> None:
    with office(tmp_path, clock=Clock()) as one:
        published([decision(n) for n in range(1, 61)], store=one.store)
        ann = signed_in(one, "ann", "collector")
        seen, address = [], "/console/worklist?action=call"
        while address:
            page = ann.get(address)
            seen += listed(page.html)
            more = re.search(r'href="([^"]+)" rel="next"', page.html)
            address = more.group(1).replace("&amp;", "&") if more else ""
            assert "action=call" in address or not address
        assert seen == [f"L-{n}" for n in range(1, 61)]
        again = re.search(r'href="([^"]+)" rel="next"', ann.get("/console/worklist").html)
        assert again is not None
        published([decision(n, arrears=7) for n in range(1, 61)], store=one.store)
        page = ann.get(again.group(1).replace("&amp;", "&"))
        assert (page.address, "A new list was published." in page.words) == (
            "/console/worklist?said=new-list",
            True,
        )
        assert ann.get("/console/worklist?after=rubbish").address == "/console/worklist?said=new-list"


def test_before_the_first_list_the_page_says_what_to_wait_for(tmp_path: Path) -> None:
    with office(tmp_path, clock=Clock()) as one:
        page = signed_in(one, "ann", "collector").get("/console/worklist")
        assert "No list was published yet." in page.words
        assert overview(one.store).as_of is None


def test_an_administrator_reads_and_cannot_claim(desk: Desk) -> None:
    page = signed_in(desk, "root", "admin").get("/console/worklist")
    assert page.status == 200
    assert not page.has("/console/claim")


def test_the_committee_sees_the_visits_that_wait_and_nothing_else_of_the_list(desk: Desk) -> None:
    tom = signed_in(desk, "tom", "committee")
    page = tom.get("/console/approvals")
    assert listed(page.html) == ["L-4"]
    assert tom.get("/console/worklist").status == 403


def test_without_visits_that_wait_the_page_says_so(tmp_path: Path) -> None:
    with office(tmp_path, clock=Clock()) as one:
        published([decision(1)], store=one.store)
        tom = signed_in(one, "tom", "committee")
        assert "No visit waits for approval." in tom.get("/console/approvals").words
        assert tom.get("/console/approvals?after=rubbish").address == "/console/approvals"


def test_the_overview_counts_the_list_in_force_alone(desk: Desk) -> None:
    told = overview(desk.store)
    assert (told.as_of, told.cases) == (AS_OF.isoformat(), 5)
    assert told.by_action == {"call": 2, "message": 1, "nothing": 1, "visit": 1}
    published([decision(1, dpd=13)], store=desk.store)
    assert overview(desk.store).by_action == {"call": 1}, "what the new list of the day retired is not on it"
