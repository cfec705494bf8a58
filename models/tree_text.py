"""LightGBM's text of a model, read into flat arrays that a kernel can walk.

Every leaf is kept as a conjunction: for each distinct feature on its path, which nodes of the
tree must answer "left" and which "right". A row's answers to all nodes of a tree fit one 64-bit
word, because a tree of depth 6 has at most 63 nodes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

DEEPEST: Final = 6
"""Deepest path that can be explained exactly with one 64-bin count per leaf."""

_CATEGORICAL = 1
_DEFAULT_LEFT = 2


class ModelTextUnreadable(ValueError):
    """The text is not a LightGBM model, or a part of it is damaged."""


class TreeNotExplainable(ValueError):
    """A tree is of a kind that cannot be explained exactly here."""


@dataclass(frozen=True)
class Forest:
    """The trees of a model as flat arrays.

    Parameters
    ----------
    features
        Number of columns of the model's input.
    node_feature, node_threshold, node_missing, node_default_left
        One entry per inner node, trees one after another: column, threshold (left when the value
        is not above it), missing type (0 none, 1 zero, 2 NaN), side a missing value takes.
    tree_nodes, tree_leaves
        Position where each tree's nodes and leaves begin, and one past the last.
    leaf_value
        Margin that a leaf adds.
    leaf_width
        Number of distinct features on the leaf's path, 0 to 6.
    leaf_feature, leaf_mask, leaf_wanted
        ``[leaf, feature of the path]``: its column (-1 when unused), the nodes that ask about it,
        and which of them must answer "left".
    """

    features: int
    node_feature: NDArray[np.int32]
    node_threshold: NDArray[np.float64]
    node_missing: NDArray[np.int8]
    node_default_left: NDArray[np.bool_]
    tree_nodes: NDArray[np.int64]
    tree_leaves: NDArray[np.int64]
    leaf_value: NDArray[np.float64]
    leaf_width: NDArray[np.int64]
    leaf_feature: NDArray[np.int64]
    leaf_mask: NDArray[np.uint64]
    leaf_wanted: NDArray[np.uint64]

    @property
    def digest(self) -> str:
        """Return the sha256 of the trees: equal for texts that predict equally."""
        told = hashlib.sha256(str(self.features).encode())
        for field in fields(self)[1:]:
            told.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return told.hexdigest()


@dataclass(frozen=True)
class _Tree:
    feature: list[int]
    threshold: list[float]
    decision: list[int]
    left: list[int]
    right: list[int]
    value: list[float]


def forest_of(model_text: str) -> Forest:
    """Return the trees of a LightGBM model text.

    Parameters
    ----------
    model_text
        What ``Booster.model_to_string()`` writes.

    Raises
    ------
    ModelTextUnreadable
        When the text is not a model, is cut short or points outside itself.
    TreeNotExplainable
        When a tree is deeper than 6, splits on categories, holds linear leaves, or when the model
        has several outputs or averages its trees.

    Examples
    --------
    >>> stump = '''tree
    ... num_class=1
    ... num_tree_per_iteration=1
    ... max_feature_idx=1
    ...
    ... Tree=0
    ... num_leaves=2
    ... num_cat=0
    ... split_feature=1
    ... threshold=0.5
    ... decision_type=2
    ... left_child=-1
    ... right_child=-2
    ... leaf_value=-1 1
    ... is_linear=0
    ...
    ... end of trees
    ... '''
    >>> forest = forest_of(stump)
    >>> forest.leaf_value.tolist(), forest.leaf_feature[:, 0].tolist()
    ([-1.0, 1.0], [1, 1])
    """
    head, *blocks = model_text.split("\nTree=")
    header = _pairs(head)
    if not head.startswith("tree") or "max_feature_idx" not in header:
        raise ModelTextUnreadable(
            "Expected the text of a LightGBM model (first line 'tree', a line 'max_feature_idx='); "
            f"found {model_text[:40]!r}. Pass what Booster.model_to_string() returns."
        )
    if not model_text.partition("\nend of trees")[1]:
        raise ModelTextUnreadable(
            f"Expected the line 'end of trees' after {len(blocks)} trees; found the end of the text. "
            "The text was cut short: write it again."
        )
    if header.get("num_tree_per_iteration", "1") != "1" or "average_output" in head.splitlines():
        raise TreeNotExplainable(
            "Expected one output that is the sum of its trees; found "
            f"num_tree_per_iteration={header.get('num_tree_per_iteration')} or averaged trees. "
            "Train a binary or regression objective with boosting=gbdt."
        )
    features = int(header["max_feature_idx"]) + 1
    trees = [_tree(number, block, features=features) for number, block in enumerate(blocks)]
    return _flat(trees, features=features)


def _pairs(text: str) -> dict[str, str]:
    """Return the ``name=value`` lines of a block."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _tree(number: int, block: str, *, features: int) -> _Tree:
    """Return one tree after checking that it is whole and of a kind we explain."""
    lines = _pairs(block.partition("\nend of trees")[0])
    if int(lines.get("num_cat", "0")) or lines.get("is_linear", "0") != "0":
        raise TreeNotExplainable(
            f"Expected numerical splits and constant leaves; found tree {number} with "
            f"num_cat={lines.get('num_cat')}, is_linear={lines.get('is_linear')}. "
            "Encode categories as numbers and train with linear_tree=false."
        )
    try:
        inner = int(lines["num_leaves"]) - 1
        tree = _Tree(
            feature=[int(x) for x in lines.get("split_feature", "").split()],
            threshold=[float(x) for x in lines.get("threshold", "").split()],
            decision=[int(x) for x in lines.get("decision_type", "").split()],
            left=[int(x) for x in lines.get("left_child", "").split()],
            right=[int(x) for x in lines.get("right_child", "").split()],
            value=[float(x) for x in lines["leaf_value"].split()],
        )
    except (KeyError, ValueError) as damage:
        raise ModelTextUnreadable(
            f"Expected numbers in every line of tree {number}; found {damage}. "
            "The text is damaged: take it again from the trained model."
        ) from damage
    lengths = [len(x) for x in (tree.feature, tree.threshold, tree.decision, tree.left, tree.right)]
    inside = all(-inner - 2 < child < inner for child in tree.left + tree.right) and all(
        0 <= feature < features for feature in tree.feature
    )
    if lengths != [inner] * 5 or len(tree.value) != inner + 1 or not inside:
        raise ModelTextUnreadable(
            f"Expected {inner} nodes and {inner + 1} leaves in tree {number}, all within the tree; found "
            f"{lengths} nodes and {len(tree.value)} leaves. Take the text again from the trained model."
        )
    if any(kind & _CATEGORICAL for kind in tree.decision):
        raise TreeNotExplainable(
            f"Expected numerical splits; found a categorical one in tree {number}. "
            "Encode categories as numbers before training."
        )
    return tree


