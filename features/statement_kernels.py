"""Which statement speaks on a day, and what the statements say over a range of days."""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, compiled

LATE_PATH = (
    "told",
    "late",
    "late_31",
    "late_61",
    "worst",
    "run",
    "runs",
    "longest_earlier_run",
    "since_late",
)
"""Rows of ``late_path``: statements that tell, past due, at 31 days or more, at 61 or more; the highest days past
due; statements past due in a row up to the latest; how many such runs, the longest of those that ended; statements
since the last one past due (-1: never)."""


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


@compiled
def marked_between(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    marks: Marks,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> Days:
    """Return for each query how many known and marked rows of its loan have a day in [first, last)."""
    found = np.zeros(len(loan), np.int32)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= last[q]:
                break
            if day[row] >= first[q] and marks[row] and seen_from[row] <= known_by[q] < seen_until[row]:
                found[q] += 1
    return found


@compiled
def latest_rows(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    loan: Days,
    before: Days,
    known_by: Days,
    depth: int,
) -> Positions:
    """Return for each query its latest known rows before the morning, newest first; -1 where there are fewer."""
    found = np.full((depth, len(loan)), -1, np.int64)
    for q in range(len(loan)):
        place = 0
        for back in range(offsets[loan[q] + 1] - offsets[loan[q]]):
            row = offsets[loan[q] + 1] - 1 - back
            if place == depth:
                break
            if day[row] < before[q] and seen_from[row] <= known_by[q] < seen_until[row]:
                found[place, q] = row
                place += 1
    return found


@compiled
def late_path(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    dpd: Days,
    loan: Days,
    before: Days,
    known_by: Days,
) -> Days:
    """Return how late each loan's known statements before the morning were, as the rows that ``LATE_PATH`` names.

    A statement whose ``dpd`` is below 0 tells nothing and is passed over. A run is a row of statements past due.
    """
    found = np.zeros((len(LATE_PATH), len(loan)), np.int32)
    for q in range(len(loan)):
        told, late, since, run, runs, earlier_run = 0, 0, -1, 0, 0, 0
        deep, deeper, worst = 0, 0, 0
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= before[q]:
                break
            if dpd[row] < 0 or not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            told += 1
            if dpd[row] > 0:
                if run == 0:
                    runs += 1
                late += 1
                run += 1
                since = 0
                deep += dpd[row] >= 31
                deeper += dpd[row] >= 61
                worst = max(worst, dpd[row])
            else:
                earlier_run = max(earlier_run, run)
                run = 0
                if since >= 0:
                    since += 1
        found[0, q], found[1, q], found[2, q], found[3, q] = told, late, deep, deeper
        found[4, q], found[5, q], found[6, q], found[7, q] = worst, run, runs, earlier_run
        found[8, q] = since
    return found
