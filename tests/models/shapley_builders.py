"""Small LightGBM models, trained or written by hand, and their rows, margins and explanations."""

from __future__ import annotations

from functools import cache

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from models.shapley import Explainer, count_patterns

Array = NDArray[np.float64]
ZERO = float(np.float32(1e-35))
"""What LightGBM still takes for zero."""


def rows_of(seed: int, *, n: int, features: int, gaps: float = 0.0, zeros: float = 0.0) -> Array:
    """Return rows with that share of gaps and of zeros."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, features)).round(2)
    X[random.random(X.shape) < zeros] = 0.0
    X[random.random(X.shape) < gaps] = np.nan
    return X


@cache
def model_text(
    seed: int,
    *,
    features: int = 4,
    gaps: float = 0.0,
    zeros: float = 0.0,
    trees: int = 6,
    depth: int = 4,
    **more: bool | float,
) -> str:
    """Return the text of a small model, trained once for each set of arguments."""
    X = rows_of(seed, n=400, features=features, gaps=gaps, zeros=zeros)
    filled = np.nan_to_num(X)
    noise = np.random.default_rng(seed + 1).normal(size=len(X))
    y = (filled[:, 0] * filled[:, 1] + np.isnan(X[:, -1]) + 0.3 * noise > 0).astype(float)
    settings = {"objective": "binary", "max_depth": depth, "num_leaves": 2**depth, "min_data_in_leaf": 5}
    fixed = {"verbose": -1, "num_threads": 1, "seed": seed, "deterministic": True}
    parameters = {**settings, **fixed, **more}
    text: str = lgb.train(parameters, lgb.Dataset(X, y, params={**fixed, **more}), trees).model_to_string()
    return text


def margin(text: str, X: Array) -> Array:
    """Return the margin that LightGBM itself gives each row."""
    booster = lgb.Booster(model_str=text)
    return np.asarray(booster.predict(X, raw_score=True, num_threads=1), dtype=np.float64)


def explain(text: str, reference: Array, X: Array, *, threads: int = 1) -> tuple[float, Array]:
    """Return the base and the values of each row."""
    explainer = Explainer(text, count_patterns(text, reference), features=X.shape[1])
    return explainer.base, explainer.explain(X, threads=threads)


def stump(*, feature: int = 0, threshold: float = 0.0, decision: int = 2, features: int = 2) -> str:
    """Return the text of a model with one split."""
    return forest_text(
        [
            f"num_leaves=2\nnum_cat=0\nsplit_feature={feature}\nsplit_gain=1\nthreshold={threshold!r}\n"
            f"decision_type={decision}\nleft_child=-1\nright_child=-2\nleaf_value=3 -1\nleaf_count=1 1\n"
            "internal_value=0\ninternal_count=2\nis_linear=0\nshrinkage=1"
        ],
        features=features,
    )


def forest_text(trees: list[str], *, features: int = 2) -> str:
    """Return the text of a model of these trees."""
    blocks = [f"Tree={i}\n{tree}\n\n\n" for i, tree in enumerate(trees)]
    names = " ".join(f"f{i}" for i in range(features))
    head = (
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        f"max_feature_idx={features - 1}\nobjective=regression\nfeature_names={names}\n"
        f"feature_infos={' '.join(['[-9:9]'] * features)}\n"
        f"tree_sizes={' '.join(str(len(block)) for block in blocks)}\n\n"
    )
    return head + "".join(blocks) + "end of trees\n"


BOTH = (
    "num_leaves=3\nnum_cat=0\nsplit_feature=0 1\nsplit_gain=1 1\nthreshold=0.5 0.5\ndecision_type=2 2\n"
    "left_child=1 -1\nright_child=-3 -2\nleaf_value=8 0 0\nleaf_count=1 1 1\ninternal_value=0 0\n"
    "internal_count=3 2\nis_linear=0\nshrinkage=1"
)
ONE_LEAF = (
    "num_leaves=1\nnum_cat=0\nsplit_feature=\nsplit_gain=\nthreshold=\ndecision_type=\nleft_child=\n"
    "right_child=\nleaf_value=0.25\nleaf_count=4\ninternal_value=\ninternal_count=\nis_linear=0\nshrinkage=1"
)
