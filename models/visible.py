"""Which rows of a table each observation may see, one by one, where a count is not enough."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.rows import Rows


class Pairs(NamedTuple):
    """Positions of observations and of the rows they may see, by observation, then by day."""

    observation: NDArray[np.int64]
    row: NDArray[np.int64]

    def only(self, keep: NDArray[np.bool_]) -> Pairs:
        """Return the pairs marked in ``keep``."""
        return Pairs(self.observation[keep], self.row[keep])


def visible(
    rows: Rows,
    *,
    owner: NDArray[np.int32],
    as_of: NDArray[np.int32],
    days: int | None = None,
) -> Pairs:
    """Return each observation with each row it may see.

    A row is seen when ``as_of - days ≤ day < as_of`` and ``seen_from ≤ as_of < seen_until``: the
    inequality is History's; History counts and sums, this lists.

    Parameters
    ----------
    rows
        Rows of one table, sorted by owner and day.
    owner
        Loan or borrower of each observation.
    as_of
        Morning of each observation, days since 1970-01-01.
    days
        Lookback; None reaches back to the beginning.
    """
    first = rows.offsets[owner].astype(np.int64)
    size = rows.offsets[owner.astype(np.int64) + 1].astype(np.int64) - first
    observation = np.repeat(np.arange(len(owner), dtype=np.int64), size)
    before = np.cumsum(size) - size
    row = np.arange(len(observation), dtype=np.int64) - before[observation] + first[observation]
    morning = as_of[observation]
    keep = (rows.day[row] < morning) & (rows.seen_from[row] <= morning) & (morning < rows.seen_until[row])
    if days is not None:
        keep &= rows.day[row] >= morning - days
    return Pairs(observation[keep], row[keep])


def said(rows: Rows, column: str, row: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the text of a column in each of the rows; empty where it is not filled."""
    codes, names = rows.codes(column)
    return np.array([*names, ""], dtype=object)[codes[row]]
