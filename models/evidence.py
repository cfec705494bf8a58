"""What is known, as of a morning, about an account's ability and willingness to pay.

Facts come from the ``evidence`` table (visits, papers, reviewers) and from the book's own tables;
only what was known before the morning, has not expired and has its consent counts. Conflicting
facts are kept, not averaged.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.coding import NO_DAY
from features.history import History
from features.standing_evidence import CONSENTED_KINDS, OWN_SOURCES, SOURCE_ALIASES
from models.evidence_rules import COLUMNS, derived, met, talks
from models.tiers import Fact, Facts, Review
from models.visible import said, visible

if TYPE_CHECKING:
    from features.book import Book
    from features.observations import Observations


def evidence_of(book: Book, observations: Observations) -> pd.DataFrame:
    """Return the facts that count, one row per observation, kind and source.

    Of several facts of one kind and source the latest day and the highest confidence are kept.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.

    Returns
    -------
    DataFrame
        ``observation`` (position), ``kind``, ``seen_on`` (days since 1970-01-01), ``source``,
        ``confidence``, ``consent`` (``given``, ``not_needed``, ``missing``); sorted.
    """
    recorded = _recorded(book, observations)
    own = derived(book, observations, recorded=recorded).assign(consent="not_needed")
    every = pd.concat([recorded, own], ignore_index=True)
    by = ["observation", "kind", "source", "consent"]
    return every.groupby(by, as_index=False, sort=True).agg({"seen_on": "max", "confidence": "max"})[
        [*COLUMNS, "consent"]
    ]


def facts_of(
    book: Book, observations: Observations, *, scored: NDArray[np.bool_] | None = None
) -> list[Facts]:
    """Return for each observation all that its tier may rest on.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.
    scored
        True where a model put the account above its cut-off; False throughout when None.
    """
    evidence: dict[int, list[Fact]] = defaultdict(list)
    table = evidence_of(book, observations)
    for place, *fact in zip(*(table[name].tolist() for name in (*COLUMNS, "consent")), strict=True):
        evidence[place].append(Fact(*fact))
    reviews = _reviews(book, observations)
    visits = met(book, observations)
    told: dict[int, list[int]] = defaultdict(list)
    for place, day in zip(
        visits.observation.tolist(), book.rows("visits").day[visits.row].tolist(), strict=True
    ):
        told[place].append(day)
    reached = np.zeros(len(observations), dtype=np.bool_)
    reached[talks(book, observations).observation] = True
    reached[visits.observation] = True
    offers = visible(book.rows("offers"), owner=observations.loan_no, as_of=observations.as_of)
    offered = np.zeros(len(observations), dtype=np.bool_)
    offered[offers.observation] = True
    dpd = History(book, observations).ledger.dpd
    flagged = np.zeros(len(observations), dtype=np.bool_) if scored is None else scored
    return [
        Facts(
            as_of=int(observations.as_of[place]),
            dpd=int(dpd[place]),
            right_party_contact=bool(reached[place]),
            offer_made=bool(offered[place]),
            evidence=tuple(evidence.get(place, ())),
            reviews=tuple(reviews.get(place, ())),
            told_on=tuple(told.get(place, ())),
            scored=bool(flagged[place]),
        )
        for place in range(len(observations))
    ]


def _recorded(book: Book, observations: Observations) -> pd.DataFrame:
    """Return the facts of the ``evidence`` table with the state of their consent."""
    rows = book.rows("evidence")
    borrower = book.borrower_of_loan[observations.loan_no]
    pairs = visible(rows, owner=borrower, as_of=observations.as_of)
    expires = rows.column("expires_on")[pairs.row]
    pairs = pairs.only((expires == NO_DAY) | (expires > observations.as_of[pairs.observation]))
    source = np.array([name.strip().lower() for name in said(rows, "source", pairs.row)], dtype=object)
    frame = pd.DataFrame(
        {
            "observation": pairs.observation,
            "kind": said(rows, "kind", pairs.row),
            "seen_on": rows.day[pairs.row].astype(np.int64),
            "source": np.array([SOURCE_ALIASES.get(name, name) for name in source], dtype=object),
            "confidence": rows.column("confidence")[pairs.row].astype(np.float64),
            "consent_id": said(rows, "consent_id", pairs.row),
        }
    )
    named = (frame["consent_id"] != "").to_numpy(dtype=np.bool_)
    needed = (frame["kind"].isin(CONSENTED_KINDS) & ~frame["source"].isin(OWN_SOURCES)).to_numpy()
    held = _holds(book, observations, frame)
    state = np.where(named, np.where(held, "given", "missing"), np.where(needed, "missing", "not_needed"))
    return frame.drop(columns="consent_id").assign(consent=state)


def _holds(book: Book, observations: Observations, frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether the consent each fact names stands on the morning."""
    rows = book.rows("consents")
    borrower = book.borrower_of_loan[observations.loan_no]
    pairs = visible(rows, owner=borrower, as_of=observations.as_of)
    ends = rows.column("withdrawn_on")[pairs.row]
    pairs = pairs.only((ends == NO_DAY) | (ends > observations.as_of[pairs.observation]))
    standing = set(zip(pairs.observation.tolist(), said(rows, "consent_id", pairs.row).tolist(), strict=True))
    asked = zip(frame["observation"].tolist(), frame["consent_id"].tolist(), strict=True)
    return np.array([pair in standing for pair in asked], dtype=np.bool_)


def _reviews(book: Book, observations: Observations) -> dict[int, list[Review]]:
    """Return what people decided about each observation's loan, known before its morning."""
    rows = book.rows("reviews")
    pairs = visible(rows, owner=observations.loan_no, as_of=observations.as_of)
    columns: list[list[Any]] = [
        said(rows, name, pairs.row).tolist() for name in ("review_id", "decided_by", "tier")
    ]
    columns += [rows.day[pairs.row].tolist(), said(rows, "reasons", pairs.row).tolist()]
    found: dict[int, list[Review]] = defaultdict(list)
    for place, *review in zip(pairs.observation.tolist(), *columns, strict=True):
        found[place].append(Review(*review))
    return found