def _paths(number: int, tree: _Tree) -> list[list[tuple[int, bool]]]:
    """Return for each leaf the (node, goes left) steps that lead to it."""
    paths: list[list[tuple[int, bool]]] = [[] for _ in tree.value]
    reached = 0
    stack: list[tuple[int, list[tuple[int, bool]]]] = [(0 if tree.feature else -1, [])]
    while stack:
        node, path = stack.pop()
        if len(path) > DEEPEST:
            raise TreeNotExplainable(
                f"Expected trees of depth {DEEPEST} or less (63 nodes); found a path of {len(path)} or more "
                f"splits in tree {number} of {len(tree.feature)} nodes. Train with max_depth={DEEPEST}."
            )
        if node < 0:
            paths[-node - 1] = path
            reached += 1
        else:
            stack.append((tree.right[node], [*path, (node, False)]))
            stack.append((tree.left[node], [*path, (node, True)]))
    if reached != len(paths):
        raise ModelTextUnreadable(
            f"Expected each of {len(paths)} leaves of tree {number} to be reached once; found {reached}. "
            "The text is damaged: take it again from the trained model."
        )
    return paths


def _flat(trees: list[_Tree], *, features: int) -> Forest:
    """Return the trees laid one after another."""
    leaves = sum(len(tree.value) for tree in trees)
    width = np.zeros(leaves, np.int64)
    feature = np.full((leaves, DEEPEST), -1, np.int64)
    mask = np.zeros((leaves, DEEPEST), np.uint64)
    wanted = np.zeros((leaves, DEEPEST), np.uint64)
    leaf = 0
    for number, tree in enumerate(trees):
        for path in _paths(number, tree):
            places: dict[int, int] = {}
            for node, left in path:
                place = places.setdefault(tree.feature[node], len(places))
                bit = np.uint64(1 << node)
                feature[leaf, place] = tree.feature[node]
                mask[leaf, place] |= bit
                if left:
                    wanted[leaf, place] |= bit
            width[leaf] = len(places)
            leaf += 1
    kinds = np.array([kind for tree in trees for kind in tree.decision], np.int64)
    return Forest(
        features=features,
        node_feature=np.array([x for tree in trees for x in tree.feature], np.int32),
        node_threshold=np.array([x for tree in trees for x in tree.threshold], np.float64),
        node_missing=((kinds >> 2) & 3).astype(np.int8),
        node_default_left=(kinds & _DEFAULT_LEFT) > 0,
        tree_nodes=np.cumsum([0, *(len(tree.feature) for tree in trees)], dtype=np.int64),
        tree_leaves=np.cumsum([0, *(len(tree.value) for tree in trees)], dtype=np.int64),
        leaf_value=np.array([x for tree in trees for x in tree.value], np.float64),
        leaf_width=width,
        leaf_feature=feature,
        leaf_mask=mask,
        leaf_wanted=wanted,
    )
