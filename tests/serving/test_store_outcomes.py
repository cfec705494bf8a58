"""Outcomes return as rows of the contract tables; one that does not fit is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome, OutcomeRefused, PromiseMade, VisitMade, export_events
from serving.store_leases import complete
from serving.store_worklist import story
from serving.tables import items
from tests.serving.claim_builders import CASE, TALKED, seconds
from tests.serving.worklist_builders import AS_OF, NOON, decision, published, visit


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
            "identity_ok": None,
            "income_told": None,
            "assets_told": None,
            "next_step": None,
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
