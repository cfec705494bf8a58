"""Features of paying habits, of promised amounts and of the calendar again, in plain loops over single days."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import Any

from tests.features.oracle_past import NAN, Past, days, over

OFF = [
    "2024-01-01",
    "2024-02-10",
    "2024-02-11",
    "2024-02-12",
    "2024-02-13",
    "2024-02-14",
    "2024-02-15",
    "2024-02-16",
    "2024-04-04",
    "2024-04-05",
    "2024-05-01",
    "2024-05-02",
    "2024-05-03",
    "2024-06-10",
    "2024-09-16",
    "2024-09-17",
    "2024-10-01",
    "2024-10-02",
    "2024-10-03",
    "2024-10-04",
    "2024-10-07",
    "2025-01-01",
    "2025-01-28",
    "2025-01-29",
    "2025-01-30",
    "2025-01-31",
    "2025-02-03",
    "2025-02-04",
    "2025-04-04",
    "2025-05-01",
    "2025-05-02",
    "2025-05-05",
]
WORKED = [
    "2024-02-04",
    "2024-02-18",
    "2024-04-07",
    "2024-04-28",
    "2024-05-11",
    "2024-09-14",
    "2024-09-29",
    "2024-10-12",
    "2025-01-26",
    "2025-02-08",
    "2025-04-27",
]
"""Days off beside weekends, and weekends worked. Source: the State Council's notices for 2024 and 2025."""


def date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def working(day: int) -> float:
    on = date(day)
    if not 2024 <= on.year <= 2025:
        raise ValueError(f"the oracle knows 2024 and 2025, found {on}; add the notice of that year")
    return float(on.isoformat() in WORKED or (on.weekday() < 5 and on.isoformat() not in OFF))


def habit(p: Past) -> dict[str, Any]:
    paid = sorted({row["_day"] for row in p.before("payments", 365, amount=lambda a: a >= 1)})
    names = (
        "payment_gap_mean_365d", "payment_gap_variation_365d", "payday_number_365d", "payday_share_365d",
        "payday_ahead_days", "payday_after_due_days",
    )  # fmt: skip
    if len(paid) < 3:
        return dict.fromkeys(names, NAN)
    gaps = [later - earlier for earlier, later in pairwise(paid)]
    mean = sum(gaps) / len(gaps)
    numbers = [date(day).day for day in paid]
    usual = min(set(numbers), key=lambda number: (-numbers.count(number), number))
    near = [number for number in numbers if min(abs(number - usual), 31 - abs(number - usual)) <= 2]
    ahead = 0
    while not (
        date(p.morning + ahead).day == usual
        or (date(p.morning + ahead).day < usual and date(p.morning + ahead + 1).day == 1)
    ):
        ahead += 1
    due = min((due for due, *parts in p.dues() if due >= p.morning and sum(parts) > 0), default=None)
    return {
        "payment_gap_mean_365d": mean,
        "payment_gap_variation_365d": math.sqrt(sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) / mean,
        "payday_number_365d": usual,
        "payday_share_365d": len(near) / len(numbers),
        "payday_ahead_days": ahead,
        "payday_after_due_days": NAN if due is None else (usual - date(due).day) % 31,
    }


def promised(p: Past) -> dict[str, Any]:
    asked, kept, partial = 0, 0, 0
    ends: list[tuple[int, bool]] = []
    for row in p.all_of("promises"):
        end = days(row["due_on"]) + 3  # type: ignore[operator]
        if not p.morning - 180 <= end < p.morning:
            continue
        paid = p.paid_until(end + 1) - p.paid_until(row["_day"])
        asked += row["amount"]
        kept += min(max(paid, 0), row["amount"])
        partial += 0 < paid < 0.9 * row["amount"]
        ends.append((end, paid >= 0.9 * row["amount"]))
    last = max((end for end, _ in ends), default=None)
    broken = max((end for end, ok in ends if not ok), default=None)
    return {
        "promised_amount_kept_share_180d": over(kept, asked),
        "partial_promises_count_180d": partial,
        "promise_kept_latest": NAN if last is None else float(all(ok for end, ok in ends if end == last)),
        "days_since_broken_promise_180d": NAN if broken is None else p.morning - broken,
    }


def days_off(p: Past) -> dict[str, Any]:
    m = p.morning
    soon = [step for step in range(14) if date(m + step).isoformat() in OFF]
    due = min((due for due, *parts in p.dues() if due >= m and sum(parts) > 0), default=None)
    unpaid = min((due for due, *parts in p.owed(m) if due < m and sum(parts) > 0), default=None)
    return {
        "working_day_latest": working(m),
        "working_days_ahead_7d": sum(working(m + step) for step in range(7)),
        "public_holiday_ahead_days": soon[0] if soon else 14,
        "next_due_working_day": NAN if due is None or due > m + 14 else working(due),
        "oldest_due_working_day": NAN if unpaid is None else working(unpaid),
    }
