"""Promises to pay: made, kept, broken, still open."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History
from features.rhythm import PromisedAmounts

promise = partial(
    feature, purpose="repayment behaviour", group="promises", sources=("promises", "payments"), unit="count"
)


@promise(
    zh="近 90 天承诺还款次数",
    reason_en="{value} promises in 90 days", reason_zh="近 90 天承诺还款 {value} 次",
)  # fmt: skip
def promises_count_90d(history: History) -> Column:
    """Return how many promises were made in the last 90 days."""
    return history.promises.count(days=90)


@promise(
    axis="willingness", direction=+1, zh="近 180 天未兑现的承诺次数",
    reason_en="{value} promises broken in 180 days", reason_zh="近 180 天 {value} 次承诺未兑现",
)  # fmt: skip
def broken_promises_count_180d(history: History) -> Column:
    """Return how many promises whose date plus 3 days passed in the last 180 days were not kept."""
    return history.ledger.promises(first=history.as_of - 180, last=history.as_of)[1]


@promise(
    axis="willingness", unit="share", high=1.0, direction=-1, zh="近 180 天到期承诺的兑现比例",
    reason_en="{value} of promises kept in 180 days", reason_zh="近 180 天承诺兑现 {value}",
    none=("no promise came due in 180 days", "近 180 天没有到期的还款承诺"),
)  # fmt: skip
def kept_promises_share_180d(history: History) -> Column:
    """Return the share kept of the promises whose date plus 3 days passed in the last 180 days."""
    kept, broken = history.ledger.promises(first=history.as_of - 180, last=history.as_of)
    return ratio(kept, kept + broken)


@promise(
    unit="days", zh="距最近一次承诺的天数",
    reason_en="last promise {value} days ago", reason_zh="最近一次承诺在 {value} 天前",
    none=("no promise so far", "至今没有还款承诺"),
)  # fmt: skip
def days_since_promise(history: History) -> Column:
    """Return the days since the last promise; missing when none."""
    return history.promises.days_since_last()


@promise(
    unit="yes/no", high=1.0, zh="是否有尚未到期的承诺",
    reason_en="a promise is open: {value}", reason_zh="有未到期承诺：{value}",
)  # fmt: skip
def promise_open_latest(history: History) -> Column:
    """Return whether a promise is still open this morning."""
    return history.promises.active().astype(np.float64)


@promise(
    unit="ratio", zh="最近一次承诺金额与逾期金额之比",
    reason_en="last promise was {value} times the arrears", reason_zh="最近一次承诺为逾期金额的 {value} 倍",
    none=("no promise so far", "至今没有还款承诺"),
)  # fmt: skip
def promise_to_arrears_ratio_latest(history: History) -> Column:
    """Return the amount of the last promise over the arrears; missing without either."""
    arrears = known_where(history.ledger.arrears, history.ledger.arrears_known)
    return ratio(history.promises.latest("amount"), arrears)


@promise(
    axis="willingness", unit="share", high=1.0, direction=-1, zh="近 180 天到期承诺金额的兑现比例",
    reason_en="{value} of the amounts promised were paid in 180 days", reason_zh="近 180 天承诺金额兑现 {value}",
    none=("no promise came due in 180 days", "近 180 天没有到期的还款承诺"),
)  # fmt: skip
def promised_amount_kept_share_180d(history: History) -> Column:
    """Return what was paid of the amounts promised, over promises whose date plus 3 days passed in 180 days."""
    promised = history.swept(PromisedAmounts)
    return ratio(promised.kept, promised.asked)


@promise(
    axis="willingness", zh="近 180 天部分兑现的承诺次数",
    reason_en="{value} promises kept in part in 180 days", reason_zh="近 180 天 {value} 次承诺部分兑现",
)  # fmt: skip
def partial_promises_count_180d(history: History) -> Column:
    """Return how many promises broken in the last 180 days were paid in part."""
    return history.swept(PromisedAmounts).partial_count


@promise(
    axis="willingness", unit="yes/no", high=1.0, direction=-1, zh="最近一次到期的承诺是否兑现",
    reason_en="the last promise was kept: {value}", reason_zh="最近一次承诺已兑现：{value}",
    none=("no promise came due in 180 days", "近 180 天没有到期的还款承诺"),
)  # fmt: skip
def promise_kept_latest(history: History) -> Column:
    """Return whether the promise that came due last in 180 days was kept, of one day all; missing without one."""
    return history.swept(PromisedAmounts).last_kept


@promise(
    axis="willingness", unit="days", low=1.0, high=180.0, direction=-1, zh="距最近一次承诺未兑现的天数（180 天内）",
    reason_en="last promise broken {value} days ago", reason_zh="最近一次承诺未兑现在 {value} 天前",
    none=("no promise was broken in 180 days", "近 180 天没有未兑现的承诺"),
)  # fmt: skip
def days_since_broken_promise_180d(history: History) -> Column:
    """Return the days since the 3 days of grace of a broken promise ended; missing when none did in 180 days."""
    return history.swept(PromisedAmounts).days_since_broken
