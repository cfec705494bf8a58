"""Two people agree before a home is visited: approvals of a case, by two different keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from serving.store import Store
from serving.store_worklist import UnknownCase
from serving.tables import State, approvals, items, ticks_of

APPROVALS_NEEDED: Final = 2


class NothingToApprove(ValueError):
    """The case does not wait for an approval."""


class DecisionChanged(RuntimeError):
    """The decision is no longer the one that was read when somebody agreed to it."""


@dataclass(frozen=True)
class Approvals:
    """Who has agreed to a case, and where it stands after that."""

    case_id: str
    approved_by: tuple[str, ...]
    needed: int
    state: State


def approve(store: Store, case_id: str, *, by: str, at: datetime, read: str | None = None) -> Approvals:
    """Return who has approved the case after ``by`` did; with the second name it becomes ready.

    An approval holds for the decision as it was read: when the case is published again with other
    content, it is asked for anew. The same name twice counts once.

    Parameters
    ----------
    read
        Digest of the decision as it was read; None agrees to the one that stands now.

    Raises
    ------
    UnknownCase
        When no list holds the case.
    DecisionChanged
        When it was published again with another decision since it was read.
    NothingToApprove
        When it needs no approval, or is claimed, done or retired.
    """
    with store.writing() as connection:
        found = connection.execute(
            select(items.c.state, items.c.digest, items.c.needs_approval, items.c.as_of)
            .where(items.c.case_id == case_id)
            .with_for_update()
        ).one_or_none()
        if found is None:
            raise UnknownCase.of(case_id)
        if read is not None and read != found.digest:
            raise DecisionChanged(
                f"Expected the decision of {case_id} that was read, found another one published since. "
                "Read the case again, then decide."
            )
        names = approvers(connection, case_id, digest=found.digest)
        if by in names:
            return Approvals(case_id, names, APPROVALS_NEEDED, found.state)
        if found.state != "awaiting_approval":
            raise NothingToApprove(
                f"Expected a case that awaits approval, found {case_id} in state {found.state!r}. "
                "Only visits that wait for two people are approved."
            )
        connection.execute(
            insert(approvals).values(
                case_id=case_id, digest=found.digest, approved_by=by, approved_at=ticks_of(at)
            )
        )
        grant_approved(connection, as_of=found.as_of, case_id=case_id)
        state = connection.execute(select(items.c.state).where(items.c.case_id == case_id)).scalar_one()
        names = approvers(connection, case_id, digest=found.digest)
    return Approvals(case_id, names, APPROVALS_NEEDED, state)


def approvers(connection: Connection, case_id: str, *, digest: str) -> tuple[str, ...]:
    """Return the names that approved this content of the case, in the order they did."""
    rows = connection.execute(
        select(approvals.c.approved_by)
        .where(approvals.c.case_id == case_id, approvals.c.digest == digest)
        .order_by(approvals.c.approved_at, approvals.c.approved_by)
    ).scalars()
    return tuple(rows)


def grant_approved(connection: Connection, *, as_of: str, case_id: str | None = None) -> None:
    """Make ready what awaits approval and has been approved by enough people, as it stands now."""
    agreed = (
        select(func.count())
        .where(approvals.c.case_id == items.c.case_id, approvals.c.digest == items.c.digest)
        .scalar_subquery()
    )
    waiting = update(items).where(
        items.c.as_of == as_of, items.c.state == "awaiting_approval", agreed >= APPROVALS_NEEDED
    )
    if case_id is not None:
        waiting = waiting.where(items.c.case_id == case_id)
    connection.execute(waiting.values(state="ready"))
