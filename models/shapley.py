"""Exact interventional SHAP values of a LightGBM model against a stated reference population.

The reference is kept as counts of patterns per leaf, never as rows of borrowers. One account and
a million go through the same sweep and get the same bits. The values add up to the model's
margin (log-odds before calibration): ``base + values.sum(axis=1) == raw score``.

Source: Lundberg and Lee, NeurIPS 2017 (the values); Janzing et al., AISTATS 2020 (why the
reference is drawn independently of the features held fixed).
"""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import factorial
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.compiled import steady
from models import shapley_kernel
from models.tree_text import DEEPEST, Forest, forest_of

_Ints: TypeAlias = NDArray[np.int64]

_MAGIC: Final = b"DCPATT"
_VERSION: Final = 1
_HEADER: Final = struct.Struct("<6sHQQ64s")
_PATTERNS: Final = 1 << DEEPEST
_WEIGHTS: Final = np.array(
    [[factorial(a) * factorial(b) / factorial(a + b + 1) for b in range(DEEPEST)] for a in range(DEEPEST)]
)


class PatternsUnreadable(ValueError):
    """The bytes are not pattern counts of a version we know, or they are damaged."""


class PatternsOfAnotherModel(ValueError):
    """The reference was counted on other trees than those to be explained."""


class ReferenceUnusable(ValueError):
    """The reference population is empty or does not have the model's columns."""


class RowsDoNotFit(ValueError):
    """The rows to explain do not have the model's columns."""


@dataclass(frozen=True, eq=False)
class PatternCounts:
    """A reference population as a model's leaves see it.

    Parameters
    ----------
    counts
        ``[leaf, pattern]``: how many reference rows pass exactly those features of the leaf's path
        whose bit is set.
    width
        Distinct features on each leaf's path; patterns from ``2 ** width`` on are empty.
    rows
        Size of the reference population.
    model_digest
        Digest of the trees it was counted on.
    """

    counts: NDArray[np.int64]
    width: NDArray[np.int64]
    rows: int
    model_digest: str

    def to_bytes(self) -> bytes:
        """Return the counts as bytes: the same counts give the same bytes."""
        head = _HEADER.pack(_MAGIC, _VERSION, self.rows, self.width.size, self.model_digest.encode("ascii"))
        inside = np.arange(_PATTERNS)[None, :] < (1 << self.width)[:, None]
        return head + self.width.astype("<u1").tobytes() + self.counts[inside].astype("<u4").tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes) -> PatternCounts:
        """Return the counts that ``to_bytes`` wrote.

        Raises
        ------
        PatternsUnreadable
            When the header, the length or the totals are wrong.
        """
        if len(raw) < _HEADER.size or raw[: len(_MAGIC)] != _MAGIC:
            raise PatternsUnreadable(
                f"Expected pattern counts that begin with {_MAGIC!r}; found {len(raw)} bytes beginning "
                f"{raw[:6]!r}. Count the reference again with count_patterns."
            )
        _, version, rows, leaves, digest = _HEADER.unpack_from(raw)
        width = np.frombuffer(raw, "<u1", min(leaves, len(raw) - _HEADER.size), _HEADER.size).astype(np.int64)
        sound = version == _VERSION and width.size == leaves and bool((width <= DEEPEST).all())
        sizes = 1 << np.where(width <= DEEPEST, width, 0)
        if not sound or len(raw) != _HEADER.size + leaves + 4 * int(sizes.sum()):
            raise PatternsUnreadable(
                f"Expected version {_VERSION} with counts of {leaves} leaves; found version {version} in "
                f"{len(raw)} bytes. Count the reference again with count_patterns."
            )
        counts = np.zeros((leaves, _PATTERNS), np.int64)
        inside = np.arange(_PATTERNS)[None, :] < sizes[:, None]
        counts[inside] = np.frombuffer(raw, "<u4", -1, _HEADER.size + leaves).astype(np.int64)
        off = np.flatnonzero((counts.sum(axis=1) != rows) | (counts < 0).any(axis=1))
        if off.size:
            raise PatternsUnreadable(
                f"Expected {rows} reference rows in every leaf; found other totals in {off.size} leaves "
                f"({off[:5].tolist()}). Count the reference again with count_patterns."
            )
        return cls(counts, width, rows, digest.decode("ascii", "replace"))


