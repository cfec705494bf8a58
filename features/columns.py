"""Arithmetic that definitions share: shares without division by zero, missing where nothing was known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

Column = NDArray[Any]

_FEW = 64
"""Rows up to which numbers are cast first: the service compiles one kernel then, not one for each pair of types."""


def ratio(part: Column, whole: Column) -> NDArray[np.float64]:
    """Return part over whole; NaN where the whole is not above 0.

    Examples
    --------
    >>> ratio(np.array([1, 1]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    if len(part) <= _FEW:
        part, whole = part.astype(np.float64), whole.astype(np.float64)
    return _over(part, whole)


def known_where(values: Column, known: Column) -> NDArray[np.float64]:
    """Return the values where they are known, else NaN.

    Examples
    --------
    >>> known_where(np.array([3, 4]), np.array([True, False])).tolist()
    [3.0, nan]
    """
    return _known(values.astype(np.float64) if len(values) <= _FEW else values, known)


def within(days: Column, most: int) -> NDArray[np.float64]:
    """Return the days where they are at most so many, else NaN: what lies further back no longer speaks.

    Examples
    --------
    >>> within(np.array([3.0, 400.0, np.nan]), 365).tolist()
    [3.0, nan, nan]
    """
    return np.where(days <= most, days, np.nan)


@compiled
def _over(part: Column, whole: Column) -> NDArray[np.float64]:
    share = np.empty(len(part), np.float64)
    for at in range(len(part)):
        share[at] = np.float64(part[at]) / np.float64(whole[at]) if whole[at] > 0 else np.nan
    return share


@compiled
def _known(values: Column, known: Column) -> NDArray[np.float64]:
    told = np.empty(len(values), np.float64)
    for at in range(len(values)):
        told[at] = values[at] if known[at] else np.nan
    return told
