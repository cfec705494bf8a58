"""The numbers of a committee report against calculations of their own."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from models.evaluate import AnotherTarget, evaluate
from models.report_model import constraints_of
from models.report_numbers import report_numbers
from models.report_rows import ReportRefused
from models.training import train
from tests.models.learning_builders import QUICK
from tests.models.report_samples import (
    monthly_sample,
    numbers_example,
    reversed_sample,
    told,
    trained_example,
)


def test_the_population_adds_up_over_buckets_and_parts() -> None:
    sample, trained = trained_example()
    population = numbers_example().population
    assert population["rows"] == len(sample)
    assert population["borrowers"] == len(set(sample.ids))
    for slices in (population["by_bucket"], population["by_part"]):
        assert sum(one["rows"] for one in slices) == len(sample)
        assert sum(one["events"] for one in slices) == int(sample.y.sum())
    parts = {one["name"]: one["rows"] for one in population["by_part"]}
    assert parts["test"] == len(trained.split.test)
    assert parts["unused"] == sum(count for _, count in trained.split.dropped)
    assert population["money"] == float(np.asarray(sample.amount).sum())
    assert population["losses"][0] == {
        "cause_en": "flagged: dispute", "cause_zh": "有标记：争议", "count": 7, "what": "rows",
    }  # fmt: skip


def test_the_model_is_told_with_the_constraints_its_trees_were_grown_under() -> None:
    _, trained = trained_example()
    model = numbers_example().model
    assert model["content_hash"] == trained.bundle.content_hash
    assert constraints_of(trained.bundle.main) == {"dpd": 1, "paid_amount_30d": -1, "noise": 0, "product": 0}
    assert {one["feature"]: one["constraint"] for one in model["monotone"]["main"]} == {
        "dpd": 1, "paid_amount_30d": -1,
    }  # fmt: skip
    assert [band["low"] for band in model["bands"]][1:] == trained.bundle.manifest["bands"]["cutoffs"]


def test_a_verdict_says_beats_only_when_the_interval_lies_above_nought() -> None:
    for one in numbers_example().verdicts:
        for rival in one["rivals"]:
            low = rival["difference"]["low"]
            assert (rival["verdict"] == "beats") == (low is not None and low > 0)
    assert numbers_example().verdicts[-1]["bucket"] == "pooled"


def test_a_model_of_shuffled_outcomes_beats_its_challengers_no_more_often_than_chance() -> None:
    verdicts = []
    for seed in range(4, 9):
        sample = monthly_sample(1200, seed=seed, permuted=True)
        numbers = told(sample, train(sample, seed=11, settings=QUICK))
        assert numbers.verdicts[-1]["verdict"] != "beats"
        assert {limit["code"] for limit in numbers.limits} & {"no_proof", "worse", "not_told"}
        verdicts += [rival["verdict"] for one in numbers.verdicts for rival in one["rivals"]]
    assert len(verdicts) == 30
    assert (
        verdicts.count("beats") <= 1
    )  # one in forty differences lies above 0 by chance, and the report says so


def test_capture_rises_to_one_and_is_what_the_evaluation_says() -> None:
    _, trained = trained_example()
    curves = numbers_example().curves
    assert list(curves) == ["1-30", "31-60", "pooled"]
    for one in curves.values():
        for points in (one["capture"], *one["rivals"].values()):
            found = [point["captured"] for point in points]
            assert found == sorted(found)
            assert found[-1] == pytest.approx(1.0)
            assert all(point["lift"] == point["captured"] / point["share"] for point in points)
    said = {row["share"]: row["captured"] for row in trained.evaluation["curves"]["capture"]}
    assert {point["share"]: point["captured"] for point in curves["pooled"]["capture"]} == pytest.approx(said)
    assert set(curves["pooled"]["rivals"]) == {"scorecard", "sort by dpd"}


def test_reliability_groups_hold_every_account_once() -> None:
    sample, trained = trained_example()
    y = sample.y[trained.split.test]
    rows = numbers_example().curves["pooled"]["reliability"]
    assert sum(row["n"] for row in rows) == len(y)
    assert sum(row["n"] * row["observed"] for row in rows) == pytest.approx(float(y.sum()))


def test_the_evaluation_is_passed_on_untouched() -> None:
    _, trained = trained_example()
    assert numbers_example().evaluation is trained.evaluation


def test_nothing_in_the_report_names_a_borrower() -> None:
    sample, _ = trained_example()
    said = json.dumps(asdict(numbers_example()), ensure_ascii=False)
    assert not [one for one in set(sample.ids) if str(one) in said]


def test_the_same_rows_give_the_same_numbers_in_any_order() -> None:
    sample, trained = trained_example()
    held_out = sample.take(trained.split.test)
    turned = reversed_sample(held_out)
    figures = [evaluate(trained.bundle, one, seed=1) for one in (held_out, turned)]
    first, second = (
        report_numbers(trained.bundle, one, split=None, evaluation=found, seed=3)
        for one, found in zip((held_out, turned), figures, strict=True)
    )
    assert first.accounts == second.accounts
    for one, other in zip(first.by_month, second.by_month, strict=True):
        assert one["auc"] == other["auc"]
        assert one["psi"] == other["psi"]
        assert one["predicted"] == pytest.approx(other["predicted"], abs=1e-12)
    assert [one["feature"] for one in first.importance["main"]] == [
        one["feature"] for one in second.importance["main"]
    ]
    assert first.limits == second.limits


def test_threads_decide_nothing_and_the_seed_only_the_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    sample, trained = trained_example()
    assert told(sample, trained, threads=2) == numbers_example()
    monkeypatch.setattr("models.report_explained.MOST_DRAWN", 60)
    other = told(sample, trained, seed=99)
    assert other.importance == numbers_example().importance  # fewer than 3,000 rows: all are explained
    assert other.summary != told(sample, trained, seed=98).summary
    assert {len(row["shap"]) for row in other.summary["main"]} == {other.explained["main"]["drawn"]} == {60}


def test_on_another_sample_the_borrowers_it_learnt_from_are_set_aside() -> None:
    sample, trained = trained_example()
    found = evaluate(trained.bundle, sample, seed=1)
    numbers = report_numbers(trained.bundle, sample, split=None, evaluation=found, seed=3)
    knew = trained.bundle.knows(sample.ids)
    parts = {one["name"]: one["rows"] for one in numbers.population["by_part"]}
    assert parts == {"test": int((~knew).sum()), "unused": int(knew.sum())}
    assert "set aside" in numbers.population["split_en"]


def test_rows_that_were_trained_on_and_kept_raise_an_alarm() -> None:
    sample, trained = trained_example()
    found = evaluate(trained.bundle, sample, allow_trained=True, seed=1)
    numbers = report_numbers(trained.bundle, sample, split=None, evaluation=found, seed=3)
    assert numbers.limits[0]["code"] == "trained_kept"
    assert "偏好" in numbers.limits[0]["text_zh"]


def test_a_good_event_is_read_as_good_news() -> None:
    sample = replace(monthly_sample(), risk_sign=-1, target="pays_within")
    numbers = told(sample, train(sample, seed=11, settings=QUICK))
    assert "good news" in numbers.model["reads_en"]
    assert {one["feature"]: one["constraint"] for one in numbers.model["monotone"]["main"]} == {
        "dpd": -1, "paid_amount_30d": 1,
    }  # fmt: skip


def test_a_table_without_time_has_no_months_and_says_so() -> None:
    sample = replace(monthly_sample(), as_of=np.zeros(2400, dtype=np.int32), window="", target="own")
    numbers = told(sample, train(sample, seed=11, settings=QUICK))
    assert numbers.by_month == ()
    assert "no_time" in {limit["code"] for limit in numbers.limits}
    assert "by_month" in {one["what"] for one in numbers.absent}
    assert numbers.accounts[0]["month"] == ""


def test_money_that_nobody_stated_is_absent_and_not_nought() -> None:
    sample, trained = trained_example()
    bare = replace(sample, amount=None)
    found = evaluate(trained.bundle, bare.take(trained.split.test), seed=11)
    numbers = report_numbers(trained.bundle, bare, split=trained.split, evaluation=found, seed=3)
    assert numbers.population["money"] is None
    assert {"what": "evaluation.cash_capture", "reason_en": "no cash capture: no amounts were given",
            "reason_zh": "没有金额，无法给出金额捕获率"} in numbers.absent  # fmt: skip


def test_what_does_not_belong_together_is_refused() -> None:
    sample, trained = trained_example()
    with pytest.raises(AnotherTarget):
        told(replace(sample, target="roll_60"), trained)
    with pytest.raises(ReportRefused, match="rows of this sample"):
        told(sample.take(np.arange(500)), trained)
    with pytest.raises(ReportRefused, match="held-out rows"):
        told(sample, trained, evaluation={**trained.evaluation, "n": 3})
    with pytest.raises(ReportRefused, match="found one of abcd"):
        told(sample, trained, evaluation={**trained.evaluation, "model": {"content_hash": "abcd"}})


def test_a_bucket_of_one_outcome_is_told_without_curves() -> None:
    sample, trained = trained_example()
    bucket = sample.bucket.copy()
    rows = trained.split.test[sample.y[trained.split.test] == 0][:12]
    bucket[rows] = "91+"
    changed = replace(sample, bucket=bucket)
    found = evaluate(trained.bundle, changed.take(trained.split.test), seed=11)
    numbers = report_numbers(trained.bundle, changed, split=trained.split, evaluation=found, seed=3)
    assert "91+" not in numbers.curves
    (one,) = [one for one in numbers.verdicts if one["bucket"] == "91+"]
    assert one["verdict"] == "not told"
    assert one["sentence_zh"] == "逾期 91 天以上：无法作出证明：无法排序，全部 12 行的结果均为 0。"


def test_values_are_plain_and_written_as_json() -> None:
    text = json.dumps(asdict(numbers_example()), allow_nan=False)
    assert pd.Series([text]).str.len().iloc[0] > 10_000
