"""Claims: one case in one hand, lawful moments only, tokens that only grow."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from serving.store import open_store
from serving.store_claims import Claim, NotClaimable, OutsideLawfulHours, claim
from serving.store_events import (
    ContactMade,
    Outcome,
    OutcomeRefused,
    PromiseMade,
    VisitMade,
    export_events,
)
from serving.store_leases import StaleToken, complete, extend, reap, release
from serving.store_worklist import CursorRefused, UnknownCase, story, worklist
from serving.tables import NaiveInstant, items
from tests.serving.worklist_builders import AS_OF, NOON, decision, left_alone, published, visit

TALKED = Outcome(contact=ContactMade(channel="call", outcome="talked"))
CASE = "L-1@2026-03-02"
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # in Shanghai


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def test_eight_hands_empty_a_list_of_200_without_a_double_claim(tmp_path: Path) -> None:
    store, _ = published(
        [decision(n) for n in range(1, 201)], store=open_store(f"sqlite:///{tmp_path / 'w.db'}")
    )
    taken: list[tuple[str, int]] = []
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            while (held := claim(store, by=name, lease_seconds=600, at=NOON)) is not None:
                taken.append((held.item.case_id, held.token))
                complete(store, held.item.case_id, token=held.token, by=name, outcome=TALKED, at=NOON)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(f"hand-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(taken) == len(set(taken)) == 200
    assert export_events(store)["contacts"].num_rows == 200
    store.close()


def test_the_best_case_comes_first_and_an_action_can_be_asked_for() -> None:
    store, _ = published([decision(2), decision(1), decision(3, action="message")])
    first = claim(store, by="ann", lease_seconds=60, at=NOON)
    message = claim(store, by="bot", lease_seconds=60, at=NOON, action="message")
    assert isinstance(first, Claim)
    assert isinstance(message, Claim)
    assert (first.item.case_id, message.item.case_id) == (CASE, "L-3@2026-03-02")
    assert (first.lease_until, first.item.claimed_by) == (NOON + seconds(60), "ann")


def test_nothing_ready_is_none_and_those_left_alone_are_never_handed_out() -> None:
    store, _ = published([left_alone(1)])
    assert claim(store, by="ann", lease_seconds=60, at=NOON) is None


@pytest.mark.parametrize("hour", [pytest.param(8, id="at eight"), pytest.param(21.999, id="just before ten")])
def test_a_case_is_handed_out_within_its_lawful_window(hour: float) -> None:
    store, _ = published([decision(1)])
    assert claim(store, by="ann", lease_seconds=60, at=MIDNIGHT + timedelta(hours=hour)) is not None


@pytest.mark.parametrize("hour", [pytest.param(7.999, id="just before eight"), pytest.param(22, id="at ten")])
def test_a_case_is_not_handed_out_outside_its_lawful_window(hour: float) -> None:
    store, _ = published([decision(1)])
    with pytest.raises(OutsideLawfulHours):
        claim(store, by="ann", lease_seconds=60, at=MIDNIGHT + timedelta(hours=hour))


def test_the_refusal_before_the_window_says_the_earliest_moment() -> None:
    later = NOON + timedelta(hours=2)
    store, _ = published([decision(1, lawful_from=later.isoformat()), decision(2)])
    night = NOON - timedelta(hours=8)
    with pytest.raises(
        OutsideLawfulHours, match=r"found 2 ready .* is 2026-03-02T00:00:00\+00:00"
    ) as refusal:
        claim(store, by="ann", lease_seconds=60, at=night)
    assert refusal.value.earliest == datetime(2026, 3, 2, tzinfo=UTC)
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    assert held.item.case_id == "L-2@2026-03-02", "the better case is not lawful yet, the next one is"


def test_a_list_whose_day_is_over_hands_out_nothing() -> None:
    store, _ = published([decision(1)])
    with pytest.raises(OutsideLawfulHours, match="Publish the list of today") as refusal:
        claim(store, by="ann", lease_seconds=60, at=NOON + timedelta(days=1))
    assert refusal.value.earliest is None


def test_one_borrower_lies_in_one_hand_over_all_their_loans() -> None:
    store, _ = published([decision(1), decision(2, borrower_id="B-1")])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    assert claim(store, by="bob", lease_seconds=60, at=NOON) is None
    with pytest.raises(NotClaimable, match="another case of the same borrower"):
        claim(store, by="bob", lease_seconds=60, at=NOON, case_id="L-2@2026-03-02")
    complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON)
    assert claim(store, by="bob", lease_seconds=60, at=NOON) is not None


def test_the_schema_itself_refuses_one_borrower_in_two_hands() -> None:
    store, _ = published([decision(1), decision(2, borrower_id="B-1")])
    with pytest.raises(IntegrityError), store.writing() as connection:
        connection.execute(items.update().values(state="claimed", lease_until=1))


def test_a_named_case_is_claimed_or_the_reason_why_not_is_given() -> None:
    store, _ = published([decision(1), decision(2), visit(3)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON, case_id="L-2@2026-03-02")
    assert held is not None
    assert held.item.case_id == "L-2@2026-03-02"
    with pytest.raises(NotClaimable, match="found it claimed"):
        claim(store, by="bob", lease_seconds=60, at=NOON, case_id="L-2@2026-03-02")
    with pytest.raises(NotClaimable, match="found it awaiting_approval"):
        claim(store, by="bob", lease_seconds=60, at=NOON, case_id="L-3@2026-03-02")
    with pytest.raises(UnknownCase):
        claim(store, by="bob", lease_seconds=60, at=NOON, case_id="L-4@2026-03-02")


def test_a_lease_that_ran_out_is_reaped_and_the_old_token_is_refused_after_the_next_claim() -> None:
    store, _ = published([decision(1)])
    old = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert old is not None
    assert reap(store, at=NOON + seconds(59)) == 0
    assert claim(store, by="bob", lease_seconds=60, at=NOON + seconds(61)) is None, "only the reaper frees it"
    assert reap(store, at=NOON + seconds(60)) == 1
    new = claim(store, by="bob", lease_seconds=60, at=NOON + seconds(61))
    assert new is not None
    assert new.token > old.token
    for by, token in (("ann", old.token), ("ann", new.token), ("bob", old.token)):
        with pytest.raises(StaleToken, match="The lease ended, moved on or is another's"):
            complete(store, CASE, token=token, by=by, outcome=TALKED, at=NOON + seconds(62))
        with pytest.raises(StaleToken):
            extend(store, CASE, token=token, by=by, lease_seconds=60, at=NOON + seconds(62))
        with pytest.raises(StaleToken):
            release(store, CASE, token=token, by=by)
    complete(store, CASE, token=new.token, by="bob", outcome=TALKED, at=NOON + seconds(62))


def test_a_call_that_outlasted_its_lease_is_recorded_while_nobody_else_took_the_case() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    reap(store, at=NOON + seconds(600))
    complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON + seconds(601))
    assert story(store, CASE).item.state == "done"
    assert claim(store, by="bob", lease_seconds=60, at=NOON + seconds(602)) is None


def test_a_lease_is_extended_while_it_runs_and_not_after() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    until = extend(store, CASE, token=held.token, by="ann", lease_seconds=60, at=NOON + seconds(30))
    assert until == NOON + seconds(90)
    assert reap(store, at=NOON + seconds(60)) == 0
    with pytest.raises(StaleToken):
        extend(store, CASE, token=held.token, by="ann", lease_seconds=60, at=NOON + seconds(90))


def test_a_released_case_is_ready_again_and_its_token_is_spent() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    release(store, CASE, token=held.token, by="ann")
    with pytest.raises(StaleToken):
        complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON)
    again = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert again is not None
    assert again.token == held.token + 1


def test_the_same_outcome_twice_is_recorded_once_and_another_one_is_refused() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    first = complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON)
    again = complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON + seconds(9))
    assert first == again
    other = Outcome(contact=ContactMade(channel="call", outcome="busy"))
    with pytest.raises(StaleToken):
        complete(store, CASE, token=held.token, by="ann", outcome=other, at=NOON)
    assert export_events(store)["contacts"].num_rows == 1


def test_a_token_of_zero_holds_nothing() -> None:
    store, _ = published([decision(1)])
    with pytest.raises(StaleToken):
        complete(store, CASE, token=0, by="ann", outcome=TALKED, at=NOON)
    with pytest.raises(UnknownCase):
        complete(store, "L-9@2026-03-02", token=1, by="ann", outcome=TALKED, at=NOON)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    store, _ = published([decision(1)])
    with pytest.raises(NaiveInstant, match="Give it tzinfo=UTC"):
        claim(store, by="ann", lease_seconds=60, at=datetime(2026, 3, 2, 4))  # noqa: DTZ001


def test_outcomes_return_as_rows_of_the_contract_tables() -> None:
    store, _ = published([decision(1), visit(2)])
    with store.writing() as connection:
        connection.execute(items.update().where(items.c.action == "visit").values(state="ready"))
    call = claim(store, by="ann", lease_seconds=60, at=NOON, action="call")
    went = claim(store, by="bob", lease_seconds=60, at=NOON, action="visit")
    assert call is not None
    assert went is not None
    promised = Outcome(
        contact=ContactMade(channel="call", outcome="promised", stated_reason="cash_short"),
        promise=PromiseMade(due_on=date(2026, 3, 9), amount=80_000),
        happened_at=NOON + seconds(30),
    )
    met = Outcome(visit=VisitMade(outcome="met", staff="bob,eve", identity_ok=True, reason="illness"))
    complete(store, CASE, token=call.token, by="ann", outcome=promised, at=NOON + seconds(60))
    complete(store, "L-2@2026-03-02", token=went.token, by="bob", outcome=met, at=NOON + seconds(90))
    rows = export_events(store)
    assert rows["contacts"].to_pylist() == [
        {
            "contact_id": "L-1@2026-03-02#1",
            "loan_id": "L-1",
            "contacted_at": NOON + seconds(30),
            "channel": "call",
            "direction": "out",
            "party": "borrower",
            "number_id": None,
            "agency": None,
            "agent_id": "ann",
            "outcome": "promised",
            "stated_reason": "cash_short",
            "propensity": 0.95,
            "revision": 1,
            "known_at": NOON + seconds(60),
        }
    ]
    assert rows["promises"].select(["promise_id", "due_on", "amount"]).to_pylist() == [
        {"promise_id": "L-1@2026-03-02#1", "due_on": date(2026, 3, 9), "amount": 80_000}
    ]
    (went_row,) = rows["visits"].to_pylist()
    assert (went_row["outcome"], went_row["visited_at"], went_row["income_seen"]) == (
        "met",
        NOON + seconds(90),
        None,
    )
    later = export_events(store, since=NOON + seconds(61))
    assert [later[name].num_rows for name in ("contacts", "promises", "visits")] == [0, 0, 1]
    assert export_events(store, until=NOON + seconds(60))["contacts"].num_rows == 0


CONTACT = ContactMade(channel="call", outcome="talked")
MADE = PromiseMade(due_on=AS_OF, amount=1)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        pytest.param(Outcome(), "either contact or visit, found neither", id="nothing was done"),
        pytest.param(
            Outcome(contact=CONTACT, visit=VisitMade("met", "a")), "found both", id="two things at once"
        ),
        pytest.param(
            Outcome(visit=VisitMade("met", "a")), "two people approved", id="a visit nobody approved"
        ),
        pytest.param(
            Outcome(contact=ContactMade("pigeon", "talked")),
            "contact.channel to be one of call",
            id="a channel",
        ),
        pytest.param(Outcome(contact=ContactMade("call", "shouted")), "contact.outcome", id="an outcome"),
        pytest.param(
            Outcome(contact=ContactMade("call", "talked", stated_reason="lazy")),
            "stated_reason",
            id="a reason",
        ),
        pytest.param(
            Outcome(contact=ContactMade("call", "promised")),
            "Give due_on and amount",
            id="a promise of nothing",
        ),
        pytest.param(Outcome(contact=CONTACT, promise=MADE), "Leave it out", id="a promise nobody gave"),
        pytest.param(
            Outcome(contact=ContactMade("call", "promised"), promise=PromiseMade(AS_OF, 0)),
            "promise.amount above 0",
            id="a promise of zero",
        ),
        pytest.param(
            Outcome(contact=ContactMade("call", "promised"), promise=PromiseMade(date(2026, 2, 1), 5)),
            "promise.due_on",
            id="a promise for last month",
        ),
        pytest.param(
            Outcome(contact=CONTACT, happened_at=NOON + timedelta(hours=1)), "happened_at", id="in the future"
        ),
        pytest.param(
            Outcome(contact=CONTACT, happened_at=NOON - timedelta(hours=1)),
            "happened_at",
            id="before the claim",
        ),
        pytest.param(
            Outcome(contact=CONTACT, happened_at=datetime(2026, 3, 2, 4)),  # noqa: DTZ001
            "with an offset",
            id="a moment without an offset",
        ),
    ],
)
def test_an_outcome_that_does_not_fit_is_refused_and_the_claim_stays(outcome: Outcome, message: str) -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    with pytest.raises(OutcomeRefused, match=message):
        complete(store, CASE, token=held.token, by="ann", outcome=outcome, at=NOON)
    assert story(store, CASE).item.state == "claimed"


def test_a_contact_outside_the_lawful_window_is_recorded_as_such() -> None:
    store, _ = published([decision(1)])
    late = datetime(2026, 3, 2, 13, 59, tzinfo=UTC)
    held = claim(store, by="ann", lease_seconds=600, at=late)
    assert held is not None
    event = complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=late + seconds(120))
    assert event["outside_lawful_window"] is True


def test_pages_join_to_the_whole_list_without_gap_or_repeat() -> None:
    store, _ = published([decision(n, bucket="1-30" if n % 2 else "31-60") for n in range(1, 24)])
    seen: list[str] = []
    after = None
    while True:
        page = worklist(store, after=after, limit=5)
        seen += [i.case_id for i in page.items]
        after = page.after
        if after is None:
            break
    assert seen == [f"L-{n}@2026-03-02" for n in range(1, 24)]
    assert len(worklist(store, bucket="31-60").items) == 11
    assert worklist(store, action="visit").items == ()
    assert len(worklist(store, state="ready", limit=500).items) == 23


def test_a_cursor_from_before_a_new_list_is_refused() -> None:
    store, _ = published([decision(n) for n in range(1, 4)])
    cursor = worklist(store, limit=1).after
    published([decision(n) for n in range(1, 9)], store=store)
    with pytest.raises(CursorRefused, match="Start again without a cursor"):
        worklist(store, after=cursor)


@pytest.mark.parametrize("cursor", ["", "x", "é", "bnVsbA", "WzFd", "WyIiLCIiLCIiLCIiXQ", "A" * 5000])
def test_a_cursor_nobody_made_is_refused(cursor: str) -> None:
    store, _ = published([decision(1)])
    with pytest.raises(CursorRefused, match="Expected the `after` of an earlier page"):
        worklist(store, after=cursor)


def test_the_story_of_a_case_holds_what_was_recorded_on_its_loan() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    complete(store, CASE, token=held.token, by="ann", outcome=TALKED, at=NOON)
    told = story(store, CASE)
    assert told.item.state == "done"
    assert [(e["recorded_by"], e["outcome"]["contact"]["outcome"]) for e in told.events] == [
        ("ann", "talked")
    ]
    with store.reading() as connection:
        assert connection.execute(select(items.c.lease_until)).scalar() is None


def test_verbs_within_one_transaction_appear_together_or_not_at_all() -> None:
    store, _ = published([decision(1)])

    def claim_and_stumble() -> None:
        with store.together() as one:
            assert claim(one, by="ann", lease_seconds=60, at=NOON) is not None
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        claim_and_stumble()
    assert story(store, CASE).item.state == "ready"
