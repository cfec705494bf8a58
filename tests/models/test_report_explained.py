"""Shapley values summed up, dependence and accounts against the exact values of the bundle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features.code_words import code_word
from models.report_dependence import SMALLEST_BIN, bin_numbers
from models.report_words import in_chinese
from tests.models.report_samples import numbers_example, trained_example


def held_out() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the held-out rows and their exact Shapley values."""
    sample, trained = trained_example()
    frame = sample.X.iloc[trained.split.test].reset_index(drop=True)
    values = trained.bundle.explain(frame)
    return frame, pd.DataFrame(values, columns=trained.bundle.main.contract.names)


def test_importance_is_the_mean_absolute_value_of_every_feature() -> None:
    _, values = held_out()
    told = numbers_example().importance["main"]
    assert {one["feature"]: one["mean_abs"] for one in told} == pytest.approx(values.abs().mean().to_dict())
    sizes = [one["mean_abs"] for one in told]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(one["share"] for one in told) == pytest.approx(1.0)
    assert [one["rank"] for one in told] == list(range(1, len(told) + 1))


def test_ideas_sum_their_features_within_a_row_before_the_mean() -> None:
    _, values = held_out()
    for idea in numbers_example().ideas["main"]:
        expected = float(values[list(idea["features"])].sum(axis=1).abs().mean())
        assert idea["mean_abs"] == pytest.approx(expected)


def test_the_beeswarm_ranks_values_and_sets_the_missing_apart() -> None:
    frame, values = held_out()
    for row in numbers_example().summary["main"]:
        assert sorted(row["shap"])[-1] <= float(values[row["feature"]].max())
        known = [rank for rank in row["rank"] if rank is not None]
        assert 0.0 <= min(known) <= max(known) <= 1.0
        assert row["missing"] == sum(rank is None for rank in row["rank"])
    paid = next(row for row in numbers_example().summary["main"] if row["feature"] == "paid_amount_30d")
    share = float(frame["paid_amount_30d"].isna().mean())
    assert paid["missing"] / len(paid["shap"]) == pytest.approx(share, abs=0.05)


def test_dependence_means_are_those_of_the_rows_in_each_bin() -> None:
    frame, values = held_out()
    for one in numbers_example().dependence["main"]:
        name = one["feature"]
        if one["kind"] == "code":
            for told in one["bins"]:
                said = [code_word(name, str(code), language="en") for code in frame[name]]
                rows = np.array(said, dtype=object) == told["label_en"]
                assert told["n"] == int(rows.sum())
                assert told["mean"] == pytest.approx(float(values[name][rows].mean()))
            continue
        for told in one["bins"]:
            low, high = told["low"], told["high"]
            assert low is not None
            assert high is not None
            rows = frame[name].between(low, high)
            assert told["n"] == int(rows.sum()) >= SMALLEST_BIN
            assert told["mean"] == pytest.approx(float(values[name][rows].mean()))
            assert told["p10"] == pytest.approx(float(values[name][rows].quantile(0.1)))
            assert told["p90"] == pytest.approx(float(values[name][rows].quantile(0.9)))
        missing = frame[name].isna()
        told_missing = one["missing"]
        assert (told_missing is None) == (int(missing.sum()) < SMALLEST_BIN)
        if told_missing is not None:
            assert told_missing["n"] == int(missing.sum())
            assert told_missing["mean"] == pytest.approx(float(values[name][missing].mean()))
        assert sum(told["n"] for told in one["bins"]) + int(missing.sum()) == len(frame)


