"""When a loan first falls due, what then, and the day on which payments settled it."""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Positions, compiled
from features.event_kernels import NO_DAY


@compiled
def first_due(
    offsets: Positions, day: Days, seen_from: Days, seen_until: Days, due: Amounts, loan: Days, known_by: Days
) -> tuple[Days, Amounts]:
    """Return the first day on which a known instalment of the loan asks for money, and how much; NO_DAY when none."""
    on = np.full(len(loan), NO_DAY, np.int32)
    amount = np.zeros(len(loan), np.int64)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if not (seen_from[row] <= known_by[q] < seen_until[row]) or due[row] <= 0:
                continue
            if on[q] != NO_DAY and day[row] != on[q]:
                break
            on[q] = day[row]
            amount[q] += due[row]
    return on, amount


@compiled
def last_due(
    offsets: Positions, day: Days, seen_from: Days, seen_until: Days, loan: Days, known_by: Days
) -> Days:
    """Return the day of the last known instalment of the loan; NO_DAY when none."""
    on = np.full(len(loan), NO_DAY, np.int32)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if seen_from[row] <= known_by[q] < seen_until[row]:
                on[q] = day[row]
    return on


@compiled
def settled_on(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    paid: Amounts,
    need: Amounts,
    loan: Days,
    before: Days,
    known_by: Days,
) -> Days:
    """Return the day of the payment after which at least ``need`` stayed paid; NO_DAY when it is not."""
    found = np.full(len(loan), NO_DAY, np.int32)
    for q in range(len(loan)):
        total = np.int64(0)
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= before[q]:
                break
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            total += paid[row]
            if total < need[q]:
                found[q] = NO_DAY
            elif found[q] == NO_DAY:
                found[q] = day[row]
    return found


@compiled
def schedule_ahead(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    due: Amounts,
    loan: Days,
    on: Days,
    known_by: Days,
) -> tuple[Days, Amounts, Amounts]:
    """Return the next day on which money falls due from each morning on, how much then, and over the whole schedule."""
    next_on = np.full(len(loan), NO_DAY, np.int32)
    amount = np.zeros(len(loan), np.int64)
    whole = np.zeros(len(loan), np.int64)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            whole[q] += due[row]
            if day[row] < on[q] or due[row] <= 0:
                continue
            if next_on[q] == NO_DAY:
                next_on[q] = day[row]
            if next_on[q] == day[row]:
                amount[q] += due[row]
    return next_on, amount, whole