def count_patterns(model_text: str, reference: NDArray[np.float64]) -> PatternCounts:
    """Return how often the reference population shows each pattern on each leaf's path.

    Parameters
    ----------
    model_text
        LightGBM's text of the model.
    reference
        ``[row, feature]``: the population that explanations compare with; NaN is missing.

    Raises
    ------
    ReferenceUnusable
        When there are no rows, or not one column per feature of the model.
    """
    forest = forest_of(model_text)
    X = steady(reference, np.float64)
    if X.ndim != 2 or X.shape[1] != forest.features or not len(X):
        raise ReferenceUnusable(
            f"Expected at least one reference row of {forest.features} features; found shape {X.shape}. "
            "Take the reference from the table the model was trained on."
        )
    counts = np.zeros((forest.leaf_value.size, _PATTERNS), np.int64)
    leaves = (forest.leaf_width, forest.leaf_mask, forest.leaf_wanted)
    shapley_kernel.count_words(X, *_nodes(forest), *leaves, counts)
    return PatternCounts(counts, forest.leaf_width, len(X), forest.digest)


class Explainer:
    """Shapley values of one model against one reference population.

    Parameters
    ----------
    model_text
        LightGBM's text of the model.
    patterns
        The reference population, counted on the same trees.
    features
        Number of columns of the rows to explain.

    Attributes
    ----------
    base
        Mean margin of the reference population: what a row without peculiarities gets.

    Raises
    ------
    PatternsOfAnotherModel
        When the reference was counted on other trees.
    RowsDoNotFit
        When the model does not have that many features.
    """

    def __init__(self, model_text: str, patterns: PatternCounts, *, features: int) -> None:
        forest = forest_of(model_text)
        if patterns.model_digest != forest.digest or not np.array_equal(patterns.width, forest.leaf_width):
            raise PatternsOfAnotherModel(
                f"Expected a reference counted on the trees {forest.digest[:12]}; found one of "
                f"{patterns.model_digest[:12]}. Count it again with count_patterns on this model's text."
            )
        if features != forest.features:
            raise RowsDoNotFit(
                f"Expected the {forest.features} features the model was trained with; found {features}. "
                "Pass the columns of the model's contract, in its order."
            )
        self._forest = forest
        sizes = (1 << forest.leaf_width) * forest.leaf_width
        self._start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self._table = np.zeros(int(self._start[-1]))
        shapley_kernel.weigh_patterns(
            patterns.counts,
            patterns.rows,
            forest.leaf_value,
            forest.leaf_width,
            _WEIGHTS,
            self._start,
            self._table,
        )
        reached = patterns.counts[np.arange(forest.leaf_width.size), (1 << forest.leaf_width) - 1]
        self.base = float((forest.leaf_value * reached / patterns.rows).sum())

    def explain(self, X: NDArray[np.float64], *, threads: int = 1) -> NDArray[np.float64]:
        """Return the contribution of every feature to every row's margin.

        Parameters
        ----------
        X
            ``[row, feature]`` in the model's column order; NaN is missing.
        threads
            Threads to share the rows among; the values do not depend on it.

        Returns
        -------
        NDArray
            ``[row, feature]`` in log-odds; a feature the model never splits on has 0.

        Raises
        ------
        RowsDoNotFit
            When the rows do not have the model's columns.
        """
        X = steady(X, np.float64)
        if X.ndim != 2 or X.shape[1] != self._forest.features:
            raise RowsDoNotFit(
                f"Expected rows of {self._forest.features} features; found an array of shape {X.shape}. "
                "Pass the columns of the model's contract, in its order."
            )
        out = np.zeros(X.shape)
        edges = np.linspace(0, len(X), max(1, threads) + 1).astype(np.int64)

        def sweep(part: int) -> None:
            forest = self._forest
            paths = (forest.leaf_width, forest.leaf_feature, forest.leaf_mask, forest.leaf_wanted)
            shapley_kernel.sweep(
                X, out, edges[part], edges[part + 1], *_nodes(forest), *paths, self._start, self._table
            )

        if threads <= 1:
            sweep(0)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(sweep, range(threads)))
        return out


def _nodes(
    forest: Forest,
) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.int8], NDArray[np.bool_], _Ints, _Ints]:
    """Return what a kernel must know to ask a row all nodes of all trees."""
    return (
        forest.node_feature,
        forest.node_threshold,
        forest.node_missing,
        forest.node_default_left,
        forest.tree_nodes,
        forest.tree_leaves,
    )
