"""Columns of rows as a sheet shows them: days as ISO texts, codes as texts, amounts as whole numbers or None."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.coding import NO_DAY
from features.compiled import Amounts, Days, Marks, Positions
from features.observations import day_of_number
from features.rows import Rows

Objects = NDArray[np.object_]


def rows_within(offsets: Positions, owner: Days) -> tuple[Positions, Positions]:
    """Return, for every row of each owner in turn, the position of the owner asked for and the row.

    Examples
    --------
    >>> asked, row = rows_within(np.array([0, 2, 2, 3]), np.array([2, 0], np.int32))
    >>> asked.tolist(), row.tolist()
    ([0, 1, 1], [2, 0, 1])
    """
    begin = offsets[owner]
    size = offsets[owner.astype(np.int64) + 1] - begin
    asked = np.repeat(np.arange(len(owner), dtype=np.int64), size)
    row = np.repeat(begin - (np.cumsum(size) - size), size) + np.arange(len(asked))
    return asked, row.astype(np.int64)


def running_total(amount: Amounts, account: Positions) -> Amounts:
    """Return the sum of the amounts of the same account up to and with each row; accounts rise.

    Examples
    --------
    >>> running_total(np.array([5, 6, 7]), np.array([0, 0, 3])).tolist()
    [5, 11, 7]
    """
    total = np.concatenate([np.zeros(1, np.int64), np.cumsum(amount)])
    before: Amounts = total[np.searchsorted(account, account, side="left")]
    return total[1:] - before


def iso_days(days: Days) -> Objects:
    """Return days as ISO dates, an empty text where there is none.

    Examples
    --------
    >>> iso_days(np.array([19_782, NO_DAY], np.int32)).tolist()
    ['2024-02-29', '']
    """
    distinct, place = np.unique(days, return_inverse=True)
    texts = ["" if day == NO_DAY else day_of_number(int(day)).isoformat() for day in distinct]
    return _objects(texts)[place]


def texts_of(rows: Rows, name: str, row: Positions) -> Objects:
    """Return a column of codes in the given rows, an empty text where it is not filled."""
    codes, names = rows.codes(name)
    return _objects([*names, ""])[codes[row]]


def amounts_of(rows: Rows, name: str, row: Positions) -> Objects:
    """Return a column of amounts in the given rows, None where it is not filled."""
    return known_amounts(rows.column(name)[row], rows.filled(name)[row])


def known_amounts(amount: Amounts, known: Marks) -> Objects:
    """Return whole numbers, None where they are not known.

    Examples
    --------
    >>> known_amounts(np.array([5, 0]), np.array([True, False])).tolist()
    [5, None]
    """
    told: Objects = amount.astype(object)
    told[~known] = None
    return told


def _objects(values: list[Any]) -> Objects:
    told: Objects = np.empty(len(values), dtype=object)
    told[:] = values
    return told