def test_a_held_direction_is_stated_and_kept() -> None:
    told = {one["feature"]: one for one in numbers_example().dependence["main"]}
    assert (told["dpd"]["constraint"], told["dpd"]["direction_zh"]) == (1, "受约束：数值越大，几率不降")
    assert told["noise"]["constraint"] == 0
    means = [one["mean"] for one in told["dpd"]["bins"]]
    assert means[-1] > means[0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1.0] * 30, [30], id="one value, one bin"),
        pytest.param([0.0] * 4 + [1.0] * 30, [34], id="a small lowest bin joins the one above"),
        pytest.param([0.0] * 30 + [1.0] * 4, [34], id="a small highest bin joins the one below"),
        pytest.param(
            [0.0] * 12 + [1.0] * 5 + [2.0] * 12, [12, 17], id="a small middle bin joins the one above"
        ),
        pytest.param(list(range(200)), [20] * 10, id="many values are cut at their deciles"),
        pytest.param([np.nan] * 5, [], id="nothing known, no bin"),
    ],
)
def test_nobody_stands_alone_in_a_bin(values: list[float], expected: list[int]) -> None:
    place = bin_numbers(np.array(values, dtype=np.float64))
    assert np.bincount(place[place >= 0]).tolist() == expected


def test_each_account_adds_up_from_its_base_to_its_margin() -> None:
    for account in numbers_example().accounts:
        for part in account["parts"]:
            told = sum(one["contribution"] for one in part["contributions"])
            assert part["base"] + told + part["rest"] == pytest.approx(part["margin"], abs=1e-9)


def test_the_accounts_margin_and_probability_are_the_models_own() -> None:
    sample, trained = trained_example()
    scores = trained.bundle.score(sample.X)
    by_probability = {
        round(float(p), 12): float(m) for p, m in zip(scores["probability"], scores["margin"], strict=True)
    }
    for account in numbers_example().accounts:
        (part,) = account["parts"]
        assert part["probability"] == account["probability"]
        assert by_probability[round(account["probability"], 12)] == part["margin"]


def test_accounts_are_ten_different_borrowers_picked_by_the_rule() -> None:
    sample, trained = trained_example()
    test = trained.split.test
    p, y = trained.bundle.score(sample.X)["probability"].to_numpy()[test], sample.y[test]
    accounts = numbers_example().accounts
    assert [account["label_en"] for account in accounts] == [f"Account {number}" for number in range(1, 11)]
    told = [account["probability"] for account in accounts]
    assert told == sorted(told, reverse=True)
    assert (told[0], told[-1]) == (p.max(), p.min())
    by_why: dict[str, list[float]] = {}
    outcomes: dict[str, set[int | None]] = {}
    for account in accounts:
        by_why.setdefault(account["chosen_zh"], []).append(account["probability"])
        outcomes.setdefault(account["chosen_zh"], set()).add(account["outcome"])
    medium, high = trained.bundle.manifest["bands"]["cutoffs"]
    assert by_why["略低于“高”风险带"] == [p[p < high].max()]
    assert by_why["刚进入“高”风险带"] == [p[p >= high].min()]
    assert by_why["刚进入“中”风险带"][0] >= medium
    assert outcomes["漏报：概率很低但实际发生"] == {1}
    assert outcomes["误报：概率很高但未发生"] == {0}
    assert len(by_why["漏报：概率很低但实际发生"]) == len(by_why["误报：概率很高但未发生"]) == 2
    assert max(by_why["误报：概率很高但未发生"]) == p[y == 0].max()


def test_reasons_are_told_in_both_languages_by_size_raising_first() -> None:
    for account in numbers_example().accounts:
        sizes = [one["contribution"] for one in account["parts"][0]["contributions"]]
        assert sizes == sorted(sizes, reverse=True)
        assert all(abs(size) >= 0.01 for size in sizes)
        assert all(one["text_en"] and one["text_zh"] for one in account["parts"][0]["contributions"])


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        pytest.param(
            "by group only: one day, or no time was given", "仅按借款人划分：只有一天或没有时间", id="a split"
        ),
        pytest.param(
            "bucket 1-30: no interval, only 3 of 200 draws held both labels",
            "阶段 1-30：没有区间，200 次重抽中仅 3 次两类结果俱全",
            id="a note within a note",
        ),
        pytest.param(
            "leak alarm: AUC 0.990 within days 8 to 14 past due (80 rows)",
            "泄漏警报：逾期 8 至 14 天内 AUC 达 0.990（80 行）",
            id="an alarm",
        ),
        pytest.param("something new", "something new", id="what is not known stays as it is"),
    ],
)
def test_sentences_of_other_modules_are_told_in_chinese(said: str, chinese: str) -> None:
    assert in_chinese(said) == chinese
