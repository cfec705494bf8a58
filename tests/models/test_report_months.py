"""Month by month, and the shift of the scores, against hand calculations."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from models.report_months import psi, psi_cuts, psi_noise
from tests.models.report_samples import numbers_example, trained_example

SIDES: tuple[Literal["low", "value", "high"], ...] = ("low", "value", "high")


def test_psi_of_a_hand_worked_table() -> None:
    """Two bins: 30 and 10 rows at first, 20 and 40 now; half a row is added to each."""
    base = [0.1] * 30 + [0.9] * 10
    now = [0.2] * 20 + [0.8] * 40
    expected = (20.5 / 61 - 30.5 / 41) * math.log((20.5 / 61) / (30.5 / 41))
    expected += (40.5 / 61 - 10.5 / 41) * math.log((40.5 / 61) / (10.5 / 41))
    assert psi(now, base, cuts=[0.5]) == pytest.approx(expected, abs=1e-12)
    assert psi(base, base, cuts=[0.5]) == 0.0


def test_psi_of_an_empty_bin_stays_finite() -> None:
    assert math.isfinite(psi([0.1] * 5, [0.9] * 5, cuts=[0.5]))


def test_a_first_month_of_few_rows_is_cut_into_fewer_bins() -> None:
    assert len(psi_cuts(np.linspace(0, 1, 1000))) == 9
    assert len(psi_cuts(np.linspace(0, 1, 45))) == 3
    assert len(psi_cuts(np.linspace(0, 1, 19))) == 0


def test_the_stated_noise_is_the_mean_psi_of_months_that_did_not_shift() -> None:
    draw = np.random.default_rng(2)
    found = []
    for _ in range(300):
        base, now = draw.random(400), draw.random(250)
        found.append(psi(now, base, cuts=psi_cuts(base)))
    assert np.mean(found) == pytest.approx(psi_noise(10, base=400, now=250), rel=0.12)


def test_months_add_up_to_the_rows_and_to_the_parts() -> None:
    sample, trained = trained_example()
    months = numbers_example().by_month
    assert [month["month"] for month in months] == [f"2024-0{month}" for month in range(1, 9)]
    assert sum(month["n"] for month in months) == len(sample)
    assert all(sum(month["parts"].values()) == month["n"] for month in months)
    assert sum(month["parts"]["test"] for month in months) == len(trained.split.test)
    assert [month["part"] for month in months] == ["train"] * 6 + ["test"] * 2


def test_a_month_is_judged_on_its_held_out_rows_or_else_said_to_look_too_good() -> None:
    sample, trained = trained_example()
    p = trained.bundle.score(sample.X)["probability"].to_numpy()
    names = pd.Series(sample.as_of.astype("datetime64[D]")).dt.strftime("%Y-%m").to_numpy()
    held_out = np.zeros(len(sample), dtype=bool)
    held_out[trained.split.test] = True
    for month in numbers_example().by_month:
        rows = names == month["month"]
        assert month["held_out"] == bool((rows & held_out).any())
        judged = rows & held_out if month["held_out"] else rows
        assert month["judged_n"] == int(judged.sum())
        assert month["observed"] == pytest.approx(float(sample.y[judged].mean()))
        assert month["predicted"] == pytest.approx(float(p[judged].mean()))
        assert month["auc"]["value"] == pytest.approx(roc_auc_score(sample.y[judged], p[judged]))
        low, value, high = (month["auc"][side] or 0.0 for side in SIDES)
        assert low < value < high


def test_the_psi_of_a_month_compares_all_its_scores_with_the_first_month() -> None:
    sample, trained = trained_example()
    p = trained.bundle.score(sample.X)["probability"].to_numpy()
    months = numbers_example().by_month
    names = pd.Series(sample.as_of.astype("datetime64[D]")).dt.strftime("%Y-%m").to_numpy()
    first, last = p[names == "2024-01"], p[names == "2024-08"]
    edges = [-np.inf, *pd.Series(first).quantile([step / 10 for step in range(1, 10)]), np.inf]
    shares = [
        (pd.cut(pd.Series(one), edges, right=False).value_counts(sort=False) + 0.5) / (len(one) + 5)
        for one in (last, first)
    ]
    assert months[-1]["psi"] == pytest.approx(
        float(((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum())
    )
    assert months[0]["psi"] == 0.0
    assert months[-1]["psi_noise"] == pytest.approx(9 * (1 / len(first) + 1 / len(last)))
