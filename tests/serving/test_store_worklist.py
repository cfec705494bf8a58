"""The list is read page by page, and a case tells its story."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from serving.store_claims import claim
from serving.store_leases import complete
from serving.store_worklist import CursorRefused, story, worklist
from serving.tables import items
from tests.serving.claim_builders import CASE, TALKED
from tests.serving.worklist_builders import NOON, decision, published


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
