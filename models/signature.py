"""What a registered model shows of itself: columns, a made-up example, and its figures as flat names.

The example comes from the catalogue's ranges and the model's own codes, never from a borrower's row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from models.bundle import Bundle

LONGEST_PARAM = 500


def example_of(bundle: Bundle) -> pd.DataFrame:
    """Return three made-up rows: every number at the low end, the middle and the high end of its range.

    Returns
    -------
    pandas.DataFrame
        One column per feature of the model: float64 for numbers, text for codes.
    """
    levels = {
        column.name: column.levels
        for component in bundle.components
        for column in component.contract.columns
        if column.kind == "code"
    }
    columns: dict[str, list[Any]] = {}
    for name in bundle.feature_names:
        if name in levels:
            codes = levels[name] or ("unseen",)
            columns[name] = [codes[0], codes[len(codes) // 2], codes[-1]]
            continue
        spec = bundle.catalogue.spec(name)
        low = 0.0 if spec.low is None else float(spec.low)
        high = low + 100.0 if spec.high is None else float(spec.high)
        columns[name] = [low, (low + high) / 2, high]
    return pd.DataFrame(columns)


def flat_metrics(evaluation: Mapping[str, Any]) -> dict[str, float]:
    """Return every number of an evaluation under one dotted name; lists and what is unknown are left out.

    Examples
    --------
    >>> flat_metrics({"n": 5, "auc": {"value": 0.7, "low": None}, "by_bucket": {"91+": {"ks": 0.4}}})
    {'n': 5.0, 'auc.value': 0.7, 'by_bucket.91_.ks': 0.4}
    """
    found: dict[str, float] = {}
    for name, value in evaluation.items():
        plain = re.sub(r"[^A-Za-z0-9_\-. ]", "_", str(name))
        if isinstance(value, Mapping):
            found.update({f"{plain}.{inner}": number for inner, number in flat_metrics(value).items()})
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[plain] = float(value)
    return found


def flat_params(params: Mapping[str, Any]) -> dict[str, str]:
    """Return how a model was trained as texts of at most 500 signs.

    Examples
    --------
    >>> flat_params({"seed": 7, "buckets": ["1-30"]})
    {'seed': '7', 'buckets': '["1-30"]'}
    """
    texts = {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        for name, value in params.items()
    }
    return {name: text[:LONGEST_PARAM] for name, text in texts.items()}
