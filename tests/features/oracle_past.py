"""The past of one loan, the slow and obvious way: plain loops over the raw rows, written from the words alone.

Nothing of the engine is used here: not the book, not its derived columns, not its kernels. A row is known on a
morning when its local day of ``known_at`` lies before it; of one thing the highest known revision counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from tests.features.ledger_oracle import PARTS, Account

NAN = float("nan")
KEYS = {
    "loans": ["loan_id"], "borrowers": ["borrower_id"], "instalments": ["loan_id", "number"],
    "payments": ["payment_id"], "statements": ["loan_id", "month"], "contacts": ["contact_id"],
    "promises": ["promise_id"], "offers": ["offer_id"], "visits": ["visit_id"], "evidence": ["evidence_id"],
    "plans": ["plan_id"], "flags": ["flag_id"], "consents": ["consent_id"],
    "attributes": ["owner_kind", "owner_id", "name"],
}  # fmt: skip
DAY = {
    "instalments": "due_on", "payments": "paid_on", "statements": "month", "contacts": "contacted_at",
    "promises": "promised_at", "offers": "offered_at", "evidence": "observed_on", "plans": "starts_on",
    "flags": "starts_on", "consents": "granted_on",
}  # fmt: skip
STATUS = {"current": 0, "1-30": 1, "31-60": 31, "61-90": 61, "61+": 61, "91+": 91}
Row = dict[str, Any]


def days(text: Any) -> int | None:
    """Return days since 1970 of an ISO date or instant, in Shanghai; None when empty."""
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return None
    stamp = pd.Timestamp(text)
    if stamp.tzinfo is not None:
        stamp = stamp.tz_convert("Asia/Shanghai").tz_localize(None)
    return (stamp.normalize() - pd.Timestamp("1970-01-01")).days


def dated(tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Return the rows with ``_known`` and ``_day`` as day numbers."""
    out: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        out[name] = []
        for row in rows:
            known = days(row["known_at"])
            on = days(row.get(DAY.get(name, ""))) if name in DAY else known
            if name == "statements":
                on = days((pd.Timestamp(row["month"]) + pd.offsets.MonthEnd(0)).date().isoformat())
            if name == "visits":
                on = days(row.get("visited_at")) or days(row.get("planned_on"))
            out[name].append({**row, "_known": known, "_day": known if on is None else on})
    return out


def over(part: Any, whole: Any) -> float:
    """Return part over whole, missing when the whole is missing or not above zero."""
    if part is None or whole is None or math.isnan(part) or math.isnan(whole) or whole <= 0:
        return NAN
    return float(part / whole)


def distinct(rows: Iterable[Row], column: str) -> int:
    """Return how many different values the rows bear."""
    return len({row.get(column) for row in rows} - {None})


def _split(due: int, parts: dict[str, int]) -> tuple[int, int, int, int]:
    return due, parts["fee"], parts["interest"], parts["principal"]


def number(value: Any) -> float:
    return NAN if value is None else float(value)


