"""Learning when only some positives carry a label: the rest is unlabelled, not negative.

Elkan and Noto, KDD 2008: when positives are labelled with one chance c whatever they look like, the
chance of being labelled is c times the chance of being positive, so an unlabelled row is positive
with odds (1 − c) / c × g / (1 − g). Kiryo et al., NeurIPS 2017 (nnPU): the estimated risk of the
negatives may not fall below zero; here no weight does, and the positive weight is held to the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]

LOWEST_PRIOR: Final = 0.06
HIGHEST_PRIOR: Final = 0.38
"""Share of strategic default: 6 % (Ganong and Noel, QJE 2023) to 38 % (Gerardi et al., RFS 2018)."""
FEWEST_LABELLED: Final = 20
FEWEST_OF_EACH: Final = 25
_INSIDE: Final = 1e-6


class PriorUnknown(ValueError):
    """The share of positives cannot be estimated from these rows."""


@dataclass(frozen=True)
class Prior:
    """The share of positives among all rows.

    Parameters
    ----------
    value
        The share used, within 6 % and 38 %.
    estimate
        What the rows say before the bounds.
    method
        How it was found, in words.
    bounded
        True when the bounds moved it.
    """

    value: float
    estimate: float
    method: str
    bounded: bool


def prior_from_verified(y: Floats, weight: Floats, *, method: str) -> Prior:
    """Return the prior from rows verified either way, weighted to stand for all rows.

    Parameters
    ----------
    y
        1 verified positive, 0 verified negative.
    weight
        Inverse of the chance of being verified (Hájek's estimate), or ones for a random audit.
    method
        In words, for the record.

    Raises
    ------
    PriorUnknown
        When fewer than 25 rows are verified either way.

    Examples
    --------
    >>> prior_from_verified(np.repeat([1.0, 0.0], [30, 90]), np.ones(120), method="audit").value
    0.25
    """
    positives, negatives = int((y == 1).sum()), int((y == 0).sum())
    if min(positives, negatives) < FEWEST_OF_EACH:
        raise PriorUnknown(
            f"Expected at least {FEWEST_OF_EACH} verified positives and as many verified negatives; found "
            f"{positives} and {negatives}. Verify more cases, by random audit if possible."
        )
    return _bounded(float(np.average(y, weights=weight)), method)


def prior_from_unlabelled(g: Floats, labelled: NDArray[np.bool_]) -> Prior:
    """Return the prior by Elkan and Noto: the labelled share over the mean score of the labelled.

    Parameters
    ----------
    g
        Chance of being labelled, predicted for rows the predictor was not fitted on.
    labelled
        True where a row is a labelled positive.

    Raises
    ------
    PriorUnknown
        When fewer than 20 rows are labelled, or the score tells labelled from unlabelled no better
        than chance: then c cannot be told from the labelled share.
    """
    found = int(labelled.sum())
    if found < FEWEST_LABELLED or found == len(labelled):
        raise PriorUnknown(
            f"Expected at least {FEWEST_LABELLED} labelled positives beside unlabelled rows; found {found} of "
            f"{len(labelled)}. Gather more decided cases."
        )
    share = float(labelled.mean())
    constant = float(g[labelled].mean())
    if constant <= 1.05 * share:
        raise PriorUnknown(
            f"Expected labelled rows to score above the rest; found a mean score of {constant:.3f} against a "
            f"labelled share of {share:.3f}. The features say nothing on who is positive: gather other evidence."
        )
    return _bounded(share / constant, "Elkan-Noto on labelled and unlabelled rows")


def labelling_score(
    X: Floats, labelled: NDArray[np.bool_], *, weight: Floats, fold: NDArray[np.int64]
) -> Floats:
    """Return each row's chance of being labelled, by a logistic regression fitted on the other folds.

    Parameters
    ----------
    X
        ``[row, feature]``; a missing value reads as the column's median.
    labelled
        True where a row is a labelled positive.
    weight
        Weight of each row.
    fold
        Fold of each row; rows of one borrower share a fold.
    """
    matrix = standardised(X)
    score = np.full(len(X), float(np.average(labelled, weights=weight)))
    for one in np.unique(fold):
        inside, outside = fold == one, fold != one
        if 0 < labelled[outside].sum() < outside.sum():
            model = LogisticRegression(C=0.1, solver="newton-cholesky")
            model.fit(matrix[outside], labelled[outside], sample_weight=weight[outside])
            score[inside] = model.predict_proba(matrix[inside])[:, 1]
    return np.asarray(np.clip(score, _INSIDE, 1 - _INSIDE), dtype=np.float64)


def positive_share(g: Floats, *, prior: float, labelled: NDArray[np.bool_]) -> Floats:
    """Return for each row how positive it counts: 1 when labelled, the rest so that all add to the prior.

    The odds of Elkan and Noto keep their order; their common factor (1 − c) / c is set such that
    labelled and unlabelled rows together hold the prior, and no share leaves 0 to 1.

    Parameters
    ----------
    g
        Chance of being labelled.
    prior
        Share of positives among all rows.
    labelled
        True where a row is a labelled positive.

    Examples
    --------
    >>> share = positive_share(np.array([0.8, 0.4, 0.1, 0.1]), prior=0.5, labelled=np.arange(4) == 0)
    >>> float(share.mean().round(6)), bool(share[1] > share[2])
    (0.5, True)
    """
    share: Floats = labelled.astype(np.float64)
    rest = ~labelled
    wanted = prior * len(g) - float(labelled.sum())
    if not rest.any() or wanted <= 0:
        return share
    log_odds = np.log(g[rest] / (1 - g[rest]))
    low, high = -60.0, 60.0
    for _ in range(80):
        middle = (low + high) / 2
        total = float(_logistic(log_odds + middle).sum())
        low, high = (middle, high) if total < wanted else (low, middle)
    share[rest] = _logistic(log_odds + high)
    return share


def standardised(X: Floats) -> Floats:
    """Return the columns with median 0 in place of missing values and a spread of 1; constant ones are 0."""
    middle = np.array(
        [np.median(column[~np.isnan(column)]) if (~np.isnan(column)).any() else 0.0 for column in X.T]
    )
    filled = np.where(np.isnan(X), middle, X) - middle
    spread = filled.std(axis=0)
    return np.asarray(filled / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _logistic(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -60, 60))), dtype=np.float64)


def _bounded(estimate: float, method: str) -> Prior:
    value = float(np.clip(estimate, LOWEST_PRIOR, HIGHEST_PRIOR))
    return Prior(value, estimate, method, value != estimate)
