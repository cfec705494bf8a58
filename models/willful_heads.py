"""How sure a willful score is: logistic heads refitted on drawn borrowers, and which axes speak.

Reading the heads needs numpy alone; scikit-learn is imported where they are fitted, never in the service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue
from models.components import Labelled
from models.encoding import FeatureContract, numbers_in

Floats = NDArray[np.float64]

HEADS: Final = 25
TAIL: Final = 0.05
"""Share of the heads left out at either end: the interval holds the middle 90 %."""
ROUNDED: Final = 6
"""Digits kept: the last bits of linear algebra depend on the machine's number of threads."""
WIDEST: Final = 0.5
"""An interval wider than this decides nothing: evidence insufficient."""
SILENT_SOURCES: Final = frozenset({"borrowers", "loans", "consents"})
"""What a borrower is, unlike what was seen or said, is not evidence on either axis."""


@dataclass(frozen=True)
class Heads:
    """Linear log-odds of one component, one per draw of whole borrowers.

    Parameters
    ----------
    middle, spread
        Median and spread of each column of the component's matrix.
    weights
        ``[head][column]``, the intercept last.
    """

    middle: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]

    def log_odds(self, matrix: Floats) -> Floats:
        """Return ``[row, head]`` log-odds of the event."""
        weights = np.array(self.weights)
        filled = np.where(np.isnan(matrix), np.array(self.middle), matrix)
        scaled = (filled - np.array(self.middle)) / np.array(self.spread)
        total = np.tile(weights[:, -1], (len(matrix), 1))
        for column in range(scaled.shape[1]):  # one column at a time: no sum depends on the neighbours
            total += scaled[:, [column]] * weights[:, column]
        return np.asarray(total, dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return the heads as data."""
        return {
            "middle": list(self.middle),
            "spread": list(self.spread),
            "weights": [list(head) for head in self.weights],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Heads:
        """Return the heads that ``to_json`` wrote."""
        return cls(
            tuple(data["middle"]), tuple(data["spread"]), tuple(tuple(head) for head in data["weights"])
        )


def fit_heads(rows: Labelled, *, contract: FeatureContract, seed: int) -> Heads:
    """Return logistic heads, each fitted on borrowers drawn with replacement.

    Parameters
    ----------
    rows
        What the component learnt from; a borrower's rows are drawn together.
    contract
        How the component reads its features.
    seed
        Of the draws.
    """
    from sklearn.linear_model import LogisticRegression

    matrix = contract.encode(rows.X)
    seen = [column[~np.isnan(column)] for column in matrix.T]
    middle = np.array([np.median(column) if len(column) else 0.0 for column in seen])
    filled = np.where(np.isnan(matrix), middle, matrix) - middle
    spread = filled.std(axis=0)
    spread[spread == 0] = 1.0
    names, of_row = np.unique(rows.group.astype(str), return_inverse=True)
    random = np.random.default_rng(seed)
    weights: list[tuple[float, ...]] = []
    while len(weights) < HEADS:
        drawn = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        weight = rows.weight * drawn[of_row]
        kept = weight > 0
        if len(np.unique(rows.y[kept])) < 2:
            continue
        model = LogisticRegression(C=0.3, solver="newton-cholesky", tol=1e-8)
        model.fit((filled / spread)[kept], rows.y[kept], sample_weight=weight[kept])
        weights.append(tuple(np.append(model.coef_[0], model.intercept_).round(ROUNDED).tolist()))
    return Heads(tuple(middle.tolist()), tuple(spread.tolist()), tuple(weights))


def spread_of(able: Floats, willing: Floats) -> tuple[Floats, Floats]:
    """Return how far below and above its centre the log-odds of "able and unwilling" may lie.

    Parameters
    ----------
    able, willing
        ``[row, head]`` log-odds of the two components.
    """
    joint = joint_log_odds(probability(able), probability(willing))
    centred = joint - np.median(joint, axis=1, keepdims=True)
    low, high = np.quantile(centred, (TAIL, 1 - TAIL), axis=1)
    return np.minimum(low, 0.0), np.maximum(high, 0.0)


def joint_log_odds(p_able: Floats, p_willing: Floats) -> Floats:
    """Return the log-odds of ``p_able × (1 − p_willing)``.

    Examples
    --------
    >>> joint_log_odds(np.array([0.8]), np.array([0.375])).round(6).tolist()
    [0.0]
    """
    both = np.clip(p_able * (1 - p_willing), 1e-9, 1 - 1e-9)
    return np.asarray(np.log(both / (1 - both)), dtype=np.float64)


def probability(log_odds: Floats) -> Floats:
    """Return the probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -36.0, 36.0))), dtype=np.float64)


def speaking(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    """Return the features whose presence is evidence: of what was seen or said, not only of who one is."""
    return tuple(name for name in names if set(catalogue.spec(name).sources) - SILENT_SOURCES)


def speaks(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return for which rows any of the features says something: it is known and not zero.

    A yes/no that was looked at and answered "no" is as good as a yes, so names that end in
    ``_seen_latest`` count whenever they are known.
    """
    values = numbers_in(frame, names)
    seen = np.array([name.endswith("_seen_latest") for name in names], dtype=np.bool_)
    told = np.where(seen, np.isfinite(values), np.nan_to_num(values) != 0).any(axis=1)
    return np.asarray(told, dtype=np.bool_)
