"""The smallest lawful account sheet; every value can be overridden by keyword."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from serving.account_sheet import AccountSheet, OtherOverdueLoan, TimelineItem, UnpaidInstalment


def sheet(**changes: Any) -> AccountSheet:
    """Return the sheet of a loan 45 days late with one and a half instalments unpaid."""
    base = AccountSheet(
        case_id="L-1@2024-03-31",
        loan_id="L-1",
        borrower_id="B-1",
        as_of="2024-03-31",
        currency="CNY",
        product="instalment",
        disbursed_on="2024-01-15",
        principal=120_000,
        balance=114_500,
        arrears_principal=14_500,
        arrears_interest=500,
        arrears_fee=0,
        unpaid=(
            UnpaidInstalment(1, "2024-02-15", 10_500, 4_500, 4_500, 0, 0, 45),
            UnpaidInstalment(2, "2024-03-15", 10_500, 10_500, 10_000, 500, 0, 16),
        ),
        timeline=(
            TimelineItem("2024-04-02", "visit", "planned"),
            TimelineItem("2024-03-20", "promise", "broken", 10_500, until="2024-03-27"),
            TimelineItem("2024-03-20", "contact", "promised", channel="call", detail="cash_short"),
            TimelineItem("2024-03-15", "due", "unpaid", 10_500),
            TimelineItem("2024-02-20", "payment", amount=6_000, channel="bank"),
            TimelineItem("2024-02-15", "due", "part_paid", 4_500),
        ),
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh",
        employment="employed",
        opened_on="2023-12-01",
        other_overdue_loans=(OtherOverdueLoan("L-2", "card", 12, 3_000, "CNY"),),
    )
    return replace(base, **changes)
