"""The accounts a willful model learns from and what evidence says of each: gold, soft or unlabelled.

Population: 31 days past due or more on the morning, the borrower spoken to at least once. What is
known on the morning makes the features; what becomes known in the 90 days after it makes the labels.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.build import FeatureTable, build_features
from features.history import History, Observations, observe
from models.evidence import evidence_of, facts_of
from models.evidence_rules import met, talks
from models.tiers import ABLE, SHOCK, STATED, Facts, tier_of, verdict_of
from models.willful_weights import investigated

LOWEST_DPD: Final = 31
LABEL_DAYS: Final = 90
"""A verdict or a capacity fact within this time after the morning is a label of the morning."""
SHOCK_HEARD: Final = 0.5


class PopulationEmpty(ValueError):
    """No account of the population was seen on these mornings."""


@dataclass(frozen=True, eq=False)
class WillfulCases:
    """Accounts with what is known of them, one row per loan and morning.

    Parameters
    ----------
    table
        Features known on the morning.
    as_of
        The morning, days since 1970-01-01.
    tier
        ``T3``, ``T3-no`` (decided within 90 days), ``T2``, else ``T1``: unlabelled.
    likely
        True where evidence alone makes the case probable (T2), whatever people decided.
    verdict
        1 for T3, 0 for T3-no, NaN where people did not decide: the gold.
    able
        1 when capacity was seen within 90 days, 0 when a shock or nothing was seen, NaN when unknown.
    visited
        True where ``able`` was read at a visit.
    audited
        True where the verdict followed a random audit visit.
    weight
        Inverse chance of being investigated; 1 where there is no verdict.
    propensity_logged
        True where the chance of the visit was logged, False where it was estimated.
    already
        Rows left out because people had decided before the morning.
    """

    table: FeatureTable
    as_of: NDArray[np.int32]
    tier: NDArray[np.object_]
    likely: NDArray[np.bool_]
    verdict: NDArray[np.float64]
    able: NDArray[np.float64]
    visited: NDArray[np.bool_]
    audited: NDArray[np.bool_]
    weight: NDArray[np.float64]
    propensity_logged: NDArray[np.bool_]
    already: int

    def __len__(self) -> int:
        return len(self.as_of)


def cases_of(book: Book, *, as_of: Sequence[dt.date]) -> WillfulCases:
    """Return the population of the willful model on each morning, and its labels.

    Raises
    ------
    PopulationEmpty
        When no account is 31 days past due with a talk, on any of the mornings.
    """
    seen, already = _population(book, as_of=as_of)
    later = Observations(seen.loan_no, seen.as_of + np.int32(LABEL_DAYS))
    facts = facts_of(book, later)
    verdict = np.array([_verdict(one) for one in facts], dtype=np.float64)
    likely = np.array(
        [tier_of(dataclasses.replace(one, reviews=())).tier == "T2" for one in facts], dtype=np.bool_
    )
    tier = np.where(likely, "T2", "T1").astype(object)
    tier[verdict == 1], tier[verdict == 0] = "T3", "T3-no"
    able, visited = _able(book, seen, later, verdict=verdict)
    table = build_features(book, seen)
    gold = np.isfinite(verdict)
    chosen = investigated(book, seen, later=later, table=table, gold=gold)
    return WillfulCases(
        table=table,
        as_of=seen.as_of,
        tier=tier,
        likely=likely,
        verdict=verdict,
        able=able,
        visited=visited,
        audited=chosen.audited & gold,
        weight=chosen.weight,
        propensity_logged=chosen.logged & gold,
        already=already,
    )


def in_population(book: Book, observations: Observations) -> NDArray[np.bool_]:
    """Return which observations are 31 days past due or more with a right-party contact."""
    late = np.flatnonzero(History(book, observations).ledger.dpd >= LOWEST_DPD)
    few = Observations(observations.loan_no[late], observations.as_of[late])
    inside = np.zeros(len(observations), dtype=np.bool_)
    inside[late[np.unique(talks(book, few).observation)]] = True
    return inside


def _population(book: Book, *, as_of: Sequence[dt.date]) -> tuple[Observations, int]:
    every = observe(book, as_of=as_of)
    held = in_population(book, every)
    if not held.any():
        raise PopulationEmpty(
            f"Expected accounts {LOWEST_DPD} days past due or more with a right-party contact; found none among "
            f"{len(every)} observations on {len(as_of)} mornings. Look at other mornings, or bring the contacts."
        )
    inside = Observations(every.loan_no[held], every.as_of[held])
    decided = np.array([verdict_of(one) is not None for one in facts_of(book, inside)], dtype=np.bool_)
    return Observations(inside.loan_no[~decided], inside.as_of[~decided]), int(decided.sum())


def _verdict(facts: Facts) -> float:
    verdict = verdict_of(facts)
    return np.nan if verdict is None else float(verdict[0] == "T3")


def _able(
    book: Book, seen: Observations, later: Observations, *, verdict: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return what was learnt of the ability to pay after the morning: the latest finding counts.

    A shock, or a visit that saw neither income nor assets, says unable; on one day it goes before
    what says able. A verdict T3 says able by its meaning.
    """
    facts = evidence_of(book, later)
    place = facts["observation"].to_numpy()
    fresh = (facts["seen_on"].to_numpy() >= seen.as_of[place]) & (facts["consent"] != "missing").to_numpy()
    sure = facts["confidence"].to_numpy()
    means = fresh & facts["kind"].isin(ABLE).to_numpy() & (sure >= STATED)
    shock = fresh & (facts["kind"] == SHOCK).to_numpy() & (sure >= SHOCK_HEARD)
    rows = book.rows("visits")
    pairs = met(book, later, days=LABEL_DAYS)
    income, assets = rows.column("income_seen")[pairs.row], rows.column("assets_seen")[pairs.row]
    day = rows.day[pairs.row]
    nothing = (income == 0) & (assets == 0)
    latest = np.full((2, len(seen)), -np.inf)
    np.maximum.at(latest[1], place[means], facts["seen_on"].to_numpy()[means])
    np.maximum.at(latest[0], place[shock], facts["seen_on"].to_numpy()[shock])
    np.maximum.at(latest[0], pairs.observation[nothing], day[nothing])
    able = np.where(latest[1] > latest[0], 1.0, 0.0)
    able[np.isinf(latest).all(axis=0)] = np.nan
    able[verdict == 1] = 1.0
    visited = np.zeros(len(seen), dtype=np.bool_)
    visited[pairs.observation[income >= 0]] = True
    return able, visited & np.isfinite(able)
