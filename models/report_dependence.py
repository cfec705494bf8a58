"""How the Shapley value of one feature follows its value: told in bins, so that no account stands alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import format_value
from features.code_words import code_word
from features.feature_spec import FeatureSpec
from models.encoding import levels_of
from models.report_explained import ExplainedRows, values_of
from models.report_fields_explained import Bin, Dependence
from models.report_model import constraints_of
from models.report_words import Words, words_of

BINS = 10
"""Bins of a number with many values: quantiles of the explained rows."""
FEW_VALUES = 12
"""Up to so many different values a number is told value by value."""
SMALLEST_BIN = 10
"""A bin of fewer accounts joins its neighbour, a code of fewer joins "other"; fewer others, or fewer without a
value, are not told: nobody stands alone."""
MOST_CODES = 12


def dependence_told(told: ExplainedRows) -> tuple[Dependence, ...]:
    """Return the ten strongest features, each as bins of mean Shapley value and the middle 80 % of them."""
    held = constraints_of(told.component)
    return tuple(_dependence(told, spec, at, constraint=held[spec.name]) for spec, at in told.strongest)


def direction_words(constraint: int) -> Words:
    """Return a monotone constraint in words.

    Examples
    --------
    >>> direction_words(1)[0], direction_words(0)[0]
    ('held: more of it never lowers the odds', 'free: the model may bend it')
    """
    return {
        1: ("held: more of it never lowers the odds", "受约束：数值越大，几率不降"),
        -1: ("held: more of it never raises the odds", "受约束：数值越大，几率不升"),
        0: ("free: the model may bend it", "无约束：方向由模型决定"),
    }[constraint]


def bin_numbers(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the bin of each value, lowest first, −1 where it is missing.

    Few different values have a bin each, many are cut at their deciles; then a bin of fewer than ten rows
    joins the one below it (the lowest joins the one above).

    Examples
    --------
    >>> bin_numbers(np.array([0.0] * 12 + [1.0] * 12 + [2.0] * 3 + [np.nan])).tolist()[10:]
    [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]
    """
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    place = np.full(len(values), -1, dtype=np.int64)
    if not distinct.size:
        return place
    if distinct.size <= FEW_VALUES:
        raw = np.searchsorted(distinct, values[known])
    else:
        cuts = np.unique(np.quantile(values[known], np.arange(1, BINS) / BINS))
        raw = np.searchsorted(cuts, values[known], side="left")
    counts = np.bincount(raw)
    joined, held = np.zeros(len(counts), dtype=np.int64), 0
    current = 0
    for one, count in enumerate(counts):
        if held >= SMALLEST_BIN and counts[one:].sum() >= SMALLEST_BIN:
            current, held = current + 1, 0
        joined[one] = current
        held += int(count)
    place[known] = joined[raw]
    return place


def _dependence(told: ExplainedRows, spec: FeatureSpec, at: int, *, constraint: int) -> Dependence:
    shap, direction = told.values[:, at], direction_words(constraint)
    numbers = values_of(told, spec)
    missing = ~np.isfinite(numbers)
    bins = _codes(told, spec, shap, known=~missing) if spec.kind == "code" else _numbers(spec, numbers, shap)
    blank: Words = ("missing", "缺失")
    if spec.kind == "code":
        blank = ("missing or not seen in training", "缺失或训练中未见")
    return {
        **words_of(spec),
        "kind": spec.kind,
        "constraint": constraint,
        "direction_en": direction[0],
        "direction_zh": direction[1],
        "bins": bins,
        "missing": _bin(blank, shap[missing]) if missing.sum() >= SMALLEST_BIN else None,
    }


def _numbers(spec: FeatureSpec, numbers: NDArray[np.float64], shap: NDArray[np.float64]) -> tuple[Bin, ...]:
    place = bin_numbers(numbers)
    bins = []
    for one in range(int(place.max(initial=-1)) + 1):
        held = numbers[place == one]
        low, high = float(held.min()), float(held.max())
        told = _bin((_range(spec, low, high, "en"), _range(spec, low, high, "zh")), shap[place == one])
        bins.append(Bin(**{**told, "low": low, "high": high, "middle": float(np.median(held))}))
    return tuple(bins)


def _codes(
    told: ExplainedRows, spec: FeatureSpec, shap: NDArray[np.float64], *, known: NDArray[np.bool_]
) -> tuple[Bin, ...]:
    codes = pd.Series(levels_of(told.frame[spec.name]), dtype=object).where(known)
    order = {column.name: column.levels for column in told.component.contract.columns}[spec.name]
    counts = codes.value_counts()
    plenty = [level for level in order if counts.get(level, 0) >= SMALLEST_BIN]
    kept = set(sorted(plenty, key=lambda level: -int(counts[level]))[:MOST_CODES])
    bins = [_bin(_coded(spec, level), shap[(codes == level).to_numpy()]) for level in plenty if level in kept]
    others = (codes.notna() & ~codes.isin(kept)).to_numpy()
    return (*bins, _bin(("other", "其他"), shap[others])) if others.sum() >= SMALLEST_BIN else tuple(bins)


def _coded(spec: FeatureSpec, code: str) -> Words:
    return code_word(spec.group, code, language="en"), code_word(spec.group, code, language="zh")


def _bin(label: Words, shap: NDArray[np.float64]) -> Bin:
    low, high = np.quantile(shap, (0.1, 0.9))
    return {
        "label_en": label[0],
        "label_zh": label[1],
        "low": None,
        "high": None,
        "middle": None,
        "mean": float(shap.mean()),
        "p10": float(low),
        "p90": float(high),
        "n": len(shap),
    }


def _range(spec: FeatureSpec, low: float, high: float, language: str) -> str:
    first, last = (
        format_value(one, unit=spec.unit, language="zh" if language == "zh" else "en") for one in (low, high)
    )
    return first if first == last else f"{first} – {last}"
