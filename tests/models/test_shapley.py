from __future__ import annotations

import itertools
import math
import struct
from functools import cache

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from models.shapley import (
    Explainer,
    PatternCounts,
    PatternsOfAnotherModel,
    PatternsUnreadable,
    ReferenceUnusable,
    RowsDoNotFit,
    count_patterns,
)

Array = NDArray[np.float64]
ZERO = float(np.float32(1e-35))
"""What LightGBM still takes for zero."""


def rows_of(seed: int, *, n: int, features: int, gaps: float = 0.0, zeros: float = 0.0) -> Array:
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
    booster = lgb.Booster(model_str=text)
    return np.asarray(booster.predict(X, raw_score=True, num_threads=1), dtype=np.float64)


def explain(text: str, reference: Array, X: Array, *, threads: int = 1) -> tuple[float, Array]:
    explainer = Explainer(text, count_patterns(text, reference), features=X.shape[1])
    return explainer.base, explainer.explain(X, threads=threads)


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


@pytest.mark.filterwarnings("ignore")  # the oracle imports what it warns about; ours stays strict
def test_shap_agrees_with_a_small_reference_without_gaps() -> None:
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


def test_one_row_a_thousand_rows_and_any_threads_give_the_same_bits() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    patterns = count_patterns(text, rows_of(32, n=200, features=9, gaps=0.1))
    explainer = Explainer(text, patterns, features=9)
    X = rows_of(33, n=1000, features=9, gaps=0.1)
    whole = explainer.explain(X)
    alone = np.concatenate([explainer.explain(X[i : i + 1]) for i in range(0, 1000, 7)])
    assert whole[::7].tobytes() == alone.tobytes()
    assert whole.tobytes() == explainer.explain(X, threads=3).tobytes()
    assert whole.tobytes() == explainer.explain(X[::-1])[::-1].tobytes()


def test_layout_and_writability_of_the_rows_do_not_matter() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    explainer = Explainer(text, count_patterns(text, rows_of(32, n=50, features=9)), features=9)
    X = rows_of(34, n=30, features=9)
    frozen = X.copy()
    frozen.flags.writeable = False
    expected = explainer.explain(X)
    assert np.array_equal(expected, explainer.explain(np.asfortranarray(X)))
    assert np.array_equal(expected, explainer.explain(frozen))
    assert explainer.explain(X[:0]).shape == (0, 9)


def test_order_of_the_reference_does_not_matter() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    reference = rows_of(32, n=600, features=9, gaps=0.1)
    assert count_patterns(text, reference).to_bytes() == count_patterns(text, reference[::-1]).to_bytes()


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


def stump(*, feature: int = 0, threshold: float = 0.0, decision: int = 2, features: int = 2) -> str:
    return forest_text(
        [
            f"num_leaves=2\nnum_cat=0\nsplit_feature={feature}\nsplit_gain=1\nthreshold={threshold!r}\n"
            f"decision_type={decision}\nleft_child=-1\nright_child=-2\nleaf_value=3 -1\nleaf_count=1 1\n"
            "internal_value=0\ninternal_count=2\nis_linear=0\nshrinkage=1"
        ],
        features=features,
    )


def forest_text(trees: list[str], *, features: int = 2) -> str:
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


def test_pattern_counts_survive_their_bytes() -> None:
    text = model_text(31, features=9, depth=6, trees=20, gaps=0.1)
    patterns = count_patterns(text, rows_of(32, n=200, features=9))
    back = PatternCounts.from_bytes(patterns.to_bytes())
    assert back.to_bytes() == patterns.to_bytes()
    assert (back.rows, back.model_digest) == (200, patterns.model_digest)
    X = rows_of(33, n=20, features=9)
    before, after = (Explainer(text, p, features=9).explain(X) for p in (patterns, back))
    assert before.tobytes() == after.tobytes()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_pattern_counts_never_explain_anything(data: st.DataObject) -> None:
    text = forest_text([BOTH, ONE_LEAF])
    whole = count_patterns(text, rows_of(61, n=40, features=2)).to_bytes()
    if data.draw(st.booleans()):
        raw = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        at = data.draw(st.integers(0, len(whole) - 1))
        raw = whole[:at] + bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[at + 1 :]
    with pytest.raises((PatternsUnreadable, PatternsOfAnotherModel)):
        Explainer(text, PatternCounts.from_bytes(raw), features=2)


def test_counts_of_an_unknown_version_are_refused() -> None:
    raw = count_patterns(forest_text([BOTH]), np.zeros((1, 2))).to_bytes()
    with pytest.raises(PatternsUnreadable, match=r"Expected version 1 .* found version 9"):
        PatternCounts.from_bytes(raw[:6] + struct.pack("<H", 9) + raw[8:])


def test_a_reference_of_another_model_is_refused() -> None:
    patterns = count_patterns(forest_text([BOTH]), np.zeros((3, 2)))
    with pytest.raises(PatternsOfAnotherModel, match="Count it again"):
        Explainer(stump(), patterns, features=2)


@pytest.mark.parametrize("shape", [(0, 2), (3, 1), (4,)], ids=["no rows", "a column short", "one flat row"])
def test_an_unusable_reference_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ReferenceUnusable, match="Expected at least one reference row of 2 features"):
        count_patterns(stump(), np.zeros(shape))


def test_rows_of_other_width_are_refused() -> None:
    patterns = count_patterns(stump(), np.zeros((3, 2)))
    with pytest.raises(RowsDoNotFit, match="found 5"):
        Explainer(stump(), patterns, features=5)
    with pytest.raises(RowsDoNotFit, match=r"\(1, 3\)"):
        Explainer(stump(), patterns, features=2).explain(np.zeros((1, 3)))
