"""Arithmetic that definitions share: shares without division by zero, missing where nothing was known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled

Column = NDArray[Any]


def ratio(part: Column, whole: Column) -> NDArray[np.float64]:
    """Return part over whole; NaN where the whole is not above 0.

    Examples
    --------
    >>> ratio(np.array([1, 1]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    share: NDArray[np.float64] = part.astype(np.float64)
    _over(share, whole.astype(np.float64))
    return share


def known_where(values: Column, known: Column) -> NDArray[np.float64]:
    """Return the values where they are known, else NaN.

    Examples
    --------
    >>> known_where(np.array([3, 4]), np.array([True, False])).tolist()
    [3.0, nan]
    """
    told: NDArray[np.float64] = values.astype(np.float64)
    np.putmask(told, np.logical_not(known), np.nan)
    return told


def within(days: Column, most: int) -> NDArray[np.float64]:
    """Return the days where they are at most so many, else NaN: what lies further back no longer speaks.

    Examples
    --------
    >>> within(np.array([3.0, 400.0, np.nan]), 365).tolist()
    [3.0, nan, nan]
    """
    return np.where(days <= most, days, np.nan)


@compiled
def _over(part: NDArray[np.float64], whole: NDArray[np.float64]) -> None:
    for at in range(len(part)):
        part[at] = part[at] / whole[at] if whole[at] > 0 else np.nan
