"""Shapley values equal their definition, shap's, and the margin they add up to."""

from __future__ import annotations

import itertools
import math
import warnings

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.models.shapley_builders import ZERO, Array, explain, margin, model_text, rows_of


def over_all_coalitions(text: str, reference: Array, row: Array) -> Array:
    """Shapley values by their definition: the mean margin for every set of features held fixed."""
    f = row.size
    worth = {}
    for held in itertools.product((False, True), repeat=f):
        worth[held] = margin(text, np.where(np.array(held), row, reference)).mean()
    values = np.zeros(f)
    for held in worth:
        for j in range(f):
            if not held[j]:
                size = sum(held)
                weight = math.factorial(size) * math.factorial(f - size - 1) / math.factorial(f)
                joined = (*held[:j], True, *held[j + 1 :])
                values[j] += weight * (worth[joined] - worth[held])
    return values


@pytest.mark.parametrize(
    ("gaps", "zeros", "more"),
    [
        pytest.param(0.0, 0.0, {}, id="no value missing anywhere"),
        pytest.param(0.3, 0.0, {}, id="gaps known from training take the side the tree learned"),
        pytest.param(0.2, 0.3, {"zero_as_missing": True}, id="zero means missing"),
        pytest.param(0.2, 0.3, {"use_missing": False}, id="a gap is zero when missing is off"),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_values_equal_the_definition_over_all_coalitions(
    gaps: float, zeros: float, more: dict[str, bool], seed: int
) -> None:
    text = model_text(seed, gaps=gaps, zeros=zeros, **more)
    reference = rows_of(seed + 10, n=30, features=4, gaps=gaps, zeros=zeros)
    X = rows_of(seed + 20, n=6, features=4, gaps=0.3, zeros=0.3)
    _, values = explain(text, reference, X)
    expected = np.array([over_all_coalitions(text, reference, row) for row in X])
    np.testing.assert_allclose(values, expected, atol=1e-9, rtol=0)


def test_a_gap_unknown_in_training_is_read_as_zero() -> None:
    text = model_text(3)
    reference = rows_of(4, n=25, features=4, gaps=0.2)
    X = rows_of(5, n=4, features=4, gaps=0.5)
    _, values = explain(text, reference, X)
    expected = np.array([over_all_coalitions(text, reference, row) for row in X])
    np.testing.assert_allclose(values, expected, atol=1e-9, rtol=0)


def test_a_feature_asked_several_times_on_a_path_counts_once() -> None:
    text = model_text(6, features=2, depth=6, trees=3)
    reference, X = rows_of(7, n=40, features=2), rows_of(8, n=10, features=2)
    _, values = explain(text, reference, X)
    expected = np.array([over_all_coalitions(text, reference, row) for row in X])
    np.testing.assert_allclose(values, expected, atol=1e-9, rtol=0)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_values_add_up_to_the_margin_on_deep_trees_with_many_features(seed: int) -> None:
    text = model_text(seed, features=12, depth=6, trees=40, gaps=0.1)
    reference = rows_of(seed, n=300, features=12, gaps=0.1)
    X = rows_of(seed + 1, n=700, features=12, gaps=0.1)
    base, values = explain(text, reference, X)
    np.testing.assert_allclose(base + values.sum(axis=1), margin(text, X), atol=1e-9, rtol=0)
    assert base == pytest.approx(margin(text, reference).mean(), abs=1e-9)


def test_shap_agrees_with_a_small_reference_without_gaps() -> None:
    with (
        warnings.catch_warnings()
    ):  # while shap is imported, what it imports warns; ends with shap's next release
        warnings.simplefilter("ignore")
        import shap

    text = model_text(21, features=8, depth=6, trees=25)
    off_the_grid = 0.003  # the oracle rounds thresholds to float32: rows that tie with one would differ
    reference = rows_of(22, n=90, features=8) + off_the_grid
    X = rows_of(23, n=40, features=8) + off_the_grid
    _, values = explain(text, reference, X)
    booster = lgb.Booster(model_str=text)
    booster.params["objective"] = "binary"
    oracle = shap.TreeExplainer(booster, reference, feature_perturbation="interventional")
    told = np.asarray(oracle.shap_values(X))
    told = told[..., -1] if told.ndim == 3 else told
    np.testing.assert_allclose(values, told, atol=1e-5, rtol=0)


@settings(max_examples=40, deadline=None)
@given(
    arrays(
        np.float64,
        (3, 4),
        elements=st.one_of(
            st.floats(-3, 3), st.sampled_from([0.0, -0.0, ZERO, -ZERO, 1e-36, np.nan, np.inf, -np.inf])
        ),
    )
)
@pytest.mark.parametrize("more", [{}, {"zero_as_missing": True}], ids=["gaps are NaN", "gaps are zero"])
def test_any_row_adds_up_however_odd_its_numbers(more: dict[str, bool], X: Array) -> None:
    text = model_text(41, gaps=0.2, zeros=0.3, **more)
    base, values = explain(text, rows_of(42, n=50, features=4, gaps=0.2, zeros=0.3), X)
    np.testing.assert_allclose(base + values.sum(axis=1), margin(text, X), atol=1e-9, rtol=0)
