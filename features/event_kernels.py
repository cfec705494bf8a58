"""The sweep over one event table: where each lookback begins and ends, and the few rows that need a look.

Rows are sorted by (owner, day, key, revision). A *punctual* row is seen from the day after its business day
and is never superseded: between two days such rows are counted by positions. All other rows of an owner are
*irregular* and looked at one by one. Every result depends on the rows of one owner alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts, Days, Marks, Positions, compiled

OPEN = 2**31 - 1
"""``seen_until`` of a row that no newer revision supersedes."""
NO_DAY = -(2**31)
"""Day of a row that names none."""


@compiled
def split_punctual(
    offsets: Positions, day: Days, seen_from: Days, seen_until: Days
) -> tuple[Positions, Positions, Positions, Positions]:
    """Return (offsets, rows) of the punctual rows, then of the irregular ones."""
    owners = len(offsets) - 1
    total = 0
    for row in range(len(day)):
        if seen_from[row] <= np.int64(day[row]) + 1 and seen_until[row] == OPEN:
            total += 1
    punctual = np.empty(total, np.int64)
    irregular = np.empty(len(day) - total, np.int64)
    punctual_offsets = np.zeros(owners + 1, np.int64)
    irregular_offsets = np.zeros(owners + 1, np.int64)
    p = 0
    i = 0
    for owner in range(owners):
        for row in range(offsets[owner], offsets[owner + 1]):
            if seen_from[row] <= np.int64(day[row]) + 1 and seen_until[row] == OPEN:
                punctual[p] = row
                p += 1
            else:
                irregular[i] = row
                i += 1
        punctual_offsets[owner + 1] = p
        irregular_offsets[owner + 1] = i
    return punctual_offsets, punctual, irregular_offsets, irregular


@compiled
def first_at_or_after(offsets: Positions, day: Days, owner: Days, target: Days) -> Positions:
    """Return for each query the first position of its owner whose day is not before the target.

    One linear sweep while targets of an owner rise; it starts again at the owner's first row when they fall.
    """
    found = np.empty(len(owner), np.int64)
    position = np.int64(0)
    for query in range(len(owner)):
        start = offsets[owner[query]]
        end = offsets[owner[query] + 1]
        if query == 0 or owner[query] != owner[query - 1] or target[query] < target[query - 1]:
            position = start
        while position < end and day[position] < target[query]:
            position += 1
        found[query] = position
    return found


@compiled
def irregular_sum(
    offsets: Positions,
    rows: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    weight: Amounts,
    owner: Days,
    first: Days,
    as_of: Days,
    known_by: Days,
) -> Amounts:
    """Return for each query the weights of its irregular rows with first ≤ day < as_of that were known."""
    total = np.zeros(len(owner), np.int64)
    for query in range(len(owner)):
        for at in range(offsets[owner[query]], offsets[owner[query] + 1]):
            row = rows[at]
            if day[row] >= as_of[query]:
                break
            if day[row] >= first[query] and seen_from[row] <= known_by[query] < seen_until[row]:
                total[query] += weight[row]
    return total


@compiled
def outermost_row(
    punctual_offsets: Positions,
    punctual: Positions,
    end: Positions,
    irregular_offsets: Positions,
    irregular: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    nearest: Positions,
    owner: Days,
    as_of: Days,
    known_by: Days,
    last: bool,  # noqa: FBT001 - kernels take positions only
) -> Positions:
    """Return for each query the last (or first) marked row before as_of that was known; -1 when none.

    ``nearest[p]`` is the last marked position before ``p``, or the first one not before it.
    """
    found = np.full(len(owner), -1, np.int64)
    for query in range(len(owner)):
        begin = punctual_offsets[owner[query]]
        if last:
            position = nearest[end[query]]
            if position >= begin:
                found[query] = punctual[position]
        else:
            position = nearest[begin]
            if position < end[query]:
                found[query] = punctual[position]
        for at in range(irregular_offsets[owner[query]], irregular_offsets[owner[query] + 1]):
            row = irregular[at]
            if day[row] >= as_of[query]:
                break
            if not mark[row] or not (seen_from[row] <= known_by[query] < seen_until[row]):
                continue
            if found[query] < 0 or (row > found[query]) == last:
                found[query] = row
    return found


@compiled
def nearest_marked(mark: Marks, last: bool) -> Positions:  # noqa: FBT001 - kernels take positions only
    """Return for each position 0 … n the last marked one before it (-1) or the first not before it (n)."""
    count = len(mark)
    nearest = np.empty(count + 1, np.int64)
    if last:
        nearest[0] = -1
        for position in range(count):
            nearest[position + 1] = position if mark[position] else nearest[position]
    else:
        nearest[count] = count
        for position in range(count - 1, -1, -1):
            nearest[position] = position if mark[position] else nearest[position + 1]
    return nearest


@compiled
def largest_value(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    values: NDArray[np.float64],
    start: Positions,
    owner: Days,
    as_of: Days,
    known_by: Days,
) -> NDArray[np.float64]:
    """Return the largest value among the marked rows from position ``start`` to as_of; NaN when none."""
    best = np.full(len(owner), np.nan)
    for query in range(len(owner)):
        for row in range(start[query], offsets[owner[query] + 1]):
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
    start: Positions,
    owner: Days,
    as_of: Days,
    known_by: Days,
) -> Days:
    """Return how many different codes the marked rows from ``start`` to as_of bear; -1 is no code."""
    count = np.zeros(len(owner), np.int32)
    met_by = np.full(kinds, -1, np.int64)
    for query in range(len(owner)):
        for row in range(start[query], offsets[owner[query] + 1]):
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
