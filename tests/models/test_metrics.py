"""Every figure against a hand-worked table, an independent library and its laws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp, mannwhitneyu
from sklearn.metrics import brier_score_loss

from models.judging import Floats, OneClassOnly, ScoresRefused
from models.metrics import (
    auc,
    brier,
    calibration_line,
    capture_at,
    cash_capture,
    gini,
    ks,
    lift_at,
    log_loss,
    reliability_bins,
)


def portfolio(seed: int, rows: int = 400, *, steps: int = 25) -> tuple[Floats, Floats, Floats, Floats]:
    """Return labels, tied probabilities, whole weights and amounts of a made-up portfolio."""
    rng = np.random.default_rng(seed)
    p = rng.integers(1, steps, rows) / steps
    y = (rng.random(rows) < p).astype(float)
    y[:2] = (0, 1)
    return y, p, rng.integers(1, 4, rows).astype(float), rng.integers(0, 5000, rows).astype(float)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ranking_figures_agree_with_scipy(seed: int) -> None:
    y, p, _, _ = portfolio(seed)
    pairs = (y == 1).sum() * (y == 0).sum()
    assert auc(y, p) == pytest.approx(mannwhitneyu(p[y == 1], p[y == 0]).statistic / pairs)
    assert gini(y, p) == pytest.approx(2 * auc(y, p) - 1)
    assert ks(y, p) == pytest.approx(ks_2samp(p[y == 1], p[y == 0]).statistic)
    assert brier(y, p) == pytest.approx(brier_score_loss(y, p))
    assert log_loss(y, p) == pytest.approx(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


@pytest.mark.parametrize(
    ("share", "captured"),
    [
        pytest.param(0.2, 0.5, id="one account, a positive"),
        pytest.param(0.4, 0.625, id="a quarter of a four-way tie that holds half of the positives"),
        pytest.param(0.7, 0.8125, id="half an account more than the border of an account"),
        pytest.param(1.0, 1.0, id="everybody"),
    ],
)
def test_capture_enters_a_tie_in_proportion(share: float, captured: float) -> None:
    y, score = [1, 0, 1, 0, 0], [0.9, 0.4, 0.4, 0.4, 0.4]
    assert capture_at(y, score, share=share) == pytest.approx(captured)
    assert lift_at(y, score, share=share) == pytest.approx(captured / share)


def test_capture_of_a_tie_is_the_mean_over_its_orders() -> None:
    y, p, _, _ = portfolio(3, 40, steps=4)
    rng = np.random.default_rng(0)
    found = [capture_at(y, p + rng.random(40) * 1e-6, share=0.3) for _ in range(4000)]
    assert capture_at(y, p, share=0.3) == pytest.approx(np.mean(found), abs=0.005)


def test_cash_capture_counts_only_the_money_of_positives() -> None:
    y, score, amount = [1, 0, 1, 0, 0], [0.9, 0.8, 0.2, 0.1, 0.0], [600, 9000, 400, 9000, 9000]
    assert cash_capture(y, score, amount=amount) == pytest.approx(0.6)
    assert cash_capture(y, score, amount=[1] * 5) == pytest.approx(capture_at(y, score, share=0.2))


def test_calibration_line_recovers_a_known_distortion() -> None:
    rng = np.random.default_rng(7)
    odds = rng.normal(-1, 1.5, 60_000)
    y = rng.random(odds.size) < 1 / (1 + np.exp(-(0.4 + 0.7 * odds)))
    line = calibration_line(y, 1 / (1 + np.exp(-odds)))
    assert line.slope == pytest.approx(0.7, abs=0.03)
    assert line.intercept == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize(
    ("y", "p", "reason"),
    [
        pytest.param([0, 0], [0.1, 0.2], "all labels are the same", id="one class"),
        pytest.param([0, 1], [0.3, 0.3], "all probabilities are equal", id="one probability"),
        pytest.param([0, 0, 1], [0.1, 0.2, 0.9], "separates the labels perfectly", id="a perfect score"),
        pytest.param(
            [1, 1, 0], [0.1, 0.2, 0.9], "separates the labels perfectly", id="a perfectly wrong score"
        ),
    ],
)
def test_no_line_is_drawn_where_there_is_none(y: list[int], p: list[float], reason: str) -> None:
    line = calibration_line(y, p)
    assert line.slope is None
    assert line.intercept is None
    assert reason in line.reason


def test_a_probability_of_exactly_nought_or_one_leaves_every_figure_finite() -> None:
    y, p = np.array([0, 1, 0, 1, 1]), np.array([0.0, 1.0, 1.0, 0.0, 1.0])
    line = calibration_line(y, p)
    assert line.slope is not None
    assert line.intercept is not None
    assert np.isfinite([log_loss(y, p), brier(y, p), line.slope, line.intercept]).all()


def test_reliability_keeps_equal_probabilities_together() -> None:
    y, p, weight, _ = portfolio(5)
    bins = reliability_bins(y, p, bins=10, weight=weight)
    assert (bins["low"].to_numpy()[1:] > bins["high"].to_numpy()[:-1]).all()
    assert bins["weight"].sum() == weight.sum()
    assert (bins["predicted"] @ bins["weight"]) == pytest.approx(p @ weight)
    assert (bins["observed"] @ bins["weight"]) == pytest.approx(y @ weight)


Figure = Callable[[Floats, Floats, Floats | None, Floats], Any]

FIGURES: dict[str, Figure] = {
    "auc": lambda y, p, w, a: auc(y, p, weight=w),
    "ks": lambda y, p, w, a: ks(y, p, weight=w),
    "brier": lambda y, p, w, a: brier(y, p, weight=w),
    "log loss": lambda y, p, w, a: log_loss(y, p, weight=w),
    "slope": lambda y, p, w, a: calibration_line(y, p, weight=w).slope,
    "intercept": lambda y, p, w, a: calibration_line(y, p, weight=w).intercept,
    "capture": lambda y, p, w, a: capture_at(y, p, share=0.2, weight=w),
    "cash capture": lambda y, p, w, a: cash_capture(y, p, amount=a, weight=w),
    "observed": lambda y, p, w, a: reliability_bins(y, p, bins=5, weight=w)["observed"].to_numpy(),
}


@pytest.mark.parametrize("figure", FIGURES)
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_a_weight_of_n_is_n_rows_and_order_does_not_matter(figure: str, seed: int) -> None:
    y, p, weight, amount = portfolio(seed, 60)
    value = FIGURES[figure](y, p, weight, amount)
    whole = np.repeat(np.arange(60), weight.astype(int))
    repeated = FIGURES[figure](y[whole], p[whole], None, amount[whole])
    doubled = np.tile(np.arange(60), 2)[::-1]
    halved = FIGURES[figure](y[doubled], p[doubled], weight[doubled] / 2, amount[doubled])
    assert repeated == pytest.approx(value, rel=1e-6, abs=1e-8)
    assert halved == pytest.approx(value, rel=1e-6, abs=1e-8)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_a_rising_map_of_the_score_leaves_every_ranking_figure(seed: int) -> None:
    y, p, weight, amount = portfolio(seed, 80)
    other = np.exp(3 * p) - 7
    assert auc(y, other, weight=weight) == auc(y, p, weight=weight)
    assert ks(y, other, weight=weight) == ks(y, p, weight=weight)
    assert capture_at(y, other, share=0.2, weight=weight) == capture_at(y, p, share=0.2, weight=weight)
    assert cash_capture(y, other, amount=amount) == cash_capture(y, p, amount=amount)
    assert auc(y, -p, weight=weight) == pytest.approx(1 - auc(y, p, weight=weight))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: auc([], []), "found 0 labels", id="no rows"),
        pytest.param(lambda: auc([0, 1], [0.1]), "1 scores", id="a score is missing"),
        pytest.param(lambda: auc([0, 2, 1], [0.1, 0.2, 0.3]), r"2 in row 1", id="a label of 2"),
        pytest.param(lambda: auc([0, np.nan], [0.1, 0.2]), r"nan in row 1", id="an unknown label"),
        pytest.param(lambda: ks([0, 1], [0.1, np.inf]), r"inf in row 1", id="an infinite score"),
        pytest.param(lambda: brier([0, 1], [0.1, 1.5]), r"1.5 in row 1", id="a probability above 1"),
        pytest.param(lambda: auc([0, 1], [0.1, 0.5], weight=[1, -1]), r"-1 in row 1", id="a weight below 0"),
        pytest.param(lambda: brier([0, 1], [0.1, 0.5], weight=[0, 0]), "weight 0", id="no weight at all"),
        pytest.param(lambda: capture_at([0, 1], [0.1, 0.5], share=0), "share above 0", id="no share"),
        pytest.param(
            lambda: cash_capture([0, 1], [0, 1], amount=[1]), "one amount", id="an amount is missing"
        ),
        pytest.param(lambda: cash_capture([0, 1], [0, 1], amount=[1, -2]), "below", id="money below 0"),
        pytest.param(
            lambda: cash_capture([0, 1], [0, 1], amount=[1, 0]), "money behind", id="no money at stake"
        ),
    ],
)
def test_what_cannot_be_judged_is_refused_by_name(call: Callable[[], float], message: str) -> None:
    with pytest.raises(ScoresRefused, match=message):
        call()


def test_one_class_is_an_error_of_its_own() -> None:
    with pytest.raises(OneClassOnly, match="3 rows all labelled 1"):
        auc([1, 1, 1], [0.1, 0.2, 0.3])
    with pytest.raises(OneClassOnly, match="all labelled 0"):
        ks([0, 1], [0.1, 0.2], weight=[1, 0])
