"""What a committee report cannot claim, each sentence computed from the report's own figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from models.report_fields import Limit, ModelTold, PopulationTold
from models.report_fields_explained import Importance, Summary
from models.report_fields_judged import Month, Verdict, WillfulTold
from models.report_words import bucket_words, in_chinese, signed

WIDE: Final = 0.15
"""An AUC interval wider than this says little."""
HONEST_SLOPES: Final = (0.8, 1.25)
FEW_MONTHS: Final = 3
SHIFTED: Final = 0.25
FAR_OFF: Final = 0.25
"""A month whose rate differs from the mean probability by more than this share of it, and than chance explains."""
LOST: Final = 0.1
DWARFS: Final = 0.5
MOSTLY_MISSING: Final = 0.5
WEIGHTS: Final = ("alarm", "caution", "note")


def limits_told(
    model: ModelTold,
    population: PopulationTold,
    *,
    evaluation: Mapping[str, Any],
    verdicts: Sequence[Verdict],
    by_month: Sequence[Month],
    importance: Mapping[str, Sequence[Importance]],
    summary: Mapping[str, Sequence[Summary]],
    willful: WillfulTold | None,
    alarms: Sequence[str],
) -> tuple[Limit, ...]:
    """Return the limits, alarms first, then cautions, then notes.

    Parameters
    ----------
    alarms
        Leak alarms that training wrote into the model.
    """
    told = [
        *_alarms(evaluation, alarms),
        *_of_verdicts(verdicts),
        *_of_probabilities(evaluation),
        *_of_time(population, by_month),
        *_of_features(importance, summary),
        *_of_losses(population),
        *_of_willful(willful),
        *_standing(model, verdicts),
    ]
    return tuple(sorted(told, key=lambda limit: WEIGHTS.index(limit["weight"])))


def _limit(code: str, weight: str, en: str, zh: str) -> Limit:
    return {"code": code, "weight": weight, "text_en": en, "text_zh": zh}


def _alarms(evaluation: Mapping[str, Any], alarms: Sequence[str]) -> Iterator[Limit]:
    notes = [str(note) for note in evaluation.get("notes", [])]
    for said in dict.fromkeys([*alarms, *(note for note in notes if note.startswith("leak alarm"))]):
        yield _limit("leak", "alarm", f"{said[:1].upper()}{said[1:]}.", f"{in_chinese(said)}。")
    for note in notes:
        told = f"{note[:1].upper()}{note[1:]}.", f"{in_chinese(note)}。"
        if "kept as asked" in note:
            yield _limit("trained_kept", "alarm", *told)
        elif "single ids" in note:
            yield _limit("single_ids", "caution", *told)
        elif "challenger" in note or "cash capture" in note or "set aside" in note:
            yield _limit("evaluation_note", "note", *told)


def _of_verdicts(verdicts: Sequence[Verdict]) -> Iterator[Limit]:
    buckets = [one for one in verdicts if one["bucket"] != "pooled"] or list(verdicts)
    for one in buckets:
        en, zh = one["bucket_en"], one["bucket_zh"]
        auc = one["auc"]
        if one["verdict"] in ("no proof", "worse", "not told"):
            weight = "alarm" if one["verdict"] == "worse" else "caution"
            yield _limit(one["verdict"].replace(" ", "_"), weight, one["sentence_en"], one["sentence_zh"])
        for rival in one["rivals"]:
            if rival["name"] != one["against"] and rival["verdict"] in ("no proof", "worse"):
                worse, gap = rival["verdict"] == "worse", rival["difference"]
                said = (
                    ("ranks better than the model", "优于模型")
                    if worse
                    else ("may rank as well", "可能同样好")
                )
                span = signed(gap["low"]), signed(gap["high"])
                yield _limit(
                    "rival_not_beaten", "alarm" if worse else "caution",
                    f"{en}: {rival['name_en']} {said[0]} (difference of AUC {span[0]} to {span[1]}).",
                    f"{zh}：{rival['name_zh']}{said[1]}（AUC 差 {span[0]} 至 {span[1]}）。",
                )  # fmt: skip
        if auc["low"] is not None and auc["high"] is not None and auc["high"] - auc["low"] > WIDE:
            yield _limit(
                "small_bucket", "caution",
                f"{en}: {one['n']:,} rows with {one['events']:,} events; the AUC may lie anywhere from {auc['low']:.2f} "
                f"to {auc['high']:.2f}.",
                f"{zh}：{one['n']:,} 行、{one['events']:,} 个事件；AUC 可能在 {auc['low']:.2f} 至 {auc['high']:.2f} 之间。",
            )  # fmt: skip


def _of_probabilities(evaluation: Mapping[str, Any]) -> Iterator[Limit]:
    for bucket, figures in (evaluation.get("by_bucket") or {"pooled": evaluation}).items():
        slope = (figures.get("calibration") or {}).get("slope")
        if slope is None or HONEST_SLOPES[0] <= slope <= HONEST_SLOPES[1]:
            continue
        en, zh = bucket_words(bucket)
        too = ("too extreme", "过于极端") if slope < 1 else ("too timid", "过于保守")
        yield _limit(
            "calibration", "caution",
            f"{en}: probabilities are {too[0]} (calibration slope {slope:.2f}; 1 is honest). Rank by them, do not add "
            "them up.",
            f"{zh}：概率{too[1]}（校准斜率 {slope:.2f}，1 为诚实）。可用于排序，不宜直接求和。",
        )  # fmt: skip


def _of_time(population: PopulationTold, by_month: Sequence[Month]) -> Iterator[Limit]:
    judged = [month for month in by_month if month["held_out"]]
    if not by_month:
        yield _limit(
            "no_time", "caution",
            "The rows have no time: whether the model holds in later months was not tested.",
            "数据没有时间：未检验模型在之后月份是否有效。",
        )  # fmt: skip
    elif len(judged) < FEW_MONTHS:
        named, named_zh = (sign.join(month["month"] for month in judged) for sign in (", ", "、"))
        yield _limit(
            "few_months", "caution",
            f"Held-out months: {len(judged)} only ({named}). That says nothing of other seasons.",
            f"仅在 {len(judged)} 个月（{named_zh}）上检验：不能说明其他季节的情况。",
        )  # fmt: skip
    elif not population["split_en"].startswith(("by time", "judged on another")):
        yield _limit(
            "not_by_time", "caution",
            "Held-out borrowers are judged in the same months that taught: whether the model holds later was not tested.",
            "留出借款人与训练样本处于相同月份：未检验模型在之后是否有效。",
        )  # fmt: skip
    for month in by_month:
        shift, noise = month["psi"], month["psi_noise"]
        if shift is not None and noise is not None and shift > SHIFTED and shift > 2 * noise:
            yield _limit(
                "shifted", "caution",
                f"In {month['month']} the scores have shifted (PSI {shift:.2f}, about {noise:.2f} by chance).",
                f"{month['month'][:4]}年{int(month['month'][5:7])}月分数分布已偏移（PSI {shift:.2f}，随机约 {noise:.2f}）。",
            )  # fmt: skip
    for month in judged:
        predicted, observed = month["predicted"], month["observed"]
        if predicted is None or observed is None:
            continue
        chance = 2 * (predicted * (1 - predicted) / month["judged_n"]) ** 0.5
        if abs(observed - predicted) > max(FAR_OFF * predicted, chance):
            yield _limit(
                "off_level", "caution",
                f"In {month['month']} the probabilities averaged {predicted:.1%} and {observed:.1%} happened.",
                f"{month['month']} 平均概率为 {predicted:.1%}，实际为 {observed:.1%}。",
            )  # fmt: skip


def _of_features(
    importance: Mapping[str, Sequence[Importance]], summary: Mapping[str, Sequence[Summary]]
) -> Iterator[Limit]:
    for features in importance.values():
        first = features[0]
        if first["share"] > DWARFS:
            yield _limit(
                "one_feature", "caution",
                f"One feature makes {first['share']:.0%} of all that moves the score: {first['meaning_en']}.",
                f"一个特征占全部影响的 {first['share']:.0%}：{first['meaning_zh']}。",
            )  # fmt: skip
    for rows in summary.values():
        for row in rows:
            share = row["missing"] / max(len(row["shap"]), 1)
            if share > MOSTLY_MISSING:
                yield _limit(
                    "mostly_missing", "note",
                    f"{row['meaning_en']}: missing for {share:.0%} of the explained accounts.",
                    f"{row['meaning_zh']}：{share:.0%} 的账户缺失。",
                )  # fmt: skip


def _of_losses(population: PopulationTold) -> Iterator[Limit]:
    lost = [loss for loss in population["losses"] if loss["what"] == "rows"]
    count = sum(loss["count"] for loss in lost)
    if count:
        share = count / (count + population["rows"])
        worst = max(lost, key=lambda loss: loss["count"])
        yield _limit(
            "losses", "caution" if share > LOST else "note",
            f"{count:,} rows ({share:.1%}) were left out before anything was measured, most for: {worst['cause_en']}.",
            f"计算之前剔除了 {count:,} 行（{share:.1%}），主要原因：{worst['cause_zh']}。",
        )  # fmt: skip


def _of_willful(willful: WillfulTold | None) -> Iterator[Limit]:
    if willful is None:
        return
    yield _limit("not_audited", "alarm", willful["audited_labels_en"], willful["audited_labels_zh"])
    for way in willful["ways"]:
        if way["auc"] is None:
            told = f"{way['name_en']}: {way['reason_en']}", f"{way['name_zh']}：{way['reason_zh']}"
            yield _limit("way_absent", "caution", told[0][:1].upper() + told[0][1:], told[1])
    silent = willful["accounts"] - willful["sufficient"]
    if silent:
        yield _limit(
            "insufficient", "caution",
            f"For {silent:,} of {willful['accounts']:,} accounts the answer is: evidence insufficient.",
            f"{willful['accounts']:,} 个账户中有 {silent:,} 个的回答是：证据不足。",
        )  # fmt: skip


def _standing(model: ModelTold, verdicts: Sequence[Verdict]) -> Iterator[Limit]:
    told = sum(rival["difference"]["low"] is not None for one in verdicts for rival in one["rivals"])
    if told > 1:
        yield _limit(
            "many_intervals", "note",
            f"{told} differences carry an interval each of 95 %: about {0.025 * told:.1f} of them would lie above 0 by "
            "chance alone.",
            f"共有 {told} 个差值各带 95 % 区间：仅凭随机约有 {0.025 * told:.1f} 个会落在 0 以上。",
        )  # fmt: skip
    total = sum(model["features"].values())
    held = sum(len(one) for one in model["monotone"].values())
    yield _limit(
        "reasons", "note",
        f"Shapley values say what moved a score away from the reference ({model['reference_en']}), not what would change "
        f"the outcome; {held} of {total} features are held to one direction, the others follow the data.",
        f"Shapley 值说明分数为何偏离参照人群（{model['reference_zh']}），不说明改变什么会改变结果；"
        f"{total} 个特征中 {held} 个方向受约束，其余由数据决定。",
    )  # fmt: skip
    yield _limit(
        "no_fairness", "note",
        "This report reads no protected attribute, so it says nothing of fairness between groups; that asks for an audit.",
        "本报告不读取任何受保护属性，因此不涉及群体间公平性，公平性须另行审计。",
    )  # fmt: skip
    name = re.sub(r"\s+", " ", model["name"])
    yield _limit(
        "never_alone", "note",
        f"A score of {name} never decides by itself: a visit, a legal step, a list entry or the word willful needs two "
        "people.",
        f"{name} 的分数从不单独作出决定：上门、诉讼、列入名单或认定恶意均须两人批准。",
    )  # fmt: skip
