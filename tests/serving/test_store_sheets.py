"""Sheets stand beside their decisions: all or none, with the list they belong to, out when nobody took the case."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from serving.account_sheet import AccountSheet, SheetUnreadable
from serving.decision import Decision
from serving.store import Store, open_store
from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome
from serving.store_leases import complete
from serving.store_publish import StaleFence, next_fence, publish
from serving.store_sheets import SheetsRefused, sheet_of
from serving.store_worklist import worklist
from serving.tables import case_sheets
from tests.serving.sheet_builders import sheet
from tests.serving.worklist_builders import AS_OF, NOON, decision, published

NEXT_DAY = AS_OF + timedelta(days=1)
TALKED = Outcome(contact=ContactMade(channel="call", outcome="talked"))


def sheets_for(decisions: Sequence[Decision], **changes: object) -> list[AccountSheet]:
    return [
        sheet(
            case_id=one.case_id, loan_id=one.loan_id, borrower_id=one.borrower_id, as_of=one.as_of,
            arrears_principal=one.arrears, arrears_interest=0, arrears_fee=0, **changes,
        )
        for one in decisions
    ]  # fmt: skip


def published_with(
    decisions: Sequence[Decision], sheets: Sequence[AccountSheet], *, store: Store | None = None
) -> Store:
    store = store or open_store("sqlite://")
    day = AS_OF if decisions[0].as_of == AS_OF.isoformat() else NEXT_DAY
    publish(store, decisions, as_of=day, fence=next_fence(store), at=NOON, sheets=sheets)
    return store


def count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(case_sheets)).scalar_one())


def test_a_sheet_comes_back_as_it_was_published() -> None:
    both = [decision(1), decision(2)]
    sent = sheets_for(both)
    store = published_with(both, sent)
    assert [sheet_of(store, one.case_id) for one in both] == sent
    assert sheet_of(store, "L-9@2026-03-02") is None


def test_a_list_published_without_sheets_has_none() -> None:
    store, _ = published([decision(1)])
    assert sheet_of(store, decision(1).case_id) is None


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        pytest.param(sheets_for([decision(1)]), "a sheet for every case.*L-2@", id="one is missing"),
        pytest.param(
            sheets_for([decision(1), decision(2), decision(3)]), "of the cases.*L-3@", id="one too many"
        ),
        pytest.param(
            sheets_for([decision(1), decision(2), decision(2)]), "each once.*L-2@", id="one comes twice"
        ),
        pytest.param(
            sheets_for([decision(1), decision(2, arrears=1)]),
            "add up to the arrears.*L-2@",
            id="other arrears",
        ),
    ],
)
def test_sheets_of_other_decisions_are_refused_and_nothing_is_published(
    sheets: list[AccountSheet], said: str
) -> None:
    store = open_store("sqlite://")
    with pytest.raises(SheetsRefused, match=said):
        published_with([decision(1), decision(2)], sheets, store=store)
    assert worklist(store).items == ()
    assert count(store) == 0


def test_sheets_without_a_split_are_published() -> None:
    one = decision(1)
    sent = sheets_for([one])[0]
    unsplit = sheet(
        case_id=sent.case_id,
        loan_id=sent.loan_id,
        arrears_principal=None,
        arrears_interest=None,
        arrears_fee=None,
    )
    assert sheet_of(published_with([one], [unsplit]), one.case_id) == unsplit


def test_an_overtaken_run_leaves_the_sheets_in_force() -> None:
    store = open_store("sqlite://")
    early, late = next_fence(store), next_fence(store)
    one = decision(1)
    publish(store, [one], as_of=AS_OF, fence=late, at=NOON, sheets=sheets_for([one]))
    other = decision(2)
    with pytest.raises(StaleFence):
        publish(store, [other], as_of=AS_OF, fence=early, at=NOON, sheets=sheets_for([other]))
    assert sheet_of(store, one.case_id) is not None
    assert sheet_of(store, other.case_id) is None


def test_a_new_list_drops_the_sheets_nobody_took_and_keeps_those_that_were_worked() -> None:
    first = [decision(1), decision(2), decision(3)]
    store = published_with(first, sheets_for(first))
    held = claim(store, by="ann", lease_seconds=600, at=NOON)
    done = claim(store, by="bo", lease_seconds=600, at=NOON)
    assert held is not None
    assert done is not None
    complete(store, done.item.case_id, token=done.token, by="bo", outcome=TALKED, at=NOON)
    second = [decision(3, as_of=NEXT_DAY)]

    published_with(second, sheets_for(second), store=store)

    kept = {one.case_id for one in [*first, *second] if sheet_of(store, one.case_id) is not None}
    assert kept == {held.item.case_id, done.item.case_id, second[0].case_id}


def test_a_case_in_a_hand_keeps_the_sheet_of_the_decision_it_was_taken_under() -> None:
    before = decision(1)
    store = published_with([before], sheets_for([before], language="zh"))
    assert claim(store, by="ann", lease_seconds=600, at=NOON) is not None
    after = decision(1, why_en="Something else.")

    published_with([after], sheets_for([after], language="en"), store=store)
    kept = sheet_of(store, before.case_id)
    assert kept is not None
    assert kept.language == "zh"

    published_with([before], sheets_for([before], language="en"), store=store)
    renewed = sheet_of(store, before.case_id)
    assert renewed is not None
    assert renewed.language == "en", "under the same decision it is renewed"


def test_a_list_published_again_without_sheets_shows_no_sheet_of_another_decision() -> None:
    before, after = decision(1), decision(1, arrears=1)
    store = published_with([before], sheets_for([before]))
    published([after], store=store)
    assert sheet_of(store, before.case_id) is None


def test_the_same_list_again_brings_the_sheets_it_lacked() -> None:
    one = decision(1)
    store = open_store("sqlite://")
    publish(store, [one], as_of=AS_OF, fence=next_fence(store), at=NOON)
    again = publish(store, [one], as_of=AS_OF, fence=next_fence(store), at=NOON, sheets=sheets_for([one]))
    assert not again.changed
    assert sheet_of(store, one.case_id) is not None


def test_a_store_from_before_there_were_sheets_keeps_its_list_and_takes_them(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'worklist.db'}"
    one = decision(1)
    old, _ = published([one], store=open_store(address))
    with old.writing() as connection:
        case_sheets.drop(connection)
    old.close()

    store = open_store(address)
    assert [item.case_id for item in worklist(store).items] == [one.case_id]
    assert sheet_of(store, one.case_id) is None
    fresh = [decision(1, why_en="Anew.")]
    published_with(fresh, sheets_for(fresh), store=store)
    assert sheet_of(store, one.case_id) == sheets_for(fresh)[0]
    store.close()


def test_a_sheet_of_another_version_is_refused_in_words() -> None:
    store = open_store("sqlite://")
    with store.writing() as connection:
        connection.execute(insert(case_sheets).values(case_id="L-1@x", sheet=zlib.compress(b'{"mood": 1}')))
    with pytest.raises(SheetUnreadable, match="mood"):
        sheet_of(store, "L-1@x")
