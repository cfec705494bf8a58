"""Help that was offered, visits made and plans agreed."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column
from features.history import History

offer = partial(feature, purpose="treatment history", group="offers", sources=("offers",), unit="count")
visit = partial(feature, purpose="treatment history", group="visits", sources=("visits",))
plan = partial(feature, purpose="treatment history", group="plans", sources=("plans",))


@offer(
    zh="近 180 天提出的协助方案数",
    reason_en="{value} offers made in 180 days", reason_zh="近 180 天提出方案 {value} 个",
)  # fmt: skip
def offers_count_180d(history: History) -> Column:
    """Return how many offers were made in the last 180 days."""
    return history.offers.count(days=180)


@offer(
    axis="willingness", zh="近 180 天接受的方案数",
    reason_en="{value} offers accepted in 180 days", reason_zh="近 180 天接受方案 {value} 个",
)  # fmt: skip
def offers_accepted_count_180d(history: History) -> Column:
    """Return how many offers made in the last 180 days were accepted."""
    return history.offers.count(days=180, where={"answer": ("accepted",)})


@offer(
    axis="willingness", zh="近 180 天拒绝的分期方案数",
    reason_en="{value} instalment offers declined in 180 days", reason_zh="近 180 天拒绝分期方案 {value} 个",
)  # fmt: skip
def instalment_offers_refused_count_180d(history: History) -> Column:
    """Return how many instalment offers of the last 180 days were declined."""
    return history.offers.count(days=180, where={"kind": ("instalments",), "answer": ("refused",)})


@visit(
    unit="count", zh="近 180 天见到本人的上门次数",
    reason_en="met on {value} visits in 180 days", reason_zh="近 180 天上门见到本人 {value} 次",
)  # fmt: skip
def visits_met_count_180d(history: History) -> Column:
    """Return how many visits of the last 180 days met the borrower."""
    return history.visits.count(days=180, where={"outcome": ("met",)})


@visit(
    unit="days", zh="距最近一次上门见到本人的天数",
    reason_en="last met on a visit {value} days ago", reason_zh="最近一次上门见到本人在 {value} 天前",
    none=("the borrower was never met on a visit", "上门从未见到本人"),
)  # fmt: skip
def days_since_visit_met(history: History) -> Column:
    """Return the days since a visit last met the borrower; missing when none did."""
    return history.visits.days_since_last(where={"outcome": ("met",)})


@visit(
    unit="yes/no", high=1.0, axis="capacity", zh="最近一次见面是否看到收入",
    reason_en="income seen on the last visit: {value}", reason_zh="最近一次上门看到收入：{value}",
)  # fmt: skip
def visit_income_seen_latest(history: History) -> Column:
    """Return whether the last visit that met the borrower saw income; missing when none said."""
    return history.visits.latest("income_seen", where={"outcome": ("met",)})


@visit(
    unit="yes/no", high=1.0, axis="capacity", zh="最近一次见面是否看到资产",
    reason_en="assets seen on the last visit: {value}", reason_zh="最近一次上门看到资产：{value}",
)  # fmt: skip
def visit_assets_seen_latest(history: History) -> Column:
    """Return whether the last visit that met the borrower saw assets; missing when none said."""
    return history.visits.latest("assets_seen", where={"outcome": ("met",)})


@plan(
    unit="yes/no", high=1.0, zh="是否处于还款方案中",
    reason_en="a plan is running: {value}", reason_zh="正在执行还款方案：{value}",
)  # fmt: skip
def plan_active_latest(history: History) -> Column:
    """Return whether a payment plan runs this morning."""
    return history.plans.active().astype(np.float64)


@plan(
    unit="count", zh="近 365 天开始的还款方案数",
    reason_en="{value} plans begun in a year", reason_zh="近一年开始还款方案 {value} 个",
)  # fmt: skip
def plans_count_365d(history: History) -> Column:
    """Return how many payment plans began in the last 365 days."""
    return history.plans.count(days=365)
