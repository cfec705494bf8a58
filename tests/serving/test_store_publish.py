"""Publishing: whole or not at all, the later run wins, work in hand is left in peace."""

from __future__ import annotations

import dataclasses
import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from serving.decision import Decision
from serving.store import Store, StoreUnavailable, check_store, open_store
from serving.store_approvals import NothingToApprove, approve
from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome
from serving.store_leases import StaleToken, complete, reap, release
from serving.store_overview import in_hand
from serving.store_publish import StaleFence, next_fence, publish
from serving.store_rows import DecisionsRefused
from serving.store_worklist import UnknownCase, story, worklist
from serving.tables import items, publications
from tests.serving.worklist_builders import AS_OF, NOON, decision, left_alone, published, visit

TALKED = Outcome(contact=ContactMade(channel="call", outcome="talked"))
NEXT_DAY = AS_OF + timedelta(days=1)


def states(store: Store) -> dict[str, str]:
    with store.reading() as connection:
        return {row.case_id: row.state for row in connection.execute(select(items))}


def test_the_list_is_in_the_order_of_rank_and_those_left_alone_come_last() -> None:
    store, done = published([left_alone(3, rank=0), decision(2), decision(1), visit(4)])
    page = worklist(store)
    assert [(i.case_id, i.state) for i in page.items] == [
        ("L-1@2026-03-02", "ready"),
        ("L-2@2026-03-02", "ready"),
        ("L-4@2026-03-02", "awaiting_approval"),
        ("L-3@2026-03-02", "left_alone"),
    ]
    assert (done.changed, done.cases, page.as_of) == (True, 4, "2026-03-02")


def test_a_decision_comes_back_as_it_was_published() -> None:
    sent = decision(1, facts={"dpd": 12}, duties=("first_contact",))
    store, _ = published([sent])
    assert story(store, sent.case_id).item.decision == sent


def test_the_same_list_again_changes_nothing_even_under_a_later_fence() -> None:
    store, _ = published([decision(1), decision(2)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    _, again = published([decision(2), decision(1)], store=store)
    assert held is not None
    assert (again.changed, states(store)) == (
        False,
        {"L-1@2026-03-02": "claimed", "L-2@2026-03-02": "ready"},
    )
    release(store, held.item.case_id, token=held.token, by="ann")
    assert states(store)["L-1@2026-03-02"] == "ready", "the claim followed its list to the new fence"


def test_a_run_that_began_earlier_and_ends_later_loses() -> None:
    store = open_store("sqlite://")
    early, late = next_fence(store), next_fence(store)
    publish(store, [decision(1)], as_of=AS_OF, fence=late, at=NOON)
    with pytest.raises(StaleFence, match=r"Expected a fence above 2 .* found 1\. A later run has published"):
        publish(store, [decision(2)], as_of=AS_OF, fence=early, at=NOON)
    assert [i.case_id for i in worklist(store).items] == ["L-1@2026-03-02"]


def test_one_fence_cannot_publish_two_different_lists() -> None:
    store = open_store("sqlite://")
    fence = next_fence(store)
    publish(store, [decision(1)], as_of=AS_OF, fence=fence, at=NOON)
    assert not publish(store, [decision(1)], as_of=AS_OF, fence=fence, at=NOON).changed
    with pytest.raises(StaleFence):
        publish(store, [decision(2)], as_of=AS_OF, fence=fence, at=NOON)


def test_a_new_day_retires_what_nobody_took_and_leaves_work_in_hand() -> None:
    store, _ = published([decision(1), decision(2), decision(3), visit(4)])
    first = claim(store, by="ann", lease_seconds=60, at=NOON)
    second = claim(store, by="bob", lease_seconds=60, at=NOON)
    assert first is not None
    assert second is not None
    complete(store, second.item.case_id, token=second.token, by="bob", outcome=TALKED, at=NOON)
    _, done = published([decision(5, as_of=NEXT_DAY)], store=store, as_of=NEXT_DAY)
    assert done.retired == 2
    assert states(store) == {
        "L-1@2026-03-02": "claimed",
        "L-2@2026-03-02": "done",
        "L-3@2026-03-02": "retired",
        "L-4@2026-03-02": "retired",
        "L-5@2026-03-03": "ready",
    }
    complete(store, first.item.case_id, token=first.token, by="ann", outcome=TALKED, at=NOON)


def test_a_claim_of_yesterdays_list_that_runs_out_is_retired_not_handed_out() -> None:
    store, _ = published([decision(1)])
    claim(store, by="ann", lease_seconds=60, at=NOON)
    published([], store=store, as_of=NEXT_DAY)
    assert reap(store, at=NOON + timedelta(seconds=60)) == 1
    assert states(store) == {"L-1@2026-03-02": "retired"}


def test_a_claim_whose_decision_changed_meanwhile_is_retired_when_given_back() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=60, at=NOON)
    assert held is not None
    _, done = published([left_alone(1)], store=store)
    assert (done.kept, states(store)) == (1, {"L-1@2026-03-02": "claimed"})
    release(store, held.item.case_id, token=held.token, by="ann")
    assert states(store) == {"L-1@2026-03-02": "retired"}


def test_an_outcome_that_comes_late_is_recorded_although_the_list_of_the_day_was_published_again() -> None:
    store, _ = published([decision(1), decision(2)])
    held = claim(store, by="ann", lease_seconds=1, at=NOON)
    assert held is not None
    reap(store, at=NOON + timedelta(seconds=1))
    published([decision(1), decision(2), decision(3)], store=store)
    assert [item.case_id for item in in_hand(store, by="ann")] == ["L-1@2026-03-02"]
    complete(store, held.item.case_id, token=held.token, by="ann", outcome=TALKED, at=NOON)
    assert (states(store)["L-1@2026-03-02"], in_hand(store, by="ann")) == ("done", ())


def test_under_another_decision_the_earlier_holder_stays_refused() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=1, at=NOON)
    assert held is not None
    reap(store, at=NOON + timedelta(seconds=1))
    published([decision(1, dpd=13)], store=store)
    assert in_hand(store, by="ann") == ()
    with pytest.raises(StaleToken):
        complete(store, held.item.case_id, token=held.token, by="ann", outcome=TALKED, at=NOON)


