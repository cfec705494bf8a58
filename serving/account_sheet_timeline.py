"""What happened on an account, newest first: the rows of every event table as known on a morning, merged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.book import Book
from features.compiled import Positions
from features.history import Observations
from features.unpaid import UnpaidInstalments
from serving.account_sheet import TIMELINE_KINDS, TIMELINE_LENGTH, TimelineItem
from serving.account_sheet_columns import Objects, iso_days
from serving.account_sheet_events import (
    SOURCES,
    Happened,
    Telling,
    fell_due,
    happened,
    told,
    told_due,
)


@dataclass(frozen=True)
class Timeline:
    """The timeline of one account, and how many older items it leaves out."""

    items: tuple[TimelineItem, ...]
    older: int


def timelines_of(book: Book, seen: Observations, *, unpaid: UnpaidInstalments) -> list[Timeline]:
    """Return the timeline of each observation: its newest items, as they were known on its morning.

    Things of one day stand by the moment they happened where the book tells it, then those of which only the
    day is known, by kind.
    """
    accounts = len(seen)
    every = [happened(book, seen, source) for source in SOURCES] + [fell_due(unpaid)]
    counted = np.zeros(accounts, np.int64)
    for things in every:
        counted += np.bincount(things.account, minlength=accounts)
    recent = [_recent(things) for things in every]
    source = np.repeat(np.arange(len(recent)), [len(things) for things in recent])
    merged = _joined(recent)
    newest = _newest(merged)
    source, merged = source[newest], merged.only(newest)
    items = _items(book, seen, merged, source, unpaid)
    ends = np.searchsorted(merged.account, np.arange(accounts + 1)).tolist()
    older = (counted - np.diff(ends)).tolist()
    return [
        Timeline(tuple(items[begin:end]), left)
        for begin, end, left in zip(ends[:-1], ends[1:], older, strict=True)
    ]


def _recent(things: Happened) -> Happened:
    """Return those that may be among the newest: no earlier than the last but 39 of their account."""
    if not len(things):
        return things
    first = np.searchsorted(things.account, things.account, side="left")
    end = np.searchsorted(things.account, things.account, side="right")
    from_day = things.day[np.maximum(first, end - TIMELINE_LENGTH)]
    return things.only(things.day >= from_day)


def _joined(parts: list[Happened]) -> Happened:
    columns = zip(
        *((part.account, part.day, part.moment, part.kind, part.row) for part in parts), strict=True
    )
    return Happened(*(np.concatenate(column) for column in columns))


def _newest(things: Happened) -> Positions:
    """Return the positions of the newest of each account, by account and newest first."""
    order = np.lexsort((~things.row, things.kind, ~things.moment, ~things.day, things.account))
    account = things.account[order]
    place = np.arange(len(order)) - np.searchsorted(account, account, side="left")
    kept: Positions = order[place < TIMELINE_LENGTH]
    return kept


def _items(
    book: Book, seen: Observations, things: Happened, source: Positions, unpaid: UnpaidInstalments
) -> list[TimelineItem]:
    n = len(things)
    columns = {name: np.full(n, "", object) for name in ("code", "channel", "detail", "until")}
    columns["amount"] = np.full(n, None, object)
    for place in range(len(SOURCES) + 1):
        mine = np.flatnonzero(source == place)
        if not len(mine):
            continue
        these = things.only(mine)
        due = place == len(SOURCES)
        telling = told_due(unpaid, these.row) if due else told(book, seen, SOURCES[place], these)
        _fill(columns, mine, telling)
    kinds = np.array(TIMELINE_KINDS, dtype=object)[things.kind]
    on = iso_days(things.day)
    order = (on, kinds, *(columns[name] for name in ("code", "amount", "channel", "detail", "until")))
    return [TimelineItem(*values) for values in zip(*(column.tolist() for column in order), strict=True)]


def _fill(columns: dict[str, Objects], where: Positions, telling: Telling) -> None:
    for name, column in columns.items():
        values = getattr(telling, name)
        if values is not None:
            column[where] = values
