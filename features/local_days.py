"""Local days of instants: one offset per UTC day, and the time zone itself on the few days its clocks move."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.compiled import compiled, steady

US_PER_DAY = 86_400_000_000
_US_PER_HOUR = 3_600_000_000
_HOURS = 24
_YEARS_APART = 4096
"""Days that the instants of a few rows lie apart at most."""
_MOVES = 2**60
"""Offset of a UTC day on which the clocks move."""


def local_day_numbers(stamps: NDArray[np.int64], *, time_zone: str) -> NDArray[np.int32]:
    """Return the local day of each instant, in days since 1970-01-01.

    Parameters
    ----------
    stamps
        Microseconds since 1970-01-01 (UTC).
    time_zone
        Zone whose midnights begin the days.

    Examples
    --------
    >>> local_day_numbers(np.array([0, 57_600_000_000]), time_zone="Asia/Shanghai").tolist()
    [0, 1]
    """
    if not len(stamps):
        return np.empty(0, np.int32)
    first, last = int(stamps.min()) // US_PER_DAY, int(stamps.max()) // US_PER_DAY
    if (
        last - first > 80_000 or abs(first) > 80_000
    ):  # beyond 1750 or 2189: an instant that no contract lets in
        return _by_zone(stamps, time_zone)
    if last - first <= _YEARS_APART:  # one table of offsets for all that ask about these years
        begin = first // _YEARS_APART * _YEARS_APART
        offsets = _offsets(begin, begin + 2 * _YEARS_APART - 1, time_zone)
    else:
        begin, offsets = first, _offsets(first, last, time_zone)
    days, odd = _days(steady(stamps, np.int64), begin, offsets)
    if len(odd):
        days[odd] = _by_zone(stamps[odd], time_zone)
    return days


def _by_zone(stamps: NDArray[np.int64], time_zone: str) -> NDArray[np.int32]:
    """Return the local days as the time zone itself gives them."""
    return (_local(stamps, time_zone) // US_PER_DAY).astype(np.int32)


def _local(stamps: NDArray[np.int64], time_zone: str) -> NDArray[np.int64]:
    moments = pd.DatetimeIndex(np.asarray(stamps, np.int64).view("M8[us]")).tz_localize("UTC")
    return np.asarray(moments.tz_convert(time_zone).tz_localize(None).asi8)


@lru_cache(maxsize=64)
def _offsets(first: int, last: int, time_zone: str) -> NDArray[np.int64]:
    """Return what local time is ahead of UTC on each UTC day; ``_MOVES`` where it differs from hour to hour."""
    hours = np.arange(first * _HOURS, (last + 1) * _HOURS + 1, dtype=np.int64) * _US_PER_HOUR
    ahead = _local(hours, time_zone) - hours
    begins = ahead[:-1].reshape(-1, _HOURS)
    ends = np.append(begins[1:, 0], ahead[-1])
    steady_day = (begins == begins[:, :1]).all(axis=1) & (ends == begins[:, 0])
    offsets = np.where(steady_day, begins[:, 0], _MOVES)
    offsets.flags.writeable = False
    return offsets


@compiled
def _days(
    stamps: NDArray[np.int64], first: int, offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the local days, and the instants of which the offsets do not tell them."""
    days = np.empty(len(stamps), np.int32)
    odd = 0
    for row in range(len(stamps)):
        offset = offsets[stamps[row] // US_PER_DAY - first]
        if offset == _MOVES:
            odd += 1
        days[row] = (stamps[row] + offset) // US_PER_DAY
    rows = np.empty(odd, np.int64)
    at = 0
    for row in range(len(stamps) if odd else 0):
        if offsets[stamps[row] // US_PER_DAY - first] == _MOVES:
            rows[at] = row
            at += 1
    return days, rows
