"""Evidence of ability and of willingness, each on its own axis: how much stands, how fresh, how sure, in conflict.

A piece counts while it has not expired and the consent it rests on holds. What rests on papers of a bank (C1) or
of other lenders (C3) alone is told only under the borrower's consent to that very purpose.
"""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column
from features.history import History
from features.standing_evidence import DOUBTS, GOODWILL, MEANS, SHOCK, STRONG_MEANS, StandingEvidence

gathered = partial(
    feature,
    purpose="ability and willingness",
    group="evidence",
    sources=("evidence", "consents"),
    unit="count",
)
ability = partial(gathered, axis="capacity")
goodwill = partial(gathered, axis="willingness")
fresh = {"unit": "days", "low": 1.0, "group": "age of evidence"}
sure = {"unit": "share", "high": 1.0, "group": "confidence of evidence"}
clash = {"unit": "yes/no", "high": 1.0, "group": "conflicting evidence"}


@ability(
    zh="有效的还款能力证据数（C1–C4）",
    reason_en="{value} pieces of evidence of means", reason_zh="有 {value} 项还款能力证据",
)  # fmt: skip
def means_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show means to pay (C1 to C4)."""
    return history.swept(StandingEvidence).count(MEANS)


@ability(
    zh="有效的还款能力受冲击证据数（C5）",
    reason_en="{value} pieces of evidence of a shock", reason_zh="有 {value} 项收入受冲击的证据",
)  # fmt: skip
def shock_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show a shock against means (C5)."""
    return history.swept(StandingEvidence).count(SHOCK)


