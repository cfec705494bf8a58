"""Claims: one case in one hand, lawful moments only."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from serving.store import open_store
from serving.store_claims import Claim, NotClaimable, OutsideLawfulHours, claim
from serving.store_events import export_events
from serving.store_leases import complete
from serving.store_worklist import UnknownCase, story
from serving.tables import NaiveInstant, items
from tests.serving.claim_builders import CASE, TALKED, seconds
from tests.serving.worklist_builders import NOON, decision, left_alone, published, visit

MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)  # in Shanghai


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


def test_an_instant_without_a_time_zone_is_refused() -> None:
    store, _ = published([decision(1)])
    with pytest.raises(NaiveInstant, match="Give it tzinfo=UTC"):
        claim(store, by="ann", lease_seconds=60, at=datetime(2026, 3, 2, 4))  # noqa: DTZ001


def test_verbs_within_one_transaction_appear_together_or_not_at_all() -> None:
    store, _ = published([decision(1)])

    def claim_and_stumble() -> None:
        with store.together() as one:
            assert claim(one, by="ann", lease_seconds=60, at=NOON) is not None
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        claim_and_stumble()
    assert story(store, CASE).item.state == "ready"
