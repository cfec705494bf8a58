"""What was tried and said before a morning, counted over all loans of a debtor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.contracts import RIGHT_PARTY_OUTCOMES, UNANSWERED_OUTCOMES
from features.events import Events
from features.history import History
from features.observations import Observations

TRIED_CHANNELS = ("call", "sms", "email", "app", "letter", "message", "visit")
REACHED_OUTCOMES = (*RIGHT_PARTY_OUTCOMES, "delivered")
MEMORY_DAYS = 30

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class DebtorPast:
    """Arrays over the observations asked for; counts and days are those of the whole debtor.

    Parameters
    ----------
    talks_7d, talks_1d, unanswered_1d
        Talks by phone in the last 7 days and the last day; unanswered attempts in the last day.
    failed_tries
        Unanswered attempts in 30 days without any talk; 0 when there was one.
    days_since_talk, days_since_reached, days_since_tried
        NaN when never.
    days_since_channel
        The same by channel tried.
    """

    talks_7d: Counts
    talks_1d: Counts
    unanswered_1d: Counts
    failed_tries: Counts
    days_since_talk: Floats
    days_since_reached: Floats
    days_since_tried: Floats
    days_since_channel: dict[str, Floats]


def debtor_past(book: Book, observations: Observations) -> DebtorPast:
    """Return what was tried and said, known by each morning; ended loans of the debtor count too.

    A book without a ``contacts`` table says that nobody was contacted.
    """
    debtors = np.unique(book.borrower_of_loan[observations.loan_no])
    loans = np.flatnonzero(np.isin(book.borrower_of_loan, debtors)).astype(np.int32)
    morning = observations.as_of[0] if len(observations) else 0
    history = History(book, Observations(loans, np.full(len(loans), morning, np.int32)))
    place = np.searchsorted(debtors, book.borrower_of_loan[loans])
    mine = np.searchsorted(debtors, book.borrower_of_loan[observations.loan_no])
    contacts = history.contacts
    out: dict[str, tuple[str | bool, ...]] = (
        {"direction": ("out",)} if "direction" in book.rows("contacts").names else {}
    )
    calls: dict[str, tuple[str | bool, ...]] = {"channel": ("call",)}
    talks = {**calls, "outcome": RIGHT_PARTY_OUTCOMES}
    unanswered = {**calls, **out, "outcome": UNANSWERED_OUTCOMES}

    def total(counts: NDArray[np.int32]) -> Counts:
        summed = np.bincount(place, weights=counts, minlength=len(debtors))
        return summed.astype(np.int64)[mine]

    def soonest(days: Floats) -> Floats:
        least = np.full(len(debtors), np.nan)
        np.fmin.at(least, place, days)
        return least[mine]

    since_talk = soonest(contacts.days_since_last(where={"outcome": RIGHT_PARTY_OUTCOMES}))
    failed = total(contacts.count(days=MEMORY_DAYS, where=unanswered))
    channels = {
        channel: soonest(contacts.days_since_last(where={**out, "channel": (channel,)}))
        for channel in TRIED_CHANNELS
    }
    channels["visit"] = np.fmin(channels["visit"], soonest(_made(history.visits)))
    return DebtorPast(
        talks_7d=total(contacts.count(days=7, where=talks)),
        talks_1d=total(contacts.count(days=1, where=talks)),
        unanswered_1d=total(contacts.count(days=1, where=unanswered)),
        failed_tries=np.where(since_talk <= MEMORY_DAYS, 0, failed),
        days_since_talk=since_talk,
        days_since_reached=soonest(contacts.days_since_last(where={"outcome": REACHED_OUTCOMES})),
        days_since_tried=soonest(contacts.days_since_last(where=out or None)),
        days_since_channel=channels,
    )


def _made(visits: Events) -> Floats:
    return visits.days_since_last(where={"outcome": ("met", "absent", "moved", "third_party", "refused")})


def episode_days(history: History) -> Counts:
    """Return for how many mornings, up to this one, the account has been overdue without a break.

    The first such morning is the one on which the account was identified. A payment that settles
    the oldest instalment while a younger one is overdue does not break the episode.
    """
    days = np.asarray(history.ledger.dpd, dtype=np.int64).copy()
    for _ in range(ROUNDS):
        first = history.as_of - days
        earlier = np.asarray(history.ledger.dpd_on(first.astype(np.int32)), dtype=np.int64)
        grown = np.where((days > 0) & (earlier > 0), earlier, 0)
        if not grown.any():
            break
        days += grown
    return days


ROUNDS = 60
"""More links than a loan has instalments that can overlap; the search stops when nothing moves."""
