"""From a margin to a probability: one monotone map, kept as knots.

Reading the map needs numpy alone; scikit-learn is imported where it is fitted, never in the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENOUGH = 200
"""Below this many rows of either outcome the map is a straight line (Platt) instead of steps."""
BINS = 40
NARROWEST = 1e-6
"""Probabilities stay this far from 0 and 1."""


@dataclass(frozen=True)
class Calibration:
    """A strictly rising map of the margin to log-odds: straight between knots, and on beyond them.

    Because it rises strictly, it changes no order: discrimination is the same before and after.

    Parameters
    ----------
    method
        ``isotonic`` (steps joined at their centres), ``platt`` (one line) or ``none``.
    margins, log_odds
        Knots, both strictly rising.
    slope
        Log-odds per margin outside the knots.

    Examples
    --------
    >>> line = Calibration("platt", (0.0,), (0.0,), 1.0)
    >>> line.probability(np.array([-2.0, 0.0, 2.0])).round(3).tolist()
    [0.119, 0.5, 0.881]
    """

    method: str
    margins: tuple[float, ...]
    log_odds: tuple[float, ...]
    slope: float

    def probability(self, margin: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated probability of each margin, inside (0, 1)."""
        x, z = np.array(self.margins), np.array(self.log_odds)
        inside = np.interp(margin, x, z)
        below = np.minimum(margin - x[0], 0.0) * self.slope
        above = np.maximum(margin - x[-1], 0.0) * self.slope
        log_odds = np.clip(inside + below + above, -36.0, 36.0)
        probability = np.clip(1.0 / (1.0 + np.exp(-log_odds)), NARROWEST, 1.0 - NARROWEST)
        return np.asarray(probability, dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return the map as data."""
        return {
            "method": self.method,
            "margins": list(self.margins),
            "log_odds": list(self.log_odds),
            "slope": self.slope,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calibration:
        """Return the map that ``to_json`` wrote."""
        return cls(data["method"], tuple(data["margins"]), tuple(data["log_odds"]), data["slope"])


UNCALIBRATED = Calibration("none", (0.0,), (0.0,), 1.0)
"""The plain logistic function of the margin."""


def fit_calibration(
    margin: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64] | None = None
) -> Calibration:
    """Return the map of margins to probabilities that held-out rows ask for.

    Rows are cut into at most 40 bins of equal size; their rates (half a row of either outcome added)
    are made to rise by isotonic regression, and the centres of the steps are joined in log-odds.
    With few rows of either outcome, or one step only, a logistic line is used (Platt 1999).

    Parameters
    ----------
    margin
        Margins of rows the model was not trained on.
    y
        0 or 1 per row.
    weight
        Row weights; 1 when absent.
    """
    weight = np.ones(len(y)) if weight is None else weight
    line = _platt(margin, y, weight)
    if min(int((y > 0.5).sum()), int((y <= 0.5).sum())) < ENOUGH:
        return line
    x, z = _steps(margin, y, weight)
    if len(x) < 2:
        return line
    return Calibration("isotonic", tuple(x.tolist()), tuple(z.tolist()), line.slope)


def _platt(margin: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> Calibration:
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(y)) < 2:
        return UNCALIBRATED
    model = LogisticRegression(C=1e4, solver="newton-cholesky", tol=1e-8).fit(
        margin.reshape(-1, 1), y, sample_weight=weight
    )
    # rounded: the last bits of linear algebra depend on the machine's number of threads
    slope, intercept = round(float(model.coef_[0, 0]), 9), round(float(model.intercept_[0]), 9)
    if slope <= 1e-3:  # the margin says nothing here: keep its order, match the base rate
        base = float(np.clip(np.average(y, weights=weight), NARROWEST, 1 - NARROWEST))
        slope = 1e-3
        intercept = float(np.log(base / (1 - base)) - slope * np.average(margin, weights=weight))
    return Calibration("platt", (0.0,), (intercept,), slope)


def _steps(
    margin: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.isotonic import IsotonicRegression

    edges = np.unique(np.quantile(margin, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, margin, side="left")
    size = np.bincount(place, weights=weight)
    held = size > 0
    size = size[held]
    centre = np.bincount(place, weights=weight * margin)[held] / size
    rate = (np.bincount(place, weights=weight * y)[held] + 0.5) / (size + 1.0)
    rising = IsotonicRegression().fit_transform(centre, rate, sample_weight=size)
    step = np.concatenate([[0], np.cumsum(np.diff(rising) > 1e-9)])
    total = np.bincount(step, weights=size)
    x = np.bincount(step, weights=size * centre) / total
    p = np.bincount(step, weights=size * rising) / total
    return x, np.log(p / (1 - p))
