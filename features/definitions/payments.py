"""What was paid, how much of what fell due, and how regularly."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.events import AtLeast, Below
from features.history import History

payment = partial(feature, purpose="repayment behaviour", sources=("payments",))
amount = partial(
    payment, unit="minor units", low=None, group="paid amount", sources=("payments", "statements")
)
coverage = partial(
    payment, unit="ratio", low=None, direction=-1, group="paid against due",
    sources=("instalments", "payments"),
)  # fmt: skip

RECEIVED = {"amount": AtLeast(1)}
REVERSED = {"amount": Below(0)}


def _paid(history: History, days: int) -> Column:
    return history.ledger.paid_between(first=history.as_of - days, last=history.as_of).astype(np.float64)


def _paid_to_due(history: History, days: int) -> Column:
    due = history.ledger.due_between(first=history.as_of - days, last=history.as_of)
    return ratio(history.ledger.paid_between(first=history.as_of - days, last=history.as_of), due)


@amount(
    zh="近 30 天还款金额", reason_en="{value} paid in 30 days", reason_zh="近 30 天还款 {value}",
)  # fmt: skip
def paid_amount_30d(history: History) -> Column:
    """Return the money received in the 30 days before as_of, reversals deducted."""
    return _paid(history, 30)


@amount(
    zh="近 90 天还款金额", reason_en="{value} paid in 90 days", reason_zh="近 90 天还款 {value}",
)  # fmt: skip
def paid_amount_90d(history: History) -> Column:
    """Return the money received in the 90 days before as_of, reversals deducted."""
    return _paid(history, 90)


@amount(
    zh="近 365 天还款金额", reason_en="{value} paid in a year", reason_zh="近一年还款 {value}",
)  # fmt: skip
def paid_amount_365d(history: History) -> Column:
    """Return the money received in the 365 days before as_of, reversals deducted."""
    return _paid(history, 365)


@coverage(
    zh="近 30 天还款额与到期额之比",
    reason_en="paid {value} times what fell due in 30 days", reason_zh="近 30 天还款额为到期额的 {value} 倍",
    none=("nothing fell due in 30 days", "近 30 天没有到期应还"),
)  # fmt: skip
def paid_to_due_ratio_30d(history: History) -> Column:
    """Return what was paid over what fell due in the last 30 days; missing when nothing fell due."""
    return _paid_to_due(history, 30)


@coverage(
    zh="近 90 天还款额与到期额之比",
    reason_en="paid {value} times what fell due in 90 days", reason_zh="近 90 天还款额为到期额的 {value} 倍",
    none=("nothing fell due in 90 days", "近 90 天没有到期应还"),
)  # fmt: skip
def paid_to_due_ratio_90d(history: History) -> Column:
    """Return what was paid over what fell due in the last 90 days; missing when nothing fell due."""
    return _paid_to_due(history, 90)


@coverage(
    zh="近 180 天还款额与到期额之比",
    reason_en="paid {value} times what fell due in 180 days",
    reason_zh="近 180 天还款额为到期额的 {value} 倍",
    none=("nothing fell due in 180 days", "近 180 天没有到期应还"),
)  # fmt: skip
def paid_to_due_ratio_180d(history: History) -> Column:
    """Return what was paid over what fell due in the last 180 days; missing when nothing fell due."""
    return _paid_to_due(history, 180)


@coverage(
    unit="share", low=0.0, high=1.0, sources=("instalments", "payments", "statements"),
    zh="近 30 天还款额在还款额与逾期金额之和中的占比",
    reason_en="paid {value} of what was owed in 30 days", reason_zh="近 30 天还清所欠的 {value}",
    none=("nothing was paid or owed in 30 days", "近 30 天没有还款也没有欠款"),
)  # fmt: skip
def paid_share_of_owed_30d(history: History) -> Column:
    """Return what was paid in 30 days over that and the arrears that are left; missing when both are nothing."""
    paid = _paid(history, 30).clip(min=0)
    return ratio(paid, known_where(paid + history.ledger.arrears, history.ledger.arrears_known))


@payment(
    unit="count", group="payment count", zh="近 30 天还款次数",
    reason_en="{value} payments in 30 days", reason_zh="近 30 天还款 {value} 次",
)  # fmt: skip
def payments_count_30d(history: History) -> Column:
    """Return how many payments came in during the last 30 days."""
    return history.payments.count(days=30, where=RECEIVED)


@payment(
    unit="count", group="payment count", zh="近 90 天还款次数",
    reason_en="{value} payments in 90 days", reason_zh="近 90 天还款 {value} 次",
)  # fmt: skip
def payments_count_90d(history: History) -> Column:
    """Return how many payments came in during the last 90 days."""
    return history.payments.count(days=90, where=RECEIVED)


@payment(
    unit="days", group="time since payment", zh="距最近一次还款的天数",
    reason_en="last payment {value} days ago", reason_zh="最近一次还款在 {value} 天前",
    none=("no payment recorded", "没有还款记录"),
)  # fmt: skip
def days_since_payment(history: History) -> Column:
    """Return the days since the last payment that came in; missing when none ever did."""
    return history.payments.days_since_last(where=RECEIVED)


@payment(
    unit="minor units", group="paid amount", zh="近 180 天最大一笔还款",
    reason_en="largest payment in 180 days: {value}", reason_zh="近 180 天最大一笔还款 {value}",
    none=("no payment in 180 days", "近 180 天没有还款"),
)  # fmt: skip
def payment_largest_180d(history: History) -> Column:
    """Return the largest single payment of the last 180 days; missing when none."""
    return history.payments.largest("amount", days=180, where=RECEIVED)


@payment(
    unit="count", group="reversed payments", zh="近 180 天被冲正的还款次数",
    reason_en="{value} payments reversed in 180 days", reason_zh="近 180 天有 {value} 笔还款被冲正",
)  # fmt: skip
def reversals_count_180d(history: History) -> Column:
    """Return how many payments were reversed in the last 180 days."""
    return history.payments.count(days=180, where=REVERSED)


@payment(
    unit="count", group="payment channels", zh="近 180 天使用过的还款渠道数",
    reason_en="{value} payment channels in 180 days", reason_zh="近 180 天使用 {value} 种还款渠道",
)  # fmt: skip
def payment_channels_distinct_180d(history: History) -> Column:
    """Return how many payment channels were used in the last 180 days."""
    return history.payments.distinct("channel", days=180, where=RECEIVED)
