"""How punctually instalments were paid and promises kept, loan by loan: further arithmetic under ``Ledger``.

The same rules as in ``ledger_kernels``: rows sorted by day, known when ``seen_from ≤ known_by < seen_until``.
"""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Positions, compiled


@compiled
def punctuality(
    io: Positions,
    i_day: Days,
    i_from: Days,
    i_until: Days,
    i_amount: Amounts,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    p_amount: Amounts,
    loan: Days,
    first: Days,
    last: Days,
    known_by: Days,
) -> tuple[Days, Days, Days, Amounts]:
    """Return, of the instalments due in [first, last): number, missed, settled, days of delay of the settled.

    Ranges of days that end on one day, and what is found in them, have a line per range and a column per query.
    Missed: not fully paid when its due day ended. Settled: paid by payments before ``last``; its delay runs
    from the due day to the payment after which it stayed paid, 0 when that came early.
    """
    ranges, n = first.shape
    counted = np.zeros((ranges, n), np.int32)
    missed = np.zeros((ranges, n), np.int32)
    settled = np.zeros((ranges, n), np.int32)
    delay = np.zeros((ranges, n), np.int64)
    widest = 0
    for owner in range(len(po) - 1):
        widest = max(widest, po[owner + 1] - po[owner])
    paid_day = np.empty(widest, np.int64)
    paid = np.empty(widest, np.int64)
    kept = np.empty(widest, np.int64)
    for q in range(n):
        days = 0
        total = np.int64(0)
        for row in range(po[loan[q]], po[loan[q] + 1]):
            if p_day[row] >= last[0, q]:
                break
            if p_from[row] <= known_by[q] < p_until[row]:
                total += p_amount[row]
                if days == 0 or paid_day[days - 1] != p_day[row]:
                    paid_day[days] = p_day[row]
                    days += 1
                paid[days - 1] = total
        least = total
        for day in range(days - 1, -1, -1):
            least = min(least, paid[day])
            kept[day] = least
        need = np.int64(0)
        in_time = 0
        since = 0
        for row in range(io[loan[q]], io[loan[q] + 1]):
            if i_day[row] >= last[0, q]:
                break
            if i_amount[row] == 0 or not (i_from[row] <= known_by[q] < i_until[row]):
                continue
            need += i_amount[row]
            while in_time < days and paid_day[in_time] <= i_day[row]:
                in_time += 1
            while since < days and kept[since] < need:
                since += 1
            for w in range(ranges):
                if i_day[row] < first[w, q]:
                    continue
                counted[w, q] += 1
                if in_time == 0 or paid[in_time - 1] < need:
                    missed[w, q] += 1
                if since < days:
                    settled[w, q] += 1
                    delay[w, q] += max(paid_day[since] - i_day[row], 0)
    return counted, missed, settled, delay


@compiled
def promise_outcomes(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    due_on: Days,
    promised: Amounts,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    p_amount: Amounts,
    grace: int,
    loan: Days,
    first: Days,
    last: Days,
    known_by: Days,
) -> tuple[Days, Days]:
    """Return the promises kept and broken among those whose date plus grace lies in [first, last).

    Kept: at least nine tenths of the amount was paid from the day of the promise to its date plus grace.
    """
    kept = np.zeros(len(loan), np.int32)
    broken = np.zeros(len(loan), np.int32)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            until = np.int64(due_on[row]) + grace
            if not (first[q] <= until < last[q]):
                continue
            paid = np.int64(0)
            for at in range(po[loan[q]], po[loan[q] + 1]):
                if p_day[at] > until:
                    break
                if p_day[at] >= day[row] and p_from[at] <= known_by[q] < p_until[at]:
                    paid += p_amount[at]
            if 10 * paid >= 9 * promised[row]:
                kept[q] += 1
            else:
                broken[q] += 1
    return kept, broken
