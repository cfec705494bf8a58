"""Circumstances that change what is right to do; none of them counts against the borrower.

Complaints, disputes, lawyers and requests to cease contact are gates of the policy, never features.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, within
from features.history import History

flag = partial(
    feature, purpose="ability to pay", group="circumstances", axis="capacity", sources=("flags",),
    unit="yes/no", high=1.0,
)  # fmt: skip


@flag(
    zh="当前是否登记为经济困难",
    reason_en="hardship recorded: {value}", reason_zh="已登记经济困难：{value}",
)  # fmt: skip
def hardship_active_latest(history: History) -> Column:
    """Return whether hardship is recorded this morning."""
    return history.borrower_flags.active(where={"kind": ("hardship",)}).astype(np.float64)


@flag(
    zh="当前是否处于延期偿付或破产程序",
    reason_en="moratorium or bankruptcy: {value}", reason_zh="处于延期偿付或破产程序：{value}",
)  # fmt: skip
def moratorium_active_latest(history: History) -> Column:
    """Return whether a moratorium or bankruptcy holds this morning."""
    return history.borrower_flags.active(where={"kind": ("moratorium", "bankruptcy")}).astype(np.float64)


@flag(
    unit="count", high=None, zh="近 365 天经济困难登记次数",
    reason_en="hardship recorded {value} times in a year", reason_zh="近一年登记经济困难 {value} 次",
)  # fmt: skip
def hardship_count_365d(history: History) -> Column:
    """Return how often hardship was recorded in the last 365 days."""
    return history.borrower_flags.count(days=365, where={"kind": ("hardship",)})


@flag(
    unit="days", low=1.0, high=365.0, zh="距最近一次经济困难登记的天数（365 天内）",
    reason_en="hardship recorded {value} days ago", reason_zh="{value} 天前登记经济困难",
    none=("no hardship recorded in a year", "近一年没有登记经济困难"),
)  # fmt: skip
def days_since_hardship_365d(history: History) -> Column:
    """Return the days since hardship was last recorded; missing when not in the last 365 days."""
    return within(history.borrower_flags.days_since_last(where={"kind": ("hardship",)}), 365)
