"""Claiming work: one case into one hand, under a lease, within its lawful window.

Only ``ready`` cases are claimed; leases that ran out are taken back apart (``store_leases.reap``).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from serving.store import Store
from serving.store_worklist import Item, UnknownCase, item_of
from serving.tables import instant_of, items, ticks_of

_RACES: Final = 5
_OTHER: Final = items.alias("other")
_IN_A_HAND: Final = exists().where(_OTHER.c.borrower_id == items.c.borrower_id, _OTHER.c.state == "claimed")


class OutsideLawfulHours(RuntimeError):
    """There is work, and the law forbids it at this moment.

    Parameters
    ----------
    earliest
        The earliest moment at which some of it becomes lawful; None when every window has ended.
    """

    def __init__(self, message: str, *, earliest: datetime | None) -> None:
        super().__init__(message)
        self.earliest = earliest


class NotClaimable(RuntimeError):
    """The case that was asked for is not ready."""


@dataclass(frozen=True)
class Claim:
    """A case in one's hand, the token that proves it, and when the lease ends."""

    item: Item
    token: int
    lease_until: datetime


def claim(
    store: Store,
    *,
    by: str,
    lease_seconds: int,
    at: datetime,
    action: str | None = None,
    case_id: str | None = None,
) -> Claim | None:
    """Return the best ready case, now in the hand of ``by``; None when nothing is ready.

    A case is handed out only within the lawful window of its decision, and never while another
    case of the same borrower lies in a hand.

    Parameters
    ----------
    action
        Claim only cases with this action.
    case_id
        Claim this case and no other.

    Raises
    ------
    OutsideLawfulHours
        When work is ready but none of it is lawful at this moment.
    NotClaimable
        When ``case_id`` is not ready, or its borrower lies in another hand.
    UnknownCase
        When no list holds ``case_id``.
    """
    for _ in range(_RACES):
        try:
            with store.writing() as connection:
                return _claim(connection, by, lease_seconds, ticks_of(at), action, case_id)
        except IntegrityError:
            if store.current is not None:
                raise
            continue  # two hands reached for one borrower at once (PostgreSQL): the index refused one
    return None


def _claim(
    connection: Connection, by: str, lease_seconds: int, now: int, action: str | None, case_id: str | None
) -> Claim | None:
    ready: list[ColumnElement[bool]] = [items.c.state == "ready"]
    if action is not None:
        ready.append(items.c.action == action)
    if case_id is not None:
        ready.append(items.c.case_id == case_id)
    lawful = (items.c.lawful_from_at <= now, items.c.lawful_until_at > now)
    found = (
        connection.execute(
            select(items)
            .where(*ready, *lawful, ~_IN_A_HAND)
            .order_by(items.c.rank, items.c.case_id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        .mappings()
        .one_or_none()
    )
    if found is None:
        _explain(connection, ready, now, case_id)
        return None
    lease_until = now + lease_seconds * 1_000_000
    token = int(found["token"]) + 1
    connection.execute(
        update(items)
        .where(items.c.case_id == found["case_id"])
        .values(state="claimed", token=token, claimed_by=by, claimed_at=now, lease_until=lease_until)
    )
    until = instant_of(lease_until)
    item = dataclasses.replace(item_of(found), state="claimed", token=token, claimed_by=by, lease_until=until)
    return Claim(item, token, until)


def _explain(connection: Connection, ready: list[ColumnElement[bool]], now: int, case_id: str | None) -> None:
    """Raise when there is a reason why nothing was handed out."""
    if case_id is not None:
        state = connection.execute(select(items.c.state).where(items.c.case_id == case_id)).scalar()
        if state is None:
            raise UnknownCase.of(case_id)
        if state != "ready":
            raise NotClaimable(
                f"Expected {case_id} to be ready, found it {state}. Read the case to see what it waits for."
            )
    lawful_now = connection.execute(
        select(func.count()).where(*ready, items.c.lawful_from_at <= now, items.c.lawful_until_at > now)
    ).scalar_one()
    if lawful_now:
        if case_id is not None:
            raise NotClaimable(
                f"Expected {case_id} to be free, found another case of the same borrower in a hand. "
                "Try again when that one is done."
            )
        return
    waiting = connection.execute(select(func.count()).where(*ready)).scalar_one()
    if not waiting:
        return
    earliest = connection.execute(
        select(func.min(items.c.lawful_from_at)).where(*ready, items.c.lawful_from_at > now)
    ).scalar()
    if earliest is None:
        raise OutsideLawfulHours(
            f"Expected a moment within a lawful window, found {waiting} ready cases whose windows have "
            "ended. Publish the list of today.",
            earliest=None,
        )
    moment = instant_of(earliest)
    raise OutsideLawfulHours(
        f"Expected a moment within a lawful window, found {waiting} ready cases outside theirs. "
        f"The earliest lawful moment is {moment.isoformat()}.",
        earliest=moment,
    )
