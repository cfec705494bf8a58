"""The first-contact clock of an overdue account: when it began, when it ends, and what was done meanwhile.

The clock begins with the morning that identified the account, at local midnight, and runs the hours of the lender's
policy (48) on the wall clock without pause. A contact with the debtor about any of their loans counts, as it does
where the worklist is decided: one that reached them, not a mere attempt. Which hours were lawful is not asked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days, Marks
from features.observations import day_of_number
from serving.policy.debtor_past import REACHED_OUTCOMES

if TYPE_CHECKING:
    from features.book import Book

Instants = NDArray[np.int64]
"""Microseconds since 1970-01-01 UTC."""
NO_INSTANT = np.iinfo(np.int64).min
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MET, OPEN, MISSED = "met", "open", "missed"


@dataclass(frozen=True, eq=False)
class FirstContacts:
    """The first-contact clock of each overdue account.

    Parameters
    ----------
    identified_at, due_at
        When the clock began and ends.
    contacted_at
        First contact since; ``NO_INSTANT`` where there was none.
    outcome
        What came of it; None where there was none.
    attempts
        Contacts that the lender made or tried since, this one included.
    status
        ``met``, ``open`` while the clock runs without a contact, ``missed``.
    """

    identified_at: Instants
    due_at: Instants
    contacted_at: Instants
    outcome: NDArray[np.object_]
    attempts: NDArray[np.int64]
    status: NDArray[np.object_]


def first_contacts(
    book: Book, *, borrower_no: Days, identified_on: Days, as_of: int, hours: float
) -> FirstContacts:
    """Return the first-contact clocks as they were known on the morning of ``as_of``.

    Parameters
    ----------
    borrower_no, identified_on
        Debtor of each account, and the day it was identified.
    as_of
        The morning.
    hours
        Length of the clock on the wall.
    """
    zone = ZoneInfo(book.manifest.time_zone)
    identified_at = midnights(identified_on, zone=zone)
    due_at = identified_at + round(hours * 3600) * 1_000_000
    contacted_at = np.full(len(borrower_no), NO_INSTANT, np.int64)
    outcome = np.full(len(borrower_no), None, dtype=object)
    rows = book.rows("contacts")
    seen = (rows.seen_from <= as_of) & (as_of < rows.seen_until) & (rows.day < as_of)
    debtor = book.borrower_of_loan[np.repeat(np.arange(len(rows.offsets) - 1), np.diff(rows.offsets))]
    at = rows.column("contacted_at")
    codes, names = rows.codes("outcome")
    reached = np.array([*(name in REACHED_OUTCOMES for name in names), False], np.bool_)[codes]
    line, found = _first_since(debtor, at, seen & reached, borrower_no, identified_at)
    contacted_at[found] = at[line[found]]
    outcome[found] = np.array([*names, None], dtype=object)[codes[line[found]]]
    way, ways = rows.codes("direction")
    ours = way != ways.index("in") if "in" in ways else np.ones(rows.n, np.bool_)
    attempts = _number_since(debtor, at, seen & (ours | reached), borrower_no, identified_at)
    began = int(midnights(np.array([as_of], np.int32), zone=zone)[0])
    in_time = found & (contacted_at <= due_at)
    status = np.where(in_time, MET, np.where(~found & (due_at > began), OPEN, MISSED)).astype(object)
    return FirstContacts(identified_at, due_at, contacted_at, outcome, attempts, status)


def midnights(days: Days, *, zone: ZoneInfo) -> Instants:
    """Return the instant at which each day begins in a time zone.

    Examples
    --------
    >>> midnights(np.array([19_782], np.int32), zone=ZoneInfo("Asia/Shanghai")).tolist()
    [1709136000000000]
    """
    distinct, place = np.unique(days, return_inverse=True)
    begins = [
        (datetime.combine(day_of_number(int(day)), time(), tzinfo=zone) - EPOCH) // timedelta(microseconds=1)
        for day in distinct
    ]
    return np.array(begins, np.int64)[place]


def local_moments(instants: Instants, *, zone: ZoneInfo) -> NDArray[np.object_]:
    """Return each instant as the clock on the wall showed it in a time zone; None where there is none.

    Examples
    --------
    >>> str(local_moments(np.array([1709136000000000]), zone=ZoneInfo("Asia/Shanghai"))[0])
    '2024-02-29 00:00:00'
    """
    distinct, place = np.unique(instants, return_inverse=True)
    told = np.empty(len(distinct), dtype=object)
    for number, instant in enumerate(distinct):
        if instant != NO_INSTANT:
            moment = EPOCH + timedelta(microseconds=int(instant))
            told[number] = moment.astimezone(zone).replace(tzinfo=None)
    return told[place]


def _first_since(
    debtor: Days, at: Instants, counts: Marks, borrower_no: Days, since: Instants
) -> tuple[NDArray[np.int64], Marks]:
    """Return for each account the first row of its debtor from an instant on, and where there is one."""
    rows = np.flatnonzero(counts)
    keys, asked = _ranked(debtor[rows], at[rows], borrower_no, since)
    order = np.argsort(keys, kind="stable")
    place = np.searchsorted(keys[order], asked)
    inside = place < len(rows)
    line = np.full(len(borrower_no), -1, np.int64)
    line[inside] = rows[order[place[inside]]]
    found = inside.copy()
    found[inside] = debtor[line[inside]] == borrower_no[inside]
    return line, found


def _number_since(
    debtor: Days, at: Instants, counts: Marks, borrower_no: Days, since: Instants
) -> NDArray[np.int64]:
    """Return for each account how many rows of its debtor lie at an instant or after it."""
    rows = np.flatnonzero(counts)
    keys, asked = _ranked(debtor[rows], at[rows], borrower_no, since)
    keys.sort()
    last = np.searchsorted(keys, (borrower_no.astype(np.int64) + 1) * (len(rows) + 1))
    return (last - np.searchsorted(keys, asked)).astype(np.int64)


def _ranked(
    debtor: NDArray[np.int64] | Days, at: Instants, borrower_no: Days, since: Instants
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return whole numbers that order rows and questions by (debtor, instant); a question stands before its equals."""
    wide = len(at) + 1
    moments = np.sort(at)
    keys = debtor.astype(np.int64) * wide + np.searchsorted(moments, at)
    return keys, borrower_no.astype(np.int64) * wide + np.searchsorted(moments, since)
