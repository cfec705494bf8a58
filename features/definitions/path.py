"""How the arrears came about: worst days past due, days spent late, instalments missed."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

LEDGER = ("instalments", "payments", "statements")
path = partial(feature, purpose="repayment behaviour", sources=LEDGER, unit="days", mutable=False)
worst = partial(path, direction=+1, group="worst days past due")
late = partial(path, direction=+1, group="days late")
missed = partial(
    feature, purpose="repayment behaviour", sources=("instalments", "payments"), direction=+1,
    group="missed instalments", mutable=False,
)  # fmt: skip


def _worst_dpd(history: History, days: int) -> Column:
    found = history.ledger.worst_dpd(first=history.as_of - days, last=history.as_of)
    return known_where(found, history.ledger.known)


def _days_late(history: History, days: int) -> Column:
    found = history.ledger.days_late(first=history.as_of - days + 1, last=history.as_of)
    return known_where(found, history.ledger.known)


def _dpd_change(history: History, days: int) -> Column:
    change = history.ledger.dpd - history.ledger.dpd_on(history.as_of - days)
    return known_where(change, history.ledger.known)


@worst(
    zh="近 30 天最高逾期天数",
    reason_en="at worst {value} days past due in 30 days", reason_zh="近 30 天最高逾期 {value} 天",
)  # fmt: skip
def max_dpd_30d(history: History) -> Column:
    """Return the highest days past due in the last 30 days, this morning included."""
    return _worst_dpd(history, 30)


@worst(
    zh="近 90 天最高逾期天数",
    reason_en="at worst {value} days past due in 90 days", reason_zh="近 90 天最高逾期 {value} 天",
)  # fmt: skip
def max_dpd_90d(history: History) -> Column:
    """Return the highest days past due in the last 90 days, this morning included."""
    return _worst_dpd(history, 90)


@worst(
    zh="近 180 天最高逾期天数",
    reason_en="at worst {value} days past due in 180 days", reason_zh="近 180 天最高逾期 {value} 天",
)  # fmt: skip
def max_dpd_180d(history: History) -> Column:
    """Return the highest days past due in the last 180 days, this morning included."""
    return _worst_dpd(history, 180)


@worst(
    zh="近 365 天最高逾期天数",
    reason_en="at worst {value} days past due in a year", reason_zh="近一年最高逾期 {value} 天",
)  # fmt: skip
def max_dpd_365d(history: History) -> Column:
    """Return the highest days past due in the last 365 days, this morning included."""
    return _worst_dpd(history, 365)


@late(
    high=30.0, zh="近 30 天处于逾期的天数",
    reason_en="past due on {value} of the last 30 days", reason_zh="近 30 天中 {value} 天处于逾期",
)  # fmt: skip
def late_days_30d(history: History) -> Column:
    """Return how many of the last 30 mornings were past due."""
    return _days_late(history, 30)


@late(
    high=90.0, zh="近 90 天处于逾期的天数",
    reason_en="past due on {value} of the last 90 days", reason_zh="近 90 天中 {value} 天处于逾期",
)  # fmt: skip
def late_days_90d(history: History) -> Column:
    """Return how many of the last 90 mornings were past due."""
    return _days_late(history, 90)


@late(
    high=365.0, zh="近 365 天处于逾期的天数",
    reason_en="past due on {value} days of the last year", reason_zh="近一年中 {value} 天处于逾期",
)  # fmt: skip
def late_days_365d(history: History) -> Column:
    """Return how many of the last 365 mornings were past due."""
    return _days_late(history, 365)


@path(
    low=None, group="arrears trend", zh="近 7 天逾期天数的变化",
    reason_en="days past due moved by {value} in 7 days", reason_zh="近 7 天逾期天数变化 {value}",
)  # fmt: skip
def dpd_change_7d(history: History) -> Column:
    """Return how much the days past due rose in the last 7 days."""
    return _dpd_change(history, 7)


@path(
    low=None, group="arrears trend", zh="近 30 天逾期天数的变化",
    reason_en="days past due moved by {value} in 30 days", reason_zh="近 30 天逾期天数变化 {value}",
)  # fmt: skip
def dpd_change_30d(history: History) -> Column:
    """Return how much the days past due rose in the last 30 days."""
    return _dpd_change(history, 30)


@missed(
    unit="count", zh="近 180 天未按时结清的期数",
    reason_en="{value} instalments missed in 180 days", reason_zh="近 180 天有 {value} 期未按时结清",
)  # fmt: skip
def missed_instalments_count_180d(history: History) -> Column:
    """Return how many instalments due in the last 180 days were not paid in full on their day."""
    _, missed_count, _, _ = history.ledger.punctuality(first=history.as_of - 180, last=history.as_of)
    return known_where(missed_count, history.ledger.has_ledger)


@missed(
    unit="share", high=1.0, zh="近 365 天未按时结清的期数占比",
    reason_en="{value} of instalments missed in a year", reason_zh="近一年 {value} 的期数未按时结清",
)  # fmt: skip
def missed_instalments_share_365d(history: History) -> Column:
    """Return the share of instalments due in the last 365 days that were not paid in full on their day."""
    due, missed_count, _, _ = history.ledger.punctuality(first=history.as_of - 365, last=history.as_of)
    return ratio(missed_count, due)


@missed(
    unit="days", group="days to settle", zh="近 365 天已结清各期的平均迟还天数",
    reason_en="settled instalments came {value} days late on average",
    reason_zh="已结清各期平均迟还 {value} 天",
    none=("no instalment was settled in a year", "近一年没有结清任何一期"),
)  # fmt: skip
def settlement_delay_mean_365d(history: History) -> Column:
    """Return the mean days from due day to settlement, over settled instalments due in the last 365 days."""
    _, _, settled, delay = history.ledger.punctuality(first=history.as_of - 365, last=history.as_of)
    return ratio(delay, settled)
