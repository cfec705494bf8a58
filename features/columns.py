"""Arithmetic that definitions share: shares without division by zero, missing where nothing was known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]


def ratio(part: Column, whole: Column) -> NDArray[np.float64]:
    """Return part over whole; NaN where the whole is not above 0.

    Examples
    --------
    >>> ratio(np.array([1, 1]), np.array([4, 0])).tolist()
    [0.25, nan]
    """
    lawful = whole > 0
    share: NDArray[np.float64] = np.full(len(part), np.nan)
    np.divide(part, whole, out=share, where=lawful)
    return share


def known_where(values: Column, known: Column) -> NDArray[np.float64]:
    """Return the values where they are known, else NaN.

    Examples
    --------
    >>> known_where(np.array([3, 4]), np.array([True, False])).tolist()
    [3.0, nan]
    """
    return np.where(known, values, np.nan).astype(np.float64)
