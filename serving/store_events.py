"""What came of a case, and how it returns to the book as rows of the contract tables.

Outcomes are append-only: each is recorded once, with the moment the lender knew it, so that
tomorrow's features see it and today's do not.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import RowMapping, select

from features.contracts import (
    CHANNELS,
    CONTACT_OUTCOMES,
    PARTIES,
    RIGHT_PARTY_OUTCOMES,
    STATED_REASONS,
    TABLES,
    VISIT_OUTCOMES,
)
from serving.store import Store
from serving.tables import instant_of, outcomes, ticks_of

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
EVENT_TABLES: Final = ("contacts", "promises", "visits")
_TYPES: Final = {
    "id": pa.string(),
    "code": pa.string(),
    "text": pa.string(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "money": pa.int64(),
    "count": pa.int64(),
    "number": pa.float64(),
    "yesno": pa.bool_(),
}


class OutcomeRefused(ValueError):
    """The outcome does not fit the case or the contract of the book.

    Parameters
    ----------
    field
        The field at fault (``promise.due_on``); a screen shows the refusal beside it.
    """

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class ContactMade:
    """One attempt to reach the borrower; the words are those of the ``contacts`` table.

    A talk asks in the order reason, identity, income, assets, as a visit does.
    """

    channel: str
    outcome: str
    party: str | None = None
    stated_reason: str | None = None
    identity_ok: bool | None = None
    income_told: bool | None = None
    assets_told: bool | None = None
    next_step: str | None = None
    number_id: str | None = None
    agency: str | None = None


@dataclass(frozen=True)
class VisitMade:
    """One visit; the words are those of the ``visits`` table, the order that of the door."""

    outcome: str
    staff: str
    reason: str | None = None
    identity_ok: bool | None = None
    income_seen: bool | None = None
    assets_seen: bool | None = None
    next_step: str | None = None


@dataclass(frozen=True)
class PromiseMade:
    """What the borrower promised: an amount in minor units by a day."""

    due_on: date
    amount: int


@dataclass(frozen=True)
class Outcome:
    """What came of a claimed case: a contact or a visit, and a promise if one was given.

    Parameters
    ----------
    happened_at
        When it happened; None for the moment of recording.
    """

    contact: ContactMade | None = None
    visit: VisitMade | None = None
    promise: PromiseMade | None = None
    happened_at: datetime | None = None


def event_of(case: Any, outcome: Outcome, *, at: datetime) -> dict[str, Any]:
    """Return the event to record for a claimed case (a row of ``items``) at the moment ``at``.

    Raises
    ------
    OutcomeRefused
        When the outcome does not fit the case or the contract.
    """
    check_outcome(outcome, action=case.action, claimed_at=instant_of(case.claimed_at), at=at)
    happened = min(outcome.happened_at or at, at)
    stated = asdict(outcome)
    stated["happened_at"] = outcome.happened_at.isoformat() if outcome.happened_at else None
    if outcome.promise is not None:
        stated["promise"]["due_on"] = outcome.promise.due_on.isoformat()
    return {
        "action": case.action,
        "outcome": stated,
        "happened_at": happened.isoformat(),
        "outside_lawful_window": not case.lawful_from_at <= ticks_of(happened) < case.lawful_until_at,
        "propensity": json.loads(case.decision)["propensity"],
    }


def check_outcome(outcome: Outcome, *, action: str, claimed_at: datetime, at: datetime) -> None:
    """Raise unless the outcome fits the action and the words of the contract.

    Raises
    ------
    OutcomeRefused
        Naming the field, what is expected there and what was found.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> check_outcome(Outcome(), action="call", claimed_at=noon, at=noon)
    Traceback (most recent call last):
    serving.store_events.OutcomeRefused: Expected either contact or visit, found neither. ...
    """
    if (outcome.contact is None) == (outcome.visit is None):
        found = "neither" if outcome.contact is None else "both"
        raise OutcomeRefused(
            f"Expected either contact or visit, found {found}. State what was done.", field="outcome"
        )
    if outcome.visit is not None and action != "visit":
        raise OutcomeRefused(
            f"Expected a contact for a case to {action}, found a visit. "
            "Visits need a case that two people approved.",
            field="visit",
        )
    for field, value, lawful in _words(outcome):
        if value is not None and value not in lawful:
            raise OutcomeRefused(
                f"Expected {field} to be one of {', '.join(lawful)}, found another word. Choose one.",
                field=field,
            )
    happened = outcome.happened_at
    if happened is not None:
        if happened.tzinfo is None:
            raise OutcomeRefused(
                "Expected happened_at with an offset, found none. Write 2026-03-01T09:30:00Z.",
                field="happened_at",
            )
        if not claimed_at - CLOCK_TOLERANCE <= happened <= at + CLOCK_TOLERANCE:
            raise OutcomeRefused(
                f"Expected happened_at from {claimed_at.isoformat()} (claim) to {at.isoformat()} (now), "
                f"found {happened.isoformat()}. Correct it or leave it out.",
                field="happened_at",
            )
    _check_promise(outcome, on=(happened or at).date())


def _check_promise(outcome: Outcome, *, on: date) -> None:
    promised = outcome.contact is not None and outcome.contact.outcome == "promised"
    promise = outcome.promise
    if promise is None:
        if promised:
            raise OutcomeRefused(
                "Expected promise with outcome 'promised', found none. Give due_on and amount.",
                field="promise",
            )
        return
    spoke = promised or (outcome.visit is not None and outcome.visit.outcome == "met")
    if not spoke:
        raise OutcomeRefused(
            "Expected a promise only with the outcome 'promised' or a visit that 'met', found another. "
            "Leave it out.",
            field="promise",
        )
    if not 0 < promise.amount <= 10**15:
        raise OutcomeRefused(
            "Expected promise.amount above 0 in minor units. Correct the amount.", field="promise.amount"
        )
    # A day of slack: the borrower's day may already be tomorrow's in UTC, or still yesterday's.
    if not on - timedelta(days=1) <= promise.due_on <= on + timedelta(days=3660):
        raise OutcomeRefused(
            "Expected promise.due_on from today on and within ten years, found another day. Correct it.",
            field="promise.due_on",
        )


def _words(outcome: Outcome) -> list[tuple[str, str | None, tuple[str, ...]]]:
    if outcome.contact is not None:
        contact = outcome.contact
        return [
            ("contact.channel", contact.channel, CHANNELS),
            ("contact.outcome", contact.outcome, CONTACT_OUTCOMES),
            ("contact.party", contact.party, PARTIES),
            ("contact.stated_reason", contact.stated_reason, STATED_REASONS),
        ]
    if outcome.visit is not None:
        visit = outcome.visit
        return [
            ("visit.outcome", visit.outcome, VISIT_OUTCOMES),
            ("visit.reason", visit.reason, STATED_REASONS),
        ]
    return []


def export_events(
    store: Store, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, pa.Table]:
    """Return what was recorded in ``[since, until)`` as rows of contacts, promises and visits.

    Ids are made of case and claim, so exporting twice gives the same rows.

    Parameters
    ----------
    since, until
        Bounds on the moment of recording (``known_at``); open when None.
    """
    wanted = select(outcomes).order_by(outcomes.c.event_no)
    if since is not None:
        wanted = wanted.where(outcomes.c.known_at >= ticks_of(since))
    if until is not None:
        wanted = wanted.where(outcomes.c.known_at < ticks_of(until))
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in EVENT_TABLES}
    with store.reading() as connection:
        for event in connection.execute(wanted).mappings():
            for name, row in _contract_rows(event):
                rows[name].append(row)
    return {name: pa.Table.from_pylist(rows[name], schema=contract_schema(name)) for name in EVENT_TABLES}


def contract_schema(name: str) -> pa.Schema:
    """Return the Arrow types of a contract table's columns.

    Examples
    --------
    >>> contract_schema("promises").field("amount").type
    DataType(int64)
    """
    return pa.schema([(column.name, _TYPES[column.kind]) for column in TABLES[name].columns])


def _contract_rows(event: RowMapping) -> list[tuple[str, dict[str, Any]]]:
    recorded = json.loads(event["event"])
    stated = recorded["outcome"]
    event_id = f"{event['case_id']}#{event['token']}"
    happened = instant_of(event["happened_at"])
    common = {"loan_id": event["loan_id"], "revision": 1, "known_at": instant_of(event["known_at"])}
    rows: list[tuple[str, dict[str, Any]]] = []
    if (contact := stated["contact"]) is not None:
        party = contact["party"] or ("borrower" if contact["outcome"] in RIGHT_PARTY_OUTCOMES else None)
        told = {"contact_id": event_id, "contacted_at": happened, "direction": "out"}
        agent = {"agent_id": event["recorded_by"], "propensity": recorded["propensity"]}
        rows.append(("contacts", {**common, **contact, **told, **agent, "party": party}))
    if (visit := stated["visit"]) is not None:
        went = {"visit_id": event_id, "visited_at": happened, "propensity": recorded["propensity"]}
        rows.append(("visits", {**common, **visit, **went}))
    if (promise := stated["promise"]) is not None:
        gave = {"promise_id": event_id, "promised_at": happened, "amount": promise["amount"]}
        rows.append(("promises", {**common, **gave, "due_on": date.fromisoformat(promise["due_on"])}))
    return rows
