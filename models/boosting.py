"""The champion's learner: LightGBM, shallow, monotone where the catalogue promises it, repeatable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.progress import tell_done
from models.splits import order_of_groups

DEEPEST = 6
MOST_LEAVES = 63
"""The Shapley kernel keeps the node outcomes of a tree in one 64-bit word."""


@dataclass(frozen=True)
class BoostSettings:
    """Untuned defaults that hold from a thousand rows to a million.

    Parameters
    ----------
    rate
        Learning rate.
    leaves, depth
        Bounds of a tree (at most 63 leaves, depth 6).
    rows_in_leaf
        Fewest rows of a leaf; in a small sample a hundredth of its rows, at least 5.
    ridge
        L2 penalty of leaf values.
    rounds, patience
        Most trees, and how many may fail to improve the held-out loss before learning stops.
    share_of_rows, share_of_features
        Drawn for each tree.
    """

    rate: float = 0.03
    leaves: int = 31
    depth: int = DEEPEST
    rows_in_leaf: int = 80
    ridge: float = 10.0
    rounds: int = 800
    patience: int = 50
    share_of_rows: float = 0.8
    share_of_features: float = 0.5

    def parameters(
        self, *, rows: int, constraints: tuple[int, ...], seed: int, threads: int
    ) -> dict[str, Any]:
        """Return LightGBM's parameters.

        Raises
        ------
        ValueError
            When a tree could outgrow the Shapley kernel.
        """
        if self.depth > DEEPEST or self.leaves > MOST_LEAVES:
            raise ValueError(
                f"Expected depth ≤ {DEEPEST} and leaves ≤ {MOST_LEAVES}, found {self.depth} and "
                f"{self.leaves}. Larger trees cannot be explained exactly: make them smaller."
            )
        return {
            "objective": "binary",
            "learning_rate": self.rate,
            "num_leaves": self.leaves,
            "max_depth": self.depth,
            "min_data_in_leaf": min(self.rows_in_leaf, max(5, rows // 100)),
            "lambda_l2": self.ridge,
            "bagging_fraction": self.share_of_rows,
            "bagging_freq": 1,
            "feature_fraction": self.share_of_features,
            "monotone_constraints": list(constraints),
            "monotone_constraints_method": "basic",
            "deterministic": True,
            "force_row_wise": True,
            "seed": seed,
            "num_threads": threads,
            "verbosity": -1,
        }


@dataclass(frozen=True)
class Rows:
    """Encoded training rows.

    Parameters
    ----------
    matrix
        float64, rows × matrix columns of the contract.
    y, weight
        Event (0 or 1) and weight per row.
    group
        Rows of one group are never on both sides of a split.
    as_of
        Day of each row.
    """

    matrix: NDArray[np.float64]
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    group: NDArray[np.object_]
    as_of: NDArray[np.int32]


def fit_trees(
    rows: Rows,
    *,
    names: tuple[str, ...],
    constraints: tuple[int, ...],
    seed: int,
    threads: int = 1,
    settings: BoostSettings | None = None,
) -> str:
    """Return a trained model as LightGBM text.

    The number of trees is found on a fold of other groups and, where there are several days, the
    later days; then all rows are learnt with that number.
    """
    settings = settings or BoostSettings()
    parameters = settings.parameters(rows=len(rows.y), constraints=constraints, seed=seed, threads=threads)
    learn, stop = stopping_fold(rows, seed=seed)
    first = _dataset(rows, learn, names)
    trial = lightgbm.train(
        dict(parameters),
        first,
        num_boost_round=settings.rounds,
        valid_sets=[_dataset(rows, stop, names, reference=first)],
        callbacks=[lightgbm.early_stopping(settings.patience, verbose=False), _tell_tree],
    )
    trees = max(int(trial.best_iteration), 1)
    everything = np.arange(len(rows.y))
    booster = lightgbm.train(
        dict(parameters), _dataset(rows, everything, names), num_boost_round=trees, callbacks=[_tell_tree]
    )
    return _text(booster)


def stopping_fold(rows: Rows, *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows to learn from and the rows to stop on: other groups, and later days if any.

    A fold with one outcome only would stop at random, so the days are then ignored.
    """
    order, of_row = order_of_groups(rows.group, seed=seed + 1)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    size = np.bincount(of_row)
    before = np.concatenate([[0], np.cumsum(size[order])[:-1]])
    held = (before < 0.2 * len(rows.y))[place[of_row]]
    days = np.unique(rows.as_of)
    if len(days) >= 3:
        late = rows.as_of >= days[-max(1, len(days) // 3)]
        learn, stop = np.flatnonzero(~held & ~late), np.flatnonzero(held & late)
        if _both(rows.y[stop]) and _both(rows.y[learn]):
            return learn, stop
    learn, stop = np.flatnonzero(~held), np.flatnonzero(held)
    if _both(rows.y[stop]) and _both(rows.y[learn]):
        return learn, stop
    everything = np.arange(len(rows.y))
    return everything, everything


def _both(y: NDArray[np.float64]) -> bool:
    return bool(len(y)) and bool(y.min() < y.max())


def _dataset(
    rows: Rows, index: NDArray[np.int64], names: tuple[str, ...], *, reference: Any = None
) -> lightgbm.Dataset:
    return lightgbm.Dataset(
        rows.matrix[index],
        rows.y[index],
        weight=rows.weight[index],
        feature_name=list(names),
        reference=reference,
        params={"verbosity": -1, "feature_pre_filter": False},
        free_raw_data=True,
    )


def _tell_tree(environment: Any) -> None:
    """Tell how many trees stand; early stopping may end the work before the last."""
    tell_done("trees", environment.iteration + 1, environment.end_iteration)


def _text(booster: lightgbm.Booster) -> str:
    """Return the model text without the settings of the machine it was trained on."""
    text = str(booster.model_to_string())
    return "\n".join(line for line in text.split("\n") if not line.startswith("[num_threads:"))
