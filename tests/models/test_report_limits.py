"""Limits are computed from the report's own figures: each fact brings its sentence, and its absence none."""

from __future__ import annotations

from typing import Any

import pytest

from models.report_fields import Limit
from models.report_judged import verdict_of, verdicts_told
from models.report_limits import WEIGHTS, limits_told
from tests.models.report_builder_parts import figure
from tests.models.report_builders import example_numbers, willful_example

QUIET: dict[str, Any] = {"notes": [], "by_bucket": {}, "calibration": {"slope": 1.0}}


def limits(**changes: Any) -> dict[str, Limit]:
    """Return the limits of the made-up report by code, after some of its facts were changed."""
    base = example_numbers()
    facts: dict[str, Any] = {
        "model": base.model,
        "population": {**base.population, "losses": ()},
        "evaluation": QUIET,
        "verdicts": (),
        "by_month": tuple({**month, "held_out": True, "predicted": 0.2} for month in base.by_month),
        "importance": {},
        "summary": {},
        "willful": None,
        "alarms": (),
        **changes,
    }
    return {
        limit["code"]: limit for limit in limits_told(facts.pop("model"), facts.pop("population"), **facts)
    }


KEPT = "9 rows belong to ids the model was trained on: kept as asked, so the figures look too good"
EXTREME = {**QUIET, "by_bucket": {"31-60": {"calibration": {"slope": 0.5}}}}
WILLFUL = willful_example().willful
STANDING = {"reasons", "no_fairness", "never_alone"}


def test_a_report_without_trouble_keeps_only_what_always_holds() -> None:
    assert set(limits()) == STANDING


@pytest.mark.parametrize(
    ("changes", "code", "weight", "said"),
    [
        pytest.param({"alarms": ["leak alarm: AUC 0.990 within days 8 to 14 past due (80 rows)"]}, "leak", "alarm",
                     "泄漏警报：逾期 8 至 14 天内 AUC 达 0.990（80 行）。", id="a leak is an alarm"),
        pytest.param({"evaluation": {**QUIET, "notes": [KEPT]}}, "trained_kept", "alarm", "9 行", id="trained rows kept"),
        pytest.param({"evaluation": EXTREME}, "calibration", "caution",
                     "逾期 31–60 天：概率过于极端（校准斜率 0.50，1 为诚实）", id="probabilities too extreme"),
        pytest.param({"by_month": ()}, "no_time", "caution", "数据没有时间", id="no time"),
        pytest.param({"by_month": example_numbers().by_month}, "few_months", "caution", "仅在 1 个月（2025-05）上检验",
                     id="one held-out month"),
        pytest.param({"population": {**example_numbers().population, "losses": (), "split_en": "by group only"}},
                     "not_by_time", "caution", "处于相同月份", id="split by borrower alone"),
        pytest.param({"population": {**example_numbers().population, "losses": (
                      {"cause_en": "x", "cause_zh": "有标记：争议", "count": 5000, "what": "rows"},)}},
                     "losses", "caution", "剔除了 5,000 行（50.0%），主要原因：有标记：争议", id="half the rows lost"),
        pytest.param({"willful": WILLFUL}, "not_audited", "alarm", "没有任何公开数据集", id="nobody audited"),
        pytest.param({"willful": WILLFUL}, "insufficient", "caution", "92 个账户中有 19 个",
                     id="evidence insufficient"),
        pytest.param({"willful": WILLFUL}, "way_absent", "caution", "仅随机抽查：仅 2 个抽查结论",
                     id="no audit visits"),
    ],
)  # fmt: skip
def test_each_fact_brings_its_sentence(changes: dict[str, Any], code: str, weight: str, said: str) -> None:
    limit = limits(**changes)[code]
    assert limit["weight"] == weight
    assert said in limit["text_zh"]
    assert limit["text_en"]


def test_verdicts_that_prove_nothing_are_told_and_small_buckets_named() -> None:
    wide = {
        **example_numbers().verdicts[0],
        "auc": figure(0.7, 0.2),
        "verdict": "no proof",
        "sentence_zh": "没有证据",
    }
    told = limits(verdicts=(wide,))
    assert told["no_proof"]["text_zh"] == "没有证据"
    assert (
        told["small_bucket"]["text_zh"] == "逾期 1-30 天：900 行、180 个事件；AUC 可能在 0.50 至 0.90 之间。"
    )
    assert "small_bucket" not in limits(verdicts=example_numbers().verdicts[:1])


