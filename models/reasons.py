"""From Shapley values to reasons a borrower, a collector and a committee can read.

Columns of one idea speak once, with the sum of what they add; the sentence is that of the column
that says most. A reason is a fact about the account; that a score is low or high is never one.

Source: Regulation B, 12 CFR 1002.9(b)(2): specific principal reasons, not "the score was too low".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue, FeatureSpec
from features.contracts import PROTECTED_TABLES

SMALLEST = 0.01
"""A contribution below a hundredth of log-odds (one percent of the odds) is no principal reason."""


class ReasonsRefused(ValueError):
    """Values, rows and catalogue do not belong together, or would let a protected column speak."""


@dataclass(frozen=True)
class Reason:
    """One idea that moved one score.

    Parameters
    ----------
    feature
        The column that says most within its idea.
    group
        The idea.
    contribution
        What the columns of the idea together add to the risk, in log-odds; below 0 it lowers risk.
    value
        The column's value in this row; None when it is missing.
    text_en, text_zh
        The sentence of the catalogue with the value written by its unit.
    """

    feature: str
    group: str
    contribution: float
    value: float | str | None
    text_en: str
    text_zh: str


def reasons_of(
    values: NDArray[np.float64],
    frame: pd.DataFrame,
    *,
    catalogue: Catalogue,
    risk_sign: int = 1,
    top: int = 3,
    lowering: bool = False,
) -> list[list[Reason]]:
    """Return for each row the ideas that raise its risk most, strongest first.

    Equal contributions are told in the order of the catalogue. An idea that adds next to nothing
    (below ``SMALLEST``) is never told, so a row may have fewer reasons than asked for.

    Parameters
    ----------
    values
        ``[row, feature]`` Shapley values of the margin, one column per catalogue row, in its order.
    frame
        The rows as they were scored; holds every feature of the catalogue.
    catalogue
        Meaning, unit, idea and words of the features that were explained.
    risk_sign
        +1 when a high margin is bad news, -1 when it is good news (``pays_within``).
    top
        Most reasons that raise the risk.
    lowering
        True to add the one idea that lowers the risk most, as the last reason.

    Raises
    ------
    ReasonsRefused
        When shapes differ, a feature is absent, or a feature comes from a protected table.

    Examples
    --------
    >>> from features.feature_spec import attribute_spec
    >>> own = Catalogue(tuple(attribute_spec(name, kind="number") for name in ("grade", "months_known")))
    >>> rows = pd.DataFrame({"grade": [7], "months_known": [2]})
    >>> told = reasons_of(np.array([[0.4, -0.1]]), rows, catalogue=own)
    >>> [(reason.feature, reason.contribution, reason.text_en) for reason in told[0]]
    [('grade', 0.4, 'grade is 7')]
    """
    _check(values, frame, catalogue=catalogue)
    specs = tuple(catalogue)
    ideas = list(dict.fromkeys(spec.group or spec.name for spec in specs))
    member = np.array([ideas.index(spec.group or spec.name) for spec in specs], dtype=np.int64)
    risk = risk_sign * np.asarray(values, dtype=np.float64)
    summed = np.zeros((len(frame), len(ideas)))
    for column, idea in enumerate(member):
        summed[:, idea] += risk[:, column]
    order = np.argsort(-summed, axis=1, kind="stable")

    @cache
    def cells(name: str) -> list[Any]:
        """Return a column as a list, read once and only when it is told."""
        return list(frame[name].tolist())

    def reason(row: int, idea: int) -> Reason:
        columns = np.flatnonzero(member == idea)
        sign = 1.0 if summed[row, idea] > 0 else -1.0
        spec = specs[int(columns[np.argmax(sign * risk[row, columns])])]
        return _reason(spec, contribution=float(summed[row, idea]), cell=cells(spec.name)[row])

    told = []
    for row in range(len(frame)):
        raising = [int(idea) for idea in order[row, :top] if summed[row, idea] >= SMALLEST]
        relief = int(np.argmin(summed[row])) if lowering and ideas else -1
        if relief >= 0 and summed[row, relief] <= -SMALLEST:
            raising.append(relief)
        told.append([reason(row, idea) for idea in raising])
    return told


def _reason(spec: FeatureSpec, *, contribution: float, cell: Any) -> Reason:
    """Return the reason with its sentences; a missing value is told as such."""
    value: float | str | None = None if pd.isna(cell) else cell if isinstance(cell, str) else float(cell)
    return Reason(
        spec.name,
        spec.group or spec.name,
        contribution,
        value,
        spec.reason(value, language="en"),
        spec.reason(value, language="zh"),
    )


def _check(values: NDArray[np.float64], frame: pd.DataFrame, *, catalogue: Catalogue) -> None:
    """Refuse what does not belong together, and any protected source."""
    if values.shape != (len(frame), len(catalogue)):
        raise ReasonsRefused(
            f"Expected values of {len(frame)} rows × {len(catalogue)} features; found {values.shape}. "
            "Explain these rows with the model of this catalogue."
        )
    absent = [name for name in catalogue.names if name not in frame.columns]
    if absent:
        raise ReasonsRefused(
            f"Expected every explained feature among the rows; found {len(absent)} absent "
            f"({', '.join(absent[:5])}). Pass the frame that was scored."
        )
    guarded = [spec.name for spec in catalogue if PROTECTED_TABLES & set(spec.sources)]
    if guarded:
        raise ReasonsRefused(
            f"Expected no feature from a protected table; found {len(guarded)} ({', '.join(guarded[:5])}). "
            "Remove them from the model: the fairness audit alone reads protected columns."
        )
