"""Columns of a prepared table written straight from numbers, without the door's coding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.compiled import compiled, steady
from features.prepare import OPEN_END

Whole = NDArray[np.int64]

US_PER_HOUR = 3_600_000_000
HOURS_EAST = 8
"""Asia/Shanghai: eight hours east of UTC, without daylight saving since 1991."""


def ids(prefix: str, numbers: Whole, *, digits: int) -> Any:
    """Return ids of a letter and a number with leading zeros, so that they sort as the numbers do.

    Examples
    --------
    >>> ids("L", np.array([7, 12]), digits=3).to_pylist()
    ['L007', 'L012']
    """
    width = digits + len(prefix)
    text = _digits(np.frombuffer(prefix.encode(), np.uint8), steady(numbers, np.int64), digits)
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text))


def words(codes: NDArray[np.int32], names: tuple[str | None, ...]) -> Any:
    """Return the name of each code; a name of None is an empty cell."""
    return pa.array(names, pa.string()).take(pa.array(codes))


def days(numbers: Whole) -> Any:
    """Return calendar days of day numbers; a negative number is an empty cell."""
    held = numbers.astype(np.int32)
    return pa.array(held, pa.int32(), mask=held < 0 if (held < 0).any() else None).cast(pa.date32())


def instants(day: Whole, *, hour: Whole | int) -> Any:
    """Return the moments at which the hour strikes on each day in Shanghai."""
    micros = (day * 24 + hour - HOURS_EAST) * US_PER_HOUR
    return pa.array(micros, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def derived(owner: Whole, day: Whole, known: Whole, revised: NDArray[np.bool_]) -> dict[str, Any]:
    """Return owner_no, day, seen_from and seen_until of sorted rows.

    Parameters
    ----------
    owner, day, known
        Owner's number, business day and day known of each row.
    revised
        True where the next row is the next revision of the same key.
    """
    seen_from = known + 1
    until = np.full(len(owner), OPEN_END, np.int64)
    until[:-1][revised[:-1]] = seen_from[1:][revised[:-1]]
    columns = {"owner_no": owner, "day": day, "seen_from": seen_from, "seen_until": until}
    return {name: pa.array(values.astype(np.int32)) for name, values in columns.items()}


@compiled
def _digits(prefix: NDArray[np.uint8], numbers: Whole, digits: int) -> NDArray[np.uint8]:
    lead = len(prefix)
    text = np.empty(len(numbers) * (lead + digits), np.uint8)
    at = 0
    for row in range(len(numbers)):
        for letter in prefix:
            text[at] = letter
            at += 1
        left = numbers[row]
        for place in range(digits - 1, -1, -1):
            text[at + place] = 48 + left % 10
            left //= 10
        at += digits
    return text
