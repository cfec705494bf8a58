"""When a loan fell behind and when it caught up again, morning by morning: the arithmetic under ``ArrearsEpisodes``."""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, compiled
from features.event_kernels import NO_DAY
from features.pause_kernels import running_from


@compiled
def episodes(
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
    ho: Positions,
    starts: Days,
    ends: Days,
    h_from: Days,
    h_until: Days,
    owner: Days,
    rows_known_by: Days,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> tuple[Marks, Marks, Days, Days, Days, Days]:
    """Return what happened over the mornings first … last of each query.

    In order: past due on the first, on the last, how often the loan fell behind and caught up between them, and the
    last morning on which it did either (NO_DAY when it did not).

    Instalments and payments are those of ``owner`` known by ``rows_known_by``, pauses those of ``loan`` known by
    ``known_by``. Goes from change to change like ``pause_kernels.paused_walk``.
    """
    n = len(owner)
    late_first = np.zeros(n, np.bool_)
    late_last = np.zeros(n, np.bool_)
    fell = np.zeros(n, np.int32)
    cured = np.zeros(n, np.int32)
    fell_on = np.full(n, NO_DAY, np.int32)
    cured_on = np.full(n, NO_DAY, np.int32)
    for q in range(n):
        begin, due_end = io[owner[q]], io[owner[q] + 1]
        at, end = po[owner[q]], po[owner[q] + 1]
        paid = 0
        need = 0
        row = begin
        owing = False
        since = 0
        late = False
        falls = 0
        cures = 0
        today = int(first[q])
        while today <= last[q]:
            while at < end and p_day[at] < today:
                if p_from[at] <= rows_known_by[q] < p_until[at]:
                    paid += p_amount[at]
                    if p_amount[at] < 0:  # what was settled may be owed again: look from the oldest
                        row = begin
                        need = 0
                        owing = False
                at += 1
            while not owing or need <= paid:
                owing = False
                while row < due_end and not (
                    i_amount[row] > 0 and i_from[row] <= rows_known_by[q] < i_until[row]
                ):
                    row += 1
                if row == due_end or i_day[row] >= last[q]:
                    break
                need += i_amount[row]
                since = int(i_day[row])
                owing = True
                row += 1
            until = int(last[q])
            if at < end and p_day[at] < until:
                until = int(p_day[at])
            aged = int(last[q]) + 1
            if owing and since < today:
                free = running_from(
                    starts, ends, h_from, h_until, ho[loan[q]], ho[loan[q] + 1], since, known_by[q]
                )
                aged = max(today, free + 1)
            elif owing and since < until:
                until = since
            if late and aged > today:
                cures += 1
                cured_on[q] = today
            if aged <= until and not (late and aged == today):
                if aged == first[q]:
                    late_first[q] = True
                else:
                    falls += 1
                    fell_on[q] = aged
            late = aged <= until
            today = until + 1
        late_last[q] = late
        fell[q] = falls
        cured[q] = cures
    return late_first, late_last, fell, cured, fell_on, cured_on
