"""Cases from a book: what is known of each overdue account on a morning, through the door to the past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.book import Book
from features.contracts import FLAG_KINDS
from features.history import History, observe
from features.observations import Observations, day_of_number
from features.table import FeatureTable
from models.evidence import facts_of
from models.tiers import SHOCK, tier_of
from serving.account_sheet_columns import known_amounts
from serving.policy.case import Case
from serving.policy.debtor_past import DebtorPast, debtor_past, episode_days
from serving.policy.spoken import Spoken, risk_band_of, spoken_of

WAITING_PLANS = ("grace", "extension", "pause")


class FeaturesOfAnotherDay(ValueError):
    """The feature table does not hold the accounts overdue on this morning as the book tells them."""


def cases_from_book(
    book: Book, features: FeatureTable, scores: Mapping[str, pd.DataFrame], *, as_of: date
) -> list[Case]:
    """Return one case for each account overdue on the morning of ``as_of``, in the book's order.

    Everything is read as it was known before ``as_of``. A table that the book lacks says that
    nothing of its kind happened; a fact that a present table leaves empty stays unknown.

    Parameters
    ----------
    features
        Feature table of the same book and morning: product, portfolio, bucket.
    scores
        By score name; see ``spoken_of``. Accounts without a row stay unscored.

    Raises
    ------
    FeaturesOfAnotherDay
        When the table lacks an overdue account or tells other days past due.
    ScoresUnfit
        When a frame of scores cannot be read.
    """
    standing = observe(book, as_of=[as_of])
    dpd = History(book, standing).ledger.dpd
    overdue = Observations(standing.loan_no[dpd >= 1], standing.as_of[dpd >= 1])
    if not len(overdue):
        return []
    history = History(book, overdue)
    frame = _context(features, book.loan_ids[overdue.loan_no], history.ledger.dpd, as_of)
    columns = {
        **_ids(book, history, as_of),
        **{name: frame[name].tolist() for name in ("product", "portfolio", "bucket")},
        **_money(history),
        **_rights(book, history),
        **_contacts(debtor_past(book, overdue), history, as_of),
        **_course(history, as_of),
        **_evidence(book, overdue),
    }
    columns.update(_places(book, history, columns, as_of))
    spoken = spoken_of(scores)
    nobody = Spoken()
    said = [spoken.get(loan_id, nobody) for loan_id in columns["loan_id"]]
    names = list(columns)
    return [
        Case(
            **dict(zip(names, values, strict=True)),
            scores=one.scores,
            bands=one.bands,
            models=one.models,
            reasons=one.reasons,
            risk_band=risk_band_of(one.bands),
        )
        for values, one in zip(zip(*columns.values(), strict=True), said, strict=True)
    ]


def _context(
    features: FeatureTable, loan_ids: NDArray[Any], dpd: NDArray[np.int32], as_of: date
) -> pd.DataFrame:
    morning = features.frame[features.frame["as_of"] == pd.Timestamp(as_of)]
    frame = morning.set_index("loan_id").reindex(loan_ids)
    wrong = ~(frame["dpd_now"].to_numpy(np.float64, na_value=np.nan) == dpd)
    if wrong.any():
        raise FeaturesOfAnotherDay(
            f"Expected the feature table to tell the book's days past due for {len(dpd)} overdue accounts, "
            f"found {int(wrong.sum())} missing or different: {list(loan_ids[wrong][:5])}. "
            "Build the features of this book as of this morning."
        )
    for name in ("product", "portfolio"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
    frame["bucket"] = frame["bucket"].astype(object)
    return frame


def _ids(book: Book, history: History, as_of: date) -> dict[str, list[Any]]:
    loans = [str(loan) for loan in book.loan_ids[history.loan_no]]
    start = datetime.combine(as_of, datetime.min.time(), tzinfo=ZoneInfo(book.manifest.time_zone))
    return {
        "case_id": [f"{loan}@{as_of.isoformat()}" for loan in loans],
        "loan_id": loans,
        "borrower_id": [str(borrower) for borrower in book.borrower_ids[history.borrower_no]],
        "as_of": [as_of] * len(loans),
        "day_start": [start.astimezone(UTC)] * len(loans),
        "counted_on": [as_of] * len(loans),
        "currency": [code or book.manifest.currency for code in history.loans.code("currency")],
    }


def _money(history: History) -> dict[str, list[Any]]:
    ledger = history.ledger
    rates = history.loans.number("annual_rate").tolist()
    parts = {
        name: known_amounts(getattr(ledger, name), ledger.has_ledger).tolist()
        for name in ("arrears_principal", "arrears_interest", "arrears_fee")
    }
    return {
        "dpd": ledger.dpd.tolist(),
        "arrears": known_amounts(ledger.arrears, ledger.arrears_known).tolist(),
        **parts,
        "balance": known_amounts(ledger.balance, ledger.balance_known).tolist(),
        "annual_rate": [None if np.isnan(rate) else rate for rate in rates],
    }


def _rights(book: Book, history: History) -> dict[str, list[Any]]:
    flags = {kind: history.borrower_flags.active(where={"kind": (kind,)}) for kind in FLAG_KINDS}
    raised = np.array(list(flags.values())).T.tolist()
    purposes = book.rows("consents").codes("purpose")[1]
    asked = [history.consents.count(where={"purpose": (p,)}) > 0 for p in purposes]
    granted = [history.consents.active(where={"purpose": (p,)}) for p in purposes]
    consents: list[dict[str, bool]] = [{} for _ in range(history.n)]
    for purpose, was_asked, is_granted in zip(purposes, asked, granted, strict=True):
        for row in np.flatnonzero(was_asked):
            consents[row][purpose] = bool(is_granted[row])
    sets = [frozenset(kind for kind, on in zip(FLAG_KINDS, row, strict=True) if on) for row in raised]
    return {"flags": sets, "consents": consents}


def _contacts(past: DebtorPast, history: History, as_of: date) -> dict[str, list[Any]]:
    episode = episode_days(history)
    tried = {name: days < episode for name, days in past.days_since_channel.items()}
    marks = np.array(list(tried.values())).T.tolist()
    return {
        "identified_on": [as_of - timedelta(days=int(days) - 1) for days in episode],
        "talks_7d": past.talks_7d.tolist(),
        "talks_today": past.talks_1d.tolist(),
        "unanswered_today": [{"*": count} for count in past.unanswered_1d.tolist()],
        "failed_tries": past.failed_tries.tolist(),
        "channels_tried": [
            frozenset(name for name, on in zip(tried, row, strict=True) if on) for row in marks
        ],
        "last_right_party_on": _days_ago(past.days_since_talk, as_of),
        "tried": (past.days_since_tried < episode).tolist(),
        "contacted": (past.days_since_reached < episode).tolist(),
        "talked": (past.days_since_talk < episode).tolist(),
    }


def _course(history: History, as_of: date) -> dict[str, list[Any]]:
    promised = history.promises.latest("due_on").astype(np.float64)
    running = np.full(history.n, "", dtype=object)
    for kind in WAITING_PLANS:
        running[history.plans.active(where={"kind": (kind,)})] = kind
    return {
        "promise_due_on": [None if np.isnan(day) else day_of_number(int(day)) for day in promised],
        "agreement": running.tolist(),
        "visits_made": history.visits.count(where={"outcome": ("met", "absent", "refused")}).tolist(),
        "last_visit_on": _days_ago(history.visits.days_since_last(), as_of),
    }


def _evidence(book: Book, overdue: Observations) -> dict[str, list[Any]]:
    facts = facts_of(book, overdue)
    return {
        "tier": [tier_of(known).tier for known in facts],
        "unable_shock": [
            any(fact.kind == SHOCK and fact.consent != "missing" for fact in known.evidence)
            for known in facts
        ],
    }


def _places(
    book: Book, history: History, columns: Mapping[str, list[Any]], as_of: date
) -> dict[str, list[Any]]:
    """Return country and zone, and today's counts: none yet where the debtor's day begins with the book's.

    Where the debtor lives by another clock, the last day's counts stand for today's: an upper bound.
    """
    home = book.manifest
    countries = [code or home.country for code in history.borrowers.code("country")]
    own = history.borrowers.code("time_zone")
    zones = [
        zone or (home.time_zone if country == home.country else None)
        for zone, country in zip(own, countries, strict=True)
    ]
    same = [zone == home.time_zone for zone in zones]
    return {
        "country": countries,
        "time_zone": zones,
        "talks_today": [0 if s else n for s, n in zip(same, columns["talks_today"], strict=True)],
        "unanswered_today": [
            {} if s else counts for s, counts in zip(same, columns["unanswered_today"], strict=True)
        ],
    }


def _days_ago(days: NDArray[np.float64], as_of: date) -> list[date | None]:
    return [None if np.isnan(ago) else as_of - timedelta(days=int(ago)) for ago in days]
