"""The part of the day and the day of the week of an instant, by the clock on the wall of the book's time zone.

A column of instants has two derived columns of codes, named after it: ``contacted_at:part_of_day`` and
``contacted_at:weekday``. They serve as conditions: ``where={"contacted_at:part_of_day": ("morning",)}``.
The zone is the book's, documented once, not the borrower's own: that one may change from a morning to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

PARTS_OF_DAY: Final[Mapping[str, tuple[int, ...]]] = {
    "night": (22, 23, 0, 1, 2, 3, 4, 5, 6, 7),
    "morning": (8, 9, 10, 11),
    "afternoon": (12, 13, 14, 15, 16, 17),
    "evening": (18, 19, 20, 21),
}
"""Hours of each part. Source: the night is the time without collection of GB/T 45251-2025, 22:00 to 08:00."""
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "part_of_day": tuple(sorted(PARTS_OF_DAY)),
    "weekday": tuple(sorted(WEEKDAYS)),
}
"""Codes of each derived column of an instant, sorted."""

US_PER_HOUR: Final = 3_600_000_000
US_PER_DAY: Final = 24 * US_PER_HOUR
_FIRST, _LAST = dt.datetime(1950, 1, 1, tzinfo=dt.UTC), dt.datetime(2101, 1, 1, tzinfo=dt.UTC)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ZoneNotStated(ValueError):
    """The part of a day was asked of rows that do not say which clock they live by."""


def part_codes(instants: NDArray[np.int64], *, part: str, time_zone: str) -> NDArray[np.int32]:
    """Return for each instant the position of its code in ``PARTS[part]``.

    Parameters
    ----------
    instants
        Microseconds since 1970 (UTC).
    part
        ``part_of_day`` or ``weekday``.
    time_zone
        Name of the zone whose clock counts.

    Raises
    ------
    ZoneNotStated
        When the zone is empty.

    Examples
    --------
    >>> noon = np.array([4 * US_PER_HOUR])  # 1970-01-01, a Thursday, 12:00 in Shanghai
    >>> [PARTS[part][part_codes(noon, part=part, time_zone="Asia/Shanghai")[0]] for part in PARTS]
    ['afternoon', 'thursday']
    """
    if not time_zone:
        raise ZoneNotStated(
            f"expected the book's time zone to tell the {part} of {len(instants)} instants, found none. "
            "Make the rows with rows_of(…, time_zone=manifest.time_zone)."
        )
    starts, offsets = _offsets(time_zone)
    local = instants + offsets[np.searchsorted(starts, instants, side="right") - 1]
    place = local // US_PER_HOUR % 24 if part == "part_of_day" else (local // US_PER_DAY + 3) % 7
    codes: NDArray[np.int32] = _TABLES[part][place]
    return codes


def _table(part: str) -> NDArray[np.int32]:
    if part == "weekday":
        return np.array([PARTS[part].index(name) for name in WEEKDAYS], np.int32)
    at = {hour: PARTS[part].index(name) for name, hours in PARTS_OF_DAY.items() for hour in hours}
    return np.array([at[hour] for hour in range(24)], np.int32)


_TABLES: Final = {part: _table(part) for part in PARTS}


@lru_cache(maxsize=64)
def _offsets(time_zone: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return from which instant on the zone is how far ahead of UTC, in microseconds, from 1950 to 2100.

    Looked at every week and halved to the minute where two looks differ: no zone moved its clock and
    moved it back within a week.
    """
    zone = ZoneInfo(time_zone)

    def ahead(at: dt.datetime) -> dt.timedelta:
        return at.astimezone(zone).utcoffset() or dt.timedelta(0)

    starts, offsets, at = [_FIRST], [ahead(_FIRST)], _FIRST
    while at < _LAST:
        later = at + dt.timedelta(days=7)
        if ahead(later) != offsets[-1]:
            low, high = at, later
            while high - low > dt.timedelta(minutes=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if ahead(middle) == offsets[-1] else (low, middle)
            starts.append(high.replace(second=0, microsecond=0))
            offsets.append(ahead(later))
        at = later
    since = np.array([(start - _EPOCH) // dt.timedelta(microseconds=1) for start in starts], np.int64)
    since[0] = np.iinfo(np.int64).min
    return since, np.array([offset // dt.timedelta(microseconds=1) for offset in offsets], np.int64)