@goodwill(
    zh="有效的还款意愿存疑证据数（W1–W8）",
    reason_en="{value} pieces of evidence of unwillingness", reason_zh="有 {value} 项意愿存疑的证据",
)  # fmt: skip
def doubt_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence put willingness in doubt (W1 to W8)."""
    return history.swept(StandingEvidence).count(DOUBTS)


@goodwill(
    zh="有效的积极意愿证据数（W9）",
    reason_en="{value} pieces of evidence of goodwill", reason_zh="有 {value} 项积极意愿的证据",
)  # fmt: skip
def goodwill_evidence_count(history: History) -> Column:
    """Return how many unexpired pieces of evidence show goodwill (W9)."""
    return history.swept(StandingEvidence).count(GOODWILL)


@ability(
    **fresh, zh="最近一项还款能力证据距今天数（C1–C4）",
    reason_en="means last seen {value} days ago", reason_zh="最近一次看到还款能力在 {value} 天前",
    none=("no evidence of means stands", "没有有效的还款能力证据"),
)  # fmt: skip
def means_evidence_age_days(history: History) -> Column:
    """Return the days since the freshest standing evidence of means was observed; missing when none stands."""
    return history.swept(StandingEvidence).age(MEANS)


@ability(
    **fresh, zh="最近一项收入受冲击证据距今天数（C5）",
    reason_en="a shock last seen {value} days ago", reason_zh="最近一次看到收入受冲击在 {value} 天前",
    none=("no evidence of a shock stands", "没有有效的收入受冲击证据"),
)  # fmt: skip
def shock_evidence_age_days(history: History) -> Column:
    """Return the days since the freshest standing evidence of a shock was observed; missing when none stands."""
    return history.swept(StandingEvidence).age(SHOCK)


@goodwill(
    **fresh, zh="最近一项意愿存疑证据距今天数（W1–W8）",
    reason_en="willingness last doubted {value} days ago", reason_zh="最近一次意愿存疑在 {value} 天前",
    none=("no doubt about willingness stands", "没有有效的意愿存疑证据"),
)  # fmt: skip
def doubt_evidence_age_days(history: History) -> Column:
    """Return the days since the freshest standing doubt about willingness was observed; missing when none stands."""
    return history.swept(StandingEvidence).age(DOUBTS)


@goodwill(
    **fresh, zh="最近一项积极意愿证据距今天数（W9）",
    reason_en="goodwill last shown {value} days ago", reason_zh="最近一次表现积极意愿在 {value} 天前",
    none=("no evidence of goodwill stands", "没有有效的积极意愿证据"),
)  # fmt: skip
def goodwill_evidence_age_days(history: History) -> Column:
    """Return the days since the freshest standing evidence of goodwill was observed; missing when none stands."""
    return history.swept(StandingEvidence).age(GOODWILL)


@ability(
    **sure, zh="还款能力证据的最高可信度（C1–C4）",
    reason_en="means are {value} sure", reason_zh="还款能力证据可信度 {value}",
    none=("no evidence of means stands", "没有有效的还款能力证据"),
)  # fmt: skip
def means_evidence_confidence(history: History) -> Column:
    """Return the highest confidence among standing evidence of means; missing when none stands."""
    return history.swept(StandingEvidence).confidence(MEANS)


@ability(
    **sure, zh="收入受冲击证据的最高可信度（C5）",
    reason_en="a shock is {value} sure", reason_zh="收入受冲击证据可信度 {value}",
    none=("no evidence of a shock stands", "没有有效的收入受冲击证据"),
)  # fmt: skip
def shock_evidence_confidence(history: History) -> Column:
    """Return the highest confidence among standing evidence of a shock; missing when none stands."""
    return history.swept(StandingEvidence).confidence(SHOCK)


@goodwill(
    **sure, zh="意愿存疑证据的最高可信度（W1–W8）",
    reason_en="doubts about willingness are {value} sure", reason_zh="意愿存疑证据可信度 {value}",
    none=("no doubt about willingness stands", "没有有效的意愿存疑证据"),
)  # fmt: skip
def doubt_evidence_confidence(history: History) -> Column:
    """Return the highest confidence among standing doubts about willingness; missing when none stands."""
    return history.swept(StandingEvidence).confidence(DOUBTS)


@goodwill(
    group="independent sources", zh="意愿存疑证据的独立来源数",
    reason_en="doubts about willingness from {value} sources", reason_zh="意愿存疑证据来自 {value} 个来源",
)  # fmt: skip
def doubt_evidence_sources_count(history: History) -> Column:
    """Return from how many different sources the standing doubts about willingness come."""
    return history.swept(StandingEvidence).doubt_sources()


@ability(
    **clash, zh="还款能力证据是否相互矛盾",
    reason_en="evidence of means beside evidence of a shock: {value}", reason_zh="还款能力证据相互矛盾：{value}",
    none=("no evidence of means or of a shock stands", "没有有效的还款能力或冲击证据"),
)  # fmt: skip
def capacity_conflict_latest(history: History) -> Column:
    """Return whether means (C1, C2, C4) and a shock (C5) stand together; missing when neither stands."""
    return history.swept(StandingEvidence).conflict(STRONG_MEANS, SHOCK)


@goodwill(
    **clash, zh="还款意愿证据是否相互矛盾",
    reason_en="goodwill beside doubts about willingness: {value}", reason_zh="还款意愿证据相互矛盾：{value}",
    none=("no evidence about willingness stands", "没有有效的还款意愿证据"),
)  # fmt: skip
def willingness_conflict_latest(history: History) -> Column:
    """Return whether goodwill (W9) and doubts (W1 to W8) stand together; missing when neither stands."""
    return history.swept(StandingEvidence).conflict(GOODWILL, DOUBTS)


@ability(
    purpose="bank_flow", lawful_basis="consent", unit="days", low=1.0, group="income seen",
    zh="最近一次银行流水显示收入足够距今天数（C1）",
    reason_en="income enough for the instalment seen {value} days ago", reason_zh="{value} 天前看到足以还款的收入",
    none=("no proof of income stands", "没有有效的收入证明"),
)  # fmt: skip
def income_proof_age_days(history: History) -> Column:
    """Return the days since income enough for the instalment was seen (C1); missing when no proof stands."""
    return history.swept(StandingEvidence).age(("C1",))


@ability(
    purpose="credit_report", lawful_basis="consent", unit="days", low=1.0, group="other lenders",
    zh="最近一次征信报告显示正在偿还其他贷款机构距今天数（C3）",
    reason_en="seen to pay other lenders {value} days ago", reason_zh="{value} 天前征信报告显示正在偿还其他贷款机构",
    none=("no report shows payments to other lenders", "没有报告显示偿还其他贷款机构"),
)  # fmt: skip
def other_lenders_paid_age_days(history: History) -> Column:
    """Return the days since a report showed payments to other lenders or new loans there (C3); missing without one."""
    return history.swept(StandingEvidence).age(("C3",))
