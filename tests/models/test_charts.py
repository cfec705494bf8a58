"""What is handed to the axes is what was measured."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from models.charts import (
    model_plots,
    plot_bucket_auc,
    plot_capture,
    plot_contributions,
    plot_reliability,
)
from models.evaluate import evaluate_scores


@pytest.fixture
def ax() -> Axes:
    return Figure().subplots()


def points(ax: Axes, label: str) -> list[tuple[float, float]]:
    """Return the points of the line with that label."""
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return [(float(x), float(y)) for x, y in np.asarray(line.get_xydata())]


def test_reliability_draws_every_bin_sized_by_its_rows(ax: Axes) -> None:
    bins = [{"predicted": 0.1, "observed": 0.2, "n": 50}, {"predicted": 0.4, "observed": 0.3, "n": 100}]
    plot_reliability(bins, ax)
    (dots,) = ax.collections
    assert np.asarray(dots.get_offsets()).tolist() == [[0.1, 0.2], [0.4, 0.3]]
    assert np.asarray(dots.get_sizes()).tolist() == [40.0, 80.0]  # type: ignore[attr-defined]
    assert points(ax, "honest") == [(0, 0), (1, 1)]


def test_capture_starts_at_nought_and_marks_the_fifth(ax: Axes) -> None:
    plot_capture([{"share": 0.2, "captured": 0.55}, {"share": 1.0, "captured": 1.0}], ax)
    assert points(ax, "model") == [(0, 0), (0.2, 0.55), (1, 1)]
    assert ax.texts[0].get_text() == "55% in the top 20 %"


def test_bucket_auc_leaves_out_what_is_unknown(ax: Axes) -> None:
    rival: dict[str, Any] = {"auc": {"value": 0.6, "low": 0.5, "high": 0.7}, "difference": {}}
    slices: dict[str, dict[str, Any]] = {
        "1-30": {"auc": {"value": 0.8, "low": 0.75, "high": 0.85}, "challengers": {"sort by dpd": rival}},
        "31-60": {"auc": {"value": 0.7, "low": None, "high": None}, "challengers": {}},
        "61-90": {"auc": {"value": None, "low": None, "high": None}, "challengers": {}},
    }
    plot_bucket_auc(slices, ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1-30", "31-60"]
    assert [x for x, _ in points(ax, "model")] == [0.8, 0.7]
    assert [x for x, _ in points(ax, "sort by dpd")] == [0.6]
    bars = [
        np.asarray(line.get_xdata()).tolist() for line in ax.lines if len(np.asarray(line.get_xdata())) == 2
    ]
    assert [0.75, 0.85] in bars
    assert [0.5, 0.7] in bars


def test_an_evaluation_gives_its_plots_and_they_can_be_written() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(300)
    y = rng.random(300) < p
    evaluation = evaluate_scores(y, p, groups=range(300), bucket=["1-30", "31-60"] * 150, seed=0, draws=30)
    plots = model_plots(evaluation)
    assert list(plots) == ["reliability", "capture", "bucket_auc"]
    for figure in plots.values():
        page = io.BytesIO()
        figure.savefig(page, format="png")
        assert page.getvalue().startswith(b"\x89PNG")
    assert model_plots({}) == {}
    assert model_plots({"n": 3, "auc": None, "by_bucket": {}}) == {}


def test_contributions_are_bars_in_the_order_given(ax: Axes) -> None:
    plot_contributions([{"feature": "dpd", "mean_abs": 0.8}, {"feature": "paid", "mean_abs": 0.3}], ax)
    assert [bar.get_width() for bar in ax.patches if isinstance(bar, Rectangle)] == [0.8, 0.3]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["dpd", "paid"]
