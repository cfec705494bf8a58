"""Reading the worklist: pages of cases in order, and one case with its story."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, or_, select

from serving.decision import Decision, decision_from_json
from serving.store import WORKLIST, Store
from serving.tables import State, approvals, heads, instant_of, items, outcomes

LONGEST_PAGE = 500


class UnknownCase(LookupError):
    """No list holds the case."""

    @classmethod
    def of(cls, case_id: str) -> UnknownCase:
        """Return the error for a case id."""
        return cls(
            f"Expected a case of a published list, found none named {case_id!r}. "
            "Case ids are <loan_id>@<as_of>; GET /v1/worklist lists them."
        )


class CursorRefused(ValueError):
    """The cursor was not made by this worklist, or the list has changed since."""


@dataclass(frozen=True)
class Item:
    """One case of the worklist, as it stands.

    Parameters
    ----------
    decision
        What was decided, and why.
    state
        Where it stands; see ``serving.tables.STATES``.
    rank
        Place on the list of its day, 1 first.
    token
        Fence token of its latest claim; 0 when nobody ever claimed it.
    claimed_by, lease_until
        The hand it lies in and until when; None when in nobody's.
    digest
        Tells the decision from every other: whoever agrees says with it which one was read.
    """

    decision: Decision
    state: State
    rank: int
    token: int
    claimed_by: str | None
    lease_until: datetime | None
    digest: str

    @property
    def case_id(self) -> str:
        """Return the id of the case."""
        return self.decision.case_id


@dataclass(frozen=True)
class Page:
    """Some cases in the order of the list, and the cursor of the next page (None at the end)."""

    as_of: str | None
    items: tuple[Item, ...]
    after: str | None


@dataclass(frozen=True)
class Story:
    """One case: the item, who approved it, and what was recorded on its loan, oldest first."""

    item: Item
    approved_by: tuple[str, ...]
    events: tuple[Mapping[str, Any], ...]


def worklist(
    store: Store,
    *,
    as_of: str | None = None,
    action: str | None = None,
    bucket: str | None = None,
    state: State | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """Return one page of the list of ``as_of`` (default: the list in force), best first.

    Parameters
    ----------
    action, bucket, state
        Keep only these cases. Without a state the list in force leaves out cases that it retired.
    after
        Cursor of the page before.
    limit
        Number of cases, 1 to 500.

    Raises
    ------
    CursorRefused
        When ``after`` is not a cursor, or the list was published again since.
    """
    with store.reading() as connection:
        head = connection.execute(select(heads).where(heads.c.name == WORKLIST)).one()
        day, fence, rank, case_id = as_of or head.as_of, head.fence, 0, ""
        if after is not None:
            day, seen, rank, case_id = _read_cursor(after)
            if seen != fence:
                raise CursorRefused(
                    "Expected a cursor of the list in force, found one from before a new list was "
                    "published. Start again without a cursor."
                )
        wanted = [items.c.as_of == day, or_(items.c.rank > rank, _tie(rank, case_id))]
        for column, value in ((items.c.action, action), (items.c.bucket, bucket), (items.c.state, state)):
            if value is not None:
                wanted.append(column == value)
        if state is None and day == head.as_of:
            wanted.append(items.c.state != "retired")
        size = max(1, min(limit, LONGEST_PAGE))
        rows = (
            connection.execute(
                select(items).where(*wanted).order_by(items.c.rank, items.c.case_id).limit(size + 1)
            )
            .mappings()
            .all()
        )
    page = tuple(item_of(row) for row in rows[:size])
    more = _cursor(day, fence, page[-1].rank, page[-1].case_id) if len(rows) > size else None
    return Page(day or None, page, more)


def story(store: Store, case_id: str) -> Story:
    """Return the case with its approvals and what was recorded on its loan.

    Raises
    ------
    UnknownCase
        When no list holds it.
    """
    with store.reading() as connection:
        row = connection.execute(select(items).where(items.c.case_id == case_id)).mappings().one_or_none()
        if row is None:
            raise UnknownCase.of(case_id)
        names = connection.execute(
            select(approvals.c.approved_by)
            .where(approvals.c.case_id == case_id, approvals.c.digest == row["digest"])
            .order_by(approvals.c.approved_at, approvals.c.approved_by)
        ).scalars()
        events = connection.execute(
            select(outcomes).where(outcomes.c.loan_id == row["loan_id"]).order_by(outcomes.c.event_no)
        ).mappings()
        return Story(item_of(row), tuple(names), tuple(_event(event) for event in events))


def item_of(row: RowMapping) -> Item:
    """Return the item that a row of ``items`` stands for."""
    lease = row["lease_until"]
    return Item(
        decision=decision_from_json(json.loads(row["decision"])),
        state=row["state"],
        rank=row["rank"],
        token=row["token"],
        claimed_by=row["claimed_by"],
        lease_until=None if lease is None else instant_of(lease),
        digest=row["digest"],
    )


def _event(row: RowMapping) -> Mapping[str, Any]:
    return {
        "case_id": row["case_id"],
        "recorded_by": row["recorded_by"],
        "happened_at": instant_of(row["happened_at"]).isoformat(),
        "known_at": instant_of(row["known_at"]).isoformat(),
        **json.loads(row["event"]),
    }


def _tie(rank: int, case_id: str) -> Any:
    return and_(items.c.rank == rank, items.c.case_id > case_id)


def _cursor(as_of: str, fence: int, rank: int, case_id: str) -> str:
    written = json.dumps([as_of, fence, rank, case_id])
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, int, int, str]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        as_of, fence, rank, case_id = json.loads(base64.urlsafe_b64decode(padded))
        types = [type(part) for part in (as_of, fence, rank, case_id)]
        if types != [str, int, int, str] or not abs(fence) < 2**62 or not abs(rank) < 2**31:
            raise ValueError(types)
        case_id.encode()
        as_of.encode()
    except (ValueError, binascii.Error, TypeError, RecursionError) as failure:
        raise CursorRefused(
            "Expected the `after` of an earlier page, found something else. Start again without a cursor."
        ) from failure
    return as_of, fence, rank, case_id