def test_a_challenger_that_ranks_better_is_an_alarm() -> None:
    one = example_numbers().verdicts[0]
    rival = {**one["rivals"][1], "verdict": "worse", "difference": figure(-0.05, 0.02)}
    told = limits(verdicts=({**one, "rivals": (one["rivals"][0], rival)},))
    assert told["rival_not_beaten"]["weight"] == "alarm"
    assert "按逾期天数排序优于模型（AUC 差 −0.070 至 −0.030）" in told["rival_not_beaten"]["text_zh"]


def test_a_shift_is_told_only_beyond_what_chance_would_give() -> None:
    month = {
        **example_numbers().by_month[1],
        "held_out": True,
        "predicted": 0.2,
        "psi": 0.3,
        "psi_noise": 0.2,
    }
    assert "shifted" not in limits(by_month=(month,) * 3)
    assert "shifted" in limits(by_month=({**month, "psi_noise": 0.05},) * 3)


def test_a_months_level_is_told_only_beyond_chance() -> None:
    month = {**example_numbers().by_month[1], "held_out": True, "predicted": 0.2, "observed": 0.3}
    assert "off_level" not in limits(by_month=({**month, "judged_n": 20},) * 3)
    assert (
        "2025-02 平均概率为 20.0%，实际为 30.0%"
        in limits(by_month=({**month, "judged_n": 500},) * 3)["off_level"]["text_zh"]
    )


def test_one_feature_that_dwarfs_the_rest_and_gaps_are_named() -> None:
    first = {**example_numbers().importance["main"][0], "share": 0.8}
    row = {**example_numbers().summary["main"][0], "missing": 150}
    told = limits(importance={"main": (first,)}, summary={"main": (row,)})
    assert told["one_feature"]["text_zh"] == "一个特征占全部影响的 80%：当前逾期天数。"
    assert told["mostly_missing"]["text_zh"] == "当前逾期天数：75% 的账户缺失。"


def test_alarms_come_first() -> None:
    told = limits(alarms=["leak alarm: AUC 0.990 within days 8 to 14 past due (80 rows)"], by_month=())
    weights = [WEIGHTS.index(limit["weight"]) for limit in told.values()]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    ("difference", "auc", "expected"),
    [
        pytest.param(figure(0.03, 0.02), figure(0.8), "beats", id="above nought and better than blind"),
        pytest.param(figure(0.03, 0.03), figure(0.8), "no proof", id="the interval touches nought"),
        pytest.param(figure(0.03, 0.02), figure(0.52, 0.05), "no proof", id="no better than blind itself"),
        pytest.param(figure(-0.03, 0.02), figure(0.8), "worse", id="below nought"),
        pytest.param(figure(0.03, None), figure(0.8), "not told", id="no interval"),
    ],
)
def test_a_lead_is_proven_only_by_its_interval(difference: Any, auc: Any, expected: str) -> None:
    assert verdict_of(difference, auc=auc) == expected


def test_without_a_scorecard_the_strongest_ranking_is_the_measure() -> None:
    rivals = {
        "sort by dpd": {"auc": figure(0.7), "difference": figure(0.1, 0.05)},
        "sort by arrears": {"auc": figure(0.6), "difference": figure(0.2, 0.05)},
    }
    evaluation = {
        "n": 50,
        "base_rate": 0.2,
        "auc": figure(0.8),
        "challengers": rivals,
        "by_bucket": {},
        "notes": [],
    }
    (one,) = verdicts_told(evaluation, events={"pooled": 10})
    assert (one["against"], one["verdict"], one["events"]) == ("sort by dpd", "beats", 10)
    assert one["sentence_en"].startswith(
        "All buckets: the model beats sorting by days past due. Its AUC 0.800"
    )


def test_pooled_rows_of_one_bucket_have_its_reason() -> None:
    why = "no interval, positives come from 3 groups and negatives from 9, an interval needs 10 of each"
    bare = {"n": 12, "base_rate": 0.2, "auc": figure(0.8, None), "challengers": {}}
    evaluation = {**bare, "by_bucket": {"1-30": bare}, "notes": [f"bucket 1-30: {why}"]}
    for one in verdicts_told(evaluation, events={}):
        assert one["verdict"] == "not told"
        assert one["sentence_zh"].endswith("发生事件的借款人 3 个、未发生的 9 个，各需 10 个才能给出区间。")
