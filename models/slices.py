"""The figures of one slice of a judged sample: a bucket, or all of it.

What cannot be told is None and its reason goes to the notes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models import metrics
from models.intervals import Interval, auc_intervals, group_numbers
from models.judging import Floats, OneClassOnly, ScoresRefused, checked

SHARES = (0.1, 0.2, 0.3)
CURVE_SHARES = tuple(step / 20 for step in range(1, 21))
_CHAMPION = ""
_UNTOLD = {"value": None, "low": None, "high": None}


@dataclass(frozen=True)
class Slice:
    """Rows that are judged together, aligned.

    Parameters
    ----------
    y, p, weight
        Label, calibrated probability and weight.
    groups
        The independent unit of each row, as a number.
    amount
        Money of each row in minor units, NaN where unknown; None when it is unknown of every row.
    challengers
        Other rankings by name, higher where the positive is likelier.
    """

    y: Floats
    p: Floats
    weight: Floats
    groups: NDArray[np.int64]
    amount: Floats | None = None
    challengers: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def align(
        cls,
        y: ArrayLike,
        p: ArrayLike,
        *,
        weight: ArrayLike | None,
        groups: ArrayLike,
        amount: ArrayLike | None,
        challengers: Mapping[str, ArrayLike],
    ) -> Slice:
        """Return the rows as aligned columns.

        Raises
        ------
        ScoresRefused
            When a column is not as long as the labels, or holds what cannot be judged.
        OneClassOnly
            When all labels are the same.
        """
        labels, probabilities, weights = checked(y, p, weight=weight, probabilities=True, two_classes=True)
        size = labels.size
        return cls(
            labels,
            probabilities,
            weights,
            group_numbers(column(groups, size, "group")),
            None if amount is None else column(amount, size, "amount").astype(np.float64),
            {name: column(score, size, name).astype(np.float64) for name, score in challengers.items()},
        )

    def only(self, keep: NDArray[np.bool_]) -> Slice:
        """Return the rows marked in ``keep``."""
        return Slice(
            self.y[keep],
            self.p[keep],
            self.weight[keep],
            self.groups[keep],
            None if self.amount is None else self.amount[keep],
            {name: score[keep] for name, score in self.challengers.items()},
        )


def column(values: ArrayLike, size: int, name: str) -> NDArray[np.object_]:
    """Return ``values`` as a column of that many rows.

    Raises
    ------
    ScoresRefused
        When it has another length.

    Examples
    --------
    >>> column(["A", "B"], 2, "group").tolist()
    ['A', 'B']
    """
    array = np.asarray(values, dtype=object)
    if array.shape != (size,):
        raise ScoresRefused(f"Expected one {name} for each of {size} rows, found {array.size}. Align them.")
    return array


def figures_of(rows: Slice, *, where: str, notes: list[str], seed: int, draws: int) -> dict[str, Any]:
    """Return the figures of a slice; what cannot be told is None and adds its reason to ``notes``.

    Parameters
    ----------
    where
        Name of the slice in the notes.
    notes
        Receives one sentence per figure that cannot be told.
    """
    intervals = _intervals(rows, where=where, notes=notes, seed=seed, draws=draws)
    own = intervals.pop(_CHAMPION, None)
    line = metrics.calibration_line(rows.y, rows.p, weight=rows.weight)
    if line.reason and own:
        notes.append(f"{where}: no calibration line, {line.reason}")

    def ranked(figure: Callable[[], float]) -> float | None:
        return figure() if own else None

    def capture(share: float) -> float:
        return metrics.capture_at(rows.y, rows.p, share=share, weight=rows.weight)

    return {
        "n": int(rows.y.size),
        "base_rate": float(np.average(rows.y, weights=rows.weight)),
        "auc": own[0].to_json() if own else dict(_UNTOLD),
        "ks": ranked(lambda: metrics.ks(rows.y, rows.p, weight=rows.weight)),
        "brier": metrics.brier(rows.y, rows.p, weight=rows.weight),
        "calibration": {"slope": line.slope, "intercept": line.intercept},
        "capture": {str(share): capture(share) if own else None for share in SHARES},
        "cash_capture": _cash(rows, where=where, notes=notes) if own else None,
        "challengers": {
            name: {"auc": rival.to_json(), "difference": gap.to_json()}
            for name, (rival, gap) in intervals.items()
        },
    }


def curves_of(rows: Slice) -> dict[str, Any]:
    """Return what the plots of a slice draw: reliability bins and the capture curve."""
    bins = metrics.reliability_bins(rows.y, rows.p, weight=rows.weight)
    found = metrics.capture_curve(rows.y, rows.p, shares=CURVE_SHARES, weight=rows.weight)
    return {
        "reliability": [
            {"predicted": float(p), "observed": float(y), "n": int(n)}
            for p, y, n in zip(bins["predicted"], bins["observed"], bins["n"], strict=True)
        ],
        "capture": [
            {"share": share, "captured": float(value)}
            for share, value in zip(CURVE_SHARES, found, strict=True)
        ],
    }


def _intervals(
    rows: Slice, *, where: str, notes: list[str], seed: int, draws: int
) -> dict[str, tuple[Interval, Interval]]:
    scores: dict[str, Floats] = {_CHAMPION: rows.p}
    for name, score in rows.challengers.items():
        unknown = int((~np.isfinite(score)).sum())
        if unknown:
            notes.append(f"{where}: challenger {name} left out, {unknown} of {score.size} rows have no score")
        else:
            scores[name] = score
    try:
        intervals = auc_intervals(
            rows.y, scores, groups=rows.groups, weight=rows.weight, draws=draws, seed=seed
        )
    except OneClassOnly:
        notes.append(f"{where}: nothing to rank, all {rows.y.size} rows are labelled {rows.y[0]:g}")
        return {}
    if intervals[_CHAMPION][0].reason:
        notes.append(f"{where}: no interval, {intervals[_CHAMPION][0].reason}")
    return intervals


def _cash(rows: Slice, *, where: str, notes: list[str]) -> float | None:
    if rows.amount is None:
        return None
    unknown = int(np.isnan(rows.amount).sum())
    if unknown:
        notes.append(f"{where}: no cash capture, the amount of {unknown} of {rows.y.size} rows is not known")
        return None
    try:
        return metrics.cash_capture(rows.y, rows.p, amount=rows.amount, weight=rows.weight)
    except ScoresRefused as refusal:
        notes.append(f"{where}: no cash capture. {refusal}")
        return None
