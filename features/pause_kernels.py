"""Days past due, their path and punctuality where pauses stop the clock: the arithmetic under ``Settlement``.

Instalments and payments are those of one span: known, of one schedule, sorted by day. Pauses are the loan's own, sorted by
first day; a day is paused or not, however many pauses hold. Definitions: docs/ledger.md, sections 4, 5 and 9.
"""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Positions, compiled
from features.ledger_kernels import NO_DAY


@compiled
def paused_within(
    starts: Days, ends: Days, seen_from: Days, seen_until: Days, begin: int, end: int, first: int, last: int, known_by: int
) -> int:  # fmt: skip
    """Return how many of the days first … last − 1 are paused by the rows begin … end."""
    days = 0
    at = int(first)
    for row in range(begin, end):
        if starts[row] >= last:
            break
        if seen_from[row] <= known_by < seen_until[row]:
            stop = min(int(ends[row]), int(last))
            days += max(stop - max(int(starts[row]), at), 0)
            at = max(at, stop)
    return days


@compiled
def running_from(
    starts: Days, ends: Days, seen_from: Days, seen_until: Days, begin: int, end: int, day: int, known_by: int
) -> int:
    """Return the first day from ``day`` on that is not paused."""
    at = int(day)
    for row in range(begin, end):
        if starts[row] > at:
            break
        if seen_from[row] <= known_by < seen_until[row]:
            at = max(at, int(ends[row]))
    return at


