"""What is seldom asked of an event table, row by row: the largest value, different codes, what still holds.

Rows are sorted by (owner, day, key, revision). Every result depends on the rows of one owner alone; what is
asked often is answered by ``sweep_kernel``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days, Marks, Positions, compiled

NO_DAY = -(2**31)
"""Day of a row that names none."""


@compiled
def largest_value(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    values: NDArray[np.float64],
    owner: Days,
    as_of: Days,
    known_by: Days,
    first: Days,
) -> NDArray[np.float64]:
    """Return the largest value among the marked rows with first ≤ day < as_of; NaN when none."""
    best = np.full(len(owner), np.nan)
    begin = np.int64(0)
    for query in range(len(owner)):
        end = offsets[owner[query] + 1]
        if query == 0 or owner[query] != owner[query - 1] or first[query] < first[query - 1]:
            begin = offsets[owner[query]]
        while begin < end and day[begin] < first[query]:
            begin += 1
        for row in range(begin, end):
            if day[row] >= as_of[query]:
                break
            if mark[row] and seen_from[row] <= known_by[query] < seen_until[row]:
                value = values[row]
                if not (value <= best[query]) and not np.isnan(value):
                    best[query] = value
    return best


@compiled
def distinct_codes(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    codes: Days,
    kinds: int,
    owner: Days,
    as_of: Days,
    known_by: Days,
    first: Days,
) -> Days:
    """Return how many different codes the marked rows with first ≤ day < as_of bear; -1 is no code."""
    count = np.zeros(len(owner), np.int32)
    met_by = np.full(kinds, -1, np.int64)
    begin = np.int64(0)
    for query in range(len(owner)):
        end = offsets[owner[query] + 1]
        if query == 0 or owner[query] != owner[query - 1] or first[query] < first[query - 1]:
            begin = offsets[owner[query]]
        while begin < end and day[begin] < first[query]:
            begin += 1
        for row in range(begin, end):
            if day[row] >= as_of[query]:
                break
            code = codes[row]
            if code < 0 or not mark[row] or not (seen_from[row] <= known_by[query] < seen_until[row]):
                continue
            if met_by[code] != query:
                met_by[code] = query
                count[query] += 1
    return count


@compiled
def active_rows(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    ends: Days,
    owner: Days,
    as_of: Days,
    known_by: Days,
) -> Days:
    """Return how many marked rows began before as_of and have not ended by it; an end of NO_DAY is open."""
    count = np.zeros(len(owner), np.int32)
    for query in range(len(owner)):
        for row in range(offsets[owner[query]], offsets[owner[query] + 1]):
            if day[row] >= as_of[query]:
                break
            if not mark[row] or not (seen_from[row] <= known_by[query] < seen_until[row]):
                continue
            if ends[row] == NO_DAY or ends[row] > as_of[query]:
                count[query] += 1
    return count


@compiled
def any_known(offsets: Positions, seen_from: Days, seen_until: Days, owner: Days, known_by: Days) -> Marks:
    """Return for each query whether any row of its owner was known."""
    found = np.zeros(len(owner), np.bool_)
    for query in range(len(owner)):
        for row in range(offsets[owner[query]], offsets[owner[query] + 1]):
            if seen_from[row] <= known_by[query] < seen_until[row]:
                found[query] = True
                break
    return found


@compiled
def known_row(
    offsets: Positions, seen_from: Days, seen_until: Days, owner: Days, known_by: Days
) -> Positions:
    """Return for each query the row of its owner that was the latest revision known; -1 when none was."""
    found = np.full(len(owner), -1, np.int64)
    for query in range(len(owner)):
        for row in range(offsets[owner[query]], offsets[owner[query] + 1]):
            if seen_from[row] <= known_by[query] < seen_until[row]:
                found[query] = row
    return found
