"""Why a model scores as it does, drawn for a committee: features by strength, beeswarm, one account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from models.charts_report_style import (
    DARK,
    GREY,
    INK,
    SIGNED,
    SMALL,
    WIDTH,
    Language,
    bare,
    below,
    key,
    lines_of,
    said,
    short_meaning,
    told,
    write,
)
from models.report_fields_explained import Importance, Part, Summary

SHADES: Final = ("#c6c6c6", "#a0a0a0", "#747474", "#454545", "#0d0d0d")
"""Greys from the lowest fifth of a feature's values to the highest."""
MOST_STEPS: Final = 8
"""Ideas told one by one in the picture of an account; the others are one bar."""
SWARM: Final = 0.3
"""Half the height a row of dots may take, in rows."""


def plot_importance(features: Sequence[Importance], ax: Axes, *, language: Language, top: int = 10) -> Axes:
    """Draw how much each feature moves the log-odds on average, strongest first.

    How to read it: a bar is the mean absolute Shapley value on held-out rows. Bad: one bar that dwarfs the rest
    (a leak, or a rule that needs no model), or a strong feature that nobody can explain.

    Parameters
    ----------
    features
        `models.report_fields_explained.Importance` records, strongest first.
    top
        How many are drawn.
    """
    bare(ax)
    shown = features[:top]
    for row, one in enumerate(shown):
        ax.barh([row + 0.2], [one["mean_abs"]], height=0.36, facecolor=DARK, edgecolor=DARK)
        _row_label(ax, row, short_meaning(one, language))
        write(ax, f"{one['mean_abs']:.2f}", one["mean_abs"], row + 0.2, dx=4, va="center", size=SMALL)
    _rows(ax, len(shown))
    ax.set_xlim(0, 1.12 * max((one["mean_abs"] for one in shown), default=1.0))
    below(ax, said(("mean |Shapley value|, log-odds", "Shapley 绝对值均值（对数几率）"), language))
    return ax


def plot_summary(rows: Sequence[Summary], ax: Axes, *, language: Language) -> Axes:
    """Draw the Shapley values of the strongest features, one dot per drawn account.

    How to read it: a dot right of 0 raises the odds of the event, left of 0 lowers them; dark dots are high values
    of the feature, pale ones low, crosses missing. Bad: dark dots on the side that experience contradicts, or
    crosses far from 0 (the model reads meaning into a gap).

    Parameters
    ----------
    rows
        `models.report_fields_explained.Summary` records, strongest first.
    """
    bare(ax)
    reach = max((max(map(abs, row["shap"]), default=0.0) for row in rows), default=1.0)
    for place, row in enumerate(rows):
        ax.plot([0, 0], [place - 0.04, place + 0.5], color=GREY, linewidth=0.8)
        shap = np.array(row["shap"], dtype=np.float64)
        rank = np.array([np.nan if one is None else one for one in row["rank"]], dtype=np.float64)
        height = place + 0.22 + swarm_of(shap, reach=reach)
        shade = np.minimum(np.nan_to_num(rank) * len(SHADES), len(SHADES) - 1).astype(np.int64)
        for step, grey in enumerate(SHADES):
            dots = np.isfinite(rank) & (shade == step)
            if dots.any():
                ax.plot(shap[dots], height[dots], linestyle="none", marker="o", markersize=3, color=grey,
                        markeredgewidth=0)  # fmt: skip
        gaps = ~np.isfinite(rank)
        if gaps.any():
            ax.plot(
                shap[gaps],
                height[gaps],
                linestyle="none",
                marker="x",
                markersize=3.4,
                color=DARK,
                markeredgewidth=0.7,
            )
        _row_label(ax, place, short_meaning(row, language))
    _rows(ax, len(rows))
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(SIGNED)
    sides = (
        ("← lowers the odds", "← 降低几率"),
        ("log-odds", "对数几率"),
        ("raises the odds →", "提高几率 →"),
    )
    for place, (ha, words) in enumerate(zip(("left", "center", "right"), sides, strict=True)):
        write(ax, said(words, language), place / 2, 0, at="axes fraction", dy=-28, ha=ha, size=SMALL)
    key(ax, [
        (said(("low value", "取值低"), language), {"marker": "o", "markersize": 5, "color": SHADES[0]}),
        (said(("middle", "中"), language), {"marker": "o", "markersize": 5, "color": SHADES[2]}),
        (said(("high value", "取值高"), language), {"marker": "o", "markersize": 5, "color": SHADES[4]}),
        (said(("missing", "缺失"), language), {"marker": "x", "markersize": 5, "color": DARK}),
    ])  # fmt: skip
    return ax


