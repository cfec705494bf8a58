"""Since when a loan is past due without a break: over the spans of its schedules, or by its statements."""

from __future__ import annotations

import numpy as np

from features.compiled import Days, Positions, compiled


@compiled
def unbroken(query: Positions, first: Days, run: Days, none: int, queries: int) -> Days:
    """Return when the run that reaches the end of each query's last span began, over all spans; ``none`` when none does."""
    since = np.full(queries, none, np.int32)
    for span in range(len(query)):
        if run[span] == none or run[span] != first[span] or since[query[span]] == none:
            since[query[span]] = run[span]
    return since


@compiled
def stated_run(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    dpd: Days,
    loan: Days,
    known_by: Days,
    before: Days,
    none: int,
) -> Days:
    """Return the day after the first of the statements past due in a row up to the latest; ``none`` when none is."""
    since = np.full(len(loan), none, np.int32)
    for q in range(len(loan)):
        for row in range(offsets[loan[q]], offsets[loan[q] + 1]):
            if day[row] >= before[q]:
                break
            if not (seen_from[row] <= known_by[q] < seen_until[row]):
                continue
            if dpd[row] <= 0:
                since[q] = none
            elif since[q] == none:
                since[q] = day[row] + 1
    return since
