"""Evidence that a book's own tables give away: calls, visits, flags, payments, offers, promises.

Each rule returns rows (observation, kind, seen_on, source, confidence). Nothing here reads that a
visit was refused, that somebody complained, disputes the amount or has a lawyer: that is never
evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from features.coding import NO_DAY
from features.contracts import RIGHT_PARTY_OUTCOMES
from features.ledger import PROMISE_GRACE_DAYS, Ledger
from models.tiers import ABLE, STATED
from models.visible import Pairs, said, visible

if TYPE_CHECKING:
    from features.book import Book
    from features.observations import Observations

SHOCKS: Final = ("job_loss", "illness", "disaster", "death_in_family")
WILLINGNESS_DAYS: Final = 90
"""Behaviour older than this no longer speaks of today's willingness."""
SHOCK_DAYS: Final = 180
"""A shock protects this long, or until it was checked and removed."""
PROMISE_DAYS: Final = 180
PART_PAYMENT_DAYS: Final = 60
TALKS_BEFORE_REFUSAL: Final = 2
NEAR_DAYS: Final = 31
"""Income seen within a month of a promised date counts as inflow at that date."""
KEPT_SHARE: Final = 0.9
COLUMNS: Final = ("observation", "kind", "seen_on", "source", "confidence")


def derived(book: Book, observations: Observations, *, recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the facts that follow from the book's own tables.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.
    recorded
        Facts of the ``evidence`` table for the same observations: income that came in makes a
        broken promise (W4) or a refused offer (W5) speak of willingness.
    """
    seen = [_from_contacts(book, observations), _from_visits(book, observations)]
    seen += [_from_flags(book, observations), _from_payments(book, observations)]
    capacity = pd.concat([recorded, *seen], ignore_index=True)
    strong = capacity["kind"].isin(ABLE) & (capacity["confidence"] >= STATED)
    if "consent" in capacity:
        strong &= capacity["consent"] != "missing"
    capacity = capacity[strong]
    seen += [
        _from_offers(book, observations, capacity=capacity),
        _from_promises(book, observations, capacity=capacity),
    ]
    return pd.concat(seen, ignore_index=True)


def talks(book: Book, observations: Observations) -> Pairs:
    """Return every contact in which the borrower was reached, by observation and day."""
    rows = book.rows("contacts")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of)
    return pairs.only(_reached(said(rows, "outcome", pairs.row), said(rows, "party", pairs.row)))


def _reached(outcome: NDArray[np.object_], party: NDArray[np.object_]) -> NDArray[np.bool_]:
    reached: NDArray[np.bool_] = np.isin(outcome, RIGHT_PARTY_OUTCOMES) & (party != "third_party")
    return reached


def _from_contacts(book: Book, observations: Observations) -> pd.DataFrame:
    """Return W1, W3, W9 and C5 as told on the phone."""
    rows = book.rows("contacts")
    pairs = talks(book, observations)
    outcome, reason = said(rows, "outcome", pairs.row), said(rows, "stated_reason", pairs.row)
    phone = said(rows, "channel", pairs.row) != "visit"
    incoming = said(rows, "direction", pairs.row) == "in"
    day, morning = rows.day[pairs.row], observations.as_of[pairs.observation]
    recent = day >= morning - WILLINGNESS_DAYS
    earlier = _count_before(pairs.observation)
    refused = (outcome == "refused") & phone & (reason != "dispute") & (earlier >= TALKS_BEFORE_REFUSAL)
    silent = (reason == "none_given") & _last_with(pairs.observation, reason != "")
    helpful = np.isin(outcome, ("called_back", "asked_for_plan")) | (incoming & (outcome != "refused"))
    struck = np.isin(reason, SHOCKS) & (day >= morning - SHOCK_DAYS)

    def told(which: NDArray[np.bool_], kind: str, confidence: float) -> pd.DataFrame:
        return _facts(pairs.observation[which], kind, day[which], "call", confidence)

    parts = [
        told(refused & recent, "W1", 0.5),
        told(silent & recent, "W3", 0.5),
        told(helpful & recent, "W9", 0.7),
        told(struck, "C5", 0.5),
    ]
    return pd.concat(parts, ignore_index=True)


def _from_visits(book: Book, observations: Observations) -> pd.DataFrame:
    """Return what was seen or told at the door: C4 and C5."""
    rows = book.rows("visits")
    pairs = met(book, observations, days=SHOCK_DAYS)
    day = rows.day[pairs.row]
    working = rows.column("income_seen")[pairs.row] == 1
    struck = np.isin(said(rows, "reason", pairs.row), SHOCKS)
    return pd.concat(
        [
            _facts(pairs.observation[working], "C4", day[working], "visit", 0.75),
            _facts(pairs.observation[struck], "C5", day[struck], "visit", 0.8),
        ],
        ignore_index=True,
    )


def met(book: Book, observations: Observations, *, days: int | None = None) -> Pairs:
    """Return every visit that met the borrower."""
    rows = book.rows("visits")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of, days=days)
    return pairs.only(said(rows, "outcome", pairs.row) == "met")


def _from_flags(book: Book, observations: Observations) -> pd.DataFrame:
    """Return C5 of hardship flags: while they stand, and for the time a shock protects."""
    rows = book.rows("flags")
    borrower = book.borrower_of_loan[observations.loan_no]
    pairs = visible(rows, owner=borrower, as_of=observations.as_of)
    ends, morning = rows.column("ends_on")[pairs.row], observations.as_of[pairs.observation]
    stands = (ends == NO_DAY) | (ends > morning) | (rows.day[pairs.row] >= morning - SHOCK_DAYS)
    pairs = pairs.only(stands & (said(rows, "kind", pairs.row) == "hardship"))
    return _facts(pairs.observation, "C5", rows.day[pairs.row], "flags", 1.0)


def _from_payments(book: Book, observations: Observations) -> pd.DataFrame:
    """Return W9 of money paid of late: an account in arrears that still receives part payments."""
    rows = book.rows("payments")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of, days=PART_PAYMENT_DAYS)
    pairs = pairs.only(rows.column("amount")[pairs.row] > 0)
    return _facts(pairs.observation, "W9", rows.day[pairs.row], "payments", 0.6)


def _from_offers(book: Book, observations: Observations, *, capacity: pd.DataFrame) -> pd.DataFrame:
    """Return W5: an offer refused when capacity was known, so that it was affordable."""
    rows = book.rows("offers")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of, days=PROMISE_DAYS)
    refused = said(rows, "answer", pairs.row) == "refused"
    pairs = pairs.only(refused & np.isin(said(rows, "kind", pairs.row), ("instalments", "extension")))
    day = rows.day[pairs.row]
    affordable = _near(pairs.observation, day, capacity, before=SHOCK_DAYS, after=NEAR_DAYS)
    return _facts(pairs.observation[affordable], "W5", day[affordable], "offer", 0.6)


def _from_promises(book: Book, observations: Observations, *, capacity: pd.DataFrame) -> pd.DataFrame:
    """Return W4: two or more promises broken although income came in at the promised date."""
    rows = book.rows("promises")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of, days=PROMISE_DAYS)
    judged = rows.column("due_on") + np.int32(PROMISE_GRACE_DAYS + 1)
    pairs = pairs.only(judged[pairs.row] <= observations.as_of[pairs.observation])
    morning = observations.as_of[pairs.observation]
    ledger = Ledger(book, loan=observations.loan_no[pairs.observation], as_of=morning, known_by=morning)
    paid = ledger.paid_between(first=rows.day[pairs.row], last=judged[pairs.row])
    broken = paid < KEPT_SHARE * rows.column("amount")[pairs.row]
    inflow = capacity[capacity["kind"].isin(("C1", "C4"))]
    due = rows.column("due_on")[pairs.row]
    pairs = pairs.only(broken & _near(pairs.observation, due, inflow, before=NEAR_DAYS, after=NEAR_DAYS))
    twice = np.bincount(pairs.observation, minlength=len(observations))[pairs.observation] >= 2
    pairs = pairs.only(twice)
    return _facts(pairs.observation, "W4", judged[pairs.row] - 1, "payments", 0.7)


def _near(
    observation: NDArray[np.int64], day: NDArray[np.int32], facts: pd.DataFrame, *, before: int, after: int
) -> NDArray[np.bool_]:
    """Return which days have a fact of the same observation within the days before and after."""
    asked = pd.DataFrame({"observation": observation, "day": day, "place": np.arange(len(day))})
    both = asked.merge(facts[["observation", "seen_on"]], on="observation")
    gap = both["seen_on"].to_numpy() - both["day"].to_numpy()
    found = np.zeros(len(day), dtype=np.bool_)
    found[both["place"].to_numpy()[(gap >= -before) & (gap <= after)]] = True
    return found


def _count_before(observation: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row of a sorted column how many equal ones come before it."""
    place = np.arange(len(observation))
    return place - np.searchsorted(observation, observation, side="left")


def _last_with(observation: NDArray[np.int64], filled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows are the last filled one of their observation."""
    last = np.zeros(len(observation), dtype=np.bool_)
    places = np.flatnonzero(filled)
    final = pd.Series(places).groupby(observation[places]).max().to_numpy(dtype=np.int64)
    last[final] = True
    return last


def _facts(
    observation: NDArray[np.int64], kind: str, day: ArrayLike, source: str, confidence: float
) -> pd.DataFrame:
    values = (observation, kind, np.asarray(day, dtype=np.int64), source, confidence)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
