"""Intervals hold the truth about as often as they say, and are refused where they cannot."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from models.intervals import auc_intervals, auc_statistic, bootstrap, percentile_interval, too_few
from models.judging import Floats, OneClassOnly, ScoresRefused
from models.metrics import auc

SEPARATION = 1.0
TRUE_AUC = float(norm.cdf(SEPARATION / np.sqrt(2)))


def borrowers(seed: int, count: int = 120, per: int = 3) -> tuple[Floats, Floats, Floats]:
    """Return labels, scores and groups where the rows of one borrower are nearly copies."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(count), per)
    y = (rng.random(count) < 0.4).astype(float)[group]
    score = rng.normal(0, 1, count)[group] + SEPARATION * y + rng.normal(0, 0.01, group.size)
    return y, score, group.astype(float)


def test_the_fast_statistic_is_the_weighted_auc_with_ties() -> None:
    rng = np.random.default_rng(0)
    y, score = rng.integers(0, 2, 300), rng.integers(0, 15, 300) / 15
    judge = auc_statistic(y, score)
    for _ in range(5):
        weight = rng.integers(0, 4, 300).astype(float)
        assert judge(weight) == pytest.approx(auc(y, score, weight=weight))
    assert np.isnan(judge((y == 1).astype(float)))


def test_intervals_hold_the_truth_about_nineteen_times_in_twenty() -> None:
    held = rows_held = 0
    for seed in range(100):
        y, score, group = borrowers(seed)
        by_borrower = auc_intervals(y, {"model": score}, groups=group, draws=120, seed=seed)["model"][0]
        by_row = auc_intervals(y, {"model": score}, groups=range(y.size), draws=120, seed=seed)["model"][0]
        assert by_borrower.low is not None
        assert by_borrower.high is not None
        assert by_row.low is not None
        assert by_row.high is not None
        held += by_borrower.low <= TRUE_AUC <= by_borrower.high
        rows_held += by_row.low <= TRUE_AUC <= by_row.high
    assert held >= 88
    assert rows_held <= 80, "drawing rows instead of borrowers must look too sure"


def test_the_same_seed_gives_the_same_interval_whatever_the_row_order() -> None:
    y, score, group = borrowers(4)
    names = np.array([f"B-{int(g)}" for g in group], dtype=object)
    forward = auc_intervals(y, {"model": score}, groups=names, seed=9)
    backward = auc_intervals(y[::-1], {"model": score[::-1]}, groups=names[::-1], seed=9)
    other = auc_intervals(y, {"model": score}, groups=names, seed=10)
    assert forward["model"][0].low == pytest.approx(backward["model"][0].low, abs=1e-12)
    assert forward["model"][0].low != other["model"][0].low


def test_a_paired_difference_is_narrower_than_its_parts() -> None:
    y, score, group = borrowers(5)
    weaker = score + np.random.default_rng(1).normal(0, 0.3, score.size)
    both = auc_intervals(y, {"model": score, "weaker": weaker}, groups=group, seed=2)
    assert both["model"][1].to_json() == {"value": 0.0, "low": 0.0, "high": 0.0}
    _, gap = both["weaker"]
    own = both["model"][0]
    assert gap.value == pytest.approx(auc(y, score) - auc(y, weaker))
    assert gap.high is not None
    assert gap.low is not None
    assert own.high is not None
    assert own.low is not None
    assert gap.high - gap.low < own.high - own.low


@pytest.mark.parametrize(
    ("y", "groups"),
    [
        pytest.param([0] * 50 + [1] * 9, range(59), id="nine positives"),
        pytest.param([0, 1] * 30, [row // 10 for row in range(60)], id="six portfolios"),
    ],
)
def test_too_few_groups_give_a_reason_instead_of_an_interval(y: list[int], groups: list[int]) -> None:
    found = auc_intervals(y, {"model": np.arange(len(y))}, groups=groups, seed=0)["model"][0]
    assert (found.low, found.high) == (None, None)
    assert "an interval needs 10 of each" in found.reason
    assert found.value == pytest.approx(auc(y, np.arange(len(y))))


def test_rows_of_weight_nought_do_not_count_as_groups() -> None:
    weight = [1.0] * 18 + [0.0] * 22
    assert "9 groups" in too_few([0, 1] * 20, groups=range(40), weight=weight)


def test_draws_without_both_labels_are_stated() -> None:
    drawn = np.full(100, np.nan)
    drawn[:90] = 0.7
    assert percentile_interval(0.7, drawn).reason == "only 90 of 100 draws held both labels"


def test_any_figure_of_weights_can_be_drawn() -> None:
    y = np.array([0.0, 1.0] * 200)
    drawn = bootstrap({"rate": lambda w: float(w @ y / w.sum())}, groups=range(400), draws=300, seed=3)[
        "rate"
    ]
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert drawn.std() == pytest.approx(0.025, rel=0.2)


def test_misaligned_groups_and_one_class_are_refused() -> None:
    with pytest.raises(ScoresRefused, match="one group for each of 2 rows, found 1"):
        auc_intervals([0, 1], {"model": [0.1, 0.2]}, groups=["A"], seed=0)
    with pytest.raises(OneClassOnly):
        auc_intervals([1, 1], {"model": [0.1, 0.2]}, groups=["A", "B"], seed=0)
