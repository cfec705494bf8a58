"""A case as people read it: who, how much, why, which rules, whose hand, and who has agreed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from serving.decision import Decision
from serving.store_leases import reap
from serving.store_publish import next_fence, publish
from tests.serving.console_builders import morning_list, sheet_of_case
from tests.serving.console_visitor import Clock, Visitor, office, signed_in
from tests.serving.service_builders import Desk
from tests.serving.worklist_builders import AS_OF, NOON, decision, published

CALL, VISIT, ALONE = (f"/console/cases/L-{n}@2026-03-02" for n in (1, 9, 10))


def publish_morning(desk: Desk, decisions: tuple[Decision, ...] = (), *, sheets: bool = True) -> None:
    """Publish a list with its account sheets."""
    told = decisions or morning_list()
    kept = [sheet_of_case(one) for one in told] if sheets else None
    publish(desk.store, told, as_of=AS_OF, fence=next_fence(desk.store), at=NOON, sheets=kept)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with office(tmp_path, clock=clock) as one:
        publish_morning(one)
        yield one


@pytest.fixture
def ann(desk: Desk) -> Visitor:
    return signed_in(desk, "ann", "collector")


def test_a_case_is_told_in_full(ann: Visitor) -> None:
    words = ann.get(CALL).words
    for said in (
        "Recommended: Call",
        "¥1,510.00",
        "Principal ¥1,200.00 Interest ¥280.00 Fees ¥30.00 Together ¥1,510.00",
        "No. 6",
        "Promise : broken · ¥600.00 · until 26 Feb 2026",
        "Contact : promised to pay · call · short of cash",
        "42.0%",
        "at worst 41 days past due in 90 days raises the risk",
        "paid 62% of what fell due in 60 days lowers the risk",
        "Visit ¥810.00 ¥201.00 ¥609.00 forbidden",
        "Visit · forbidden Each bucket of days past due has its own permitted measures",
        "1 rule that allows",
        "Customer since 2 May 2024",
        "Time there 12:00 Asia/Shanghai",
        "Other overdue loans of this borrower L-1-b",
        "Propensity of this choice 95.0%",
    ):
        assert said in words, said


def test_bars_are_as_long_as_their_part_of_the_strongest(ann: Visitor) -> None:
    html = ann.get(CALL).html
    assert 'class="raises" width="100"' in html
    assert 'class="raises" width="47"' in html
    assert 'class="lowers" width="37"' in html


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No model decides whether anybody delays on purpose: only two people do"),
        ("zh", "任何模型都不能认定某人恶意拖欠：只能由两人在答复期之后认定。目前没有经审计的标签"),
    ],
)
def test_a_willful_score_never_stands_without_what_it_is_not(desk: Desk, language: str, said: str) -> None:
    page = signed_in(desk, "sue", "supervisor", language=language).get(VISIT)  # type: ignore[arg-type]
    assert said in page.words
    assert "55%" in page.words
    assert "T2" in page.words


def test_a_case_without_a_sheet_says_what_is_missing(desk: Desk, ann: Visitor) -> None:
    publish_morning(desk, (decision(1, facts={"arrears_principal": 1}),), sheets=False)
    words = ann.get(CALL).words
    assert "account sheet of this case is not at hand" in words
    assert "do not say how the arrears of ¥1,500.00 split" in words


def test_a_case_that_nobody_scored_says_so(desk: Desk, ann: Visitor) -> None:
    publish_morning(desk, (decision(1, scores={}, bands={}, reasons=(), models={}),))
    assert "No approved model speaks for this account" in ann.get(CALL).words


def test_an_account_left_alone_shows_why_and_offers_nothing(ann: Visitor) -> None:
    page = ann.get(ALONE)
    assert "Recommended: Leave alone" in page.words
    assert "Left alone: likely to cure by itself." in page.words
    assert not page.has("/console/claim")


@pytest.mark.parametrize(
    "loan", ["L 1", "L/1", "L%1", "贷款-1", "L?1#x", "L-1/outcome", "a@b", "L&amp;1", "<b>"]
)
def test_a_case_opens_whatever_its_id_holds(tmp_path: Path, loan: str) -> None:
    with office(tmp_path, clock=Clock()) as one:
        published([decision(1, loan_id=loan)], store=one.store)
        ann = signed_in(one, "ann", "collector")
        page = ann.send(ann.get("/console/worklist"), "/console/claim")
        assert page.status == 200
        assert loan in page.words
        page = ann.send(page, "/release")
        assert "The case was given back." in page.words


def test_a_lease_is_kept_for_longer_and_a_case_given_back(ann: Visitor, clock: Clock) -> None:
    page = ann.send(ann.get(CALL), "/console/claim")
    assert not page.has("/keep"), "it would make the lease no longer"
    clock.moment = NOON + timedelta(minutes=20)
    page = ann.get(CALL)
    kept = ann.send(page, "/keep")
    assert "In your hand for 30 more minutes, until 12:50." in kept.words
    clock.moment = NOON + timedelta(minutes=40)
    page = ann.get(CALL)
    first, second = ann.send(page, "/release"), ann.send(page, "/release")
    assert first.address == second.address
    assert "The case was given back." in second.words
    late = ann.send(page, "/keep")
    assert (late.status, "no longer in your hand" in late.words) == (409, True)


def test_a_spent_lease_can_still_be_recorded_until_somebody_else_claims(
    desk: Desk, ann: Visitor, clock: Clock
) -> None:
    ann.send(ann.get(CALL), "/console/claim")
    clock.moment = NOON + timedelta(minutes=31)
    assert "Your lease ran out." in ann.get(CALL).words
    reap(desk.store, at=clock.moment)
    page = ann.get(CALL)
    assert "you can still record" in page.words
    assert page.has("/console/claim")
    bob = signed_in(desk, "bob", "collector")
    bob.send(bob.get(CALL), "/console/claim")
    assert "In the hand of bob" in ann.get(CALL).words


def test_two_different_people_approve_and_the_same_one_twice_counts_once(desk: Desk) -> None:
    sue, tom = signed_in(desk, "sue", "supervisor"), signed_in(desk, "tom", "committee")
    page = sue.get(VISIT)
    assert "0 of 2 people have agreed" in page.words
    for _ in range(2):
        after = sue.send(page, "/approve")
        assert "1 of 2 people have agreed to this visit. Agreed: sue." in after.words
        assert "A second person must agree as well." in after.words
        assert not after.has("/approve")
    done = tom.send(tom.get(VISIT), "/approve")
    assert "2 of 2 people have agreed to this visit. Agreed: sue, tom." in done.words
    assert "ready" in done.words
    assert signed_in(desk, "ann", "collector").get(VISIT).has("/console/claim")


def test_an_approval_holds_for_what_was_read(desk: Desk) -> None:
    sue = signed_in(desk, "sue", "supervisor")
    page = sue.get(VISIT)
    changed = tuple(one for one in morning_list() if one.loan_id != "L-9")
    (visited,) = [one for one in morning_list() if one.loan_id == "L-9"]
    publish_morning(desk, (*changed, dataclasses.replace(visited, tier="T1")))
    refused = sue.send(page, "/approve")
    assert (refused.status, "has changed since you read it" in refused.words) == (409, True)
    assert "0 of 2 people" in sue.get(VISIT).words
    assert "1 of 2 people" in sue.send(sue.get(VISIT), "/approve").words


def test_a_collector_cannot_approve_nor_the_committee_claim(desk: Desk, ann: Visitor) -> None:
    tom = signed_in(desk, "tom", "committee")
    assert not ann.get(VISIT).has("/approve")
    assert not tom.get(CALL).has("/console/claim")
    mark = tom.get(VISIT).form("/approve").fields
    own = {**mark, "csrf": ann.get(CALL).form("/console/claim").fields["csrf"]}
    assert ann.post(f"{VISIT}/approve", own).status == 403
    assert tom.get(f"{CALL}/outcome").status == 403


def test_approving_what_needs_no_approval_is_told(desk: Desk) -> None:
    sue, tom, eve = (signed_in(desk, n, "supervisor") for n in ("sue", "tom", "eve"))
    page = eve.get(VISIT)
    for one in (sue, tom):
        one.send(one.get(VISIT), "/approve")
    late = eve.send(page, "/approve")
    assert (late.status, "does not wait for approval" in late.words) == (409, True)


def test_a_page_says_what_was_done_only_as_long_as_it_is_so(ann: Visitor, clock: Clock, desk: Desk) -> None:
    for said in ("claimed", "kept", "recorded", "approved"):
        assert 'class="notice good"' not in ann.get(f"{CALL}?said={said}").html, said
    done = ann.send(ann.get(CALL), "/console/claim")
    assert (
        '<p class="notice good" role="status" tabindex="-1" autofocus>The case is in your hand.' in done.html
    )
    assert "was given back" not in ann.get(f"{CALL}?said=given-back").words
    clock.moment = NOON + timedelta(minutes=31)
    reap(desk.store, at=clock.moment)
    assert "The case is in your hand." not in ann.get(done.address).words


def test_who_has_finished_a_case_goes_on_to_the_next_from_there(ann: Visitor, desk: Desk) -> None:
    ann.send(ann.get(CALL), "/console/claim")
    done = ann.send(ann.get(f"{CALL}/outcome"), "/outcome", result="busy")
    going = ann.send(done, "/console/claim")
    assert going.address == "/console/cases/L-2@2026-03-02?said=claimed"
    assert not signed_in(desk, "bob", "collector").get(CALL).has("/console/claim")
