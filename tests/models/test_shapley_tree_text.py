from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pytest

from models.tree_text import ModelTextUnreadable, TreeNotExplainable, forest_of


def trained(*, labels: int = 2, categories: bool = False, **more: bool | int | str | float) -> str:
    random = np.random.default_rng(0)
    X = random.normal(size=(500, 3))
    X[:, 2] = random.integers(0, 5, 500)
    y = np.clip((X[:, 0] + X[:, 1] * X[:, 1] + (X[:, 2] == 3) * 2).round(), 0, labels - 1)
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1, "max_depth": 3, **more}
    data = lgb.Dataset(X, y, categorical_feature=[2] if categories else "auto", params=parameters)
    text: str = lgb.train(parameters, data, 3).model_to_string()
    return text


def test_every_leaf_of_every_tree_is_read() -> None:
    text = trained()
    forest = forest_of(text)
    dump = lgb.Booster(model_str=text).dump_model()
    assert np.diff(forest.tree_leaves).tolist() == [tree["num_leaves"] for tree in dump["tree_info"]]
    assert forest.features == 3
    assert np.diff(forest.tree_nodes).sum() == forest.node_threshold.size


def test_the_digest_tells_trees_apart_and_nothing_else() -> None:
    text = trained()
    assert forest_of(text).digest == forest_of(text.replace("[seed: 0]", "[seed: 1]")).digest
    assert forest_of(text).digest != forest_of(trained(learning_rate=0.2)).digest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            lambda: trained(max_depth=8, min_data_in_leaf=1), "7 or more splits", id="deeper than 6"
        ),
        pytest.param(
            lambda: trained(categories=True, min_data_per_group=1), "num_cat=", id="splits on categories"
        ),
        pytest.param(lambda: trained(linear_tree=True), "is_linear=1", id="lines in its leaves"),
        pytest.param(
            lambda: trained(labels=3, objective="multiclass", num_class=3),
            "num_tree_per_iteration=3",
            id="several outputs",
        ),
        pytest.param(
            lambda: trained(boosting="rf", bagging_freq=1, bagging_fraction=0.5),
            "averaged trees",
            id="trees that are averaged",
        ),
    ],
)
def test_trees_that_cannot_be_explained_exactly_are_refused(text, found: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TreeNotExplainable, match=f"Expected .* found .*{found}"):
        forest_of(text())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("max_feature_idx", "max_idx", id="header without the number of features"),
        pytest.param("end of trees", "", id="cut before its end"),
        pytest.param("left_child=1", "left_child=99", id="a child outside the tree"),
        pytest.param("left_child=1", "left_child=0", id="a node that is its own child"),
        pytest.param("leaf_value=", "leaf_value=abc ", id="a leaf that is not a number"),
        pytest.param("leaf_value=", "leaf_values=", id="leaves under another name"),
        pytest.param("split_feature=", "split_feature=77 ", id="a feature too many"),
    ],
)
def test_damaged_text_is_refused_before_anything_is_computed(old: str, new: str) -> None:
    text = trained()
    assert old in text
    with pytest.raises((ModelTextUnreadable, TreeNotExplainable), match="Expected"):
        forest_of(text.replace(old, new, 1))


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(ModelTextUnreadable, match="found 'hello'"):
        forest_of("hello")
