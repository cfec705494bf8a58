"""What is handed to the axes of the report's pictures is what was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from models.charts_report import plot_capture, plot_leads, plot_lift, plot_reliability
from models.charts_report_dependence import plot_dependence
from models.charts_report_months import plot_month_auc, plot_month_level, plot_month_psi, plot_split
from models.charts_report_style import lines_of, sheet, width_of
from models.charts_report_why import plot_account, plot_importance, plot_summary, steps_of, swarm_of
from tests.models.report_builders import example_numbers


@pytest.fixture
def ax() -> Axes:
    return sheet(300, left=40, top=40)


def xs(line: Line2D) -> list[float]:
    return [float(x) for x in np.asarray(line.get_xdata())]


def ys(line: Line2D) -> list[float]:
    return [float(y) for y in np.asarray(line.get_ydata())]


def drawn(ax: Axes) -> list[Line2D]:
    """Return the lines in the coordinates of the data: not those of the key."""
    return [line for line in ax.lines if line.get_transform() == ax.transData]


def bars(ax: Axes) -> list[Rectangle]:
    """Return the boxes in the coordinates of the data, without the key's."""
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_clip_on()]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_the_split_stacks_the_parts_of_each_month(ax: Axes) -> None:
    months = example_numbers().by_month
    plot_split(months, ax, language="zh")
    first = [bar for bar in bars(ax) if round(bar.get_x() + bar.get_width() / 2) == 0]
    heights = [bar.get_height() for bar in first if bar.get_height()]
    assert heights == [750.0, 150.0, 100.0]
    assert {"训练", "校准", "留出", "未使用"} <= set(words(ax))
    hatched = [bar for bar in bars(ax) if bar.get_hatch()]
    assert len(hatched) == len(months)


def test_leads_are_full_when_proven_and_hollow_when_not(ax: Axes) -> None:
    verdicts = example_numbers().verdicts
    plot_leads(verdicts, ax, language="en")
    dots = [line for line in drawn(ax) if line.get_linestyle() == "None"]
    told = [rival for one in verdicts for rival in one["rivals"]]
    assert [xs(dot)[0] for dot in dots] == [rival["difference"]["value"] for rival in told]
    hollow = [dot.get_markerfacecolor() == "white" for dot in dots]
    assert hollow == [rival["verdict"] in ("no proof", "not told") for rival in told]
    spans = [xs(line) for line in drawn(ax) if line.get_linestyle() == "-" and len(set(xs(line))) == 2]
    assert spans == [
        [rival["difference"]["low"], rival["difference"]["high"]]
        for rival in told
        if rival["difference"]["low"] is not None
    ]


def test_capture_draws_the_model_thickest_and_marks_the_fifth(ax: Axes) -> None:
    curves = example_numbers().curves["pooled"]
    plot_capture(curves, ax, language="zh")
    model = max(drawn(ax), key=lambda line: line.get_linewidth() * (len(xs(line)) > 2))
    assert ys(model) == [0.0, *(point["captured"] for point in curves["capture"])]
    fifth = next(point["captured"] for point in curves["capture"] if point["share"] == 0.2)
    assert f"{100 * fifth:.0f} %" in words(ax)
    dashed = [line for line in drawn(ax) if line.is_dashed()]
    assert len(dashed) == len(curves["rivals"])
    assert len({str(line._dash_pattern) for line in dashed}) == len(dashed)  # type: ignore[attr-defined]


def test_lift_is_drawn_as_measured(ax: Axes) -> None:
    curves = example_numbers().curves["pooled"]
    plot_lift(curves, ax, language="en")
    assert [point["lift"] for point in curves["capture"]] in [ys(line) for line in drawn(ax)]


def test_reliability_draws_every_group_once_larger_for_more_accounts(ax: Axes) -> None:
    rows = example_numbers().curves["pooled"]["reliability"]
    plot_reliability(example_numbers().curves["pooled"], ax, language="zh")
    dots = [line for line in drawn(ax) if line.get_marker() == "o"]
    assert [(xs(dot)[0], ys(dot)[0]) for dot in dots] == [(row["predicted"], row["observed"]) for row in rows]


def test_months_seen_in_training_are_hollow(ax: Axes) -> None:
    months = example_numbers().by_month
    plot_month_auc(months, ax, language="zh")
    dots = [line for line in drawn(ax) if line.get_marker() == "o"]
    assert [ys(dot)[0] for dot in dots] == [month["auc"]["value"] for month in months]
    assert [dot.get_markerfacecolor() == "white" for dot in dots] == [
        not month["held_out"] for month in months
    ]


def test_the_level_of_a_month_is_a_step_said_and_a_dot_that_happened(ax: Axes) -> None:
    months = example_numbers().by_month
    plot_month_level(months, ax, language="en")
    dots = [ys(line)[0] for line in drawn(ax) if line.get_marker() == "o"]
    steps = [ys(line)[0] for line in drawn(ax) if line.get_marker() != "o"]
    assert dots == [month["observed"] for month in months]
    assert steps == [month["predicted"] for month in months]


def test_psi_bars_stand_beside_what_chance_would_give(ax: Axes) -> None:
    months = example_numbers().by_month
    plot_month_psi(months, ax, language="zh")
    assert [bar.get_height() for bar in bars(ax)] == [month["psi"] for month in months if month["psi_noise"]]
    ticks = [ys(line)[0] for line in drawn(ax) if line.get_linewidth() == 1.6]
    assert ticks == [month["psi_noise"] for month in months[1:]]


