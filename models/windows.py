"""How long a label looks ahead: days for events, calendar months for monthly statements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

LONGEST = {"d": 3660, "m": 120}


class WindowUnclear(ValueError):
    """A window was not written as a number of days or months."""


@dataclass(frozen=True)
class Window:
    """A performance window that begins at as_of.

    Parameters
    ----------
    length
        How many.
    unit
        ``d`` for days, ``m`` for calendar months.

    Examples
    --------
    >>> str(Window.parse("30d")), str(Window.parse("6m"))
    ('30d', '6m')
    """

    length: int
    unit: Literal["d", "m"]

    def __str__(self) -> str:
        return f"{self.length}{self.unit}"

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window that a text such as ``30d`` or ``3m`` states.

        Raises
        ------
        WindowUnclear
            When it is no positive number of days or months, or beyond ten years.
        """
        found = re.fullmatch(r"([0-9]{1,5})([dm])", text.strip())
        length = int(found[1]) if found else 0
        if found is None or not 1 <= length <= LONGEST[found[2]]:
            raise WindowUnclear(
                f"Expected a window such as 30d (days) or 3m (months) of at most ten years, found {text!r}. "
                "Write a number and d or m."
            )
        return cls(length, "m" if found[2] == "m" else "d")

    def end_on(self, as_of: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the day on which the window of each as_of ends (days since 1970-01-01).

        A window of months ends on the same day of a later month, or on that month's last day when
        it has no such day.

        Examples
        --------
        >>> day = np.array(["2024-01-31"], "datetime64[D]").astype(np.int32)
        >>> str(Window.parse("1m").end_on(day).astype("datetime64[D]")[0])
        '2024-02-29'
        """
        if self.unit == "d":
            return (as_of.astype(np.int64) + self.length).astype(np.int32)
        days = as_of.astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        of_month = (days - months.astype("datetime64[D]")).astype(np.int64)
        later = months + np.timedelta64(self.length, "M")
        last = (
            (later + np.timedelta64(1, "M")).astype("datetime64[D]") - later.astype("datetime64[D]")
        ).astype(np.int64)
        end = later.astype("datetime64[D]") + np.minimum(of_month, last - 1).astype("timedelta64[D]")
        return np.asarray(end.astype(np.int64), dtype=np.int32)
