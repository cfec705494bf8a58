"""How the loan caught up and fell behind again within a year, by its instalments."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, known_where
from features.episodes import ArrearsEpisodes
from features.history import History

cure = partial(
    feature, purpose="repayment behaviour", sources=("instalments", "payments", "plans"), group="cures and lapses",
    unit="count", mutable=False,
)  # fmt: skip


@cure(
    high=183.0, zh="近 365 天由逾期恢复正常的次数",
    reason_en="caught up {value} times in a year", reason_zh="近一年恢复正常 {value} 次",
)  # fmt: skip
def cures_count_365d(history: History) -> Column:
    """Return how often the loan caught up in the last 365 days: a morning not past due after one that was."""
    year = history.swept(ArrearsEpisodes)
    return known_where(year.cures, year.known)


@cure(
    high=183.0, direction=+1, zh="近 365 天恢复正常后再次逾期的次数",
    reason_en="fell behind again {value} times in a year", reason_zh="近一年恢复后再次逾期 {value} 次",
)  # fmt: skip
def lapses_count_365d(history: History) -> Column:
    """Return how often the loan fell behind again after a cure, both in the last 365 days."""
    year = history.swept(ArrearsEpisodes)
    return known_where(year.lapses, year.known)


@cure(
    unit="days", high=365.0, zh="距最近一次恢复正常的天数（365 天内）",
    reason_en="caught up {value} days ago", reason_zh="{value} 天前恢复正常",
    none=("did not catch up in a year", "近一年没有由逾期恢复正常"),
)  # fmt: skip
def days_since_cure_365d(history: History) -> Column:
    """Return the days since the loan last caught up, 0 when this morning; missing when not in the last 365 days."""
    year = history.swept(ArrearsEpisodes)
    return known_where(year.days_since_cure, year.known)


@cure(
    unit="days", high=366.0, direction=+1, group="days late", zh="截至今天连续处于逾期的天数（最多 366）",
    reason_en="past due for {value} days in a row", reason_zh="已连续 {value} 天处于逾期",
)  # fmt: skip
def late_run_days_365d(history: History) -> Column:
    """Return the mornings past due in a row up to this one, looked at for 365 days; 0 when not past due."""
    year = history.swept(ArrearsEpisodes)
    return known_where(year.run_days, year.known)
