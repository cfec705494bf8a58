"""The sheet of one account, the slow and obvious way: plain loops over raw rows, nothing of the engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from serving.account_sheet import (
    TIMELINE_KINDS,
    AccountSheet,
    OtherOverdueLoan,
    TimelineItem,
    UnpaidInstalment,
)
from tests.features.oracle_arrears import stands
from tests.features.oracle_past import Past, Row, days

Found = tuple[int, int, int, tuple[Any, ...], TimelineItem]


def iso(day: int | None) -> str:
    return "" if day is None else (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()


def sheet_by_hand(rows: dict[str, list[Row]], loan: str, morning: int, *, longest: int) -> AccountSheet:
    """Return the sheet of a loan of a Chinese lender; ``rows`` are dated."""
    borrower = next(row["borrower_id"] for row in rows["loans"] if row["loan_id"] == loan)
    past = Past(rows, loan, borrower, morning, morning)
    ledger = bool(past.all_of("instalments"))
    statement = past.statement(morning)
    unpaid = unpaid_by_hand(past)
    parts = [sum(getattr(one, part) for one in unpaid) for part in ("principal", "interest", "fee")]
    left = sum(parts[2] for _, *parts in past.owed(morning))
    happened = sorted(timeline_by_hand(past, unpaid), key=lambda found: found[:4], reverse=True)
    return AccountSheet(
        case_id=f"{loan}@{iso(morning)}",
        loan_id=loan,
        borrower_id=borrower,
        as_of=iso(morning),
        currency="CNY",
        product=past.fact("loans", "product") or "",
        disbursed_on=iso(days(past.fact("loans", "disbursed_on"))),
        principal=past.fact("loans", "principal"),
        balance=left if ledger else (statement or {}).get("balance"),
        arrears_principal=parts[0] if ledger else None,
        arrears_interest=parts[1] if ledger else None,
        arrears_fee=parts[2] if ledger else None,
        unpaid=tuple(unpaid),
        timeline=tuple(found[4] for found in happened[:longest]),
        country="CN",
        time_zone="Asia/Shanghai",
        language=past.fact("borrowers", "language") or "",
        employment=past.fact("borrowers", "employment") or "",
        opened_on=iso(days(past.fact("borrowers", "opened_on"))),
        other_overdue_loans=others_by_hand(rows, past),
        timeline_older=max(len(happened) - longest, 0),
    )


def unpaid_by_hand(past: Past) -> list[UnpaidInstalment]:
    found = []
    for one, rest in past.account.unpaid(past.morning):
        late = past.morning - one.due - past.account.paused(one.due, past.morning)
        parts = (rest["principal"], rest["interest"], rest["fee"])
        found.append(UnpaidInstalment(one.number, iso(one.due), one.whole, sum(parts), *parts, late))
    return found


def others_by_hand(rows: dict[str, list[Row]], past: Past) -> tuple[OtherOverdueLoan, ...]:
    found = []
    for loan in {row["loan_id"] for row in rows["loans"] if row["borrower_id"] == past.borrower}:
        other = Past(rows, loan, past.borrower, past.morning, past.known_by)
        late = other.dpd(past.morning)
        if loan == past.loan or not stands(other) or late < 1:
            continue
        owed: int | None
        if other.all_of("instalments"):
            owed = sum(sum(parts) for due_on, *parts in other.owed(past.morning) if due_on < past.morning)
        else:
            stated = other.statement(past.morning) or {}
            due = stated.get("amount_due")
            owed = None if due is None else max(due - (stated.get("amount_paid") or 0), 0)
        product = other.fact("loans", "product") or ""
        found.append(OtherOverdueLoan(loan, product, late, owed, "CNY"))
    return tuple(sorted(found, key=lambda one: (-one.dpd, one.loan_id)))


def timeline_by_hand(past: Past, unpaid: list[UnpaidInstalment]) -> list[Found]:
    """Return (day, instant, kind, key, item); the greatest is the newest."""
    found: list[Found] = []

    def add(row: Row, key: str, item: TimelineItem, moment: str = "") -> None:
        told = row.get(moment)
        instant = pd.Timestamp(told).value // 1000 if told else -(2**63)
        found.append((row["_day"], instant, -TIMELINE_KINDS.index(item.kind), (row[key],), item))

    for row in past.before("payments"):
        kind = "reversal" if row["amount"] < 0 else "payment"
        item = TimelineItem(iso(row["_day"]), kind, "", row["amount"], row["channel"] or "")  # type: ignore[arg-type]
        add(row, "payment_id", item)
    for row in past.before("contacts"):
        item = TimelineItem(iso(row["_day"]), "contact", row["outcome"] or "", None, row["channel"])
        detail = row["stated_reason"] or ""
        add(row, "contact_id", _with(item, detail=detail), "contacted_at")
    for row in past.before("promises"):
        end = days(row["due_on"]) + 3  # type: ignore[operator]
        paid = past.paid_until(end + 1) - past.paid_until(row["_day"])
        state = "open" if end >= past.morning else "kept" if paid >= 0.9 * row["amount"] else "broken"
        item = TimelineItem(iso(row["_day"]), "promise", state, row["amount"])
        add(row, "promise_id", _with(item, until=row["due_on"]), "promised_at")
    for row in past.all_of("visits"):
        item = TimelineItem(iso(row["_day"]), "visit", row["outcome"] or "planned")
        add(row, "visit_id", _with(item, detail=row.get("reason") or ""), "visited_at")
    for row in past.before("offers"):
        item = TimelineItem(iso(row["_day"]), "offer", row["kind"] or "")
        add(row, "offer_id", _with(item, detail=row["answer"] or ""), "offered_at")
    for table, key in (("plans", "plan_id"), ("flags", "flag_id")):
        for row in past.all_of(table):
            item = TimelineItem(iso(row["_day"]), table[:-1], row["kind"])  # type: ignore[arg-type]
            add(row, key, _with(item, until=row["ends_on"] or ""))
    for row in past.before("statements"):
        add(row, "month", TimelineItem(iso(row["_day"]), "statement", row["status"] or "", row["balance"]))
    for one in unpaid:
        state = "part_paid" if one.unpaid < one.due else "unpaid"
        item = TimelineItem(one.due_on, "due", state, one.unpaid)
        add({"_day": days(one.due_on), "number": one.number}, "number", item)
    return found


def _with(item: TimelineItem, *, detail: str = "", until: str = "") -> TimelineItem:
    return TimelineItem(item.on, item.kind, item.code, item.amount, item.channel, detail, until)
