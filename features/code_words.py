"""Codes in words, in Chinese and English: the one list that reasons, reports and screens read.

A code that has no word here, one of the lender's own, stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

Words = tuple[str, str]
"""English, Chinese."""

_RELIEF: Final[Mapping[str, Words]] = {
    "grace": ("grace period", "宽限期"),
    "instalments": ("payment by instalments", "分期还款"),
    "extension": ("extension", "展期"),
    "waiver": ("part waiver", "部分减免"),
    "settlement": ("settlement", "协商结清"),
    "pause": ("pause", "暂停"),
    "reschedule": ("reschedule", "重新安排还款"),
}

CODE_WORDS: Final[Mapping[str, Mapping[str, Words]]] = {
    "product": {
        "cash": ("cash loan", "现金贷"),
        "phone": ("phone instalments", "手机分期"),
        "card": ("credit card", "信用卡"),
        "micro_loan": ("micro-loan", "小额贷款"),
        "housing_loan": ("housing loan", "住房贷款"),
        "car_loan": ("car loan", "汽车贷款"),
        "overdraft": ("overdraft", "透支"),
    },
    "portfolio": {"app": ("app", "应用"), "store": ("shop", "门店"), "partner": ("partner", "合作方")},
    "employment": {
        "employee": ("employee", "受雇"),
        "permanent": ("permanent job", "长期雇佣"),
        "contract": ("contract work", "合同工"),
        "self_employed": ("self-employed", "自营"),
        "gig": ("gig work", "零工"),
        "public": ("public service", "公职"),
        "student": ("student", "学生"),
        "retired": ("retired", "退休"),
        "unemployed": ("unemployed", "无业"),
    },
    "bank_account_type": {
        "savings": ("savings account", "储蓄账户"),
        "current": ("current account", "往来账户"),
        "other": ("another account", "其他账户"),
    },
    "status": {
        "current": ("not past due", "未逾期"),
        "0-29": ("at most 29 days past due", "未逾期或逾期 29 天以内"),
        "paid_off": ("paid off", "已结清"),
        "no_loan": ("nothing lent that month", "当月没有借款"),
        "no_use": ("card not used", "未用卡"),
        "paid": ("paid in full", "全额还清"),
        "revolving": ("part paid, the rest carried on", "循环信用（部分还款）"),
    },
    "channel": {
        "call": ("call", "电话"),
        "sms": ("text message", "短信"),
        "email": ("e-mail", "电子邮件"),
        "app": ("app", "应用"),
        "letter": ("letter", "信函"),
        "visit": ("visit", "走访"),
        "message": ("message", "消息"),
        "transfer": ("bank transfer", "银行转账"),
        "card": ("card", "银行卡"),
        "debit": ("direct debit", "自动扣款"),
        "branch": ("branch", "网点"),
        "wallet": ("wallet", "电子钱包"),
        "shop": ("at a shop", "门店缴款"),
    },
    "direction": {"out": ("to the borrower", "主动联系"), "in": ("from the borrower", "来电来信")},
    "party": {
        "borrower": ("the borrower", "本人"),
        "third_party": ("somebody else", "第三人"),
        "unknown": ("not known", "未知"),
    },
    "contact_outcome": {
        "talked": ("talked with the borrower", "与本人通话"),
        "promised": ("promised to pay", "承诺还款"),
        "refused": ("refused", "拒绝"),
        "asked_for_plan": ("asked for a payment plan", "要求还款方案"),
        "called_back": ("called back", "回电"),
        "no_answer": ("no answer", "无人接听"),
        "busy": ("busy", "占线"),
        "dead_number": ("number does not exist", "空号"),
        "voicemail": ("voicemail", "语音信箱"),
        "wrong_number": ("wrong number", "号码有误"),
        "third_party": ("somebody else answered", "他人接听"),
        "delivered": ("delivered", "已送达"),
        "failed": ("not delivered", "未送达"),
    },
    "visit_outcome": {
        "planned": ("planned", "已计划"),
        "met": ("met the borrower", "见到本人"),
        "absent": ("nobody was there", "无人在场"),
        "moved": ("moved away", "已搬离"),
        "third_party": ("met somebody else", "见到他人"),
        "refused": ("refused to talk", "拒绝交谈"),
        "cancelled": ("cancelled", "已取消"),
    },
    "reason": {
        "forgot": ("forgot", "忘记"),
        "cash_short": ("short of cash", "资金紧张"),
        "job_loss": ("lost the job", "失业"),
        "illness": ("illness", "疾病"),
        "disaster": ("disaster", "灾害"),
        "death_in_family": ("death in the family", "家人去世"),
        "dispute": ("disputes the debt", "对债务有争议"),
        "other": ("another reason", "其他原因"),
        "none_given": ("gave no reason", "未说明原因"),
    },
    "relief": _RELIEF,
    "answer": {
        "accepted": ("accepted", "已接受"),
        "refused": ("refused", "拒绝"),
        "none": ("not answered", "未答复"),
    },
    "flag": {
        "dispute": ("dispute", "争议"),
        "hardship": ("hardship", "困难"),
        "death": ("death", "死亡"),
        "bankruptcy": ("bankruptcy", "破产"),
        "moratorium": ("moratorium", "延期偿付"),
        "vulnerable": ("vulnerable person", "弱势群体"),
        "lawyer": ("represented by a lawyer", "律师代理"),
        "complaint": ("complaint", "投诉"),
        "cease": ("asked not to be contacted", "要求停止联系"),
        "agreed_hours": ("agreed hours", "约定时段"),
        "third_party_refused": ("third party refused contact", "第三人拒绝联系"),
    },
    "end_kind": {
        "repaid": ("repaid", "已结清"),
        "sold": ("sold", "已转让"),
        "written_off": ("written off", "已核销"),
        "restructured": ("restructured", "已重组"),
        "death": ("death", "死亡"),
        "moratorium": ("moratorium", "延期偿付"),
        "cancelled": ("cancelled", "已取消"),
        "unreported": ("reported no longer", "数据来源不再报送"),
    },
    "country": {
        "CN": ("China", "中国"),
        "PL": ("Poland", "波兰"),
        "TW": ("Taiwan", "台湾"),
        "NG": ("Nigeria", "尼日利亚"),
    },
}
"""Words by kind and code: the codes of the tables' contracts, of the simulator and of the importers."""

