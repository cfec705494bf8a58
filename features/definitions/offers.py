"""Help that was offered, visits made, plans agreed and evidence gathered."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column
from features.contracts import CAPACITY_EVIDENCE, WILLINGNESS_EVIDENCE
from features.history import History

offer = partial(feature, purpose="treatment history", group="offers", sources=("offers",), unit="count")
visit = partial(feature, purpose="treatment history", group="visits", sources=("visits",))
plan = partial(feature, purpose="treatment history", group="plans", sources=("plans",))
evidence = partial(
    feature, purpose="ability and willingness", group="evidence", sources=("evidence",), unit="count"
)

MEANS = tuple(kind for kind in CAPACITY_EVIDENCE if kind != "C5")
DOUBTS = tuple(kind for kind in WILLINGNESS_EVIDENCE if kind != "W9")


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


@evidence(
    axis="capacity", zh="有效的还款能力证据数（C1–C4）",
    reason_en="{value} pieces of evidence of means", reason_zh="有 {value} 项还款能力证据",
)  # fmt: skip
def means_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show means to pay (C1 to C4)."""
    return history.evidence.active_count(where={"kind": MEANS})


@evidence(
    axis="capacity", zh="有效的还款能力受冲击证据数（C5）",
    reason_en="{value} pieces of evidence of a shock", reason_zh="有 {value} 项收入受冲击的证据",
)  # fmt: skip
def shock_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show a shock against means (C5)."""
    return history.evidence.active_count(where={"kind": ("C5",)})


@evidence(
    axis="willingness", zh="有效的还款意愿存疑证据数（W1–W8）",
    reason_en="{value} pieces of evidence of unwillingness", reason_zh="有 {value} 项意愿存疑的证据",
)  # fmt: skip
def doubt_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence put willingness in doubt (W1 to W8)."""
    return history.evidence.active_count(where={"kind": DOUBTS})


@evidence(
    axis="willingness", zh="有效的积极意愿证据数（W9）",
    reason_en="{value} pieces of evidence of goodwill", reason_zh="有 {value} 项积极意愿的证据",
)  # fmt: skip
def goodwill_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show goodwill (W9)."""
    return history.evidence.active_count(where={"kind": ("W9",)})
