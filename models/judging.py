"""Labels, scores and weights at the door of judging: refused by name, or fit for every figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class ScoresRefused(ValueError):
    """Labels, scores or weights cannot be judged."""


class OneClassOnly(ScoresRefused):
    """All labels are the same, so nothing can be ranked."""


def checked(
    y: ArrayLike,
    score: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    probabilities: bool = False,
    two_classes: bool = False,
) -> tuple[Floats, Floats, Floats]:
    """Return labels, scores and weights as float arrays once they can be judged.

    Raises
    ------
    ScoresRefused
        When rows are missing, lengths differ, a label is not 0 or 1, a score or weight is not a number.
    OneClassOnly
        When ``two_classes`` is asked for and every counted label is the same.

    Examples
    --------
    >>> checked([0, 1], [0.2, 0.7])[2]
    array([1., 1.])
    """
    labels, scores = np.asarray(y, dtype=np.float64), np.asarray(score, dtype=np.float64)
    weights = np.ones(labels.size) if weight is None else np.asarray(weight, dtype=np.float64)
    if not labels.size or labels.ndim != 1 or not labels.shape == scores.shape == weights.shape:
        sizes = f"{labels.size} labels, {scores.size} scores and {weights.size} weights"
        raise ScoresRefused(
            f"Expected one label, score and weight per row, found {sizes}. Align the columns."
        )
    odd = (labels != 0) & (labels != 1)
    _refuse_rows(odd, labels, "labels 0 or 1", "Drop rows whose outcome is not known yet.")
    _refuse_rows(~np.isfinite(scores), scores, "scores that are numbers", "Score these rows again.")
    if probabilities:
        outside = (scores < 0) | (scores > 1)
        _refuse_rows(outside, scores, "probabilities in [0, 1]", "Give the calibrated probability.")
    poor = ~np.isfinite(weights) | (weights < 0)
    _refuse_rows(poor, weights, "weights of at least 0", "Leave a row out by weight 0.")
    positives, total = float(weights @ labels), float(weights.sum())
    if total == 0:
        raise ScoresRefused(f"Expected some weight, found {labels.size} rows of weight 0. Check the weights.")
    if two_classes and (positives == 0 or not (weights * (1 - labels)).any()):
        raise OneClassOnly(
            f"Expected both labels, found {labels.size} rows all labelled {int(positives > 0)}. "
            "Judge a longer period, another slice, or another target."
        )
    return labels, scores, weights


def _refuse_rows(bad: NDArray[np.bool_], values: Floats, expected: str, remedy: str) -> None:
    if bad.any():
        first = ", ".join(f"{values[row]:g} in row {row}" for row in np.flatnonzero(bad)[:5])
        raise ScoresRefused(f"Expected {expected}, found {int(bad.sum())} others ({first}). {remedy}")
