"""Publishing tonight's decisions as the worklist in force, whole or not at all.

A publisher takes a fence when it begins (``next_fence``) and shows it when it publishes. The
publication with the highest fence is in force; one that arrives with a lower fence began earlier
and has been overtaken: it loses. What nobody has taken from earlier lists is retired; what is
claimed or done stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from serving.account_sheet import AccountSheet
from serving.decision import Decision
from serving.store import WORKLIST, Store
from serving.store_approvals import grant_approved
from serving.store_rows import rows_of
from serving.store_sheets import replace_sheets, sheet_rows_of, write_sheets
from serving.tables import State, heads, items, publications, ticks_of

_KEPT: tuple[State, ...] = ("claimed", "done")


class StaleFence(RuntimeError):
    """A publication with a later fence is already in force."""


@dataclass(frozen=True)
class Provenance:
    """What a publication was made from.

    Parameters
    ----------
    policy_version
        Version of the decision policy.
    book_digest
        Digest of the book.
    models
        Content hash of each model by score name.
    """

    policy_version: str = ""
    book_digest: str = ""
    models: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """What publishing did.

    Parameters
    ----------
    changed
        False when the same list was already in force.
    cases, kept, retired
        Cases of the list; cases left untouched because they are claimed or done; cases of earlier
        lists that were retired.
    """

    as_of: date
    fence: int
    digest: str
    changed: bool
    cases: int
    kept: int
    retired: int


def next_fence(store: Store) -> int:
    """Return a fence higher than every one handed out before. Take it when the run begins.

    Examples
    --------
    >>> from serving.store import open_store
    >>> store = open_store("sqlite://")
    >>> next_fence(store), next_fence(store)
    (1, 2)
    """
    with store.writing() as connection:
        head = _head(connection)
        fence: int = max(head.issued, head.fence) + 1
        connection.execute(update(heads).values(issued=fence))
    return fence


def publish(
    store: Store,
    decisions: Sequence[Decision],
    *,
    as_of: date,
    fence: int,
    at: datetime,
    provenance: Provenance | None = None,
    sheets: Iterable[AccountSheet] | None = None,
) -> Published:
    """Return what changed after the decisions became the list in force, their account sheets with them.

    Parameters
    ----------
    decisions
        One per case, all of ``as_of``. Their ``rank`` orders the list; 0 comes last.
    fence
        The number that ``next_fence`` gave when the run began.
    at
        The moment of publishing.
    sheets
        One account sheet per decision; None when there are none to show. A case that is claimed or done
        under another decision keeps the sheet it was worked with.

    Raises
    ------
    StaleFence
        When a later run has published already, or the same fence published something else.
    DecisionsRefused
        When a case appears twice, belongs to another day or lacks a lawful window.
    SheetsRefused
        When the sheets are not those of the decisions.
    """
    rows = rows_of(decisions, as_of=as_of, fence=fence)
    provenance = provenance or Provenance()
    digest = _digest(rows, provenance)
    sheet_rows = [] if sheets is None else sheet_rows_of(sheets, decisions)
    digests = {row["case_id"]: row["digest"] for row in rows}
    with store.writing() as connection:
        head = _head(connection)
        in_force = _digest_of(connection, head.as_of, head.fence)
        same = head.as_of == as_of.isoformat() and in_force == digest
        if fence < head.fence or (fence == head.fence and not same):
            raise StaleFence(
                f"Expected a fence above {head.fence} (the list of {head.as_of} in force), found {fence}. "
                "A later run has published; discard this one or run it again."
            )
        if fence > head.fence:
            _record(connection, as_of, fence, digest, provenance, len(rows), at)
            connection.execute(update(heads).values(fence=fence, as_of=as_of.isoformat()))
        if same:
            # The list moves to the new fence whole, so that a reaper knows what is in force.
            _renew(connection, items.c.fence == head.fence, fence=fence)
            write_sheets(connection, sheet_rows, as_of=as_of.isoformat(), digests=digests)
            return Published(as_of, fence, digest, changed=False, cases=len(rows), kept=0, retired=0)
        kept, retired = _replace(connection, rows, as_of=as_of, fence=fence)
        replace_sheets(connection, worked=_KEPT)
        write_sheets(connection, sheet_rows, as_of=as_of.isoformat(), digests=digests)
    return Published(as_of, fence, digest, changed=True, cases=len(rows), kept=kept, retired=retired)


def _head(connection: Connection) -> Any:
    """Return the head row; on PostgreSQL it stays locked until the transaction ends."""
    return connection.execute(select(heads).where(heads.c.name == WORKLIST).with_for_update()).one()


def _digest_of(connection: Connection, as_of: str, fence: int) -> str | None:
    found = connection.execute(
        select(publications.c.digest).where(publications.c.as_of == as_of, publications.c.fence == fence)
    ).scalar()
    return None if found is None else str(found)


def _renew(connection: Connection, which: Any, *, fence: int) -> None:
    connection.execute(update(items).where(which).values(fence=fence))


def _replace(
    connection: Connection, rows: list[dict[str, Any]], *, as_of: date, fence: int
) -> tuple[int, int]:
    day = as_of.isoformat()
    columns = (
        items.c.case_id,
        items.c.state,
        items.c.token,
        items.c.digest,
        items.c.claimed_by,
        items.c.claimed_at,
    )
    before = {row.case_id: row for row in connection.execute(select(*columns).where(items.c.as_of == day))}
    kept = {case_id for case_id, row in before.items() if row.state in _KEPT}
    fresh = [row for row in rows if row["case_id"] not in kept]
    # Claimed under the same decision: stays in force. Under another one: retires when it comes back.
    for row in rows:
        if row["case_id"] in kept and before[row["case_id"]].digest == row["digest"]:
            _renew(connection, items.c.case_id == row["case_id"], fence=fence)
    # A returning case carries its token on, so that whoever held it before another hand stays refused; under
    # the same decision its last holder may still record what came of it.
    for row in fresh:
        earlier = before.get(row["case_id"])
        if earlier is not None:
            row["token"] = earlier.token
            if earlier.digest == row["digest"]:
                row.update(claimed_by=earlier.claimed_by, claimed_at=earlier.claimed_at)
    replaced = [{"case": row["case_id"]} for row in fresh if row["case_id"] in before]
    if replaced:
        connection.execute(delete(items).where(items.c.case_id == bindparam("case")), replaced)
    gone = and_(items.c.state == "left_alone", items.c.as_of == day)  # and not on the new list of the day
    retired = connection.execute(
        update(items)
        .where(or_(items.c.state.in_(("ready", "awaiting_approval")), gone))
        .values(state="retired")
    ).rowcount
    if fresh:
        connection.execute(insert(items), fresh)
        grant_approved(connection, as_of=day)
    return len(rows) - len(fresh), retired


def _record(
    connection: Connection,
    as_of: date,
    fence: int,
    digest: str,
    provenance: Provenance,
    cases: int,
    at: datetime,
) -> None:
    connection.execute(
        insert(publications).values(
            as_of=as_of.isoformat(),
            fence=fence,
            digest=digest,
            policy_version=provenance.policy_version,
            models=json.dumps(dict(provenance.models), sort_keys=True),
            book_digest=provenance.book_digest,
            cases=cases,
            published_at=ticks_of(at),
        )
    )


def _digest(rows: list[dict[str, Any]], provenance: Provenance) -> str:
    content = [
        provenance.policy_version,
        provenance.book_digest,
        sorted(provenance.models.items()),
        [(row["case_id"], row["rank"], row["digest"]) for row in rows],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
