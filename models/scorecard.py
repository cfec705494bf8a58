"""The scorecard: binned features, a logistic regression, points one can add up by hand.

Adding points needs numpy alone; scikit-learn is imported where the card is fitted, never in the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PDO = 20.0
"""Points that double the odds against the event."""
ANCHOR = 600.0
ANCHOR_ODDS = 50.0
ROUNDED = 6
"""Digits of a point that are kept: the last bits of linear algebra depend on the number of threads."""
MOST_BINS = 8
MOST_FEATURES = 30
WEAKEST = 0.02
"""Features of lower information value, chance deducted, stay out (Siddiqi 2006: below 0.02 not predictive)."""


@dataclass(frozen=True)
class ScorecardRow:
    """Points of one feature.

    Parameters
    ----------
    name
        Column of the matrix.
    edges
        Upper edges of all bins but the last, rising; an edge belongs to the bin below it.
    points
        Points of each bin; more points mean a lower chance of the event.
    missing_points
        Points when the value is missing.
    information_value
        Strength of the feature alone, on the training rows.
    """

    name: str
    edges: tuple[float, ...]
    points: tuple[float, ...]
    missing_points: float
    information_value: float


@dataclass(frozen=True)
class Scorecard:
    """Points by bin: 600 points are odds of 50 : 1 against the event, 20 more double them.

    Examples
    --------
    >>> row = ScorecardRow("dpd", (10.0,), (620.0, 580.0), 600.0, 0.3)
    >>> card = Scorecard(base=0.0, rows=(row,))
    >>> card.points(np.array([[5.0], [11.0], [np.nan]]), ("dpd",)).tolist()
    [620.0, 580.0, 600.0]
    """

    base: float
    rows: tuple[ScorecardRow, ...]

    def points(self, matrix: NDArray[np.float64], names: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the points of each row of an encoded matrix whose columns are ``names``."""
        total = np.full(len(matrix), self.base)
        for row in self.rows:
            values = matrix[:, names.index(row.name)]
            by_bin = np.array([*row.points, row.missing_points])
            total += by_bin[_bin_of(values, row.edges)]
        return total

    def probability(self, matrix: NDArray[np.float64], names: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the probability of the event that the points stand for."""
        log_odds = np.log(ANCHOR_ODDS) + (self.points(matrix, names) - ANCHOR) * np.log(2) / PDO
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(log_odds, -36, 36))), dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return the scorecard as data."""
        rows = [
            {
                "name": row.name,
                "edges": list(row.edges),
                "points": list(row.points),
                "missing_points": row.missing_points,
                "information_value": row.information_value,
            }
            for row in self.rows
        ]
        return {"anchor": ANCHOR, "anchor_odds": ANCHOR_ODDS, "pdo": PDO, "base": self.base, "rows": rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Scorecard:
        """Return the scorecard that ``to_json`` wrote."""
        rows = tuple(
            ScorecardRow(
                row["name"],
                tuple(row["edges"]),
                tuple(row["points"]),
                row["missing_points"],
                row["information_value"],
            )
            for row in data["rows"]
        )
        return cls(data["base"], rows)


@dataclass(frozen=True)
class _Bins:
    edges: tuple[float, ...]
    woe: NDArray[np.float64]
    information_value: float
    by_chance: float


def fit_scorecard(
    matrix: NDArray[np.float64],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    names: tuple[str, ...],
) -> Scorecard:
    """Return a scorecard of the strongest features.

    Each feature is cut at quantiles (missing is a bin of its own), bins are read as weights of
    evidence, and a logistic regression weighs the features. A feature whose weight turns against
    its own evidence is left out and the rest fitted again.

    Parameters
    ----------
    matrix, names
        Encoded training rows and the names of the columns.
    y, weight
        Event (0 or 1) and weight of each row.
    """
    from sklearn.linear_model import LogisticRegression

    bins = [_bins(matrix[:, column], y, weight) for column in range(matrix.shape[1])]
    strength = np.array([one.information_value - one.by_chance for one in bins])
    chosen = [int(c) for c in np.argsort(-strength, kind="stable") if strength[c] >= WEAKEST][:MOST_FEATURES]
    intercept = float(_log_odds(np.average(y, weights=weight)))
    coefficients = np.zeros(0)
    while chosen:
        evidence = np.column_stack([bins[c].woe[_bin_of(matrix[:, c], bins[c].edges)] for c in chosen])
        model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(
            evidence, y, sample_weight=weight
        )
        coefficients, intercept = model.coef_[0], float(model.intercept_[0])
        if (coefficients > 0).all():
            break
        chosen = [c for c, coefficient in zip(chosen, coefficients, strict=True) if coefficient > 0]
        coefficients = coefficients[coefficients > 0]
    factor = PDO / np.log(2)
    rows = tuple(
        _row(names[c], bins[c], -factor * float(coefficient))
        for c, coefficient in zip(chosen, coefficients, strict=True)
    )
    return Scorecard(round(float(ANCHOR - factor * (np.log(ANCHOR_ODDS) + intercept)), ROUNDED), rows)


def _row(name: str, bins: _Bins, scale: float) -> ScorecardRow:
    points = (scale * bins.woe).round(ROUNDED).tolist()
    return ScorecardRow(name, bins.edges, tuple(points[:-1]), points[-1], bins.information_value)


def _bins(values: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> _Bins:
    seen = values[~np.isnan(values)]
    quantiles = np.quantile(seen, np.linspace(0, 1, MOST_BINS + 1)[1:-1]) if len(seen) else np.zeros(0)
    cuts = np.unique(quantiles)
    edges: tuple[float, ...] = tuple(cuts[cuts < seen.max()].tolist()) if len(seen) else ()
    place = _bin_of(values, edges)
    events = np.bincount(place, weights=weight * y, minlength=len(edges) + 2)
    others = np.bincount(place, weights=weight * (1 - y), minlength=len(edges) + 2)
    share_of_events = (events + 0.5) / (events.sum() + 0.5 * len(events))
    share_of_others = (others + 0.5) / (others.sum() + 0.5 * len(others))
    woe = np.where(events + others > 0, np.log(share_of_events / share_of_others), 0.0)
    held = int((events + others > 0).sum())
    by_chance = (held - 1) * (1 / max(events.sum(), 1) + 1 / max(others.sum(), 1))  # mean of noise
    return _Bins(edges, woe, float(((share_of_events - share_of_others) * woe).sum()), float(by_chance))


def _bin_of(values: NDArray[np.float64], edges: tuple[float, ...]) -> NDArray[np.int64]:
    place = np.searchsorted(np.array(edges, dtype=np.float64), values, side="left")
    return np.where(np.isnan(values), len(edges) + 1, place).astype(np.int64)


def _log_odds(rate: float) -> float:
    rate = float(np.clip(rate, 1e-9, 1 - 1e-9))
    return float(np.log(rate / (1 - rate)))
