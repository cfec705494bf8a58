"""How the Shapley value of a feature follows its value, drawn for a committee."""

from __future__ import annotations

import math
from collections.abc import Sequence

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
    short_meaning,
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
    ax.set_yticks([tick for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high])
    ax.yaxis.set_major_formatter(SIGNED)
    _heading(ax, short_meaning(feature, language), told(feature, "direction", language))
    return ax


def _heading(ax: Axes, title: str, under: str) -> None:
    room = ax.get_position().width * WIDTH
    lines = [*lines_of(title, width=room, most=2), *lines_of(under, width=room, size=SMALL, most=1)]
    for up, line in enumerate(reversed(lines)):
        write(ax, line, 0, 1, at="axes fraction", dy=5 + 13 * up, bold=up > 0, size=SMALL if up == 0 else 10)


def _value_ticks(feature: Dependence, ax: Axes, *, language: Language) -> None:
    """Write under each bin its values where they fit, else at each meeting of two bins where the upper one begins."""
    bins = list(feature["bins"])
    names = short_labels([told(one, "label", language) for one in bins])
    slots = len(bins) + (1.5 if feature["missing"] else 0)
    room = ax.get_position().width * WIDTH / max(slots, 1)
    within = max((width_of(name, size=8) for name in names), default=0.0) + 3 <= room
    if within or feature["kind"] == "code":
        marks = [(float(at), _fitting(name, room=room)) for at, name in enumerate(names)]
    else:
        ends = [name.split("–") for name in names]
        every = math.ceil((max(width_of(end[0], size=8) for end in ends) + 5) / room)
        last = len(bins) - 0.5
        marks = [
            (at - 0.5, end[0]) for at, end in enumerate(ends) if at % every == 0 and len(bins) - at >= every
        ]
        marks.append((last, ends[-1][-1]))
    if feature["missing"] is not None:
        marks.append((len(bins) + 0.5, said(("missing", "缺失"), language)))
    ax.set_xticks([at for at, _ in marks], ["" for _ in marks])
    for at, name in marks:
        write(ax, name, at, 0, at="data|axes fraction", dy=-14, ha="center", size=8)


def short_labels(labels: Sequence[str]) -> list[str]:
    """Return the values of bins without what a tick has no room for: spaces, and cents where all are round.

    Examples
    --------
    >>> short_labels(["800.00 – 1,900.00", "2,200.00"]), short_labels(["0.25 – 1"])
    (['800–1,900', '2,200'], ['0.25–1'])
    """
    ends = [label.split(" – ") for label in labels]
    whole = all(one.endswith(".00") for end in ends for one in end)
    return ["–".join(one.removesuffix(".00") if whole else one for one in end) for end in ends]


def _fitting(name: str, *, room: float) -> str:
    """Return as much of a code's name as fits under its bin."""
    return lines_of(name, width=max(room, 24.0), size=8, most=1)[0]
