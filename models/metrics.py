"""How well a score ranks and how honest its probabilities are: pure numbers, weights welcome.

Every figure treats equal scores fairly (as the mean over all orders of the tied rows) and a row
of weight 2 as two rows of weight 1. Ranking figures accept any score; probability figures want [0, 1].
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.metrics import log_loss as sklearn_log_loss

from models.judging import Floats, ScoresRefused, checked

CASH_SHARE = 0.2
"""Share of accounts, from the top of the ranking, in which ``cash_capture`` looks for money."""


def auc(y: ArrayLike, score: ArrayLike, *, weight: ArrayLike | None = None) -> float:
    """Return the chance that a positive account scores above a negative one, ties counting half.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    labels, scores, weights = checked(y, score, weight=weight, two_classes=True)
    return float(roc_auc_score(labels, scores, sample_weight=weights))


def gini(y: ArrayLike, score: ArrayLike, *, weight: ArrayLike | None = None) -> float:
    """Return 2 AUC − 1: 0 for a blind ranking, 1 for a perfect one.

    Examples
    --------
    >>> gini([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    return 2 * auc(y, score, weight=weight) - 1


def ks(y: ArrayLike, score: ArrayLike, *, weight: ArrayLike | None = None) -> float:
    """Return the widest gap between the score distributions of positives and negatives, in [0, 1].

    Source: two-sample Kolmogorov–Smirnov statistic.

    Examples
    --------
    >>> ks([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.5
    """
    labels, scores, weights = checked(y, score, weight=weight, two_classes=True)
    false_rate, true_rate, _ = roc_curve(labels, scores, sample_weight=weights, drop_intermediate=False)
    return float(np.max(np.abs(true_rate - false_rate)))


def brier(y: ArrayLike, p: ArrayLike, *, weight: ArrayLike | None = None) -> float:
    """Return the mean squared distance of the probability from what happened, in [0, 1].

    Source: Brier (1950).

    Examples
    --------
    >>> brier([0, 1], [0.5, 0.5])
    0.25
    """
    labels, probabilities, weights = checked(y, p, weight=weight, probabilities=True)
    return float(brier_score_loss(labels, probabilities, sample_weight=weights, pos_label=1))


def log_loss(y: ArrayLike, p: ArrayLike, *, weight: ArrayLike | None = None) -> float:
    """Return the mean negative log-likelihood of what happened, in nats.

    A probability of exactly 0 or 1 counts as the nearest number inside.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    labels, probabilities, weights = checked(y, p, weight=weight, probabilities=True)
    return float(sklearn_log_loss(labels, probabilities, sample_weight=weights, labels=[0, 1]))


@dataclass(frozen=True)
class CalibrationLine:
    """The line log-odds of the truth = intercept + slope × log-odds of the probability.

    Parameters
    ----------
    slope
        1 is honest, below 1 overconfident; None when no line can be drawn.
    intercept
        0 is honest, above 0 too low a probability at even odds; None when no line can be drawn.
    reason
        Why there is no line; empty when there is one.
    """

    slope: float | None
    intercept: float | None
    reason: str = ""


def calibration_line(y: ArrayLike, p: ArrayLike, *, weight: ArrayLike | None = None) -> CalibrationLine:
    """Return slope and intercept of a logistic regression of the label on the log-odds of p.

    Probabilities are kept 1e-9 away from 0 and 1. Source: Cox (1958), *Two further applications of
    a model for binary regression*; slope and intercept are fitted together, without penalty.

    Examples
    --------
    >>> calibration_line([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]).reason
    'all probabilities are equal'
    """
    labels, probabilities, weights = checked(y, p, weight=weight, probabilities=True)
    held = np.clip(probabilities, 1e-9, 1 - 1e-9)
    odds = np.log(held) - np.log1p(-held)
    counted = weights > 0
    odds, labels, weights = odds[counted], labels[counted], weights[counted]
    good, bad = odds[labels == 0], odds[labels == 1]
    if not good.size or not bad.size:
        return CalibrationLine(None, None, "all labels are the same")
    if np.ptp(odds) < 1e-12:
        return CalibrationLine(None, None, "all probabilities are equal")
    if good.max() <= bad.min() or bad.max() <= good.min():
        return CalibrationLine(
            None, None, "the score separates the labels perfectly, so the slope is infinite"
        )
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model.fit(odds[:, None], labels, sample_weight=weights / weights.mean())
        except ConvergenceWarning:
            return CalibrationLine(None, None, "the logistic regression did not converge")
    return CalibrationLine(float(model.coef_[0, 0]), float(model.intercept_[0]))


def reliability_bins(
    y: ArrayLike, p: ArrayLike, *, bins: int = 10, weight: ArrayLike | None = None
) -> pd.DataFrame:
    """Return predicted against observed rate in groups of about equal weight, lowest first.

    Equal probabilities stay in one group, so there may be fewer groups than asked for.

    Returns
    -------
    pandas.DataFrame
        Columns ``low``, ``high`` (of p), ``n`` rows, ``weight``, ``predicted``, ``observed``.

    Examples
    --------
    >>> reliability_bins([0, 1, 1, 1], [0.2, 0.2, 0.9, 0.9], bins=2)[["predicted", "observed"]].to_numpy()
    array([[0.2, 0.5],
           [0.9, 1. ]])
    """
    labels, probabilities, weights = checked(y, p, weight=weight, probabilities=True)
    _, place = np.unique(probabilities, return_inverse=True)
    mass = np.bincount(place, weights=weights)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    group = np.minimum((middle * bins).astype(np.int64), bins - 1)[place]
    rows = pd.DataFrame(
        {
            "group": group,
            "p": probabilities,
            "weight": weights,
            "wp": weights * probabilities,
            "wy": weights * labels,
        }
    )
    by = rows[rows["weight"] > 0].groupby("group")
    total = by["weight"].sum()
    frame = {
        "low": by["p"].min(),
        "high": by["p"].max(),
        "n": by.size(),
        "weight": total,
        "predicted": by["wp"].sum() / total,
        "observed": by["wy"].sum() / total,
    }
    return pd.DataFrame(frame).reset_index(drop=True)


def capture_at(y: ArrayLike, score: ArrayLike, *, share: float, weight: ArrayLike | None = None) -> float:
    """Return the share of all positives found in the top ``share`` of accounts by score.

    "Positive" is the label's own positive: rolls for ``roll_30``, payers for ``pays_within`` (where a
    positive is good news, ``risk_sign`` −1), ranked by their probability. Tied accounts on the
    border enter in proportion: the expected value over all orders of the tie.

    Examples
    --------
    >>> capture_at([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1], share=0.5)
    0.75
    """
    labels, scores, weights = checked(y, score, weight=weight, two_classes=True)
    return float(_found(scores, weights, labels, np.array([share]))[0])


def capture_curve(
    y: ArrayLike, score: ArrayLike, *, shares: ArrayLike, weight: ArrayLike | None = None
) -> Floats:
    """Return the share of all positives found at each of several shares of accounts.

    Examples
    --------
    >>> capture_curve([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1], shares=[0.25, 0.5])
    array([0.5 , 0.75])
    """
    labels, scores, weights = checked(y, score, weight=weight, two_classes=True)
    return _found(scores, weights, labels, np.asarray(shares, dtype=np.float64))


def lift_at(y: ArrayLike, score: ArrayLike, *, share: float, weight: ArrayLike | None = None) -> float:
    """Return how many times richer in positives the top ``share`` is than the whole.

    Examples
    --------
    >>> lift_at([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1], share=0.5)
    1.5
    """
    return capture_at(y, score, share=share, weight=weight) / share


def cash_capture(
    y: ArrayLike,
    score: ArrayLike,
    *,
    amount: ArrayLike,
    share: float = CASH_SHARE,
    weight: ArrayLike | None = None,
) -> float:
    """Return the share of the positives' money found in the top ``share`` of accounts by score.

    cash_capture = Σ amount of positives in the top / Σ amount of all positives: for ``roll_30`` with
    the arrears as amount the money about to roll that the top fifth holds, for ``pays_within`` with the money
    received the cash it brings. The ranking is by the score alone, never by the amount. Source:
    the cumulative gains curve with each positive weighted by its money.

    Parameters
    ----------
    amount
        Money of each row in minor units, none below 0; that of negatives is not counted.

    Examples
    --------
    >>> cash_capture([1, 0, 0, 0, 1], [0.9, 0.8, 0.3, 0.2, 0.1], amount=[300, 5, 5, 5, 100])
    0.75
    """
    labels, scores, weights = checked(y, score, weight=weight, two_classes=True)
    money = np.asarray(amount, dtype=np.float64)
    if money.shape != labels.shape:
        raise ScoresRefused(
            f"Expected one amount for each of {labels.size} rows, found {money.size}. Align them."
        )
    if not np.isfinite(money).all() or (money < 0).any():
        worst = int(np.sum(~np.isfinite(money) | (money < 0)))
        raise ScoresRefused(
            f"Expected amounts that are numbers of at least 0, found {worst} that are missing or below. "
            "Give the money at stake of every row."
        )
    if not (money * labels * weights).any():
        raise ScoresRefused(
            "Expected money behind the positive labels, found 0 in all. Check the amount column."
        )
    return float(_found(scores, weights, labels * money, np.array([share]))[0])


def _found(scores: Floats, weights: Floats, worth: Floats, shares: Floats) -> Floats:
    if not ((shares > 0) & (shares <= 1)).all():
        given = ", ".join(f"{share:g}" for share in shares)
        raise ScoresRefused(f"Expected a share above 0 and at most 1, found {given}. Give 0.2 for a fifth.")
    _, place = np.unique(-scores, return_inverse=True)
    accounts = np.concatenate(([0.0], np.cumsum(np.bincount(place, weights=weights))))
    found = np.concatenate(([0.0], np.cumsum(np.bincount(place, weights=weights * worth))))
    return np.asarray(np.interp(shares * accounts[-1], accounts, found) / found[-1])
