"""Days as whole numbers since 1970-01-01 in the book's time zone, and instants as microseconds in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

TIME_ZONE = "Asia/Shanghai"
_UTC_OFFSET_SECONDS = 8 * 3600  # Asia/Shanghai has had no other offset since 1991
FAR = np.int32(2**31 - 1)
"""A day that never comes."""


@dataclass(frozen=True)
class Months:
    """The months of a simulation, the warm-up before the start included.

    Parameters
    ----------
    begins
        First day of each month and of the one after the last, int32 days.
    warm_up
        How many months lie before the start of the book.
    """

    begins: NDArray[np.int32]
    warm_up: int

    @property
    def count(self) -> int:
        """Return the number of months, warm-up included."""
        return len(self.begins) - 1

    @property
    def first_day(self) -> int:
        """Return the first simulated day."""
        return int(self.begins[0])

    @property
    def starts_on(self) -> int:
        """Return the first day after the warm-up."""
        return int(self.begins[self.warm_up])

    @property
    def ends_on(self) -> int:
        """Return the first day that is not simulated."""
        return int(self.begins[-1])

    def month_of(self, day: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """Return the position of the month each day lies in; days outside count to the nearest month."""
        found = np.searchsorted(self.begins, day, side="right") - 1
        return np.clip(found, 0, self.count - 1).astype(np.int32)


def months_from(start: date, *, months: int, warm_up: int) -> Months:
    """Return the months from ``warm_up`` months before ``start`` to ``months`` after it.

    Examples
    --------
    >>> months_from(date(2024, 1, 1), months=2, warm_up=1).begins.tolist()
    [19692, 19723, 19754, 19783]
    """
    first = start.year * 12 + start.month - 1 - warm_up - 1970 * 12
    at = np.arange(first, first + warm_up + months + 1).astype("datetime64[M]")
    return Months(at.astype("datetime64[D]").astype(np.int32), warm_up)


def instant(day: NDArray[np.integer[Any]], second: NDArray[np.integer[Any]] | int) -> NDArray[np.int64]:
    """Return the UTC microseconds of a local second of a local day.

    Examples
    --------
    >>> instant(np.array([0], dtype=np.int32), 8 * 3600).tolist()
    [0]
    """
    local = day.astype(np.int64) * 86_400 + second
    return (local - _UTC_OFFSET_SECONDS) * 1_000_000
