"""What a person sees of the list at a glance: the cases in their own hand, and how large the list is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import and_, func, or_, select

from serving.store import WORKLIST, Store
from serving.store_worklist import Item, item_of
from serving.tables import heads, items


@dataclass(frozen=True)
class Overview:
    """The list in force at a glance.

    Parameters
    ----------
    as_of
        Its morning; None when none was ever published.
    by_action
        Number of cases by recommended action.
    """

    as_of: str | None
    by_action: Mapping[str, int]

    @property
    def cases(self) -> int:
        """Return the number of cases."""
        return sum(self.by_action.values())


def in_hand(store: Store, *, by: str) -> tuple[Item, ...]:
    """Return the cases whose record is awaited from ``by``, the lease that ends first before the others.

    Besides what ``by`` holds: cases of the list in force whose lease ran out and that nobody took over since.

    Examples
    --------
    >>> from serving.store import open_store
    >>> in_hand(open_store("sqlite://"), by="ann")
    ()
    """
    morning = select(heads.c.as_of).where(heads.c.name == WORKLIST).scalar_subquery()
    spent = and_(items.c.state.in_(("ready", "retired")), items.c.token > 0, items.c.as_of == morning)
    awaited = select(items).where(items.c.claimed_by == by, or_(items.c.state == "claimed", spent))
    first = (items.c.lease_until.is_(None), items.c.lease_until, items.c.case_id)
    with store.reading() as connection:
        rows = connection.execute(awaited.order_by(*first)).mappings().all()
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
    return Overview(head.as_of or None, dict(_by_action(store, head.as_of, head.fence)))


@lru_cache(maxsize=4)
def _by_action(store: Store, as_of: str, _fence: int) -> tuple[tuple[str, int], ...]:
    """Return the cases of a day by action, counted once for each publication: every page shows them."""
    stands = (items.c.as_of == as_of, items.c.state != "retired")
    counted = select(items.c.action, func.count()).where(*stands).group_by(items.c.action)
    with store.reading() as connection:
        return tuple((action, count) for action, count in connection.execute(counted))
