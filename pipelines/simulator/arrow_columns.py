"""Numpy columns as the Arrow columns of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.simulator.calendar_days import FAR


def codes(positions: NDArray[Any], names: Sequence[str]) -> Any:
    """Return the names at the positions; a negative position is null.

    Examples
    --------
    >>> codes(np.array([1, -1]), ("call", "sms")).to_pylist()
    ['sms', None]
    """
    at = positions.astype(np.int32)
    return pa.array(list(names), pa.string()).take(pa.array(at, mask=at < 0))


def taken(values: NDArray[np.object_], positions: NDArray[Any]) -> Any:
    """Return the texts at the positions."""
    return pa.array(values, pa.string()).take(pa.array(positions.astype(np.int32)))


def numbered(prefix: str, numbers: NDArray[Any]) -> Any:
    """Return ids of a prefix and a number of eight digits.

    Examples
    --------
    >>> numbered("P7-", np.array([12])).to_pylist()
    ['P7-00000012']
    """
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers.astype(np.int64)), pa.string()), 8, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def days(values: NDArray[Any]) -> Any:
    """Return calendar days; -1 and ``FAR`` are null.

    Examples
    --------
    >>> days(np.array([0, -1, FAR], dtype=np.int32)).to_pylist()
    [datetime.date(1970, 1, 1), None, None]
    """
    at = values.astype(np.int32)
    return pa.array(at, mask=(at == -1) | (at == FAR)).cast(pa.date32())


def instants(values: NDArray[np.int64], *, missing: NDArray[np.bool_] | None = None) -> Any:
    """Return UTC instants of microseconds since 1970."""
    return pa.array(values, mask=missing).cast(pa.timestamp("us", tz="UTC"))


def yesno(values: NDArray[Any]) -> Any:
    """Return true and false; a negative value is null.

    Examples
    --------
    >>> yesno(np.array([1, 0, -1])).to_pylist()
    [True, False, None]
    """
    return pa.array(values > 0, mask=values < 0)


def counts(values: NDArray[Any]) -> Any:
    """Return whole numbers as 64 bits."""
    return pa.array(values.astype(np.int64))


def numbers(values: NDArray[np.float64]) -> Any:
    """Return numbers; NaN is null."""
    return pa.array(values, mask=np.isnan(values))
