"""Learning when only some positives carry a label: the rest is unlabelled, not negative.

Elkan and Noto, KDD 2008: when positives are labelled with one chance c whatever they look like, the
chance of being labelled is c times the chance of being positive. Both are found together, by
expectation and maximisation (Ward et al., Biometrics 2009). Kiryo et al., NeurIPS 2017 (nnPU): the
estimated risk of the negatives may not fall below zero; here no weight does, and the positive
weight is held to the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_PRIOR: Final = 0.06
HIGHEST_PRIOR: Final = 0.38
"""Share of strategic default: 6 % (Ganong and Noel, QJE 2023) to 38 % (Gerardi et al., RFS 2018)."""
FEWEST_LABELLED: Final = 20
FEWEST_VERIFIED: Final = 50
FEWEST_OF_EACH: Final = 5
RIDGE: Final = 1.0
ROUNDS: Final = 300
NEAR: Final = 1e-6
TELLS: Final = 1.15
"""Labelled rows must look positive this much more often than all rows, or c cannot be told."""
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
        When fewer than 50 rows are verified, or fewer than 5 either way.

    Examples
    --------
    >>> prior_from_verified(np.repeat([1.0, 0.0], [30, 90]), np.ones(120), method="audit").value
    0.25
    """
    positives, negatives = int((y == 1).sum()), int((y == 0).sum())
    if positives + negatives < FEWEST_VERIFIED or min(positives, negatives) < FEWEST_OF_EACH:
        raise PriorUnknown(
            f"Expected at least {FEWEST_VERIFIED} verified rows, {FEWEST_OF_EACH} of either kind; found "
            f"{positives} positive and {negatives} negative. Verify more cases, by random audit if possible."
        )
    return _bounded(float(np.average(y, weights=weight)), method)


@dataclass(frozen=True)
class PositiveChance:
    """How likely each row is positive, and how likely a positive carries a label.

    Parameters
    ----------
    chance
        Per row, labelled or not, from its features alone.
    constant
        Elkan and Noto's c: the chance that a positive is labelled.
    """

    chance: Floats
    constant: float


def positive_chance(X: Floats, labelled: NDArray[np.bool_], *, weight: Floats) -> PositiveChance:
    """Return how likely rows are positive, learnt from labelled positives among unlabelled rows.

    Turn by turn, unlabelled rows get the share (1 − c) p / (1 − c p) of a positive, and a logistic
    line p and the constant c are fitted to the shares.

    Parameters
    ----------
    X
        ``[row, feature]``; a missing value reads as the column's median.
    labelled
        True where a row is a labelled positive.
    weight
        Weight of each row.
    """
    matrix = np.column_stack([standardised(X), np.ones(len(X))])
    line = np.zeros(matrix.shape[1])
    constant = 0.5
    for _ in range(ROUNDS):
        p = _logistic(matrix @ line)
        share = np.where(labelled, 1.0, (1 - constant) * p / (1 - constant * p))
        line = _newton_step(matrix, share, weight, line)
        fresh = float((weight * labelled).sum() / (weight * share).sum())
        moved, constant = abs(fresh - constant), fresh
        if moved < NEAR:
            break
    # rounded: the last bits of linear algebra depend on the machine's number of threads
    chance = np.clip(_logistic(matrix @ line).round(6), _INSIDE, 1 - _INSIDE)
    return PositiveChance(chance, round(constant, 6))


def prior_from_unlabelled(found: PositiveChance, labelled: NDArray[np.bool_]) -> Prior:
    """Return the prior by Elkan and Noto: the labelled share over the chance that a positive is labelled.

    Parameters
    ----------
    found
        What ``positive_chance`` learnt.
    labelled
        True where a row is a labelled positive.

    Raises
    ------
    PriorUnknown
        When fewer than 20 rows are labelled, or the features tell labelled from unlabelled hardly
        better than chance: then c cannot be told from the labelled share.
    """
    count = int(labelled.sum())
    if count < FEWEST_LABELLED or count == len(labelled):
        raise PriorUnknown(
            f"Expected at least {FEWEST_LABELLED} labelled positives beside unlabelled rows; found {count} of "
            f"{len(labelled)}. Gather more decided cases."
        )
    among, overall = float(found.chance[labelled].mean()), float(found.chance.mean())
    if among < TELLS * overall:
        raise PriorUnknown(
            f"Expected labelled rows to look positive {TELLS} times as often as all rows; found a mean chance of "
            f"{among:.3f} against {overall:.3f}. The features say too little on who is positive: gather evidence."
        )
    return _bounded(float(labelled.mean()) / found.constant, "Elkan-Noto on labelled and unlabelled rows")


def positive_share(chance: Floats, *, prior: float, labelled: NDArray[np.bool_]) -> Floats:
    """Return for each row how positive it counts: 1 when labelled, the rest so that all add to the prior.

    The odds keep their order; a common factor (1 − c in Elkan and Noto) is set such that labelled
    and unlabelled rows together hold the prior, and no share leaves 0 to 1.

    Parameters
    ----------
    chance
        How likely each row is positive.
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
    wanted = prior * len(chance) - float(labelled.sum())
    if not rest.any() or wanted <= 0:
        return share
    log_odds = np.log(chance[rest] / (1 - chance[rest]))
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


def _newton_step(X: Floats, y: Floats, weight: Floats, line: Floats) -> Floats:
    """Return the line after one damped Newton step of the ridge logistic likelihood; the last column is free."""
    p = _logistic(X @ line)
    ridge = np.append(np.full(X.shape[1] - 1, RIDGE), NEAR)
    slope = X.T @ (weight * (y - p)) - ridge * line
    curve = (X * (weight * np.maximum(p * (1 - p), NEAR))[:, None]).T @ X + np.diag(ridge)
    step = np.linalg.solve(curve, slope)
    return np.asarray(line + step / max(1.0, float(np.abs(step).max())), dtype=np.float64)


def _logistic(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(z, -60, 60))), dtype=np.float64)


def _bounded(estimate: float, method: str) -> Prior:
    value = float(np.clip(estimate, LOWEST_PRIOR, HIGHEST_PRIOR))
    return Prior(value, estimate, method, value != estimate)
