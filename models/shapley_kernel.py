"""Compiled loops of the Shapley values: node answers, pattern counts, weight tables, the sweep.

Every float is added in the order of trees and leaves of its own row, so neither neighbours nor
threads can change a bit.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Words: TypeAlias = NDArray[np.uint64]

ZERO = float(np.float32(1e-35))
"""LightGBM takes a value for zero when it is not further from zero than this."""

BLOCK = 256
"""Rows swept together: their node answers and sums stay in the processor's nearest cache."""


@compiled
def _answers(
    X: Floats,
    first: int,
    n: int,
    features: NDArray[np.int32],
    thresholds: Floats,
    missing: NDArray[np.int8],
    default_left: NDArray[np.bool_],
    a: int,
    z: int,
    words: Words,
) -> None:
    """Write for n rows from ``first`` one bit per node a..z of a tree: 1 when the row goes left."""
    for i in range(n):
        words[i] = np.uint64(0)
    for k in range(a, z):
        f = features[k]
        threshold = thresholds[k]
        kind = missing[k]
        default = np.uint64(default_left[k])
        shift = np.uint64(k - a)
        for i in range(n):
            v = X[first + i, f]
            absent = np.isnan(v)
            zero = absent if kind != 2 else False
            zero = zero or abs(v) <= ZERO
            v = 0.0 if zero else v
            left = np.uint64(v <= threshold)
            if (kind == 1 and zero) or (kind == 2 and absent):
                left = default
            words[i] |= left << shift


@compiled
def count_words(
    X: Floats,
    features: NDArray[np.int32],
    thresholds: Floats,
    missing: NDArray[np.int8],
    default_left: NDArray[np.bool_],
    tree_nodes: Ints,
    tree_leaves: Ints,
    width: Ints,
    mask: Words,
    wanted: Words,
    counts: Ints,
) -> None:
    """Add to ``counts[leaf, pattern]`` the rows of X that show the pattern on the leaf's path."""
    words = np.zeros(BLOCK, np.uint64)
    for first in range(0, X.shape[0], BLOCK):
        n = min(X.shape[0], first + BLOCK) - first
        for t in range(tree_nodes.size - 1):
            a, z = tree_nodes[t], tree_nodes[t + 1]
            _answers(X, first, n, features, thresholds, missing, default_left, a, z, words)
            for leaf in range(tree_leaves[t], tree_leaves[t + 1]):
                for i in range(n):
                    pattern = np.int64(0)
                    for u in range(width[leaf]):
                        pattern |= np.int64((words[i] & mask[leaf, u]) == wanted[leaf, u]) << u
                    counts[leaf, pattern] += 1


@compiled
def weigh_patterns(
    counts: Ints,
    rows: int,
    value: Floats,
    width: Ints,
    weights: Floats,
    start: Ints,
    table: Floats,
) -> None:
    """Write the Shapley value of each (leaf, pattern of the row, feature of the path).

    A leaf adds its value when every feature passes. Against one reference row only features that
    pass for exactly one of the two matter: a of the row alone, b of the reference alone. The game
    of such a leaf is known in closed form: each of the a gains (a-1)! b! / (a+b)!, each of the b
    loses a! (b-1)! / (a+b)!. Summed over the counted patterns of the reference.
    """
    for leaf in range(width.size):
        d = width[leaf]
        full = (1 << d) - 1
        for own in range(1 << d):
            at = start[leaf] + own * d
            for other in range(1 << d):
                count = counts[leaf, other]
                if count == 0 or (own | other) != full:
                    continue
                gains = own & ~other
                losses = other & ~own
                a = 0
                b = 0
                for u in range(d):
                    a += (gains >> u) & 1
                    b += (losses >> u) & 1
                share = value[leaf] * count / rows
                for u in range(d):
                    if (gains >> u) & 1:
                        table[at + u] += share * weights[a - 1, b]
                    elif (losses >> u) & 1:
                        table[at + u] -= share * weights[a, b - 1]


@compiled
def sweep(
    X: Floats,
    out: Floats,
    low: int,
    high: int,
    features: NDArray[np.int32],
    thresholds: Floats,
    missing: NDArray[np.int8],
    default_left: NDArray[np.bool_],
    tree_nodes: Ints,
    tree_leaves: Ints,
    width: Ints,
    path_feature: Ints,
    mask: Words,
    wanted: Words,
    start: Ints,
    table: Floats,
) -> None:
    """Write the Shapley values of rows low..high of X to the same rows of ``out``."""
    words = np.zeros(BLOCK, np.uint64)
    places = np.zeros(BLOCK, np.int64)
    sums = np.zeros((X.shape[1], BLOCK))
    for first in range(low, high, BLOCK):
        n = min(high, first + BLOCK) - first
        sums[:, :n] = 0.0
        for t in range(tree_nodes.size - 1):
            a, z = tree_nodes[t], tree_nodes[t + 1]
            _answers(X, first, n, features, thresholds, missing, default_left, a, z, words)
            for leaf in range(tree_leaves[t], tree_leaves[t + 1]):
                d = width[leaf]
                for i in range(n):
                    places[i] = start[leaf]
                for u in range(d):
                    m = mask[leaf, u]
                    w = wanted[leaf, u]
                    step = d << u
                    for i in range(n):
                        places[i] += step * np.int64((words[i] & m) == w)
                for u in range(d):
                    f = path_feature[leaf, u]
                    for i in range(n):
                        sums[f, i] += table[places[i] + u]
        for i in range(n):
            for f in range(X.shape[1]):
                out[first + i, f] = sums[f, i]
