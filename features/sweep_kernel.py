"""The one sweep over an event table: every count, sum and outermost row that is asked of it.

Rows are sorted by (owner, day, key, revision). A *punctual* row is seen from the day after its business day
and is never superseded: such rows enter a lookback on the day after theirs and leave it once. All other rows of
an owner are *irregular* and looked at one by one. Every result depends on the rows of one owner alone, and every sum
is of whole numbers, so that neither neighbours nor threads change a bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts, Days, Marks, Positions, compiled

OPEN = 2**31 - 1
"""``seen_until`` of a row that no newer revision supersedes."""


@compiled
def sweep(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    bits: Amounts,
    values: NDArray[np.int64],
    owner: Days,
    as_of: Days,
    known_by: Days,
    lookback: Positions,
    count_begin: Positions,
    count_mask: Amounts,
    sum_begin: Positions,
    sum_mask: Amounts,
    sum_column: Positions,
    outer_mask: Amounts,
    outer_last: Marks,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return counts, sums and outermost rows (-1: none), one line per request, one column per query.

    Requests of lookback ``w`` are ``count_begin[w]`` to ``count_begin[w + 1]``, and likewise the sums. A row
    meets a request when it shares a bit with its mask. While as_of rises within an owner each row enters and leaves
    once; when it falls the owner is begun anew.
    """
    n, looks = len(owner), len(lookback)
    counts = np.empty((len(count_mask), n), np.int32)
    sums = np.empty((len(sum_mask), n), np.int64)
    found = np.empty((len(outer_mask), n), np.int64)
    counted = np.zeros(len(count_mask), np.int32)
    summed = np.zeros(len(sum_mask), np.int64)
    outer = np.full(len(outer_mask), -1, np.int64)
    left = np.zeros(looks, np.int64)
    begin, end, entered, irregular = 0, 0, 0, 0
    of, before = np.int64(-1), np.int64(0)
    for q in range(n):
        now = np.int64(as_of[q])
        if owner[q] != of or now < before:
            of = np.int64(owner[q])
            begin, end = offsets[of], offsets[of + 1]
            entered = begin
            left[:] = begin
            counted[:] = 0
            summed[:] = 0
            outer[:] = -1
            irregular = 0
            for row in range(begin, end):
                irregular += (seen_from[row] > np.int64(day[row]) + 1) | (seen_until[row] != OPEN)
        before = now
        while entered < end and day[entered] < now:
            row = entered
            entered += 1
            mine = bits[row]
            if mine == 0 or seen_from[row] > np.int64(day[row]) + 1 or seen_until[row] != OPEN:
                continue
            for r in range(len(count_mask)):
                counted[r] += (mine & count_mask[r]) != 0
            for r in range(len(sum_mask)):
                if mine & sum_mask[r]:
                    summed[r] += values[sum_column[r], row]
            for r in range(len(outer_mask)):
                meets = (mine & outer_mask[r] != 0) & (outer_last[r] | (outer[r] < 0))
                outer[r] = row if meets else outer[r]
        for w in range(looks):
            first = now - lookback[w]
            at = left[w]
            while at < entered and day[at] < first:
                mine = bits[at]
                if mine == 0 or seen_from[at] > np.int64(day[at]) + 1 or seen_until[at] != OPEN:
                    at += 1
                    continue
                for r in range(count_begin[w], count_begin[w + 1]):
                    counted[r] -= (mine & count_mask[r]) != 0
                for r in range(sum_begin[w], sum_begin[w + 1]):
                    if mine & sum_mask[r]:
                        summed[r] -= values[sum_column[r], at]
                at += 1
            left[w] = at
        for r in range(len(count_mask)):
            counts[r, q] = counted[r]
        for r in range(len(sum_mask)):
            sums[r, q] = summed[r]
        for r in range(len(outer_mask)):
            found[r, q] = outer[r]
        if irregular == 0:
            continue
        for row in range(begin, entered):
            if seen_from[row] <= np.int64(day[row]) + 1 and seen_until[row] == OPEN:
                continue
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            for w in range(looks):
                if day[row] < np.int64(as_of[q]) - lookback[w]:
                    continue
                for r in range(count_begin[w], count_begin[w + 1]):
                    if bits[row] & count_mask[r]:
                        counts[r, q] += 1
                for r in range(sum_begin[w], sum_begin[w + 1]):
                    if bits[row] & sum_mask[r]:
                        sums[r, q] += values[sum_column[r], row]
            for r in range(len(outer_mask)):
                if bits[row] & outer_mask[r] and (found[r, q] < 0 or (row > found[r, q]) == outer_last[r]):
                    found[r, q] = row
    return counts, sums, found
