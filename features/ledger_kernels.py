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
    first: Amounts,
    second: Amounts,
    third: Amounts,
    principal_at: int,
    po: Positions,
    p_day: Days,
    p_from: Days,
    p_until: Days,
    amount: Amounts,
    loan: Days,
    on: Days,
    known_by: Days,
) -> tuple[Amounts, Amounts, Amounts, Amounts, Amounts, Amounts, Days, Days]:
    """Return due, paid, owed of the first, second and third part, principal left, unpaid count, oldest due day.

    Inside an instalment the first part is settled before the second, that before the third; ``principal_at`` (0, 1 or 2)
    tells which of them is the principal.
    """
    n = len(loan)
    due = np.empty(n, np.int64)
    paid = np.empty(n, np.int64)
    owed_first = np.empty(n, np.int64)
    owed_second = np.empty(n, np.int64)
    owed_third = np.empty(n, np.int64)
    outstanding = np.empty(n, np.int64)
    unpaid = np.empty(n, np.int32)
    oldest = np.empty(n, np.int32)
    for q in range(n):
        of, today, knows = loan[q], on[q], known_by[q]
        given = np.int64(0)
        for row in range(po[of], po[of + 1]):
            if p_day[row] >= today:
                break
            if p_from[row] <= knows < p_until[row]:
                given += amount[row]
        left = max(given, 0)
        asked, ahead, open_ones, eldest = np.int64(0), np.int64(0), 0, NO_DAY
        of_first, of_second, of_third = np.int64(0), np.int64(0), np.int64(0)
        for row in range(io[of], io[of + 1]):
            if not (i_from[row] <= knows < i_until[row]):
                continue
            day, one, two, three = i_day[row], first[row], second[row], third[row]
            whole = one + two + three
            if left >= whole:
                left -= whole
                if day < today:
                    asked += whole
                continue
            settled = min(left, one)
            one -= settled
            left -= settled
            settled = min(left, two)
            two -= settled
            left -= settled
            three -= left
            left = np.int64(0)
            if principal_at == 2:
                ahead += three
            elif principal_at == 1:
                ahead += two
            else:
                ahead += one
            if day >= today:
                continue
            asked += whole
            of_first += one
            of_second += two
            of_third += three
            open_ones += 1
            if eldest == NO_DAY:
                eldest = day
        due[q], paid[q], outstanding[q] = asked, given, ahead
        owed_first[q], owed_second[q], owed_third[q] = of_first, of_second, of_third
        unpaid[q], oldest[q] = open_ones, eldest
    return due, paid, owed_first, owed_second, owed_third, outstanding, unpaid, oldest


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

    Ranges of days and what is found in them have a line per range and a column per query. One walk from the
    earliest day to the last serves all ranges of a query: between a payment and the next, and between due days, nothing
    changes but the date, so it goes from change to change.
    """
    ranges, n = first.shape
    worst = np.zeros((ranges, n), np.int32)
    late = np.zeros((ranges, n), np.int32)
    for q in range(n):
        begin = io[loan[q]]
        due_end = io[loan[q] + 1]
        at = po[loan[q]]
        end = po[loan[q] + 1]
        paid = np.int64(0)
        need = np.int64(0)
        row = begin
        owing = False
        since = np.int64(0)
        today = np.int64(first[0, q])
        final = np.int64(last[0, q])
        for w in range(1, ranges):
            today = min(today, np.int64(first[w, q]))
            final = max(final, np.int64(last[w, q]))
        while today <= final:
            while at < end and p_day[at] < today:
                if p_from[at] <= known_by[q] < p_until[at]:
                    paid += p_amount[at]
                    if p_amount[at] < 0:  # what was settled may be owed again: look from the oldest
                        row = begin
                        need = np.int64(0)
                        owing = False
                at += 1
            while not owing or need <= paid:
                owing = False
                while row < due_end and not (i_amount[row] > 0 and i_from[row] <= known_by[q] < i_until[row]):
                    row += 1
                if row == due_end or i_day[row] >= final:
                    break
                need += i_amount[row]
                since = np.int64(i_day[row])
                owing = True
                row += 1
            until = final
            if at < end and p_day[at] < until:
                until = np.int64(p_day[at])
            if owing and since < today:
                for w in range(ranges):
                    low = max(today, np.int64(first[w, q]))
                    high = min(until, np.int64(last[w, q]))
                    if low <= high:
                        worst[w, q] = max(worst[w, q], high - since)
                        late[w, q] += high - low + 1
            elif owing and since < until:
                until = since
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
    """Return the amounts of the known rows with first ≤ day < last; one sweep while ``first`` of an owner rises."""
    total = np.zeros(len(owner), np.int64)
    begin = np.int64(0)
    for q in range(len(owner)):
        end = offsets[owner[q] + 1]
        if q == 0 or owner[q] != owner[q - 1] or first[q] < first[q - 1]:
            begin = offsets[owner[q]]
        while begin < end and day[begin] < first[q]:
            begin += 1
        for row in range(begin, end):
            if day[row] >= last[q]:
                break
            if seen_from[row] <= known_by[q] < seen_until[row]:
                total[q] += amount[row]
    return total
