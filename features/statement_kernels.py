"""Which statement speaks on a day, and what the statements say over a range of days."""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Positions, compiled


@compiled
def latest_before(
    offsets: Positions, day: Days, seen_from: Days, seen_until: Days, loan: Days, known_by: Days, before: Days
) -> Positions:
    """Return for each query the last known row of its loan with a day before ``before``; -1 when none."""
    found = np.full(len(loan), -1, np.int64)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= before[q]:
                break
            if seen_from[row] <= known_by[q] < seen_until[row]:
                found[q] = row
    return found


@compiled
def statement_path(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    dpd: Days,
    paid: Amounts,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> tuple[Days, Days, Amounts]:
    """Return the worst dpd and the days past due over first … last, and the amounts paid in [first, last).

    A statement speaks from the day after its own to the day of the next known one.
    """
    n = len(loan)
    worst = np.zeros(n, np.int32)
    late = np.zeros(n, np.int32)
    total = np.zeros(n, np.int64)
    for q in range(n):
        speaking = 0
        since = np.int64(first[q])
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= last[q]:
                break
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            if day[row] >= first[q]:
                total[q] += paid[row]
                if speaking > 0:
                    worst[q] = max(worst[q], speaking)
                    late[q] += day[row] - since + 1
                since = np.int64(day[row]) + 1
            speaking = dpd[row]
        if speaking > 0 and since <= last[q]:
            worst[q] = max(worst[q], speaking)
            late[q] += last[q] - since + 1
    return worst, late, total