_SAME: Final[Mapping[str, Mapping[str, str]]] = {"product": {"cash_loan": "cash", "credit_card": "card"}}
"""Codes of importers that mean what another code of the kind means."""

KIND_OF_GROUP: Final[Mapping[str, str]] = {
    "statement status": "status",
    "last reaction": "contact_outcome",
}
"""Kind of the codes of a group of features, where the group is not named as the kind."""


def code_word(kind: str, code: str, *, language: Literal["en", "zh"]) -> str:
    """Return the word for a code of a kind, or of a group of features; a code without a word stands for itself.

    Examples
    --------
    >>> code_word("employment", "gig", language="zh"), code_word("employment", "pilot", language="zh")
    ('零工', 'pilot')
    >>> code_word("product", "credit_card", language="en")
    'credit card'
    >>> code_word("statement status", "60-89", language="zh"), code_word("status", "2", language="en")
    ('逾期 60–89 天', '2 months past due')
    """
    kind = KIND_OF_GROUP.get(kind, kind)
    known = CODE_WORDS.get(kind, {})
    words = known.get(_SAME.get(kind, {}).get(code, code)) or (
        _status_words(code) if kind == "status" else None
    )
    return code if words is None else words[1 if language == "zh" else 0]


def _status_words(status: str) -> Words | None:
    """Return the words for a statement's status that counts days or whole months past due."""
    if re.fullmatch(r"\d+-\d+", status):
        days = status.replace("-", "–")
        return f"{days} days past due", f"逾期 {days} 天"
    if re.fullmatch(r"\d+\+", status):
        return f"{status[:-1]} days past due or more", f"逾期 {status[:-1]} 天以上"
    if re.fullmatch(r"[1-9]\d?", status):
        return f"{status} month{'' if status == '1' else 's'} past due", f"逾期 {status} 个月"
    return None
