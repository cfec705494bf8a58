from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from models.metrics import auc
from models.scorecard import Scorecard, fit_scorecard

NAMES = ("dpd", "paid", "noise")

Drawn = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def drawn(rows: int = 4000, seed: int = 1) -> Drawn:
    draw = np.random.default_rng(seed)
    matrix = np.column_stack(
        [draw.integers(1, 31, rows).astype(float), draw.normal(size=rows), draw.normal(size=rows)]
    )
    p = 1 / (1 + np.exp(-(-3 + 0.1 * matrix[:, 0] - matrix[:, 1])))
    y = (draw.random(rows) < p).astype(float)
    matrix[draw.random(rows) < 0.2, 1] = np.nan
    return matrix, y, np.ones(rows)


def test_it_scores_the_same_from_json() -> None:
    matrix, y, weight = drawn()
    card = fit_scorecard(matrix, y, weight, names=NAMES)
    again = Scorecard.from_json(json.loads(json.dumps(card.to_json())))
    assert again == card
    assert (again.points(matrix, NAMES) == card.points(matrix, NAMES)).all()


def test_it_ranks_and_is_calibrated_on_its_own_rows() -> None:
    matrix, y, weight = drawn()
    card = fit_scorecard(matrix, y, weight, names=NAMES)
    p = card.probability(matrix, NAMES)
    assert auc(y, p) > 0.75
    assert p.mean() == pytest.approx(y.mean(), abs=0.005)


def test_a_feature_without_information_stays_out() -> None:
    matrix, y, weight = drawn()
    assert {row.name for row in fit_scorecard(matrix, y, weight, names=NAMES).rows} == {"dpd", "paid"}


def test_twenty_points_double_the_odds_against_the_event() -> None:
    card = Scorecard(600.0, ())
    more = Scorecard(620.0, ())
    at = np.zeros((1, 0))
    p, q = card.probability(at, ())[0], more.probability(at, ())[0]
    assert (1 - p) / p == pytest.approx(50.0)
    assert (1 - q) / q == pytest.approx(100.0)


def test_missing_has_points_of_its_own() -> None:
    matrix, y, weight = drawn()
    y = np.where(np.isnan(matrix[:, 1]), 1.0, y)
    card = fit_scorecard(matrix, y, weight, names=NAMES)
    row = next(row for row in card.rows if row.name == "paid")
    assert row.missing_points < min(row.points)


def test_nothing_to_say_gives_the_base_rate() -> None:
    draw = np.random.default_rng(3)
    y = np.array([0.0, 0.0, 0.0, 1.0] * 500)
    card = fit_scorecard(draw.normal(size=(2000, 1)), y, np.ones(2000), names=("noise",))
    assert card.rows == ()
    assert card.probability(np.zeros((1, 1)), ("noise",))[0] == pytest.approx(0.25)


def test_columns_may_come_in_another_order() -> None:
    matrix, y, weight = drawn()
    card = fit_scorecard(matrix, y, weight, names=NAMES)
    turned = card.points(matrix[:, [2, 0, 1]], ("noise", "dpd", "paid"))
    assert (turned == card.points(matrix, NAMES)).all()