def test_going_back_to_an_earlier_list_revives_it_with_tokens_that_go_on() -> None:
    store, _ = published([decision(1)])
    held = claim(store, by="ann", lease_seconds=1, at=NOON)
    reap(store, at=NOON + timedelta(seconds=1))
    published([decision(2, as_of=NEXT_DAY)], store=store, as_of=NEXT_DAY)
    published([decision(1)], store=store)
    again = claim(store, by="bob", lease_seconds=60, at=NOON)
    assert held is not None
    assert again is not None
    assert (held.token, again.token) == (1, 2)
    assert worklist(store).as_of == "2026-03-02"


def test_a_case_missing_from_the_new_list_of_the_day_is_retired_and_still_readable() -> None:
    store, _ = published([decision(1), decision(2)])
    published([decision(2)], store=store)
    assert states(store) == {"L-1@2026-03-02": "retired", "L-2@2026-03-02": "ready"}
    assert story(store, "L-1@2026-03-02").item.state == "retired"


def test_every_publication_is_kept_with_its_models_and_digest() -> None:
    store, first = published([decision(1)])
    published([decision(2)], store=store)
    with store.reading() as connection:
        rows = connection.execute(select(publications).order_by(publications.c.fence)).all()
    assert [(row.fence, row.cases, row.policy_version) for row in rows] == [(1, 1, "CN-1"), (2, 1, "CN-1")]
    assert rows[0].digest == first.digest


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        pytest.param([decision(1), decision(1)], "each case once", id="a case twice"),
        pytest.param([decision(1, as_of=NEXT_DAY)], "only cases of 2026-03-02", id="a case of another day"),
        pytest.param(
            [dataclasses.replace(decision(1), case_id="L-9@2026-03-02")],
            "named loan_id@as_of",
            id="a case id that is not its loan's",
        ),
        pytest.param(
            [decision(1, priority=float("nan"))], "a finite priority", id="no order without numbers"
        ),
        pytest.param([decision(1, lawful_until="")], "lawful_from before", id="an action without a window"),
        pytest.param([decision(1, lawful_from="08:00")], "lawful_from before", id="a window without a day"),
        pytest.param(
            [decision(1, lawful_from="2026-03-02T08:00:00")],
            "with an offset",
            id="a window without an offset",
        ),
    ],
)
def test_decisions_that_make_no_list_are_refused_and_nothing_is_published(
    bad: list[Decision], expected: str
) -> None:
    store, _ = published([decision(7)])
    with pytest.raises(DecisionsRefused, match=expected):
        publish(store, bad, as_of=AS_OF, fence=next_fence(store), at=NOON)
    assert list(states(store)) == ["L-7@2026-03-02"]