class Past:
    """What was known of one loan and its borrower on one morning."""

    def __init__(
        self,
        rows: dict[str, list[Row]],
        loan: str,
        borrower: str,
        morning: int,
        known_by: int,
        *,
        order: Sequence[str] = PARTS,
    ) -> None:
        self.order = order
        self.rows, self.loan, self.borrower = rows, loan, borrower
        self.morning, self.known_by = morning, known_by
        self._found: dict[str, list[Row]] = {}

    def all_of(self, table: str) -> list[Row]:
        """Return the latest known revisions of the loan's (or borrower's) rows, by (day, key)."""
        if table in self._found:
            return self._found[table]
        of_loan = table in (
            "loans", "instalments", "payments", "statements", "contacts", "promises", "offers", "visits", "plans",
        )  # fmt: skip
        mine = [
            row
            for row in self.rows.get(table, [])
            if (row["loan_id"] == self.loan if of_loan else row.get("borrower_id") == self.borrower)
            and row["_known"] < self.known_by
        ]
        latest: dict[tuple[Any, ...], Row] = {}
        for row in sorted(mine, key=lambda r: r["revision"]):
            latest[tuple(row[k] for k in KEYS[table])] = row
        self._found[table] = sorted(latest.values(), key=lambda r: (r["_day"], *(r[k] for k in KEYS[table])))
        return self._found[table]

    def before(self, table: str, lookback: int | None = None, **where: Any) -> list[Row]:
        """Return the rows of the lookback that meet every condition (a value, values or a test)."""
        start = -(10**9) if lookback is None else self.morning - lookback
        found = [row for row in self.all_of(table) if start <= row["_day"] < self.morning]
        for column, wanted in where.items():
            if callable(wanted):
                found = [row for row in found if row.get(column) is not None and wanted(row[column])]
            else:
                wanted = (wanted,) if isinstance(wanted, str) else wanted
                found = [row for row in found if row.get(column) in wanted]
        return found

    def fact(self, table: str, column: str) -> Any:
        rows = self.all_of(table)
        return rows[-1].get(column) if rows else None

    def beside(self, loan: str) -> Past:
        """Return the past of another loan of the borrower on the same morning."""
        return Past(self.rows, loan, self.borrower, self.morning, self.known_by, order=self.order)

    # ------------------------------------------------------------------ ledger

    @cached_property
    def account(self) -> Account:
        """Return the loan's ledger as it was known."""
        rows = (self.all_of(table) for table in ("instalments", "payments", "plans"))
        return Account(*rows, order=self.order)

    def paid_until(self, day: int) -> int:
        """Return the payments made before the day."""
        return self.account.paid(None, day)

    def dues(self) -> list[tuple[int, int, int, int]]:
        """Return (due day, fee, interest, principal) of the schedule that speaks this morning, oldest first."""
        return [_split(one.due, one.parts) for one in self.account.speaking(self.morning).instalments]

    def agreed(self) -> list[tuple[int, int, int, int]]:
        """Return the same of the first schedule: what was agreed before any plan replaced it."""
        return [_split(one.due, one.parts) for one in self.account.first.instalments]

    def owed(self, day: int) -> list[tuple[int, int, int, int]]:
        """Return what is left of each instalment by payments before the day: one coin at a time, oldest first."""
        left = self.account.left(self.account.speaking(day), day)
        return [_split(one.due, rest) for one, rest in left]

    def due_count(self, days: int) -> int:
        """Return how many instalments of something fell due in the lookback by the schedule of their own day."""
        due = self.account.falling_due(self.morning - days, self.morning)
        return sum(one.whole > 0 for _, one in due)

    def statement(self, day: int) -> Row | None:
        rows = [row for row in self.all_of("statements") if row["_day"] < day]
        return rows[-1] if rows else None

    def dpd(self, day: int) -> int:
        if self.all_of("instalments"):
            return self.account.dpd(day)
        row = self.statement(day)
        if row is None or row.get("status") == "no_loan":
            return 0
        if row.get("dpd") is not None:
            return int(row["dpd"])
        status = row.get("status")
        if status in STATUS:
            return STATUS[status]
        return 30 * int(status) if status is not None and status.isdigit() else 0

    def paid_between(self, first: int, last: int) -> int:
        if self.all_of("instalments") or self.all_of("payments"):
            return self.paid_until(last) - self.paid_until(first)
        return sum(r.get("amount_paid") or 0 for r in self.all_of("statements") if first <= r["_day"] < last)

    def due_between(self, first: int, last: int) -> int:
        return self.account.due_between(first, last)

    def promises(self, first: int) -> tuple[int, int]:
        kept = broken = 0
        for row in self.all_of("promises"):
            end = days(row["due_on"]) + 3  # type: ignore[operator]
            if first <= end < self.morning:
                paid = self.paid_until(end + 1) - self.paid_until(row["_day"])
                kept += paid >= 0.9 * row["amount"]
                broken += paid < 0.9 * row["amount"]
        return kept, broken

    # ------------------------------------------------------------------ small words

    def since_last(self, rows: list[Row]) -> float:
        return self.morning - rows[-1]["_day"] if rows else NAN

    def active(self, table: str, ends: str, **where: Any) -> int:
        found = self.before(table, None, **where)
        return sum(1 for row in found if (end := days(row.get(ends))) is None or end > self.morning)
