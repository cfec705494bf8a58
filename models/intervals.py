"""How sure a figure is: intervals from drawing whole borrowers (or portfolios) again, with a seed.

Several observations of one borrower are not independent, so groups are drawn, not rows. All
rankings are judged on the same draws, which makes their differences paired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from models.judging import Floats, ScoresRefused, checked

Statistic = Callable[[Floats], float]
"""A figure of a sample as a function of its rows' weights."""

DRAWS = 200
FEWEST_GROUPS = 10
"""Below this many groups with positives, or with negatives, no interval is given. Source: with few clusters
the bootstrap understates the spread (Cameron, Gelbach & Miller 2008, who find 5 to 30 doubtful)."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval.

    Parameters
    ----------
    value
        The figure on all rows.
    low, high
        2.5th and 97.5th percentile over the draws; None when no honest interval exists.
    reason
        Why there is no interval; empty when there is one.
    """

    value: float
    low: float | None
    high: float | None
    reason: str = ""

    def to_json(self) -> dict[str, float | None]:
        """Return value, low and high as a JSON object."""
        return {"value": self.value, "low": self.low, "high": self.high}


def auc_statistic(y: ArrayLike, score: ArrayLike) -> Statistic:
    """Return the AUC as a function of row weights, sorted once and fast ever after.

    Examples
    --------
    >>> judge = auc_statistic([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> judge(np.ones(4)), judge(np.array([1.0, 1.0, 0.0, 1.0]))
    (0.75, 1.0)
    """
    labels, scores, _ = checked(y, score)
    negatives, positives = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    negatives = negatives[np.argsort(scores[negatives], kind="stable")]
    ladder = scores[negatives]
    below = np.searchsorted(ladder, scores[positives], side="left")
    up_to = np.searchsorted(ladder, scores[positives], side="right")

    def weighted(weight: Floats) -> float:
        beaten = np.concatenate(([0.0], np.cumsum(weight[negatives])))
        won = weight[positives]
        pairs = float(won.sum() * beaten[-1])
        return float(won @ (beaten[below] + beaten[up_to])) / (2 * pairs) if pairs else float("nan")

    return weighted


def bootstrap(
    statistics: Mapping[str, Statistic],
    *,
    groups: ArrayLike,
    weight: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int,
) -> dict[str, Floats]:
    """Return each figure on ``draws`` samples of whole groups drawn with replacement.

    The draws depend on the groups' names and the seed, not on the order of the rows.

    Returns
    -------
    dict
        One array of ``draws`` values per figure; NaN where a draw held one class only.
    """
    members = group_numbers(groups)
    count = int(members.max()) + 1
    base = np.ones(members.size) if weight is None else np.asarray(weight, dtype=np.float64)
    rng = np.random.default_rng(seed)
    drawn = {name: np.empty(draws) for name in statistics}
    for draw in range(draws):
        times = np.bincount(rng.integers(0, count, count), minlength=count)
        weights = times[members] * base
        for name, statistic in statistics.items():
            drawn[name][draw] = statistic(weights)
    return drawn


def group_numbers(groups: ArrayLike) -> NDArray[np.int64]:
    """Return each row's group as a number from 0 on, in the order of the groups' names.

    Examples
    --------
    >>> group_numbers(["B-2", "B-1", "B-2"])
    array([1, 0, 1])
    """
    names = np.asarray(groups)
    if names.dtype.kind not in "iu":
        names = names.astype(object).astype(str)
    return np.asarray(pd.factorize(names, sort=True)[0], dtype=np.int64)


def too_few(y: ArrayLike, *, groups: ArrayLike, weight: ArrayLike | None = None) -> str:
    """Return why these rows allow no interval, or nothing when they do.

    Examples
    --------
    >>> too_few([0, 1, 1], groups=["A", "A", "B"])
    'positives come from 2 groups and negatives from 1, an interval needs 10 of each'
    """
    labels, members = np.asarray(y, dtype=np.float64), group_numbers(groups)
    counted = np.ones(labels.size, dtype=bool) if weight is None else np.asarray(weight) > 0
    bad, good = (len(pd.unique(members[counted & (labels == value)])) for value in (1.0, 0.0))
    if min(bad, good) >= FEWEST_GROUPS:
        return ""
    found = f"positives come from {bad} groups and negatives from {good}"
    return f"{found}, an interval needs {FEWEST_GROUPS} of each"


def percentile_interval(value: float, drawn: NDArray[np.float64], *, reason: str = "") -> Interval:
    """Return the 95 % percentile interval of a figure from its draws, or the reason why not.

    Source: Efron & Tibshirani (1993), chapter 13.

    Examples
    --------
    >>> percentile_interval(0.5, np.linspace(0, 1, 201)).high
    0.975
    """
    usable = drawn[np.isfinite(drawn)]
    if not reason and usable.size < 0.95 * drawn.size:
        reason = f"only {usable.size} of {drawn.size} draws held both labels"
    if reason:
        return Interval(value, None, None, reason)
    low, high = np.quantile(usable, (0.025, 0.975))
    return Interval(value, float(low), float(high))


def auc_intervals(
    y: ArrayLike,
    scores: Mapping[str, ArrayLike],
    *,
    groups: ArrayLike,
    weight: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int,
) -> dict[str, tuple[Interval, Interval]]:
    """Return each ranking's AUC, and how far the first ranking's AUC lies above it, with intervals.

    The difference is paired: champion and challenger are judged on the same drawn borrowers.

    Parameters
    ----------
    scores
        Rankings by name; the first is the champion.
    groups
        The independent unit of each row: the borrower, or the portfolio.

    Returns
    -------
    dict
        Name to (AUC, champion's AUC − this AUC).

    Raises
    ------
    ScoresRefused
        When rows do not match.
    OneClassOnly
        When all labels are the same.

    Examples
    --------
    >>> y, p = [0, 1] * 20, [i / 40 for i in range(40)]
    >>> both = auc_intervals(y, {"model": p, "blind": [0.5] * 40}, groups=range(40), seed=1)
    >>> both["blind"][0].value, round(both["blind"][1].value, 3)
    (0.5, 0.025)
    """
    labels, _, weights = checked(y, y, weight=weight, two_classes=True)
    if np.size(groups) != labels.size:
        raise ScoresRefused(
            f"Expected one group for each of {labels.size} rows, found {np.size(groups)}. Align them."
        )
    judges = {name: auc_statistic(labels, checked(labels, score)[1]) for name, score in scores.items()}
    members = group_numbers(groups)
    reason = too_few(labels, groups=members, weight=weights)
    kept = {} if reason else judges
    drawn = bootstrap(kept, groups=members, weight=weights, draws=draws, seed=seed)
    champion = next(iter(judges))
    values = {name: judge(weights) for name, judge in judges.items()}
    empty = np.empty(0)
    return {
        name: (
            percentile_interval(values[name], drawn.get(name, empty), reason=reason),
            percentile_interval(
                values[champion] - values[name],
                drawn.get(champion, empty) - drawn.get(name, empty),
                reason=reason,
            ),
        )
        for name in judges
    }
