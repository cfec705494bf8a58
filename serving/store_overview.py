"""What a person sees of the list at a glance: the cases in their own hand, and how many stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from serving.store import WORKLIST, Store
from serving.store_worklist import Item, item_of
from serving.tables import heads, instant_of, items, publications


@dataclass(frozen=True)
class Overview:
    """The list in force at a glance.

    Parameters
    ----------
    as_of
        Its morning; None when none was ever published.
    published_at
        When it was published.
    by_action, by_state
        Number of cases by recommended action and by where they stand.
    """

    as_of: str | None
    published_at: datetime | None
    by_action: Mapping[str, int]
    by_state: Mapping[str, int]

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return sum(self.by_state.values())


def in_hand(store: Store, *, by: str) -> tuple[Item, ...]:
    """Return the cases that lie in the hand of ``by``, the lease that ends first before the others.

    Examples
    --------
    >>> from serving.store import open_store
    >>> in_hand(open_store("sqlite://"), by="ann")
    ()
    """
    held = select(items).where(items.c.state == "claimed", items.c.claimed_by == by)
    with store.reading() as connection:
        rows = connection.execute(held.order_by(items.c.lease_until, items.c.case_id)).mappings().all()
    return tuple(item_of(row) for row in rows)


def overview(store: Store) -> Overview:
    """Return the list in force at a glance.

    Examples
    --------
    >>> from serving.store import open_store
    >>> overview(open_store("sqlite://")).cases
    0
    """
    with store.reading() as connection:
        head = connection.execute(select(heads).where(heads.c.name == WORKLIST)).one()
        published = connection.execute(
            select(publications.c.published_at).where(
                publications.c.as_of == head.as_of, publications.c.fence == head.fence
            )
        ).scalar()
        counted = connection.execute(
            select(items.c.action, items.c.state, func.count())
            .where(items.c.as_of == head.as_of)
            .group_by(items.c.action, items.c.state)
        ).all()
    by_action: dict[str, int] = {}
    by_state: dict[str, int] = {}
    for action, state, count in counted:
        by_action[action] = by_action.get(action, 0) + count
        by_state[state] = by_state.get(state, 0) + count
    return Overview(
        as_of=head.as_of or None,
        published_at=None if published is None else instant_of(published),
        by_action=by_action,
        by_state=by_state,
    )
