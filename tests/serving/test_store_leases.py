"""Leases: they run out, are extended and given back, and tokens only grow."""

from __future__ import annotations

import pytest

from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome, export_events
from serving.store_leases import StaleToken, complete, extend, reap, release
from serving.store_worklist import UnknownCase, story
from tests.serving.claim_builders import CASE, TALKED, seconds
from tests.serving.worklist_builders import NOON, decision, published


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
