"""What collectors write comes back as rows of the book: seen tomorrow, not today."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from features.book import Book
from features.history import History, observe
from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome, PromiseMade, VisitMade, export_events
from serving.store_leases import complete
from tests.builders import CHINA, loan, payment, table_of
from tests.builders import instalment as due
from tests.serving.worklist_builders import AS_OF, NOON, decision, published, visit


def test_outcomes_pass_the_door_of_the_book_and_count_from_the_next_morning_on() -> None:
    approved = visit(2, needs_approval=False)
    store, _ = published([decision(1), approved])
    call = claim(store, by="ann", lease_seconds=60, at=NOON, action="call")
    went = claim(store, by="bob", lease_seconds=60, at=NOON, action="visit")
    assert call is not None
    assert went is not None
    promised = Outcome(
        contact=ContactMade(channel="call", outcome="promised", stated_reason="cash_short"),
        promise=PromiseMade(due_on=date(2026, 3, 9), amount=80_000),
    )
    met = Outcome(visit=VisitMade(outcome="met", staff="bob,eve", identity_ok=True, reason="illness"))
    complete(store, "L-1@2026-03-02", token=call.token, by="ann", outcome=promised, at=NOON)
    complete(store, "L-2@2026-03-02", token=went.token, by="bob", outcome=met, at=NOON + timedelta(hours=1))
    raw = {
        "loans": table_of("loans", [loan(loan_id=f"L-{n}", borrower_id=f"B-{n}") for n in (1, 2)]),
        "instalments": table_of("instalments", [due(loan_id=f"L-{n}") for n in (1, 2)]),
        "payments": table_of("payments", [payment(loan_id="L-2")]),
    }
    book = Book.from_tables({**raw, **export_events(store)}, manifest=CHINA)
    history = History(book, observe(book, as_of=[AS_OF, AS_OF + timedelta(days=1)]))
    assert history.contacts.count(where={"outcome": ("promised",)}).tolist() == [0, 1, 0, 0]
    assert history.promises.total("amount").tolist() == [0, 80_000, 0, 0]
    assert history.visits.count(where={"outcome": ("met",)}).tolist() == [0, 0, 0, 1]


def test_an_export_in_two_parts_holds_each_event_once() -> None:
    store, _ = published([decision(n) for n in range(1, 7)])
    for n in range(6):
        at = NOON + timedelta(minutes=n)
        held = claim(store, by="ann", lease_seconds=60, at=at)
        assert held is not None
        busy = Outcome(contact=ContactMade(channel="call", outcome="busy"))
        complete(store, held.item.case_id, token=held.token, by="ann", outcome=busy, at=at)
    cut = NOON + timedelta(minutes=3)
    parts = [export_events(store, until=cut), export_events(store, since=cut)]
    ids = [name for part in parts for name in part["contacts"]["contact_id"].to_pylist()]
    assert ids == [f"L-{n}@2026-03-02#1" for n in range(1, 7)]


def test_what_a_talk_told_in_its_order_reaches_the_book() -> None:
    store, _ = published([decision(1), decision(2)])
    told = {"identity_ok": True, "income_told": False, "assets_told": None, "next_step": "call on payday"}
    for number, words in ((1, told), (2, {})):
        held = claim(store, by="ann", lease_seconds=60, at=NOON)
        assert held is not None
        talked = Outcome(contact=ContactMade(channel="call", outcome="talked", **words))  # type: ignore[arg-type]
        complete(store, f"L-{number}@2026-03-02", token=held.token, by="ann", outcome=talked, at=NOON)
    raw = {
        "loans": table_of("loans", [loan(loan_id=f"L-{n}", borrower_id=f"B-{n}") for n in (1, 2)]),
        "instalments": table_of("instalments", [due(loan_id=f"L-{n}") for n in (1, 2)]),
        "payments": table_of("payments", [payment(loan_id="L-2")]),
    }
    book = Book.from_tables({**raw, **export_events(store)}, manifest=CHINA)
    written = book.table("contacts").select(list(told)).to_pylist()
    assert written == [told, dict.fromkeys(told)]


def test_an_export_of_nothing_has_the_columns_of_the_contract() -> None:
    store, _ = published([])
    rows = export_events(store, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert {name: table.num_rows for name, table in rows.items()} == {
        "contacts": 0,
        "promises": 0,
        "visits": 0,
    }
    assert "propensity" in rows["visits"].column_names
