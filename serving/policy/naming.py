"""Codes and rules by name, in English and Chinese: no sentence of a decision holds a bare code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from features.code_words import Words, code_word
from models.report_words import BANDS

_OWN: Final[Mapping[str, Mapping[str, Words]]] = {
    "band": BANDS,
    "bucket": {"current": ("not overdue", "未逾期")},
    "purpose": {
        "contact": ("any contact", "任何联系"), "call": ("calls", "电话"), "message": ("messages", "消息"),
        "visit": ("visits", "走访"),
    },
    "tier": {"T3-no": ("T3, verified as not willful", "T3（经核实非恶意）")},
}  # fmt: skip
"""Codes of the policy itself; those of the book stand in ``features.code_words``."""

RULES: Final[Mapping[str, Words]] = {
    "country": ("the debtor's country", "债务人所在国家"),
    "hours": ("lawful hours", "允许联系时段"),
    "talks_per_day": ("talks per day", "每日通话次数"),
    "talks_per_week": ("talks in 7 days", "7日内通话次数"),
    "unanswered_per_number": ("unanswered attempts", "未接通次数"),
    "stop_flags": ("stop flags", "停止催收标记"),
    "consent": ("consent", "同意"),
    "third_party": ("third parties", "第三人"),
    "measures": ("measures of each bucket", "各逾期阶段的措施"),
    "amount_split": ("the split of the amount", "金额拆分"),
    "rate_cap": ("the annual rate", "年利率"),
    "running_agreement": ("running agreements", "生效中的约定"),
    "visit_high_risk": ("visits for high risk only", "上门仅限高风险"),
    "visit_last": ("visits as the last resort", "上门为最后手段"),
    "visit_staff": ("the number of visitors", "上门人数"),
    "visit_identity": ("the visitors' identity", "出示身份"),
    "visit_notice": ("the notice of a visit", "上门告知"),
    "visit_entry": ("consent at the door", "入户同意"),
    "visit_approval": ("the approval of a visit", "上门批准"),
}
"""What each kind of rule is about; its full text stands beside each check."""
UNWRITTEN: Final[Words] = ("actions without a rule", "无规则涉及的行动")
"""Where no rule of the pack speaks of an action, which forbids it."""


def named(kind: str, codes: Iterable[str]) -> Words:
    """Return codes of a kind as words, listed in both languages; a lender's own code stands for itself.

    Examples
    --------
    >>> named("flag", ["death", "lawyer"])
    ('death, represented by a lawyer', '死亡、律师代理')
    >>> named("purpose", ["newsletter"])
    ('newsletter', 'newsletter')
    """
    words = [_word(kind, code) for code in codes]
    return ", ".join(en for en, _ in words), "、".join(zh for _, zh in words)


def rule_named(kind: str) -> Words:
    """Return what a kind of rule is about.

    Examples
    --------
    >>> rule_named("rate_cap")
    ('the annual rate', '年利率')
    """
    return RULES.get(kind, UNWRITTEN)


def _word(kind: str, code: str) -> Words:
    own = _OWN.get(kind, {}).get(code)
    return own or (code_word(kind, code, language="en"), code_word(kind, code, language="zh"))
