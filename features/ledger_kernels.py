"""What was due against what was paid, loan by loan: the arithmetic under ``Ledger``.

Instalments and payments of a loan are sorted by day. A row counts for a query when
``seen_from ≤ known_by < seen_until``; a day D sees instalments due before D and payments made before D. Net
payments below zero count as zero. All sums are integers.
"""

from __future__ import annotations

import numpy as np

from features.compiled import Amounts, Days, Positions, compiled

NO_DAY = -(2**31)


@compiled
def standing(
    io: Positions,
    i_day: Days,
    i_from: Days,
    i_until: Days,
    principal: Amounts,
    interest: Amounts,
    fee: Amounts,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    amount: Amounts,
    loan: Days,
    on: Days,
    known_by: Days,
) -> tuple[Amounts, Amounts, Amounts, Amounts, Amounts, Amounts, Days, Days]:
    """Return due, paid, owed principal, interest and fee, principal left, unpaid count, oldest due day."""
    n = len(loan)
    due = np.zeros(n, np.int64)
    paid = np.zeros(n, np.int64)
    owed_principal = np.zeros(n, np.int64)
    owed_interest = np.zeros(n, np.int64)
    owed_fee = np.zeros(n, np.int64)
    outstanding = np.zeros(n, np.int64)
    unpaid = np.zeros(n, np.int32)
    oldest = np.full(n, NO_DAY, np.int32)
    for q in range(n):
        for row in range(po[loan[q]], po[loan[q] + 1]):
            if p_day[row] >= on[q]:
                break
            if p_from[row] <= known_by[q] < p_until[row]:
                paid[q] += amount[row]
        left = max(paid[q], 0)
        for row in range(io[loan[q]], io[loan[q] + 1]):
            if not (i_from[row] <= known_by[q] < i_until[row]):
                continue
            fee_left = fee[row] - min(left, fee[row])
            left -= fee[row] - fee_left
            interest_left = interest[row] - min(left, interest[row])
            left -= interest[row] - interest_left
            principal_left = principal[row] - min(left, principal[row])
            left -= principal[row] - principal_left
            outstanding[q] += principal_left
            if i_day[row] >= on[q]:
                continue
            due[q] += fee[row] + interest[row] + principal[row]
            owed_fee[q] += fee_left
            owed_interest[q] += interest_left
            owed_principal[q] += principal_left
            if fee_left + interest_left + principal_left > 0:
                unpaid[q] += 1
                if oldest[q] == NO_DAY:
                    oldest[q] = i_day[row]
    return due, paid, owed_principal, owed_interest, owed_fee, outstanding, unpaid, oldest


@compiled
def walk(
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
) -> tuple[Days, Days]:
    """Return the worst days past due over the days first … last and the number of those days past due.

    Between a payment and the next, and between due days, nothing changes but the date, so the walk goes from
    change to change.
    """
    n = len(loan)
    worst = np.zeros(n, np.int32)
    late = np.zeros(n, np.int32)
    widest = 0
    for owner in range(len(io) - 1):
        widest = max(widest, io[owner + 1] - io[owner])
    need_day = np.empty(widest, np.int64)
    need = np.empty(widest, np.int64)
    for q in range(n):
        count = 0
        total = np.int64(0)
        for row in range(io[loan[q]], io[loan[q] + 1]):
            if i_day[row] >= last[q]:
                break
            if i_amount[row] > 0 and i_from[row] <= known_by[q] < i_until[row]:
                total += i_amount[row]
                need_day[count] = i_day[row]
                need[count] = total
                count += 1
        at = po[loan[q]]
        end = po[loan[q] + 1]
        paid = np.int64(0)
        oldest = 0
        today = np.int64(first[q])
        while today <= last[q]:
            while at < end and p_day[at] < today:
                if p_from[at] <= known_by[q] < p_until[at]:
                    paid += p_amount[at]
                    if p_amount[at] < 0:
                        oldest = 0
                at += 1
            while oldest < count and need[oldest] <= paid:
                oldest += 1
            until = np.int64(last[q])
            if at < end and p_day[at] < until:
                until = np.int64(p_day[at])
            if oldest < count and need_day[oldest] < today:
                worst[q] = max(worst[q], until - need_day[oldest])
                late[q] += until - today + 1
            elif oldest < count and need_day[oldest] < until:
                until = need_day[oldest]
            today = until + 1
    return worst, late


@compiled
def flow(
    offsets: Positions,
    day: Days,
    seen_from: Days,
    seen_until: Days,
    amount: Amounts,
    owner: Days,
    first: Days,
    last: Days,
    known_by: Days,
) -> Amounts:
    """Return the amounts of the known rows with first ≤ day < last."""
    total = np.zeros(len(owner), np.int64)
    for q in range(len(owner)):
        for row in range(offsets[owner[q]], offsets[owner[q] + 1]):
            if day[row] >= last[q]:
                break
            if day[row] >= first[q] and seen_from[row] <= known_by[q] < seen_until[row]:
                total[q] += amount[row]
    return total


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

    Missed: not fully paid when its due day ended. Settled: paid by payments before ``last``; its delay runs
    from the due day to the payment after which it stayed paid, 0 when that came early.
    """
    n = len(loan)
    counted = np.zeros(n, np.int32)
    missed = np.zeros(n, np.int32)
    settled = np.zeros(n, np.int32)
    delay = np.zeros(n, np.int64)
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
            if p_day[row] >= last[q]:
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
            if i_day[row] >= last[q]:
                break
            if i_amount[row] == 0 or not (i_from[row] <= known_by[q] < i_until[row]):
                continue
            need += i_amount[row]
            while in_time < days and paid_day[in_time] <= i_day[row]:
                in_time += 1
            while since < days and kept[since] < need:
                since += 1
            if i_day[row] < first[q]:
                continue
            counted[q] += 1
            if in_time == 0 or paid[in_time - 1] < need:
                missed[q] += 1
            if since < days:
                settled[q] += 1
                delay[q] += max(paid_day[since] - i_day[row], 0)
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
