"""How the Shapley value of a feature follows its value, drawn for a committee."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from models.charts_report_style import (
    GREY,
    INK,
    PALE,
    SIGNED,
    SMALL,
    SOFT,
    WIDTH,
    Language,
    bare,
    lines_of,
    said,
    told,
    width_of,
    write,
)
from models.report_fields_explained import Bin, Dependence


def plot_dependence(feature: Dependence, ax: Axes, *, language: Language) -> Axes:
    """Draw how the Shapley value of one feature follows its value, in bins of like value.

    How to read it: the thick line is the mean of a bin, the grey box the middle 80 % of its accounts; the strip at the
    foot says how many they are; a hatched box stands apart for missing values. Bad: a zigzag that no reason
    explains, a line against experience, a wide box (other features bend it), or much meaning in missing.

    Parameters
    ----------
    feature
        A `models.report_fields_explained.Dependence` record.
    """
    bare(ax)
    bins = list(feature["bins"])
    places = [float(at) for at in range(len(bins))]
    shown: list[tuple[float, Bin, bool]] = [(at, one, False) for at, one in zip(places, bins, strict=True)]
    if feature["missing"] is not None:
        shown.append((len(bins) + 0.5, feature["missing"], True))
    ax.axhline(0, color=GREY, linewidth=0.8)
    for at, one, gap in shown:
        ax.bar([at], [one["p90"] - one["p10"]], bottom=one["p10"], width=0.86, facecolor="white" if gap else PALE,
               edgecolor=SOFT, hatch="////" if gap else None, linewidth=0.6)  # fmt: skip
        ax.plot([at - 0.43, at + 0.43], [one["mean"]] * 2, color=INK, linewidth=2.2, solid_capstyle="butt")
    low = min([0.0, *(one["p10"] for _, one, _ in shown)])
    high = max([0.0, *(one["p90"] for _, one, _ in shown)])
    foot = low - 0.2 * (high - low or 1.0)
    most = max((one["n"] for _, one, _ in shown), default=1)
    for at, one, _ in shown:
        ax.bar([at], [0.13 * (high - low or 1.0) * one["n"] / most], bottom=foot, width=0.86, facecolor=SOFT)
    ax.set_ylim(foot, high + 0.06 * (high - low or 1.0))
    ax.set_xlim(-0.6, (shown[-1][0] if shown else 0) + 0.6)
    _value_ticks(feature, ax, language=language)
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(SIGNED)
    _heading(ax, told(feature, "meaning", language), told(feature, "direction", language))
    return ax


def _heading(ax: Axes, title: str, under: str) -> None:
    room = ax.get_position().width * WIDTH
    lines = [*lines_of(title, width=room, most=2), *lines_of(under, width=room, size=SMALL, most=1)]
    for up, line in enumerate(reversed(lines)):
        write(ax, line, 0, 1, at="axes fraction", dy=5 + 13 * up, bold=up > 0, size=SMALL if up == 0 else 10)


def _value_ticks(feature: Dependence, ax: Axes, *, language: Language) -> None:
    """Write under each bin its value, or at each meeting of two bins where the upper one begins."""
    bins = list(feature["bins"])
    single = all(one["low"] == one["high"] for one in bins)
    names = [told(one, "label", language) for one in bins]
    if not single:
        names = [name.split(" – ")[0] for name in names]
    shift = 0.0 if single else -0.5
    room = ax.get_position().width * WIDTH / max(len(bins) + (1.5 if feature["missing"] else 0), 1)
    every = max(
        1, int(np.ceil(max((width_of(_short(name), size=8) + 5 for name in names), default=0) / room))
    )
    marks = [(at + shift, _short(name)) for at, name in enumerate(names) if at % every == 0]
    if not single and bins:
        last = _short(told(bins[-1], "label", language).split(" – ")[-1])
        marks = [(at, name) for at, name in marks if len(bins) - 0.5 - at >= every or at == len(bins) - 0.5]
        marks.append((len(bins) - 0.5, last))
    if feature["missing"] is not None:
        marks.append((len(bins) + 0.5, said(("missing", "缺失"), language)))
    ax.set_xticks([at for at, _ in marks], ["" for _ in marks])
    for at, name in marks:
        write(ax, name, at, 0, at="data|axes fraction", dy=-14, ha="center", size=8)


def _short(text: str) -> str:
    """Return a value without what a tick has no room for: cents of large sums, ends of long codes.

    Examples
    --------
    >>> _short("1,900.00"), _short("self-employed worker"), _short("0.25")
    ('1,900', 'self-employe…', '0.25')
    """
    if text.endswith(".00") and len(text) > 6:
        return text.removesuffix(".00")
    return text if len(text) <= 13 else text[:12] + "…"