def test_importance_is_bars_in_the_order_given(ax: Axes) -> None:
    rows = example_numbers().importance["main"]
    plot_importance(rows, ax, language="zh", top=5)
    assert [bar.get_width() for bar in bars(ax)] == [row["mean_abs"] for row in rows[:5]]
    assert [word for word in words(ax) if word == rows[0]["meaning_zh"]]


def test_the_beeswarm_draws_each_value_once_shaded_by_rank_and_crosses_gaps(ax: Axes) -> None:
    row = example_numbers().summary["main"][0]
    plot_summary((row,), ax, language="zh")
    dots = [line for line in drawn(ax) if line.get_marker() == "o"]
    crosses = [line for line in drawn(ax) if line.get_marker() == "x"]
    assert sorted(x for line in (*dots, *crosses) for x in xs(line)) == sorted(row["shap"])
    assert sum(len(xs(line)) for line in crosses) == row["missing"]
    shades = [int(str(line.get_color())[1:3], 16) for line in dots]
    assert shades == sorted(shades, reverse=True)
    darkest = set(xs(dots[-1]))
    assert darkest == {
        x for x, rank in zip(row["shap"], row["rank"], strict=True) if rank is not None and rank >= 0.8
    }


def test_the_swarm_keeps_its_row() -> None:
    offset = swarm_of(np.zeros(500), reach=1.0)
    assert np.abs(offset).max() <= 0.31
    assert len(np.unique(offset)) == 500


@pytest.mark.parametrize("place", [0, 3, 4], ids=["numbers", "numbers with gaps", "codes"])
def test_dependence_draws_means_middles_and_counts(place: int, ax: Axes) -> None:
    one = example_numbers().dependence["main"][place]
    plot_dependence(one, ax, language="en")
    told = [*one["bins"], *([one["missing"]] if one["missing"] else [])]
    means = [ys(line)[0] for line in drawn(ax) if line.get_linewidth() == 2.2]
    assert means == [each["mean"] for each in told]
    boxes = [bar for bar in bars(ax) if bar.get_edgecolor() != bar.get_facecolor()]
    assert [box.get_height() for box in boxes[: len(told)]] == pytest.approx(
        [each["p90"] - each["p10"] for each in told]
    )
    assert sum(bool(box.get_hatch()) for box in bars(ax)) == (1 if one["missing"] else 0)
    assert one["direction_en"] in words(ax)
    if one["kind"] == "code":
        assert {each["label_en"] for each in one["bins"]} <= set(words(ax))


def test_an_account_steps_from_base_to_margin(ax: Axes) -> None:
    part = example_numbers().accounts[0]["parts"][0]
    plot_account(part, ax, language="zh")
    boxes = bars(ax)
    assert boxes[0].get_x() == part["base"]
    assert boxes[-1].get_x() + boxes[-1].get_width() == pytest.approx(part["margin"])
    diamond = next(line for line in drawn(ax) if line.get_marker() == "D")
    assert xs(diamond) == [part["margin"]]
    raising = [box.get_facecolor() != (1.0, 1.0, 1.0, 1.0) for box in boxes]
    assert raising == [True, True, False, True]


def test_the_smaller_steps_of_an_account_are_one_and_still_add_up() -> None:
    part = example_numbers().accounts[0]["parts"][0]
    steps = steps_of(part, language="en", most=1)
    assert [text for text, _ in steps] == ["21 days past due", "6 smaller ideas together"]
    assert part["base"] + sum(size for _, size in steps) == pytest.approx(part["margin"])


def test_a_long_chinese_name_ends_in_an_ellipsis_within_its_width() -> None:
    (line,) = lines_of("近一百八十天陈述失业、疾病、灾害或亲属去世的次数", width=120, most=1)
    assert line.endswith("…")
    assert width_of(line) <= 120


def test_a_feature_named_like_mathematics_is_written_as_it_is(ax: Axes) -> None:
    row = {**example_numbers().importance["main"][0], "meaning_en": "cost in $ and $^2$_x"}
    shown: Any = (row,)
    plot_importance(shown, ax, language="en")
    assert "cost in $ and $^2$_x" in words(ax)
    assert not any(text.get_parse_math() for text in ax.texts)


def test_months_that_cannot_be_told_leave_a_gap(ax: Axes) -> None:
    months = example_numbers().by_month
    blank = {**months[1], "auc": {"value": None, "low": None, "high": None}, "psi": None, "predicted": None}
    shown: Any = (months[0], blank, *months[2:])
    plot_month_auc(shown, ax, language="zh")
    assert [xs(line)[0] for line in drawn(ax) if line.get_marker() == "o"] == [0, 2, 3, 4]
    for plot in (plot_month_level, plot_month_psi):
        plot(shown, sheet(200), language="zh")


def test_a_report_without_months_is_drawn_without_their_pictures() -> None:
    from models.charts_report_pictures import ReportPictures

    pictures = ReportPictures(replace(example_numbers(), by_month=()), "zh")
    assert (pictures.split, pictures.month_auc, pictures.month_level, pictures.month_psi) == (None,) * 4
