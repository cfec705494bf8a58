"""Why a model scores as it does: exact Shapley values of held-out rows, summed up feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue
from features.feature_spec import FeatureSpec
from models.components import Component
from models.encoding import levels_of, numbers_of
from models.report_fields_explained import Explained, Idea, Importance, Summary
from models.report_rows import ReportRows
from models.report_words import Words, event_words, words_of

MOST_EXPLAINED = 3000
"""Held-out rows that are explained; more of them change no figure that a page shows."""
MOST_DRAWN = 300
"""Accounts that are dots in a beeswarm."""
STRONGEST = 10


@dataclass(frozen=True, eq=False)
class ExplainedRows:
    """Shapley values of some held-out rows for one component.

    Parameters
    ----------
    component
        The component that is explained.
    frame
        The rows as they were scored.
    values
        ``[row, feature]`` in log-odds of the event; with ``component.base`` they add up to the margin.
    catalogue
        The features of the component, in the order of the values.
    of_rows
        How many held-out rows there are.
    """

    component: Component
    frame: pd.DataFrame
    values: NDArray[np.float64]
    catalogue: Catalogue
    of_rows: int

    @property
    def strength(self) -> NDArray[np.float64]:
        """Return the mean absolute value of each feature."""
        return np.asarray(np.abs(self.values).mean(axis=0), dtype=np.float64)

    @property
    def order(self) -> list[int]:
        """Return the features' positions, strongest first; equal ones in the order of the catalogue."""
        return [int(place) for place in np.argsort(-self.strength, kind="stable")]

    @property
    def strongest(self) -> list[tuple[FeatureSpec, int]]:
        """Return the ten strongest features that move anything, with their positions."""
        specs = tuple(self.catalogue)
        return [(specs[at], at) for at in self.order[:STRONGEST] if self.strength[at] > 0]


def explained_rows(rows: ReportRows, *, seed: int, threads: int = 1) -> dict[str, ExplainedRows]:
    """Return the explained held-out rows of each component: all, or a seeded draw of 3,000.

    The draw depends on the seed and on how many rows there are, so the same sample gives the same one.
    """
    at = rows.held_out
    if len(at) > MOST_EXPLAINED:
        at = np.sort(np.random.default_rng(seed).choice(at, MOST_EXPLAINED, replace=False))
    frame = rows.sample.X.iloc[at]
    return {
        part.name: ExplainedRows(
            part,
            frame,
            rows.bundle.explain(frame, component=part.name, threads=threads),
            rows.bundle.told_by(part),
            len(rows.held_out),
        )
        for part in rows.bundle.components
    }


def explained_told(told: ExplainedRows, *, target: str) -> Explained:
    """Return what the values of a component say, and of how many rows."""
    title, right = component_words(told.component.name, target=target)
    return {
        "title_en": title[0],
        "title_zh": title[1],
        "right_en": right[0],
        "right_zh": right[1],
        "base": told.component.base,
        "rows": len(told.frame),
        "of_rows": told.of_rows,
        "drawn": min(len(told.frame), MOST_DRAWN),
    }


def component_words(name: str, *, target: str) -> tuple[Words, Words]:
    """Return the question a component answers, and what a value to the right of zero means.

    Examples
    --------
    >>> component_words("able", target="willful")[1][0]
    'raises the odds of: able to pay'
    """
    axes = {"able": ("able to pay", "有还款能力"), "willing": ("willing to pay", "有还款意愿")}
    event_en, event_zh = axes.get(name) or event_words(target)[0]
    title = {"able": ("Able to pay", "还款能力"), "willing": ("Willing to pay", "还款意愿")}.get(
        name, (event_en[:1].upper() + event_en[1:], event_zh)
    )
    return title, (f"raises the odds of: {event_en}", f"提高“{event_zh}”的几率")


def importance_told(told: ExplainedRows) -> tuple[Importance, ...]:
    """Return every feature with its mean absolute Shapley value, strongest first."""
    specs, strength = tuple(told.catalogue), told.strength
    total = float(strength.sum())
    return tuple(
        {
            **words_of(specs[at]),
            "rank": place + 1,
            "mean_abs": float(strength[at]),
            "share": float(strength[at]) / total if total else 0.0,
        }
        for place, at in enumerate(told.order)
    )


def ideas_told(told: ExplainedRows) -> tuple[Idea, ...]:
    """Return the ideas, strongest first: the values of an idea's features are summed within each row first."""
    members: dict[str, list[int]] = {}
    for at, spec in enumerate(told.catalogue):
        members.setdefault(spec.group or spec.name, []).append(at)
    specs = tuple(told.catalogue)
    ideas: list[Idea] = []
    for columns in members.values():
        words = words_of(specs[columns[0]])
        ideas.append(
            {
                "group_en": words["group_en"],
                "group_zh": words["group_zh"],
                "features": tuple(specs[at].name for at in columns),
                "mean_abs": float(np.abs(told.values[:, columns].sum(axis=1)).mean()),
            }
        )
    return tuple(sorted(ideas, key=lambda idea: -idea["mean_abs"]))


def summary_told(told: ExplainedRows, *, seed: int) -> tuple[Summary, ...]:
    """Return the ten strongest features as rows of a beeswarm: the same drawn accounts in each.

    Values are ranked among all explained rows, drawn or not; equal values share a rank.
    """
    drawn = np.arange(len(told.frame))
    if len(drawn) > MOST_DRAWN:
        drawn = np.sort(np.random.default_rng(seed + 1).choice(drawn, MOST_DRAWN, replace=False))
    return tuple(_summary(told, spec, at, drawn=drawn) for spec, at in told.strongest)


def values_of(told: ExplainedRows, spec: FeatureSpec) -> NDArray[np.float64]:
    """Return a feature's values as numbers; a code is its place in the order of risk, NaN where unknown."""
    column = told.frame[spec.name]
    if spec.kind != "code":
        return numbers_of(column)
    held = {c.name: c.levels for c in told.component.contract.columns}[spec.name]
    place = {level: float(rank) for rank, level in enumerate(held)}
    return np.array([np.nan if one is None else place.get(one, np.nan) for one in levels_of(column)])


def _summary(told: ExplainedRows, spec: FeatureSpec, at: int, *, drawn: NDArray[np.int64]) -> Summary:
    numbers = pd.Series(values_of(told, spec))
    place = numbers.rank(method="dense") - 1  # equal values share a shade, the lowest is 0, the highest 1
    rank = (place / max(float(place.max(skipna=True)), 1.0)).to_numpy(dtype=np.float64)[drawn]
    return {
        **words_of(spec),
        "shap": tuple(float(value) for value in told.values[drawn, at]),
        "rank": tuple(None if np.isnan(one) else round(float(one), 4) for one in rank),
        "missing": int(np.isnan(rank).sum()),
    }
