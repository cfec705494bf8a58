"""How payments follow: the calendar's days, talks, promises; and what follows a last row of some kind.

The same rules as in ``event_kernels``: rows sorted by day, known when ``seen_from ≤ known_by < seen_until``, and
every result depends on the rows of one owner alone. Sums are of whole numbers.
"""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, compiled
from features.event_kernels import NO_DAY

MONTH = 31
"""Days of the month lie on a circle of 31: the 1st follows the 31st."""


@compiled
def paying_rhythm(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    day_of_month: Days,
    near_days: int,
    owner: Days,
    first: Days,
    as_of: Days,
    known_by: Days,
) -> tuple[Days, Days, Days, Days, Amounts]:
    """Return how many different days of [first, as_of) bear a marked row, and how they lie.

    In order: their number, the usual day of the month, how many lie near it, the days from the first of them to
    the last, and the sum of the squares of the days between neighbours. Usual: the day of the month met most
    often, of equals the smallest; 0 without a row. Near: at most ``near_days`` away on the circle of days of the month.
    """
    n = len(owner)
    count = np.zeros(n, np.int32)
    usual = np.zeros(n, np.int32)
    near = np.zeros(n, np.int32)
    span = np.zeros(n, np.int32)
    squares = np.zeros(n, np.int64)
    met = np.zeros(MONTH, np.int32)
    for q in range(n):
        met[:] = 0
        days = 0
        most = 0
        best = 0
        begun = 0
        before = 0
        summed = 0
        for row in range(offsets[owner[q]], offsets[owner[q] + 1]):
            on = int(day[row])
            if on >= as_of[q]:
                break
            if on < first[q] or not mark[row] or (days and on == before):
                continue
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            if days:
                summed += (on - before) * (on - before)
            else:
                begun = on
            before = on
            days += 1
            number = day_of_month[row]
            met[number - 1] += 1
            if met[number - 1] > most or (met[number - 1] == most and number < best):
                most = met[number - 1]
                best = number
        if not days:
            continue
        for apart in range(-near_days, near_days + 1):
            near[q] += met[(best - 1 + apart) % MONTH]
        count[q] = days
        usual[q] = best
        span[q] = before - begun
        squares[q] = summed
    return count, usual, near, span, squares


@compiled
def followed_days(
    co: Positions,
    c_day: Days,
    c_from: Days,
    c_until: Days,
    c_mark: Marks,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    p_amount: Amounts,
    within: int,
    loan: Days,
    first: Days,
    as_of: Days,
    known_by: Days,
) -> tuple[Days, Days]:
    """Return the days of [first, as_of) with a marked contact, and how many of them something followed.

    Only days more than ``within`` days old are looked at: the time to answer is over. A row of the second kind with
    an amount above 0 follows a contact of its own day or of one of the ``within`` days before it.
    """
    n = len(loan)
    talked = np.zeros(n, np.int32)
    answered = np.zeros(n, np.int32)
    for q in range(n):
        before = np.int64(NO_DAY)
        for row in range(co[loan[q]], co[loan[q] + 1]):
            on = np.int64(c_day[row])
            if on + within >= as_of[q]:
                break
            if on < first[q] or on == before or not c_mark[row]:
                continue
            if not (c_from[row] <= known_by[q] < c_until[row]):
                continue
            before = on
            talked[q] += 1
            for at in range(po[loan[q]], po[loan[q] + 1]):
                if p_day[at] > on + within:
                    break
                if p_day[at] >= on and p_amount[at] > 0 and p_from[at] <= known_by[q] < p_until[at]:
                    answered[q] += 1
                    break
    return talked, answered


@compiled
def promised_amounts(
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
) -> tuple[Amounts, Amounts, Days, Days, Days]:
    """Return, of the promises whose date plus grace lies in [first, last), what was promised and what was paid.

    In order: the sum of their amounts, of what was paid of each up to its amount, how many were kept in part, and
    the latest such day of a kept and of a broken promise. What was paid is counted from the day of the
    promise to its date plus grace. Kept: nine tenths of the amount or more; in part: less, but something.
    """
    n = len(loan)
    asked = np.zeros(n, np.int64)
    kept = np.zeros(n, np.int64)
    partial = np.zeros(n, np.int32)
    kept_on = np.full(n, NO_DAY, np.int32)
    broken_on = np.full(n, NO_DAY, np.int32)
    for q in range(n):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            until = np.int64(due_on[row]) + grace
            if not (seen_from[row] <= known_by[q] < seen_until[row]) or not (first[q] <= until < last[q]):
                continue
            paid = np.int64(0)
            for at in range(po[loan[q]], po[loan[q] + 1]):
                if p_day[at] > until:
                    break
                if p_day[at] >= day[row] and p_from[at] <= known_by[q] < p_until[at]:
                    paid += p_amount[at]
            asked[q] += promised[row]
            kept[q] += min(max(paid, 0), promised[row])
            if 10 * paid >= 9 * promised[row]:
                kept_on[q] = max(kept_on[q], until)
            else:
                broken_on[q] = max(broken_on[q], until)
                if paid > 0:
                    partial[q] += 1
    return asked, kept, partial, kept_on, broken_on


@compiled
def count_since(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    mark: Marks,
    stop: Marks,
    owner: Days,
    as_of: Days,
    known_by: Days,
) -> Days:
    """Return how many marked rows came after the last stopping row before as_of, or in all where there is none.

    Rows of one day follow each other by their keys; a row that stops is not counted itself.
    """
    count = np.zeros(len(owner), np.int32)
    for q in range(len(owner)):
        for row in range(offsets[owner[q]], offsets[owner[q] + 1]):
            if day[row] >= as_of[q]:
                break
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            if stop[row]:
                count[q] = 0
            elif mark[row]:
                count[q] += 1
    return count
