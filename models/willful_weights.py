"""Who gets a verdict is chosen, not drawn: how likely each case was to be investigated.

Investigation follows suspicion, and who stays overdue longer is looked at sooner. Verdicts are
weighted by the inverse of their chance (Horvitz and Thompson, 1952), clipped. Weights cannot heal
what depends on the answer itself: the unwilling open the door less often than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.build import FeatureTable
from features.history import Observations
from features.ledger import Ledger
from models.positive_unlabelled import standardised
from models.visible import said, visible

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

LEAST_CHANCE: Final = 0.02
MOST_WEIGHT: Final = 10.0
"""No verdict weighs more than this many times the median: a little bias for much less noise."""
MONTH: Final = 30.0


@dataclass(frozen=True, eq=False)
class Investigated:
    """How each row came, or did not come, to a verdict within the label's time.

    Parameters
    ----------
    weight
        Inverse chance of a verdict, mean 1 over the verdicts, clipped; 1 where there is none.
    audited
        True where a random audit visit was planned.
    logged
        True where the chance of the visit was logged.
    """

    weight: Floats
    audited: Marks
    logged: Marks


def investigated(
    book: Book, seen: Observations, *, later: Observations, table: FeatureTable, gold: Marks
) -> Investigated:
    """Return how likely each row was to get a verdict, and which rows were audited at random.

    Where the chance of the visit was logged it is that of one night, so over the n nights that the
    account was overdue it is 1 − (1 − p)ⁿ, times the estimated chance that a visit leads to a verdict.
    Elsewhere the chance of a verdict is estimated from what was known on the morning and from n.

    Parameters
    ----------
    book
        The lender's tables.
    seen, later
        The mornings, and the ends of the label's time.
    table
        Features known on the mornings.
    gold
        True where there is a verdict.
    """
    rows = book.rows("visits")
    span = int((later.as_of - seen.as_of).max(initial=0))
    pairs = visible(rows, owner=later.loan_no, as_of=later.as_of, days=span)
    planned, audited = np.zeros(len(seen), dtype=np.bool_), np.zeros(len(seen), dtype=np.bool_)
    planned[pairs.observation] = True
    audited[pairs.observation[np.char.find(said(rows, "next_step", pairs.row).astype(str), "audit") >= 0]] = (
        True
    )
    night = np.full(len(seen), np.nan)
    filled = np.nan_to_num(rows.column("propensity")[pairs.row]) > 0
    night[pairs.observation[filled]] = rows.column("propensity")[pairs.row][filled]
    ledger = Ledger(book, loan=seen.loan_no, as_of=later.as_of, known_by=later.as_of)
    nights = np.maximum(ledger.days_late(first=seen.as_of, last=later.as_of - 1), 1).astype(np.float64)
    known = _known(table, nights)
    chance = _chance(known, gold, among=np.ones(len(seen), dtype=np.bool_))
    logged = np.isfinite(night)
    visit = 1.0 - (1.0 - np.where(logged, night, 0.0)) ** nights
    chance = np.where(logged, visit * _chance(known, gold, among=planned), chance)
    return Investigated(_weights(chance, gold), audited, logged)


def _known(table: FeatureTable, nights: Floats) -> Floats:
    """Return what decides who is looked at: both axes, days and money overdue, time overdue."""
    names = [spec.name for spec in table.catalogue if spec.axis and spec.kind == "number"]
    frame = table.frame
    late = nights / MONTH
    money = np.log1p(np.maximum(frame["arrears_now"].to_numpy(dtype=np.float64), 0.0))
    further = (frame["dpd_now"].to_numpy(dtype=np.float64), money, late, late**2)
    return standardised(np.column_stack([frame[names].to_numpy(dtype=np.float64), *further]))


def _chance(known: Floats, gold: Marks, *, among: Marks) -> Floats:
    """Return the chance of a verdict, fitted among some rows; their share where nothing can be fitted."""
    from sklearn.linear_model import LogisticRegression

    hits = gold[among]
    if not 0 < hits.sum() < len(hits):
        return np.full(len(gold), float(hits.mean()) if len(hits) else 1.0)
    model = LogisticRegression(C=0.3, solver="newton-cholesky", tol=1e-8).fit(known[among], hits)
    # rounded: the last bits of linear algebra depend on the machine's number of threads
    return np.asarray(model.predict_proba(known)[:, 1].round(6), dtype=np.float64)


def _weights(chance: Floats, gold: Marks) -> Floats:
    weight = np.ones(len(gold))
    if gold.any():
        inverse = 1.0 / np.clip(chance[gold], LEAST_CHANCE, 1.0)
        inverse = np.minimum(inverse, MOST_WEIGHT * np.median(inverse))
        weight[gold] = inverse / inverse.mean()
    return weight
