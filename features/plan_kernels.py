"""Which schedule of a loan speaks on which days, and the rows that settle it: the arithmetic under ``Settlement``.

Rows are grouped by loan and sorted by day. Plans are told apart by a number; ``FIRST`` is the schedule without a
plan. A row counts for a query when ``seen_from ≤ known_by < seen_until``. Definitions: docs/ledger.md, sections 2 and 3.
"""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, compiled

FIRST = -1
"""Number of the schedule that no plan replaces."""
ORPHAN = -2
"""Number of an instalment whose plan is none: no schedule holds it."""
FAR = 2**31 - 1
"""End of a plan that has none."""


@compiled
def known_total(
    day: Days, seen_from: Days, seen_until: Days, amount: Amounts, begin: int, end: int, first: int, last: int, known_by: int
) -> int:  # fmt: skip
    """Return the amounts of the known rows begin … end with first ≤ day < last."""
    total = 0
    for row in range(begin, end):
        if day[row] >= last:
            break
        if day[row] >= first and seen_from[row] <= known_by < seen_until[row]:
            total += int(amount[row])
    return total


@compiled
def plan_spans(
    lo: Positions,
    starts: Days,
    ends: Days,
    l_from: Days,
    l_until: Days,
    reschedules: Marks,
    number: Days,
    io: Positions,
    i_day: Days,
    i_from: Days,
    i_until: Days,
    due: Amounts,
    plan: Days,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    paid: Amounts,
    loan: Days,
    first: Days,
    last: Days,
    known_by: Days,
) -> tuple[Positions, Days, Days, Days, Days, Amounts, Amounts]:
    """Return the spans of the days first … last − 1: query, first day, day after the last, plan, its start, over, settled.

    A span is a longest run of days on which one schedule speaks; those of a query follow each other. ``over`` is what
    was overpaid when its plan began, ``settled`` what had been settled until then; 0 of the first schedule.
    """
    n = len(loan)
    most = 0
    widest = 1
    for q in range(n):
        rows = int(lo[loan[q] + 1] - lo[loan[q]])
        widest = max(widest, rows)
        most += 2 * rows + 1
    query = np.empty(most, np.int64)
    begin = np.empty(most, np.int32)
    end = np.empty(most, np.int32)
    speaks = np.empty(most, np.int32)
    start = np.empty(most, np.int32)
    over = np.empty(most, np.int64)
    settled = np.empty(most, np.int64)
    row_of = np.empty(widest, np.int64)
    stops = np.empty(widest, np.int64)
    carried = np.empty(widest, np.int64)
    before = np.empty(widest, np.int64)
    found = 0
    for q in range(n):
        owner, seen = loan[q], known_by[q]
        plans = 0
        for row in range(lo[owner], lo[owner + 1]):
            if not reschedules[row] or not (l_from[row] <= seen < l_until[row]):
                continue
            for at in range(io[owner], io[owner + 1]):
                if plan[at] == number[row] and i_from[at] <= seen < i_until[at]:
                    row_of[plans] = row
                    stops[plans] = ends[row]
                    plans += 1
                    break
        for p in range(plans):
            began = int(starts[row_of[p]])
            under = _speaking(starts, stops, row_of, p, began - 1)
            which = FIRST if under < 0 else number[row_of[under]]
            purse = 0 if under < 0 else int(carried[under])
            since = -FAR if under < 0 else int(starts[row_of[under]])
            purse += known_total(p_day, p_from, p_until, paid, po[owner], po[owner + 1], since, began, seen)
            owed = 0
            for at in range(io[owner], io[owner + 1]):
                if i_day[at] < began and plan[at] == which and i_from[at] <= seen < i_until[at]:
                    owed += int(due[at])
            carried[p] = max(purse - owed, 0)
            total = known_total(p_day, p_from, p_until, paid, po[owner], po[owner + 1], -FAR, began, seen)
            before[p] = max(total - carried[p], 0)
        day = int(first[q])
        opened = found
        while day < last[q]:
            p = _speaking(starts, stops, row_of, plans, day)
            turn = int(last[q])
            for other in range(plans):
                if starts[row_of[other]] > day:
                    turn = min(turn, int(starts[row_of[other]]))
                if stops[other] > day:
                    turn = min(turn, int(stops[other]))
            which = FIRST if p < 0 else number[row_of[p]]
            if found > opened and speaks[found - 1] == which:
                end[found - 1] = turn
            else:
                query[found] = q
                begin[found] = day
                end[found] = turn
                speaks[found] = which
                start[found] = -FAR if p < 0 else starts[row_of[p]]
                over[found] = 0 if p < 0 else carried[p]
                settled[found] = 0 if p < 0 else before[p]
                found += 1
            day = turn
    return (
        query[:found].copy(), begin[:found].copy(), end[:found].copy(), speaks[:found].copy(),
        start[:found].copy(), over[:found].copy(), settled[:found].copy(),
    )  # fmt: skip


@compiled
def _speaking(starts: Days, stops: Positions, row_of: Positions, plans: int, day: int) -> int:
    """Return which of the first plans holds on the day, the last to begin; -1 when none."""
    for p in range(plans - 1, -1, -1):
        if starts[row_of[p]] <= day < stops[p]:
            return p
    return -1


@compiled
def rows_of_spans(
    io: Positions,
    i_from: Days,
    i_until: Days,
    plan: Days,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    loan: Days,
    known_by: Days,
    end: Days,
    speaks: Days,
    start: Days,
) -> tuple[Positions, Positions, Positions, Positions]:
    """Return offsets and rows of each span's known instalments, then of the known payments that settle it before its end.

    Row -1 of the payments stands, first of a plan, for what was overpaid when it began.
    """
    n = len(speaks)
    i_offsets = np.zeros(n + 1, np.int64)
    p_offsets = np.zeros(n + 1, np.int64)
    i_rows = np.empty(0, np.int64)
    p_rows = np.empty(0, np.int64)
    for filling in range(2):
        if filling:
            i_rows = np.empty(i_offsets[n], np.int64)
            p_rows = np.empty(p_offsets[n], np.int64)
        i = 0
        p = 0
        for s in range(n):
            owner, seen = loan[s], known_by[s]
            for row in range(io[owner], io[owner + 1]):
                if plan[row] == speaks[s] and i_from[row] <= seen < i_until[row]:
                    if filling:
                        i_rows[i] = row
                    i += 1
            if speaks[s] != FIRST:
                if filling:
                    p_rows[p] = -1
                p += 1
            for row in range(po[owner], po[owner + 1]):
                if p_day[row] >= end[s]:
                    break
                if p_day[row] >= start[s] and p_from[row] <= seen < p_until[row]:
                    if filling:
                        p_rows[p] = row
                    p += 1
            i_offsets[s + 1] = i
            p_offsets[s + 1] = p
    return i_offsets, i_rows, p_offsets, p_rows


@compiled
def any_holding(
    lo: Positions,
    starts: Days,
    ends: Days,
    seen_from: Days,
    seen_until: Days,
    chosen: Marks,
    loan: Days,
    day: Days,
    known_by: Days,
) -> Marks:
    """Return True where a known one of the chosen plans of the loan holds on the day."""
    holds = np.zeros(len(loan), np.bool_)
    for q in range(len(loan)):
        for row in range(lo[loan[q]], lo[loan[q] + 1]):
            if starts[row] > day[q]:
                break
            if chosen[row] and day[q] < ends[row] and seen_from[row] <= known_by[q] < seen_until[row]:
                holds[q] = True
    return holds
