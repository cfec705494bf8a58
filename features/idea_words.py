"""The ideas that features belong to, and the lender's attributes that importers bring, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GROUPS: Final[Mapping[str, str]] = {
    "arrears": "逾期状况",
    "attempts": "外呼",
    "reachability": "可联系性",
    "reachability by time": "分时段可联系性",
    "reachability by message": "消息可联系性",
    "cooperation": "配合程度",
    "last reaction": "最近反应",
    "payments after talks": "通话后还款",
    "stated reasons": "陈述原因",
    "loan terms": "借款条件",
    "exposure": "风险敞口",
    "tenure": "账龄与客龄",
    "instalments passed": "已到期期数",
    "employment": "就业",
    "circumstances": "特殊情形",
    "income": "收入",
    "offers": "协助方案",
    "visits": "上门",
    "plans": "还款方案",
    "evidence": "证据",
    "age of evidence": "证据时效",
    "confidence of evidence": "证据可信度",
    "independent sources": "独立来源",
    "conflicting evidence": "证据矛盾",
    "income seen": "收入证明",
    "other lenders": "其他贷款机构",
    "other loans": "其他借款",
    "worst days past due": "最高逾期天数",
    "days late": "处于逾期的天数",
    "arrears trend": "逾期变化",
    "missed instalments": "未按时结清",
    "days to settle": "迟还天数",
    "cures and lapses": "恢复与再逾期",
    "paid amount": "还款金额",
    "paid against due": "实还与应还",
    "payment count": "还款次数",
    "regularity of payments": "还款规律",
    "payday": "惯常还款日",
    "time since payment": "距上次还款",
    "reversed payments": "冲正",
    "payment channels": "还款渠道",
    "promises": "还款承诺",
    "statements": "账单",
    "utilisation": "额度使用",
    "utilisation trend": "额度使用变化",
    "limit": "授信额度",
    "statement age": "账单时间",
    "statement balance": "账单余额",
    "statement status": "账单状态",
    "statements so far": "已有账单期数",
    "change of days past due": "逾期天数变化",
    "late statements": "逾期账单",
    "seriously late statements": "严重逾期账单",
    "late in a row": "连续逾期",
    "since last late": "距上次逾期",
    "unpaid statements": "未还款账单",
    "bills paid in full": "还足账单",
    "paid against billed": "还款与账单余额",
    "earlier loans": "以往借款",
    "first payment of earlier loans": "以往借款首期还款",
    "size against the previous loan": "与上一笔借款相比",
    "next instalment": "下一期应还",
    "days off": "休息日",
    "due days off": "应还日与休息日",
}
"""Chinese of every group of the house's features."""

ATTRIBUTES: Final[Mapping[str, tuple[str, str]]] = {
    "loan_number": ("loan number of the borrower", "本人第几笔借款"),
    "approval_minutes": ("minutes from application to approval", "申请至批准的分钟数"),
    "referred": ("referred by another customer (1 = yes)", "由其他客户推荐（1 = 是）"),
    "bank_account_type": ("type of bank account", "银行账户类型"),
    "next_month_default": ("default in the month after", "次月违约"),
    "external_agency": ("with an outside agency before (1 = yes)", "此前曾委外催收（1 = 是）"),
    "bailiff": ("with a bailiff before (1 = yes)", "此前曾由法警执行（1 = 是）"),
    "closed_execution": ("an enforcement was closed before (1 = yes)", "此前强制执行已终结（1 = 是）"),
    "last_payment_amount": ("amount of the last payment before purchase", "收购前最近一次还款金额"),
    "months_since_last_payment": ("months since the last payment at purchase", "收购时距最近还款的月数"),
    "no_payment_in_36_months": (
        "no payment in 36 months before purchase (1 = yes)",
        "收购前 36 个月没有还款（1 = 是）",
    ),
    "loan_amount": ("amount lent at first", "最初借款金额"),
}
"""English and Chinese of attributes that importers of the house bring, by name without ``attr_``."""


def group_word(group: str) -> str:
    """Return a group in Chinese; one of a lender's own stands for itself.

    Examples
    --------
    >>> group_word("arrears"), group_word("bank_account_type"), group_word("own idea")
    ('逾期状况', '银行账户类型', 'own idea')
    """
    return GROUPS.get(group) or attribute_words(group)[1]


def attribute_words(name: str) -> tuple[str, str]:
    """Return an attribute's name in English and Chinese; one of a lender's own stands for itself.

    Examples
    --------
    >>> attribute_words("referred")[1], attribute_words("own_score")
    ('由其他客户推荐（1 = 是）', ('own_score', 'own_score'))
    """
    return ATTRIBUTES.get(name, (name, name))
