"""Explanations of trees small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.models.shapley_builders import BOTH, ONE_LEAF, ZERO, explain, forest_text, margin, rows_of, stump


@pytest.mark.parametrize("missing", [0, 1, 2], ids=["none missing", "zero is missing", "NaN is missing"])
@pytest.mark.parametrize("default_left", [0, 1], ids=["gaps go right", "gaps go left"])
@pytest.mark.parametrize("threshold", [ZERO, -ZERO, 0.0, 1.0, -1.0])
def test_every_missing_type_takes_the_side_lightgbm_takes(
    missing: int, default_left: int, threshold: float
) -> None:
    text = stump(threshold=threshold, decision=missing << 2 | default_left << 1)
    odd = [np.nan, 0.0, -0.0, ZERO, -ZERO, 2e-35, -2e-35, 1.0, -1.0, 5.0, -5.0, np.inf, -np.inf]
    X = np.column_stack([odd, np.zeros(len(odd))])
    base, values = explain(text, np.array([[9.0, 0.0]]), X)
    np.testing.assert_allclose(base + values.sum(axis=1), margin(text, X), atol=1e-12)


def test_two_features_that_matter_alike_share_alike() -> None:
    _, values = explain(forest_text([BOTH]), np.array([[1.0, 1.0]]), np.array([[0.0, 0.0], [0.0, 1.0]]))
    assert values.tolist() == [[4.0, 4.0], [0.0, 0.0]]


def test_values_worked_by_hand_against_two_reference_rows() -> None:
    base, values = explain(forest_text([BOTH]), np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[0.0, 0.0]]))
    assert base == 0.0
    assert values.tolist() == [[2.0, 6.0]]


def test_a_feature_never_split_on_contributes_nothing() -> None:
    text = stump(feature=2, features=4)
    _, values = explain(text, rows_of(51, n=20, features=4), rows_of(52, n=20, features=4))
    assert not values[:, [0, 1, 3]].any()
    assert values[:, 2].any()


def test_a_tree_of_one_leaf_moves_the_base_alone() -> None:
    base, values = explain(forest_text([ONE_LEAF, BOTH]), np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))
    assert base == 0.25
    assert values.tolist() == [[4.0, 4.0]]
    base, values = explain(forest_text([ONE_LEAF]), np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]]))
    assert (base, values.tolist()) == (0.25, [[0.0, 0.0]])
