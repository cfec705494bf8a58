"""A model month by month, drawn for a committee: whom it learnt from and judged, rank, level, shift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from models.charts_report_style import (
    DARK,
    GREY,
    INK,
    SMALL,
    SOFT,
    Language,
    bare,
    key,
    said,
    width_of,
    write,
)
from models.report_fields_judged import Month
from models.report_words import PARTS

FILLS: Final[Mapping[str, dict[str, Any]]] = {
    "train": {"facecolor": SOFT, "edgecolor": DARK},
    "calibrate": {"facecolor": "white", "edgecolor": DARK, "hatch": "////"},
    "test": {"facecolor": INK, "edgecolor": INK},
    "unused": {"facecolor": "white", "edgecolor": SOFT},
}
"""How the parts of a split are filled: grey, hatched, black, empty."""


def plot_split(months: Sequence[Month], ax: Axes, *, language: Language) -> Axes:
    """Draw how many rows of each month trained, calibrated, judged or were left out.

    How to read it: black judges; it should stand to the right of grey, which taught. Bad: black and grey in one
    month (the model is judged in months it knows), or black so low that it proves nothing.

    Parameters
    ----------
    months
        `models.report_fields_judged.Month` records, first to last.
    """
    bare(ax)
    at = np.arange(len(months))
    base = np.zeros(len(months))
    present = [part for part in FILLS if any(month["parts"][part] for month in months)]
    for part in present:
        height = np.array([month["parts"][part] for month in months], dtype=np.float64)
        ax.bar(at, height, bottom=base, width=0.78, linewidth=0.7, **FILLS[part])
        base += height
    _month_ticks(months, ax)
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    key(
        ax,
        [(said(PARTS[part], language), {"box": True, "linewidth": 0.7, **FILLS[part]}) for part in present],
    )
    return ax


def plot_month_auc(months: Sequence[Month], ax: Axes, *, language: Language) -> Axes:
    """Draw the AUC of each month with its 95 % interval.

    How to read it: full dots are held-out rows and count; hollow dots are months whose rows taught the model and
    look too good. A dot without a bar has too few borrowers for an interval. Bad: full dots that fall month by
    month, or lie far below the hollow ones (it learnt by heart).

    Parameters
    ----------
    months
        `models.report_fields_judged.Month` records; months without an AUC are left out.
    """
    bare(ax)
    for at, month in enumerate(months):
        auc = month["auc"]
        if auc["value"] is None:
            continue
        if auc["low"] is not None and auc["high"] is not None:
            ax.plot(
                [at, at], [auc["low"], auc["high"]], color=DARK if month["held_out"] else SOFT, linewidth=1.6
            )
        ax.plot([at], [auc["value"]], linestyle="none", **(_HELD_OUT if month["held_out"] else _SEEN))
    ax.axhline(0.5, color=GREY, linewidth=0.8)
    told = [f for month in months for f in (month["auc"]["low"], month["auc"]["value"]) if f is not None]
    ax.set_ylim(min([0.45, *(value - 0.05 for value in told)]), 1.02)
    _month_ticks(months, ax)
    _key(ax, "AUC", [
        (("held out", "留出"), _HELD_OUT), (("taught the model: too good", "训练过：偏好"), _SEEN),
        (("blind", "盲目"), {"linestyle": "-", "color": GREY, "linewidth": 0.8}),
    ], language=language)  # fmt: skip
    return ax


def plot_month_level(months: Sequence[Month], ax: Axes, *, language: Language) -> Axes:
    """Draw the mean probability that was said and the rate that happened, month by month.

    How to read it: the dot (what happened) should sit on the step (what was said). Bad: dots on one side of the
    steps for months on end, above all in the last ones.

    Parameters
    ----------
    months
        `models.report_fields_judged.Month` records; months too small to tell are left out.
    """
    bare(ax)
    for at, month in enumerate(months):
        predicted, observed = month["predicted"], month["observed"]
        if predicted is None or observed is None:
            continue
        ax.plot(
            [at - 0.36, at + 0.36], [predicted, predicted], color=DARK, linewidth=2, solid_capstyle="butt"
        )
        ax.plot([at], [observed], linestyle="none", **(_HELD_OUT if month["held_out"] else _SEEN))
    rates = [rate for month in months for rate in (month["predicted"], month["observed"]) if rate is not None]
    ax.set_ylim(0, 1.12 * max(rates, default=1.0) or 1.0)
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))
    _month_ticks(months, ax)
    _key(ax, said(("Event rate", "事件率"), language), [
        (("said", "预测"), {"linestyle": "-", "color": DARK, "linewidth": 2}),
        (("happened, held out", "实际（留出）"), _HELD_OUT), (("happened, taught", "实际（训练）"), _SEEN),
    ], language=language)  # fmt: skip
    return ax


def plot_month_psi(months: Sequence[Month], ax: Axes, *, language: Language) -> Axes:
    """Draw how far the scores of each month have shifted from the first month's.

    How to read it: a bar no higher than its tick is chance; 0.1 (dotted) ends what is read as stable, 0.25
    (dashed) begins shifted. Bad: bars that grow month by month and leave their ticks behind.

    Parameters
    ----------
    months
        `models.report_fields_judged.Month` records; nothing is drawn for a PSI that cannot be told.
    """
    bare(ax)
    for at, month in enumerate(months):
        if month["psi"] is None or month["psi_noise"] is None:
            continue
        ax.bar([at], [month["psi"]], width=0.6, facecolor=SOFT, edgecolor=DARK, linewidth=0.7)
        if at:
            ax.plot([at - 0.36, at + 0.36], [month["psi_noise"]] * 2, color=INK, linewidth=1.6)
    ax.axhline(0.1, color=GREY, linewidth=0.8, linestyle=":")
    ax.axhline(0.25, color=GREY, linewidth=0.8, linestyle="--")
    ax.set_ylim(0, max([0.3, *(1.1 * (month["psi"] or 0) for month in months)]))
    _month_ticks(months, ax)
    _key(ax, "PSI", [
        (("this month against the first", "当月对首月"), {"box": True, **FILLS["train"], "linewidth": 0.7}),
        (("by chance", "随机水平"), {"linestyle": "-", "color": INK, "linewidth": 1.6}),
    ], language=language)  # fmt: skip
    return ax


def _month_ticks(months: Sequence[Month], ax: Axes) -> None:
    """Write every month, or every second, third … one, so that they do not touch; a year where it begins."""
    every = max(1, -(-len(months) // 8))
    ax.set_xticks(
        range(0, len(months), every), [months[at]["month"][2:] for at in range(0, len(months), every)]
    )
    ax.set_xlim(-0.6, len(months) - 0.4)


def _key(
    ax: Axes, title: str, entries: Sequence[tuple[tuple[str, str], dict[str, Any]]], *, language: Language
) -> None:
    """Write what the picture shows and then its key."""
    start = max(0.0, width_of(title, size=SMALL) * 1.1 - 20)
    key(ax, [(said(words, language), style) for words, style in entries], start=start)
    write(ax, title, 0, 1, at="axes fraction", dx=-28, dy=6, bold=True, size=SMALL)


_HELD_OUT: Final[dict[str, Any]] = {"marker": "o", "color": INK, "markersize": 6}
_SEEN: Final[dict[str, Any]] = {"marker": "o", "color": GREY, "markersize": 5, "markerfacecolor": "white"}
