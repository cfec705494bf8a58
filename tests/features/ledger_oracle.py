"""The arrears ledger again, the slow and obvious way: written from ``docs/ledger.md`` and nothing else.

An :class:`Account` is one loan as it was known on one morning: day by day, instalment by instalment, without a
cumulative sum, a sorted position or a kernel. Nothing of the engine is used here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

PARTS = ("fee", "interest", "principal")
Row = dict[str, Any]


@dataclass(frozen=True)
class Instalment:
    """One instalment: due day, number and the three parts by name."""

    due: int
    number: int
    parts: dict[str, int]

    @property
    def whole(self) -> int:
        return sum(self.parts.values())


@dataclass(frozen=True)
class Schedule:
    """Instalments in order, and the plan they belong to (None: the first schedule)."""

    instalments: tuple[Instalment, ...]
    plan: str | None = None
    starts: int = -(10**9)
    ends: int = 10**9

    def due_before(self, day: int) -> int:
        return sum(one.whole for one in self.instalments if one.due < day)

    def through(self, which: Instalment) -> int:
        """Return the wholes of the instalments up to and including this one."""
        place = self.instalments.index(which)
        return sum(one.whole for one in self.instalments[: place + 1])


class Account:
    """One loan as it was known on one morning.

    Parameters
    ----------
    instalments, payments, plans
        The known rows, latest revision of each: as the lender wrote them, ``_day`` their business day as a number.
    order
        The parts of an instalment in the order in which they are settled.
    """

    def __init__(
        self,
        instalments: Sequence[Row],
        payments: Sequence[Row],
        plans: Sequence[Row],
        *,
        order: Sequence[str] = PARTS,
    ) -> None:
        self.order = tuple(order)
        self.payments = [(int(row["_day"]), int(row["amount"])) for row in payments]
        self.plans = [row for row in plans if row.get("kind") == "reschedule"]
        self.pauses = [(row["_day"], _end(row)) for row in plans if row.get("kind") == "pause"]
        bearing = [(_text(row.get("plan_id")), _instalment(row)) for row in instalments]
        self.any_instalment = bool(bearing)
        self.first = Schedule(_ordered(one for plan, one in bearing if plan is None))
        self.replacing = tuple(
            Schedule(own, plan=row["plan_id"], starts=row["_day"], ends=_end(row))
            for row in self.plans
            if (own := _ordered(one for plan, one in bearing if plan == row["plan_id"]))
        )

    # ------------------------------------------------------------------ 2. which schedule

    def of_day(self, day: int) -> Schedule:
        """Return the schedule of a day."""
        holding = [one for one in self.replacing if one.starts <= day < one.ends]
        return max(holding, key=lambda one: (one.starts, one.plan)) if holding else self.first

    def speaking(self, morning: int) -> Schedule:
        """Return the schedule that speaks on a morning: that of the day before."""
        return self.of_day(morning - 1)

    def rescheduled(self, morning: int) -> bool:
        return any(row["_day"] <= morning - 1 < _end(row) for row in self.plans)

    # ------------------------------------------------------------------ 3. paid, owed, past due

    def paid(self, first: int | None, last: int) -> int:
        return sum(amount for day, amount in self.payments if (first is None or first <= day) and day < last)

    def over(self, plan: Schedule) -> int:
        """Return what was overpaid when the plan began."""
        before = self.speaking(plan.starts)
        return max(0, self.purse(before, plan.starts) - before.due_before(plan.starts))

    def purse(self, schedule: Schedule, morning: int) -> int:
        """Return the money that settles a schedule on a morning."""
        if schedule.plan is None:
            return max(0, self.paid(None, morning))
        return max(0, self._over[schedule.plan] + self.paid(schedule.starts, morning))

    @cached_property
    def _over(self) -> dict[str | None, int]:
        """Return what was overpaid when each plan began, the earliest plan first."""
        found: dict[str | None, int] = {}
        self.__dict__["_over"] = found  # a plan needs those before it
        for one in sorted(self.replacing, key=lambda plan: plan.starts):
            found[one.plan] = self.over(one)
        return found

    def left(self, schedule: Schedule, morning: int) -> list[tuple[Instalment, dict[str, int]]]:
        """Return what is left of each part of each instalment, coin by coin in order."""
        purse, found = self.purse(schedule, morning), []
        for one in schedule.instalments:
            rest = {}
            for part in self.order:
                used = min(purse, one.parts[part])
                purse -= used
                rest[part] = one.parts[part] - used
            found.append((one, rest))
        return found

    def unpaid(self, morning: int) -> list[tuple[Instalment, dict[str, int]]]:
        """Return the instalments due before the morning of which something is left."""
        left = self.left(self.speaking(morning), morning)
        return [(one, rest) for one, rest in left if one.due < morning and sum(rest.values()) > 0]

    def oldest(self, morning: int) -> int | None:
        return min((one.due for one, _ in self.unpaid(morning)), default=None)

    def arrears(self, morning: int, *, part: str | None = None) -> int:
        return sum(sum(rest.values()) if part is None else rest[part] for _, rest in self.unpaid(morning))

    def dpd(self, morning: int) -> int:
        oldest = self.oldest(morning)
        return 0 if oldest is None else morning - oldest - self.paused(oldest, morning)

    def balance(self, morning: int) -> int:
        return sum(rest["principal"] for _, rest in self.left(self.speaking(morning), morning))

    def due_total(self, morning: int) -> int:
        schedule = self.speaking(morning)
        before = 0
        if schedule.plan is not None:
            before = max(0, self.paid(None, schedule.starts) - self._over[schedule.plan])
        return schedule.due_before(morning) + before

    # ------------------------------------------------------------------ 4. pauses

    def is_paused(self, day: int) -> bool:
        return any(first <= day < last for first, last in self.pauses)

    def paused(self, first: int, last: int) -> int:
        days = (range(max(first, begin), min(last, end)) for begin, end in self.pauses)
        return len(set().union(*days))

    def paused_days(self, morning: int) -> int:
        oldest = self.oldest(morning)
        return 0 if oldest is None else self.paused(oldest, morning)

    # ------------------------------------------------------------------ 5. over several days

    def worst_dpd(self, first: int, last: int) -> int:
        return max((self.dpd(day) for day in range(first, last + 1)), default=0)

    def days_late(self, first: int, last: int) -> int:
        return sum(self.dpd(day) > 0 for day in range(first, last + 1))

    def arrears_since(self, morning: int) -> int | None:
        """Return the earliest morning from which every one up to this was past due; None when this is not."""
        since = None
        while self.dpd(morning) > 0:
            since, morning = morning, morning - 1
        return since

    def falling_due(self, first: int, last: int) -> list[tuple[Schedule, Instalment]]:
        """Return the instalments due in [first, last) that belong to the schedule of their own day."""
        every = (self.first, *self.replacing)
        found = [(of, one) for of in every for one in of.instalments if first <= one.due < last]
        return [(of, one) for of, one in found if self.of_day(one.due).plan == of.plan]

    def due_between(self, first: int, last: int) -> int:
        return sum(one.whole for _, one in self.falling_due(first, last))

    def punctuality(self, first: int, last: int) -> tuple[int, int, int, int]:
        """Return, of the instalments due in [first, last): number, missed, settled, days of delay of the settled."""
        count = missed = settled = delay = 0
        for schedule, one in self.falling_due(first, last):
            if one.whole == 0:
                continue
            count += 1
            need, end = schedule.through(one), one.due
            while end < last and self.of_day(end).plan == schedule.plan:
                end += 1
            free = one.due
            while self.is_paused(free) and free < end:
                free += 1
            missed += free < end and self.purse(schedule, free + 1) < need
            if self.purse(schedule, end) >= need:
                settled += 1
                delay += self._delay(schedule, one.due, need, end)
        return count, missed, settled, delay

    def _delay(self, schedule: Schedule, due: int, need: int, end: int) -> int:
        for day in range(end - 1, due, -1):
            if self.purse(schedule, day) < need:
                return day - due - self.paused(due, day)
        return 0

    # ------------------------------------------------------------------ 9. penalty

    def penalty_base(self, morning: int, *, parts: Sequence[str] = ("principal",)) -> int:
        """Return minor units × days: what was left of the unpaid, each day from its due day that was not paused."""
        schedule, total = self.speaking(morning), 0
        for one, _ in self.unpaid(morning):
            for day in range(one.due, morning):
                if not self.is_paused(day):
                    rest = next(rest for other, rest in self.left(schedule, day + 1) if other is one)
                    total += sum(rest[part] for part in parts)
        return total


def known_rows(rows: pd.DataFrame, *, key: Sequence[str], morning: int) -> pd.DataFrame:
    """Return the rows known before the morning, of each key the highest revision; ``_known`` is the day known."""
    known = rows[rows["_known"] < morning].sort_values("revision", kind="stable")
    return known.drop_duplicates(list(key), keep="last")


def _ordered(instalments: Any) -> tuple[Instalment, ...]:
    return tuple(sorted(instalments, key=lambda one: (one.due, one.number)))


def _instalment(row: Row) -> Instalment:
    return Instalment(
        int(row["_day"]), int(row["number"]), {part: _whole(row.get(f"{part}_due")) for part in PARTS}
    )


def _end(row: Row) -> int:
    """Return the number of the day a plan ended; far away when it has not."""
    end = row.get("ends_on")
    if end is None or pd.isna(end):
        return 10**9
    return int(end) if isinstance(end, int) else (pd.Timestamp(end) - pd.Timestamp("1970-01-01")).days


def _text(value: Any) -> str | None:
    return None if value is None or pd.isna(value) else str(value)


def _whole(value: Any) -> int:
    return 0 if value is None or pd.isna(value) else int(value)
