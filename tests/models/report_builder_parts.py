"""What a made-up report says of features and accounts: eleven features, ten rows of a beeswarm, one account."""

from __future__ import annotations

import numpy as np

from models.report_fields import Named
from models.report_fields_explained import (
    Account,
    Bin,
    Contribution,
    Dependence,
    Explained,
    Idea,
    Importance,
    Part,
    Summary,
)
from models.report_fields_judged import Figure

WORDS = (
    ("dpd_latest", "The days past due this morning", "当前逾期天数", "days", "arrears", "逾期"),
    ("max_dpd_90d", "The highest days past due in the last 90 days", "近 90 天最高逾期天数", "days",
     "worst days past due", "最高逾期天数"),
    ("late_days_30d", "How many of the last 30 mornings were past due", "近 30 天处于逾期的天数", "days",
     "days late", "逾期天数"),
    ("paid_to_due_ratio_90d", "What was paid over what fell due in the last 90 days", "近 90 天还款额与到期额之比",
     "ratio", "paid against due", "实还与应还"),
    ("employment_kind", "The employment that the borrower stated", "就业状态", "code", "employment", "就业"),
    ("unanswered_count_30d", "How many calls went unanswered in the last 30 days", "近 30 天未接通次数", "count",
     "reachability", "可联系性"),
    ("attempts_count_30d", "How many calls were placed in the last 30 days", "近 30 天外呼次数", "count",
     "attempts", "外呼"),
    ("days_since_payment", "The days since the last payment that came in", "距最近一次还款的天数", "days",
     "time since payment", "距上次还款"),
    ("declared_income_latest", "The income the borrower declared last", "申报月收入", "minor units", "income", "收入"),
    ("loan_age_days", "The days since the loan was disbursed", "放款至今的天数", "days", "tenure", "账龄"),
    ("principal_amount", "The principal that was lent", "放款本金", "minor units", "loan terms", "借款条件"),
)  # fmt: skip
"""Eleven features: the ten strongest and one more."""


def named(place: int) -> Named:
    """Return the words of a feature."""
    feature, meaning_en, meaning_zh, unit, group_en, group_zh = WORDS[place]
    return {
        "feature": feature,
        "meaning_en": meaning_en,
        "meaning_zh": meaning_zh,
        "unit": unit,
        "group_en": group_en,
        "group_zh": group_zh,
    }


def figure(value: float | None, half: float | None = 0.05) -> Figure:
    """Return a figure with an interval of that half width; None for a figure without one."""
    if value is None or half is None:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": value - half, "high": value + half}


def explained_example(en: str, zh: str) -> Explained:
    """Return what the values of one component say."""
    return {"title_en": en, "title_zh": zh, "right_en": "to the right: likelier", "right_zh": "向右：更可能",
            "base": -2.0, "rows": 1000, "of_rows": 1000, "drawn": 200}  # fmt: skip


def importance_example() -> tuple[Importance, ...]:
    """Return every feature, strongest first."""
    sizes = [0.6 / (at + 1) for at in range(len(WORDS))]
    return tuple(
        {**named(at), "rank": at + 1, "mean_abs": size, "share": size / sum(sizes)} for at, size in enumerate(sizes)
    )  # fmt: skip


def ideas_example() -> tuple[Idea, ...]:
    """Return the ideas, strongest first."""
    return tuple(
        {"group_en": WORDS[at][4], "group_zh": WORDS[at][5], "features": (WORDS[at][0],), "mean_abs": 0.6 / (at + 1)}
        for at in range(len(WORDS))
    )  # fmt: skip


def summary_example() -> tuple[Summary, ...]:
    """Return ten rows of a beeswarm, some values missing."""
    draw = np.random.default_rng(5)
    rows = []
    for at in range(10):
        rank = draw.random(200)
        shap = (rank - 0.4) * 1.2 / (at + 1) + draw.normal(0, 0.05, 200)
        ranks = tuple(None if one < 0.05 else round(float(one), 4) for one in rank)
        row: Summary = {**named(at), "shap": tuple(shap.round(4).tolist()), "rank": ranks,
                        "missing": sum(one is None for one in ranks)}  # fmt: skip
        rows.append(row)
    return tuple(rows)


def dependence_example() -> tuple[Dependence, ...]:
    """Return ten dependences, one of them of codes."""

    def held(label: str, at: int | None, mean: float) -> Bin:
        value = None if at is None else float(3 * at)
        return {"label_en": label, "label_zh": label, "low": value, "high": None if value is None else value + 2,
                "middle": None if value is None else value + 1, "mean": mean, "p10": mean - 0.1, "p90": mean + 0.1,
                "n": 100}  # fmt: skip

    rows = []
    for at in range(10):
        code = named(at)["unit"] == "code"
        numbers = tuple(held(f"{3 * place}–{3 * place + 2}", place, 0.1 * place - 0.4) for place in range(10))
        codes = tuple(held(name, None, size) for name, size in (("employee", -0.2), ("none", 0.3)))
        row: Dependence = {
            **named(at), "kind": "code" if code else "number", "constraint": 1 if at == 0 else 0,
            "direction_en": "more never lowers the risk" if at == 0 else "free",
            "direction_zh": "数值越大，风险不降" if at == 0 else "无约束",
            "bins": codes if code else numbers, "missing": held("unknown", None, 0.05) if at in (3, 7) else None,
        }  # fmt: skip
        rows.append(row)
    return tuple(rows)


def account_example(number: int) -> Account:
    """Return an account of three reasons."""
    contributions: tuple[Contribution, ...] = (
        {"feature": "dpd_latest", "group_en": "arrears", "group_zh": "逾期", "contribution": 0.9,
         "text_en": "21 days past due", "text_zh": "已逾期 21 天"},
        {"feature": "unanswered_count_30d", "group_en": "reachability", "group_zh": "可联系性", "contribution": 0.3,
         "text_en": "9 calls unanswered in 30 days", "text_zh": "近 30 天 9 次未接通"},
        {"feature": "paid_to_due_ratio_90d", "group_en": "paid against due", "group_zh": "实还与应还",
         "contribution": -0.4, "text_en": "paid 1.20 of what fell due", "text_zh": "近 90 天还款为到期额 1.20 倍"},
    )  # fmt: skip
    part: Part = {
        "component": "main", "title_en": "Likelier to roll", "title_zh": "恶化的可能", "base": -2.0,
        "contributions": contributions, "rest": 0.05, "rest_ideas": 4, "margin": -1.15, "probability": 0.24,
    }  # fmt: skip
    return {
        "label_en": f"Account {number}", "label_zh": f"账户 {number}", "chosen_en": "highest probability",
        "chosen_zh": "概率最高", "month": "2025-05", "bucket": "1-30", "dpd": 21.0, "probability": 0.24, "low": None,
        "high": None, "band": "high", "band_en": "high", "band_zh": "高", "outcome": number % 2,
        "outcome_en": ("did not roll", "rolled")[number % 2], "outcome_zh": ("未恶化", "已恶化")[number % 2],
        "evidence": None, "parts": (part,),
    }  # fmt: skip