@compiled
def paused_days(
    ho: Positions,
    starts: Days,
    ends: Days,
    h_from: Days,
    h_until: Days,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> Days:
    """Return the paused days of each loan among first … last − 1; 0 where ``first`` is NO_DAY."""
    days = np.zeros(len(loan), np.int32)
    for q in range(len(loan)):
        if first[q] != NO_DAY:
            days[q] = paused_within(
                starts, ends, h_from, h_until, ho[loan[q]], ho[loan[q] + 1], first[q], last[q], known_by[q]
            )
    return days


@compiled
def paused_walk(
    io: Positions,
    i_day: Days,
    i_amount: Amounts,
    po: Positions,
    p_day: Days,
    p_amount: Amounts,
    ho: Positions,
    starts: Days,
    ends: Days,
    h_from: Days,
    h_until: Days,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> tuple[Days, Days, Days]:
    """Return, over the mornings first … last of each span: worst days past due, days past due, begin of the last run.

    The run: the mornings past due without a break up to ``last``; NO_DAY when that one is not past due.
    Goes from change to change like ``ledger_kernels.walk``.
    """
    n = len(first)
    worst = np.zeros(n, np.int32)
    late = np.zeros(n, np.int32)
    since_when = np.full(n, NO_DAY, np.int32)
    for s in range(n):
        begin, due_end = io[s], io[s + 1]
        at, end = po[s], po[s + 1]
        pause, pause_end = ho[loan[s]], ho[loan[s] + 1]
        paid = 0
        need = 0
        row = begin
        owing = False
        since = 0
        run = NO_DAY
        today = int(first[s])
        while today <= last[s]:
            while at < end and p_day[at] < today:
                paid += p_amount[at]
                if p_amount[at] < 0:  # what was settled may be owed again: look from the oldest
                    row = begin
                    need = 0
                    owing = False
                at += 1
            while not owing or need <= paid:
                owing = False
                while row < due_end and i_amount[row] <= 0:
                    row += 1
                if row == due_end or i_day[row] >= last[s]:
                    break
                need += i_amount[row]
                since = int(i_day[row])
                owing = True
                row += 1
            until = int(last[s])
            if at < end and p_day[at] < until:
                until = int(p_day[at])
            if owing and since < today:
                free = running_from(starts, ends, h_from, h_until, pause, pause_end, since, known_by[s])
                aged = max(today, free + 1)
                if aged <= until:
                    stopped = paused_within(
                        starts, ends, h_from, h_until, pause, pause_end, since, until, known_by[s]
                    )
                    worst[s] = max(worst[s], until - since - stopped)
                    late[s] += until - aged + 1
                    if run == NO_DAY or aged > today:
                        run = aged
                else:
                    run = NO_DAY
            else:
                run = NO_DAY
                if owing and since < until:
                    until = since
            today = until + 1
        since_when[s] = run
    return worst, late, since_when


@compiled
def paused_punctuality(
    io: Positions,
    i_day: Days,
    i_amount: Amounts,
    po: Positions,
    p_day: Days,
    p_amount: Amounts,
    ho: Positions,
    starts: Days,
    ends: Days,
    h_from: Days,
    h_until: Days,
    loan: Days,
    known_by: Days,
    first: Days,
    last: Days,
) -> tuple[Days, Days, Days, Amounts]:
    """Return, of the instalments due on the days first … last − 1 of each span: number, missed, settled, days of delay."""
    n = len(first)
    counted = np.zeros(n, np.int32)
    missed = np.zeros(n, np.int32)
    settled = np.zeros(n, np.int32)
    delay = np.zeros(n, np.int64)
    for s in range(n):
        pause, pause_end = ho[loan[s]], ho[loan[s] + 1]
        need = 0
        for row in range(io[s], io[s + 1]):
            if i_day[row] >= last[s]:
                break
            need += i_amount[row]
            if i_amount[row] == 0 or i_day[row] < first[s]:
                continue
            due_on = int(i_day[row])
            counted[s] += 1
            free = running_from(starts, ends, h_from, h_until, pause, pause_end, due_on, known_by[s])
            paid = 0
            in_time = 0
            since = NO_DAY
            at = po[s]
            while at < po[s + 1] and p_day[at] < last[s]:
                day = p_day[at]
                short = paid < need
                while at < po[s + 1] and p_day[at] == day:
                    paid += p_amount[at]
                    at += 1
                if short:
                    since = int(day)
                if day <= free:
                    in_time = paid
            if free < last[s] and in_time < need:
                missed[s] += 1
            if paid >= need:
                settled[s] += 1
                if since > due_on:
                    stopped = paused_within(
                        starts, ends, h_from, h_until, pause, pause_end, due_on, since, known_by[s]
                    )
                    delay[s] += since - due_on - stopped
    return counted, missed, settled, delay


@compiled
def overdue_days(
    io: Positions,
    i_day: Days,
    i_amount: Amounts,
    po: Positions,
    p_day: Days,
    p_amount: Amounts,
    before_principal: Amounts,
    principal: Amounts,
    before_interest: Amounts,
    interest: Amounts,
    ho: Positions,
    starts: Days,
    ends: Days,
    h_from: Days,
    h_until: Days,
    loan: Days,
    known_by: Days,
    on: Days,
    queries: int,
    query: Positions,
) -> tuple[Amounts, Amounts]:
    """Return principal and interest left × days, over the running days since due of the instalments unpaid on ``on``.

    ``before_principal`` is what is settled of an instalment before its principal, ``before_interest`` likewise.
    """
    of_principal = np.zeros(queries, np.int64)
    of_interest = np.zeros(queries, np.int64)
    for s in range(len(query)):
        total = 0
        for at in range(po[s], po[s + 1]):
            if p_day[at] < on[s]:
                total += p_amount[at]
        need = 0
        for row in range(io[s], io[s + 1]):
            if i_day[row] >= on[s]:
                break
            settled_before = need
            need += i_amount[row]
            if i_amount[row] == 0 or total >= need:
                continue
            day = int(i_day[row])
            paid = 0
            at = po[s]
            while day < on[s]:
                while at < po[s + 1] and p_day[at] <= day:
                    paid += p_amount[at]
                    at += 1
                turn = int(on[s])
                if at < po[s + 1] and p_day[at] < turn:
                    turn = int(p_day[at])
                running = (
                    turn
                    - day
                    - paused_within(
                        starts, ends, h_from, h_until, ho[loan[s]], ho[loan[s] + 1], day, turn, known_by[s]
                    )
                )
                reached = min(max(paid - settled_before, 0), i_amount[row])
                left = principal[row] - min(max(reached - before_principal[row], 0), principal[row])
                of_principal[query[s]] += running * left
                left = interest[row] - min(max(reached - before_interest[row], 0), interest[row])
                of_interest[query[s]] += running * left
                day = turn
    return of_principal, of_interest
