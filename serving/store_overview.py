"""What a person sees of the list at a glance: the cases in their own hand, and how large the list is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

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
    by_action
        Number of cases by recommended action.
    """

    as_of: str | None
    published_at: datetime | None
    by_action: Mapping[str, int]

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return sum(self.by_action.values())


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
    return Overview(
        as_of=head.as_of or None,
        published_at=None if published is None else instant_of(published),
        by_action=dict(_by_action(store, head.as_of, head.fence)),
    )


@lru_cache(maxsize=4)
def _by_action(store: Store, as_of: str, _fence: int) -> tuple[tuple[str, int], ...]:
    """Return the cases of a day by action, counted once for each publication: every page shows them."""
    counted = select(items.c.action, func.count()).where(items.c.as_of == as_of).group_by(items.c.action)
    with store.reading() as connection:
        return tuple((action, count) for action, count in connection.execute(counted))
