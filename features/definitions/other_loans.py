"""The borrower's other loans with the same lender."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, known_where
from features.history import History

other = partial(
    feature, purpose="exposure", group="other loans", sources=("loans", "instalments", "payments", "statements"),
)  # fmt: skip


@other(
    unit="count", zh="借款人名下其他存续借款数",
    reason_en="{value} other loans", reason_zh="另有 {value} 笔借款",
)  # fmt: skip
def other_loans_count(history: History) -> Column:
    """Return how many other loans of the borrower stand this morning."""
    return history.other_loans.count


@other(
    unit="days", direction=+1, zh="其他借款中的最高逾期天数",
    reason_en="another loan is {value} days past due", reason_zh="其他借款最高逾期 {value} 天",
    none=("no other loan", "没有其他借款"),
)  # fmt: skip
def other_loans_dpd_max(history: History) -> Column:
    """Return the highest days past due among the borrower's other loans; missing without one."""
    return known_where(history.other_loans.worst_dpd, history.other_loans.count > 0)


@other(
    unit="minor units", direction=+1, zh="其他借款的逾期金额合计",
    reason_en="{value} overdue on other loans", reason_zh="其他借款逾期合计 {value}",
    none=("no other loan", "没有其他借款"),
)  # fmt: skip
def other_loans_arrears_amount(history: History) -> Column:
    """Return the arrears on the borrower's other loans; missing without one."""
    return known_where(history.other_loans.arrears, history.other_loans.arrears_known)


@other(
    unit="count", direction=+1, zh="其他借款中处于逾期的笔数",
    reason_en="{value} other loans past due", reason_zh="另有 {value} 笔借款逾期",
    none=("no other loan", "没有其他借款"),
)  # fmt: skip
def other_loans_late_count(history: History) -> Column:
    """Return how many of the borrower's other loans are past due; missing without one."""
    return known_where(history.other_loans.late_count, history.other_loans.count > 0)


@other(
    unit="days", direction=+1, zh="借款人名下所有存续借款的最高逾期天数",
    reason_en="at worst {value} days past due on any loan", reason_zh="名下借款最高逾期 {value} 天",
)  # fmt: skip
def borrower_dpd_latest(history: History) -> Column:
    """Return the highest days past due over all loans of the borrower that stand, this one included."""
    return known_where(history.borrower_dpd, history.ledger.known)