def plot_account(part: Part, ax: Axes, *, language: Language) -> Axes:
    """Draw how one account's score came about: from the base, idea by idea, to its margin.

    How to read it: each bar begins where the last ended; a full bar raises the log-odds, an empty one lowers them;
    the thin line is the base, the diamond the margin. Bad: a score made by one bar alone, or by what
    no reviewer would accept as a reason.

    Parameters
    ----------
    part
        A `models.report_fields_explained.Part` record.
    """
    bare(ax)
    steps = steps_of(part, language=language)
    at = part["base"]
    ends = [at]
    for row, (text, size) in enumerate(steps):
        ax.plot([part["base"]] * 2, [row - 0.02, row + 0.42], color=GREY, linewidth=0.8)
        ax.barh([row + 0.2], [size], left=at, height=0.36, facecolor=DARK if size > 0 else "white", edgecolor=DARK,
                linewidth=0.8)  # fmt: skip
        write(
            ax, f"{size:+.2f}".replace("-", "−"), max(at, at + size), row + 0.2, dx=8, va="center", size=SMALL
        )
        _row_label(ax, row, text)
        at += size
        ends.append(at)
    ax.plot([part["margin"]], [len(steps) - 0.8], marker="D", color=INK, markersize=5, linestyle="none")
    _rows(ax, len(steps))
    reach = (max(ends) - min(ends)) or 1.0
    ax.set_xlim(min(ends) - 0.04 * reach, max(ends) + 0.16 * reach)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(SIGNED)
    head = f"{told(part, 'title', language)}  {part['probability']:.1%}"
    write(ax, head, 0, 1, at="axes fraction", dy=6, bold=True)
    below(ax, said(("log-odds: from the base to the margin", "对数几率：由基准至边际"), language))
    return ax


def steps_of(part: Part, *, language: Language, most: int = MOST_STEPS) -> list[tuple[str, float]]:
    """Return an account's largest contributions in their order, and all others as one; they add up to margin − base."""
    every = part["contributions"]
    sizes = np.abs([one["contribution"] for one in every])
    kept = sorted(np.argsort(-sizes, kind="stable")[:most].tolist())
    steps = [(told(every[at], "text", language), every[at]["contribution"]) for at in kept]
    others = part["rest_ideas"] + len(every) - len(kept)
    if others:
        rest = part["rest"] + sum(one["contribution"] for at, one in enumerate(every) if at not in kept)
        steps.append(
            (said(("{n} smaller ideas together", "其余 {n} 项合计"), language).format(n=others), rest)
        )
    return steps


def swarm_of(values: NDArray[np.float64], *, reach: float) -> NDArray[np.float64]:
    """Return how far each dot stands above or below its row, so that dots of like value stand side by side.

    Examples
    --------
    >>> swarm_of(np.array([0.1, 0.1, 0.1, 0.9]), reach=1.0).round(2).tolist()
    [0.0, 0.07, -0.07, 0.0]
    """
    column = np.floor(60 * values / (reach or 1.0)).astype(np.int64)
    offset = np.zeros(len(values))
    most = int(np.unique(column, return_counts=True)[1].max(initial=1))
    step = min(0.07, 2 * SWARM / most)
    for one in np.unique(column):
        rows = np.flatnonzero(column == one)
        turn = np.arange(len(rows))
        offset[rows] = np.where(turn % 2 == 1, (turn + 1) // 2, -(turn // 2)) * step
    return offset


def _row_label(ax: Axes, row: int, text: str) -> None:
    """Write a row's words above it, from the left edge on: a phone has no room beside it."""
    room = ax.get_position().width * WIDTH - 4
    (line,) = lines_of(text, width=room, size=SMALL, most=1)
    write(ax, line, 0, row - 0.22, at="axes fraction|data", va="center", size=SMALL)


def _rows(ax: Axes, rows: int) -> None:
    ax.set_ylim(rows - 0.35, -0.5)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
