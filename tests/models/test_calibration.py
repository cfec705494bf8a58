from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.calibration import Calibration, fit_calibration

Drawn = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def drawn(rows: int, *, seed: int, slope: float = 1.0, shift: float = -1.0) -> Drawn:
    draw = np.random.default_rng(seed)
    margin = draw.normal(size=rows)
    p = 1 / (1 + np.exp(-(slope * margin + shift)))
    return margin, (draw.random(rows) < p).astype(float), p


@given(seed=st.integers(0, 500), rows=st.integers(40, 3000), slope=st.floats(-1.0, 3.0))
@settings(max_examples=30, deadline=None)
def test_the_map_rises_strictly_and_stays_inside_zero_and_one(seed: int, rows: int, slope: float) -> None:
    margin, y, _ = drawn(rows, seed=seed, slope=slope)
    found = fit_calibration(margin, y)
    assert (np.diff(found.margins) > 0).all()
    assert (np.diff(found.log_odds) > 0).all()
    assert found.slope > 0
    p = found.probability(np.linspace(-6, 6, 400))
    assert (np.diff(p) >= 0).all()
    assert (p > 0).all()
    assert (p < 1).all()
    inside = found.probability(np.sort(np.unique(margin)))
    assert (np.diff(inside[(inside > 1e-5) & (inside < 1 - 1e-5)]) > 0).all()


def test_many_rows_give_steps_that_recover_the_truth() -> None:
    margin, y, p = drawn(40_000, seed=2, slope=0.5, shift=-0.5)
    found = fit_calibration(margin, y)
    assert found.method == "isotonic"
    assert np.abs(found.probability(margin) - p).mean() < 0.01


def test_few_events_give_a_line() -> None:
    margin, y, _ = drawn(500, seed=3)
    found = fit_calibration(margin, y)
    assert found.method == "platt"
    assert found.slope == pytest.approx(1.0, abs=0.35)


def test_a_margin_that_says_nothing_gives_the_base_rate() -> None:
    y = np.array([0.0, 1.0, 0.0, 0.0] * 50)
    margin = np.tile([3.0, 1.0, 2.0, 4.0], 50)
    found = fit_calibration(margin, y)
    assert found.slope > 0
    assert found.probability(margin).mean() == pytest.approx(0.25, abs=0.01)


def test_weights_count_like_repeated_rows() -> None:
    margin, y, _ = drawn(300, seed=4)
    twice = fit_calibration(np.repeat(margin, 2), np.repeat(y, 2))
    weighted = fit_calibration(margin, y, np.full(300, 2.0))
    assert weighted.probability(margin) == pytest.approx(twice.probability(margin), abs=1e-4)


def test_one_outcome_leaves_the_margin_as_it_is() -> None:
    assert fit_calibration(np.array([0.0, 1.0]), np.zeros(2)).method == "none"


def test_it_survives_json() -> None:
    margin, y, _ = drawn(5000, seed=5)
    found = fit_calibration(margin, y)
    assert Calibration.from_json(json.loads(json.dumps(found.to_json()))) == found
