"""What was repaired or left out, counted by cause."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike


def note(tally: dict[str, int], what: str, where: ArrayLike) -> None:
    """Add the number of marked rows under its cause; nothing when there are none.

    Examples
    --------
    >>> repairs: dict[str, int] = {}
    >>> note(repairs, "Age -1 read as unknown", np.array([True, False, True]))
    >>> repairs
    {'Age -1 read as unknown': 2}
    """
    count = int(np.count_nonzero(where))
    if count:
        tally[what] = tally.get(what, 0) + count


def kept(frame: pd.DataFrame, keep: pd.Series, cause: str, losses: dict[str, int]) -> pd.DataFrame:
    """Return the rows to keep; the others are counted as losses of that cause."""
    note(losses, cause, ~keep)
    return frame[keep]
