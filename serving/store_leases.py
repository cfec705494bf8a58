"""What the holder of a claim does with it: extend, give back, complete; and the reaper of leases.

A token only ever grows. One that is not the latest of its case is refused whatever its holder believes.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, case, insert, select, update

from serving.store import WORKLIST, Store
from serving.store_events import Outcome, event_of
from serving.store_worklist import Item, UnknownCase
from serving.tables import State, heads, instant_of, items, outcomes, ticks_of

Hand = Literal["mine", "spent", "another", "nobody"]
"""Whose hand a case lies in; ``spent``: one's own, whose lease ran out and that nobody took over."""


class StaleToken(RuntimeError):
    """The token is not that of the case's latest claim, or the claim is another's."""


def hand_of(item: Item, *, by: str, at: datetime) -> Hand:
    """Return whose hand a case lies in, seen by ``by``.

    A lease that ran out still lets its last holder record, as long as nobody claimed the case since.
    """
    ran_out = item.lease_until is None or item.lease_until <= at
    if item.state == "claimed" and not ran_out:
        return "mine" if item.claimed_by == by else "another"
    if item.state in ("claimed", "ready", "retired") and item.token and item.claimed_by == by:
        return "spent"
    return "nobody"


def reap(store: Store, *, at: datetime) -> int:
    """Return how many claims were taken back because their lease had run out by ``at``."""
    with store.writing() as connection:
        return _give_back(connection, items.c.lease_until <= ticks_of(at))


def extend(store: Store, case_id: str, *, token: int, by: str, lease_seconds: int, at: datetime) -> datetime:
    """Return when the lease ends now that it was extended from ``at``.

    Raises
    ------
    StaleToken, UnknownCase
        When the claim is not this one's any more, or no list holds the case.
    """
    with store.writing() as connection:
        row = _held(connection, case_id, token=token, by=by)
        now = ticks_of(at)
        if row.state != "claimed" or row.lease_until <= now:
            raise _stale(case_id, token)
        until = now + lease_seconds * 1_000_000
        connection.execute(update(items).where(items.c.case_id == case_id).values(lease_until=until))
    return instant_of(until)


def release(store: Store, case_id: str, *, token: int, by: str) -> State:
    """Return where the case stands after it was given back undone.

    It is ready again, or retired when a later list has replaced it.

    Raises
    ------
    StaleToken, UnknownCase
        When the claim is not this one's any more, or no list holds the case.
    """
    with store.writing() as connection:
        if _held(connection, case_id, token=token, by=by).state != "claimed":
            raise _stale(case_id, token)
        _give_back(connection, items.c.case_id == case_id)
        connection.execute(update(items).where(items.c.case_id == case_id).values(claimed_by=None))
        found = connection.execute(select(items.c.state).where(items.c.case_id == case_id)).scalar_one()
    state: State = found
    return state


def complete(
    store: Store, case_id: str, *, token: int, by: str, outcome: Outcome, at: datetime
) -> dict[str, Any]:
    """Return the event that was recorded; the case is done.

    A lease that ran out does not lose the record as long as nobody else has claimed the case since.
    The same outcome under the same token is recorded once.

    Raises
    ------
    StaleToken
        When the case was claimed again since, or the claim is another's.
    UnknownCase, OutcomeRefused
        When no list holds the case, or the outcome does not fit it.
    """
    with store.writing() as connection:
        row = _held(connection, case_id, token=token, by=by)
        event = event_of(row, outcome, at=at)
        written = json.dumps(event, sort_keys=True, ensure_ascii=False, allow_nan=False)
        if row.state == "done":
            before = connection.execute(
                select(outcomes.c.event).where(outcomes.c.case_id == case_id, outcomes.c.token == token)
            ).scalar_one()
            known: dict[str, Any] = json.loads(before)
            if known["outcome"] != event["outcome"]:
                raise _stale(case_id, token)
            return known
        connection.execute(
            insert(outcomes).values(
                case_id=case_id,
                loan_id=row.loan_id,
                token=token,
                recorded_by=by,
                happened_at=ticks_of(datetime.fromisoformat(event["happened_at"])),
                known_at=ticks_of(at),
                event=written,
            )
        )
        connection.execute(
            update(items).where(items.c.case_id == case_id).values(state="done", lease_until=None)
        )
    return event


def _held(connection: Connection, case_id: str, *, token: int, by: str) -> Any:
    row = connection.execute(select(items).where(items.c.case_id == case_id).with_for_update()).one_or_none()
    if row is None:
        raise UnknownCase.of(case_id)
    if row.token != token or row.claimed_by != by or token == 0:
        raise _stale(case_id, token)
    return row


def _give_back(connection: Connection, which: ColumnElement[bool]) -> int:
    in_force = select(heads.c.fence).where(heads.c.name == WORKLIST).scalar_subquery()
    back = case((items.c.fence == in_force, "ready"), else_="retired")
    return connection.execute(
        update(items).where(items.c.state == "claimed", which).values(state=back, lease_until=None)
    ).rowcount


def _stale(case_id: str, token: int) -> StaleToken:
    return StaleToken(
        f"Expected the token of the latest open claim of {case_id} and the hand that holds it, "
        f"found token {token}. The lease ended, moved on or is another's; claim again."
    )