def test_a_publisher_that_dies_half_way_leaves_the_old_list_whole(tmp_path: Path) -> None:
    store, _ = published([decision(1), decision(2)], store=open_store(f"sqlite:///{tmp_path / 'w.db'}"))
    before = states(store)

    def die(_c: Connection, _cur: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO items"):
            raise OSError("disk full")

    event.listen(store.engine, "before_cursor_execute", die)
    with pytest.raises(OSError, match="disk full"):
        publish(store, [decision(3)], as_of=AS_OF, fence=next_fence(store), at=NOON)
    event.remove(store.engine, "before_cursor_execute", die)
    assert states(store) == before
    assert worklist(store).items[0].state == "ready"
    store.close()


def test_of_many_publishers_at_once_the_last_fence_stands_whole(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'w.db'}")
    fences = [next_fence(store) for _ in range(6)]

    def run(fence: int) -> None:
        rows = [decision(n, portfolio=f"F{fence}") for n in range(1, 40)]
        try:
            publish(store, rows, as_of=AS_OF, fence=fence, at=NOON)
        except StaleFence:
            return

    threads = [threading.Thread(target=run, args=(fence,)) for fence in fences]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = worklist(store, limit=100)
    assert {i.decision.portfolio for i in page.items} == {"F6"}
    assert len(page.items) == 39
    store.close()


def test_a_visit_becomes_ready_only_when_two_different_people_agreed() -> None:
    store, _ = published([visit(1)])
    case_id = "L-1@2026-03-02"
    assert claim(store, by="ann", lease_seconds=60, at=NOON) is None
    assert approve(store, case_id, by="sue", at=NOON).state == "awaiting_approval"
    assert approve(store, case_id, by="sue", at=NOON).approved_by == ("sue",)
    assert approve(store, case_id, by="tom", at=NOON + timedelta(seconds=1)).state == "ready"
    assert story(store, case_id).approved_by == ("sue", "tom")
    assert claim(store, by="ann", lease_seconds=60, at=NOON) is not None


def test_an_approval_holds_for_the_decision_that_was_read() -> None:
    store, _ = published([visit(1), decision(2)])
    for name in ("sue", "tom"):
        approve(store, "L-1@2026-03-02", by=name, at=NOON)
    published([visit(1)], store=store)
    assert states(store)["L-1@2026-03-02"] == "ready", "same decision, still agreed"
    published([visit(1, arrears=1)], store=store)
    assert states(store)["L-1@2026-03-02"] == "awaiting_approval", "another decision, asked anew"
    assert story(store, "L-1@2026-03-02").approved_by == ()


def test_only_what_waits_for_approval_is_approved() -> None:
    store, _ = published([decision(1)])
    with pytest.raises(NothingToApprove, match="found L-1@2026-03-02 in state 'ready'"):
        approve(store, "L-1@2026-03-02", by="sue", at=NOON)
    with pytest.raises(UnknownCase, match="found none named 'L-9@2026-03-02'"):
        approve(store, "L-9@2026-03-02", by="sue", at=NOON)


def test_an_empty_store_has_an_empty_list_and_an_empty_list_can_be_published() -> None:
    assert worklist(open_store("sqlite://")).as_of is None
    store, done = published([])
    assert (done.cases, worklist(store).as_of, worklist(store).items) == (0, "2026-03-02", ())


def test_opening_twice_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'deep' / 'w.db'}"
    store, _ = published([decision(1)], store=open_store(url))
    store.close()
    again = open_store(url)
    check_store(again)
    assert len(worklist(again).items) == 1
    again.close()


def test_a_file_that_is_no_database_is_named_without_a_traceback_of_the_driver(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_text("not a database, " * 100)
    with pytest.raises(StoreUnavailable, match=r"Expected a worklist database at .*found DatabaseError"):
        open_store(f"sqlite:///{tmp_path / 'w.db'}")


def test_a_list_of_another_day_can_be_read_by_its_date() -> None:
    store, _ = published([decision(1)])
    published([decision(2, as_of=NEXT_DAY)], store=store, as_of=NEXT_DAY)
    assert [i.case_id for i in worklist(store, as_of="2026-03-02").items] == ["L-1@2026-03-02"]
    assert worklist(store, as_of=date(2020, 1, 1).isoformat()).items == ()
