"""The rows of the overdue report of one book: everything read through the door to the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from features.asset_class import NoAssetClasses, asset_class
from features.contracts import PLAN_KINDS
from features.event_kernels import NO_DAY
from features.events import Events
from features.history import History
from features.observations import Observations
from features.penalty import LegalCap, PenaltyTerms, check_cap, penalty_interest
from pipelines.overdue_contacts import FirstContacts, first_contacts, local_moments
from pipelines.overdue_identified import identified_on
from pipelines.overdue_moves import Standing
from serving.account_sheet_columns import known_amounts

if TYPE_CHECKING:
    from features.book import Book

STOP_FLAGS = ("dispute", "death", "bankruptcy", "moratorium", "hardship", "lawyer", "cease", "vulnerable")
"""Flags that stop collection under every conduct pack of the house, in the order they are told."""
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Terms:
    """What the rows are computed by.

    Parameters
    ----------
    contact_hours
        Length of the first-contact clock, hours on the wall.
    assess_from
        Days past due from which the assessment of the reasons begins.
    penalty
        How penalty interest is computed; None leaves it out.
    cap
        Legal cap that is held against it; None holds none.
    """

    contact_hours: float = 48.0
    assess_from: int = 5
    penalty: PenaltyTerms | None = None
    cap: LegalCap | None = None


def rows_of(book: Book, today: Standing, *, terms: Terms) -> dict[str, NDArray[Any]]:
    """Return the columns of the report, one row per overdue loan of the book, in the order of its loans."""
    late = np.isin(today.state[today.seen.loan_no], ("1-30", "31-60", "61-90", "91+"))
    overdue = Observations(today.seen.loan_no[late], today.seen.as_of[late])
    history = History(book, overdue)
    identified = identified_on(book, overdue)
    clock = first_contacts(
        book,
        borrower_no=history.borrower_no,
        identified_on=identified,
        as_of=int(overdue.as_of[0]) if len(overdue) else 0,
        hours=terms.contact_hours,
    )
    return {
        "loan_id": book.loan_ids[history.loan_no],
        "borrower_id": book.borrower_ids[history.borrower_no],
        "product": history.loans.code("product"),
        "portfolio": history.loans.code("portfolio"),
        "currency": _currency(book, history),
        "dpd": history.ledger.dpd.astype(np.int64),
        "borrower_dpd": history.borrower_dpd.astype(np.int64),
        "bucket": today.state[history.loan_no],
        "asset_class": _classes(book, history),
        **_money(history),
        "penalty_interest": _penalty(history, terms),
        "identified_on": identified,
        **_clock(book, clock),
        "assessment_reached": history.ledger.dpd >= terms.assess_from,
        "stop_flags": _standing_kinds(history.borrower_flags, STOP_FLAGS),
        "plans": _standing_kinds(history.plans, PLAN_KINDS),
    }


def _currency(book: Book, history: History) -> NDArray[np.object_]:
    stated = history.loans.code("currency")
    told: NDArray[np.object_] = np.where(
        stated == np.array(None, dtype=object), np.array(book.manifest.currency, dtype=object), stated
    )
    return told


def _money(history: History) -> dict[str, NDArray[np.object_]]:
    ledger = history.ledger
    return {
        "arrears": known_amounts(ledger.arrears, ledger.arrears_known),
        "arrears_principal": known_amounts(ledger.arrears_principal, ledger.has_ledger),
        "arrears_interest": known_amounts(ledger.arrears_interest, ledger.has_ledger),
        "arrears_fee": known_amounts(ledger.arrears_fee, ledger.has_ledger),
        "balance": known_amounts(ledger.balance, ledger.balance_known),
    }


def _penalty(history: History, terms: Terms) -> NDArray[np.object_]:
    """Return the penalty interest by the terms, cut to the legal cap; None without terms and where nobody can tell."""
    if terms.penalty is None:
        return np.full(history.n, None, dtype=object)
    penalty = penalty_interest(history, terms=terms.penalty)
    amount = penalty.amount
    if terms.cap is not None:
        amount = check_cap(history, penalty=penalty, cap=terms.cap).amount
    return known_amounts(amount, penalty.known)


def _classes(book: Book, history: History) -> NDArray[np.object_]:
    """Return the five-category class by the rules of the book's country; None where nobody has written them."""
    ledger = history.ledger
    try:
        return asset_class(ledger.dpd, rescheduled=ledger.rescheduled, country=book.manifest.country)
    except NoAssetClasses:
        return np.full(history.n, None, dtype=object)


def _clock(book: Book, clock: FirstContacts) -> dict[str, NDArray[Any]]:
    zone = ZoneInfo(book.manifest.time_zone)
    contacted = local_moments(clock.contacted_at, zone=zone)
    days = [NO_DAY if one is None else (one.date().toordinal() - 719_163) for one in contacted.tolist()]
    return {
        "contact_due_utc": local_moments(clock.due_at, zone=UTC_ZONE),
        "contact_due_local": local_moments(clock.due_at, zone=zone),
        "first_contact_on": np.array(days, np.int32),
        "first_contact_outcome": clock.outcome,
        "attempts": clock.attempts,
        "contact_status": clock.status,
    }


def _standing_kinds(events: Events, kinds: tuple[str, ...]) -> NDArray[np.object_]:
    """Return the kinds that stand for each row, as a tuple in the order of ``kinds``."""
    marks = {kind: events.active(where={"kind": (kind,)}) for kind in kinds}
    told: NDArray[np.object_] = np.empty(len(next(iter(marks.values()))), dtype=object)
    told[:] = [()] * len(told)
    for kind, mark in marks.items():
        for row in np.flatnonzero(mark):
            told[row] = (*told[row], kind)
    return told
