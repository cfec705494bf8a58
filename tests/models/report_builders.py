"""A committee report's numbers made up by hand: the smallest that a page and its pictures can be built on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.report_fields import Absent, Limit, LossTold, ModelTold, PopulationSlice, PopulationTold
from models.report_fields_explained import Account, Part
from models.report_fields_judged import CapturePoint, Curves, Figure, Month, Rival, Verdict, WillfulTold
from models.report_numbers import ReportNumbers
from tests.models.report_builder_parts import (
    account_example,
    dependence_example,
    explained_example,
    figure,
    ideas_example,
    importance_example,
    named,
    summary_example,
)


def example_numbers(**changes: Any) -> ReportNumbers:
    """Return a report of a classifier: two buckets (one too small for an interval), four months, ten accounts."""
    base = ReportNumbers(
        model=_model(),
        population=_population(),
        evaluation={"n": 1000, "base_rate": 0.2, "auc": figure(0.82), "ks": 0.52, "brier": 0.12,
                    "calibration": {"slope": 0.97, "intercept": -0.04},
                    "capture": {"0.1": 0.35, "0.2": 0.58, "0.3": 0.71}, "cash_capture": 0.61,
                    "by_bucket": {}, "notes": [], "losses": []},
        verdicts=(
            _verdict("1-30", 900, figure(0.83, 0.03), figure(0.04, 0.02), "beats"),
            _verdict("31-60", 100, figure(0.7, None), figure(0.02, None), "not told"),
            _verdict("pooled", 1000, figure(0.82, 0.03), figure(0.01, 0.03), "no proof"),
        ),
        curves={"1-30": _curves("1-30 days", "逾期1至30天"), "pooled": _curves("All buckets", "全部阶段")},
        explained={"main": explained_example("What makes it likelier to roll", "哪些因素使其更可能恶化")},
        importance={"main": importance_example()},
        ideas={"main": ideas_example()},
        summary={"main": summary_example()},
        dependence={"main": dependence_example()},
        accounts=tuple(account_example(number) for number in range(1, 11)),
        accounts_rule_en="The riskiest, cut-off neighbours, the safest, two missed and two false alarms.",
        accounts_rule_zh="风险最高、切分点附近、风险最低、两个漏报、两个误报。",
        by_month=tuple(_month(number) for number in range(1, 6)),
        by_month_how_en="PSI = Σ (a − e) ln(a / e) over bins of the first month's scores.",
        by_month_how_zh="PSI = Σ (a − e) ln(a / e)，按首月分数分箱。",
        limits=_limits(),
        willful=None,
        absent=(),
    )  # fmt: skip
    return replace(base, **changes)


def willful_example() -> ReportNumbers:
    """Return a report of a willful bundle: two components, three ways of which one cannot be had."""
    names = ("able", "willing")
    told: WillfulTold = {
        "ways": (
            {"name": "naive", "name_en": "naive", "name_zh": "未校正", "n": 30, "base_rate": 0.2,
             "auc": figure(0.7, None), "reason_en": "", "reason_zh": ""},
            {"name": "corrected", "name_en": "corrected for who was investigated", "name_zh": "按核查概率校正",
             "n": 30, "base_rate": 0.13, "auc": figure(0.68, None), "reason_en": "", "reason_zh": ""},
            {"name": "audit_only", "name_en": "random audits only", "name_zh": "仅随机抽查", "n": 2,
             "base_rate": None, "auc": None, "reason_en": "2 audited verdicts; 10 are needed",
             "reason_zh": "仅 2 个抽查结论，至少需要 10 个"},
        ),
        "accounts": 92, "sufficient": 73, "share": 73 / 92, "verdicts": 30, "mean_interval_width": 0.14,
        "combination_en": "p_able × (1 − p_willing), mapped by the joint map",
        "combination_zh": "p_able × (1 − p_willing)，再经联合校准",
        "audited_labels_en": "No public data set has audited labels of willful default.",
        "audited_labels_zh": "没有任何公开数据集包含经审计的恶意逾期标签。",
    }  # fmt: skip
    base = example_numbers()
    model: ModelTold = {**base.model, "name": "willful", "target": "willful", "kind": "willful", "components": names,
                        "features": dict.fromkeys(names, 11), "monotone": dict.fromkeys(names, ())}  # fmt: skip
    able, willing = ("Able to pay", "还款能力"), ("Willing to pay", "还款意愿")
    part = base.accounts[0]["parts"][0]
    parts: tuple[Part, ...] = (
        {**part, "component": "able", "title_en": able[0], "title_zh": able[1]},
        {**part, "component": "willing", "title_en": willing[0], "title_zh": willing[1]},
    )
    account: Account = {**base.accounts[0], "parts": parts, "low": 0.2, "high": 0.5, "evidence": "sufficient"}
    unsure: Account = {**account, "label_en": "Account 2", "label_zh": "账户 2", "band": "insufficient",
                       "band_en": "evidence insufficient", "band_zh": "证据不足", "outcome": None,
                       "outcome_en": "nobody decided", "outcome_zh": "未作结论", "evidence": "insufficient"}  # fmt: skip
    return replace(
        base,
        model=model,
        explained={"able": explained_example(*able), "willing": explained_example(*willing)},
        importance=dict.fromkeys(names, base.importance["main"]),
        ideas=dict.fromkeys(names, base.ideas["main"]),
        summary=dict.fromkeys(names, base.summary["main"]),
        dependence=dict.fromkeys(names, base.dependence["main"]),
        accounts=(account, unsure),
        willful=told,
        absent=({"what": "willful.ways.audit_only", "reason_en": "2 audited verdicts; 10 are needed",
                 "reason_zh": "仅 2 个抽查结论，至少需要 10 个"},),
    )  # fmt: skip


def _model() -> ModelTold:
    return {
        "name": "roll_30", "target": "roll_30", "kind": "classifier", "content_hash": "46af0216" * 8,
        "window": "30d", "window_en": "30 days", "window_zh": "30 天", "risk_sign": 1,
        "meaning_en": "An account 1–30 days past due is 31 or more days past due on a day of the window.",
        "meaning_zh": "逾期1至30天的账户在观察期内某日逾期达到31天或以上。",
        "reads_en": "A high probability is bad news: the account is likelier to roll.",
        "reads_zh": "概率高为坏消息：账户更可能恶化。",
        "components": ("main",), "features": {"main": 11},
        "monotone": {"main": ({**named(0), "constraint": 1}, {**named(3), "constraint": -1})},
        "seed": 7, "versions": {"lightgbm": "4.7.0", "numpy": "2.4.6"},
        "settings": {"depth": 6, "rate": 0.03, "grown": 300},
        "reference_en": "training rows with the good outcome, at most 10,000",
        "reference_zh": "训练样本中结果良好的账户，至多 10,000 个",
        "bands": (
            {"name": "low", "name_en": "low", "name_zh": "低", "low": 0.0, "high": 0.1},
            {"name": "medium", "name_en": "medium", "name_zh": "中", "low": 0.1, "high": 0.24},
            {"name": "high", "name_en": "high", "name_zh": "高", "low": 0.24, "high": 1.0},
        ),
        "bands_from_en": "quantiles of the calibration part", "bands_from_zh": "校准样本的分位数",
        "trained_from": "174faaaa" * 8,
    }  # fmt: skip


def _population() -> PopulationTold:
    def part(name: str, en: str, zh: str, rows: int) -> PopulationSlice:
        return {"name": name, "name_en": en, "name_zh": zh, "rows": rows, "known": rows, "borrowers": rows // 2,
                "events": rows // 5, "base_rate": 0.2, "money": rows * 120_000.0}  # fmt: skip

    loss: LossTold = {"cause_en": "flagged: dispute", "cause_zh": "存在争议", "count": 23, "what": "rows"}
    return {
        "rows": 5000, "known": 5000, "borrowers": 2500, "events": 1000, "base_rate": 0.2, "money": 6e8,
        "first": "2025-01-01", "last": "2025-05-01", "days": 5,
        "by_bucket": (part("1-30", "1–30 days", "1–30 天", 4500), part("31-60", "31–60 days", "31–60 天", 500)),
        "by_part": (part("train", "training", "训练", 3000), part("calibrate", "calibration", "校准", 600),
                    part("test", "held out", "留出", 1000), part("unused", "not used", "未使用", 400)),
        "losses": (loss,),
        "split_en": "by time and group: the test begins on 2025-05-01",
        "split_zh": "按时间和借款人划分：留出样本自 2025-05-01 开始",
    }  # fmt: skip


def _verdict(bucket: str, n: int, auc: Figure, lead: Figure, verdict: str) -> Verdict:
    rivals: tuple[Rival, ...] = (
        {"name": "scorecard", "name_en": "scorecard", "name_zh": "评分卡", "auc": figure(0.8, 0.04),
         "difference": lead, "verdict": verdict},
        {"name": "sort by dpd", "name_en": "sort by days past due", "name_zh": "按逾期天数排序",
         "auc": figure(0.75, 0.05), "difference": figure(0.07, 0.03), "verdict": "beats"},
    )  # fmt: skip
    pooled = bucket == "pooled"
    return {
        "bucket": bucket, "bucket_en": "All buckets" if pooled else f"{bucket} days",
        "bucket_zh": "全部阶段" if pooled else f"逾期 {bucket} 天", "n": n, "events": n // 5, "base_rate": 0.2,
        "auc": auc, "against": "scorecard", "verdict": verdict,
        "sentence_en": f"{bucket}: {verdict}.", "sentence_zh": f"{bucket}：结论 {verdict}。", "rivals": rivals,
    }  # fmt: skip


def _capture(power: float) -> tuple[CapturePoint, ...]:
    shares = [step / 20 for step in range(1, 21)]
    return tuple({"share": s, "captured": s**power, "lift": s**power / s} for s in shares)


def _curves(en: str, zh: str) -> Curves:
    return {
        "bucket_en": en, "bucket_zh": zh, "capture": _capture(0.35),
        "rivals": {"scorecard": _capture(0.45), "sort by dpd": _capture(0.6)},
        "reliability": tuple(
            {"predicted": at / 20, "observed": at / 20 + 0.02 * (-1) ** at, "n": 100} for at in range(1, 11)
        ),
    }  # fmt: skip


def _month(number: int) -> Month:
    test = number == 5
    return {
        "month": f"2025-0{number}", "n": 1000,
        "parts": {"train": 0 if test else 750, "calibrate": 0 if test else 150, "test": 1000 if test else 0,
                  "unused": 0 if test else 100},
        "part": "test" if test else "train", "part_en": "held out" if test else "training",
        "part_zh": "留出" if test else "训练", "held_out": test, "judged_n": 1000, "base_rate": 0.2,
        "auc": figure(0.82 if test else 0.9, 0.03), "predicted": 0.19 + 0.005 * number, "observed": 0.2,
        "psi": 0.0 if number == 1 else 0.02 * number, "psi_noise": None if number == 1 else 0.018,
        "note_en": "", "note_zh": "",
    }  # fmt: skip


def _limits() -> tuple[Limit, ...]:
    return (
        {"code": "small_bucket", "weight": "caution", "text_en": "Bucket 31-60 has 100 rows: no interval.",
         "text_zh": "逾期 31-60 天仅 100 行，无法给出区间。"},
        {"code": "never_alone", "weight": "note", "text_en": "The score never decides a harsh measure by itself.",
         "text_zh": "模型分数从不单独决定任何严厉措施。"},
    )  # fmt: skip


def absent(what: str) -> Absent:
    """Return the record of a figure that cannot be had."""
    return {"what": what, "reason_en": "too few rows", "reason_zh": "样本过少"}
