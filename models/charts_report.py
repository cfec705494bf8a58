"""How well a model does, drawn for a committee: leads over challengers, capture, lift, reliability.

Each ``plot_`` draws only what it is given, in greys and shapes, so that a black-and-white print says the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from models.charts_report_style import (
    DARK,
    GREY,
    INK,
    SMALL,
    SOFT,
    WIDTH,
    Language,
    bare,
    below,
    key,
    lines_of,
    said,
    told,
    write,
)
from models.report_fields_judged import CapturePoint, Curves, Verdict
from models.report_words import RIVALS

RIVAL_LINES: Final = ((0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (2, 2)))
PERCENT: Final = FuncFormatter(lambda value, _: f"{100 * value:.0f} %")


def plot_leads(verdicts: Sequence[Verdict], ax: Axes, *, language: Language) -> Axes:
    """Draw how far the model's AUC lies above each challenger's, with the 95 % interval, bucket by bucket.

    How to read it: a full dot whose bar keeps right of the line at 0 beats that challenger; a hollow one proves
    nothing; a cross is worse. Bad: a bar across 0 beside the scorecard, or a lead in the pooled rows that no
    bucket shows.

    Parameters
    ----------
    verdicts
        `models.report_fields_judged.Verdict` records; what `leads_told` leaves out is not drawn.
    """
    bare(ax)
    line, labels = 0.0, []
    for one in leads_told(verdicts):
        labels.append((line, told(one, "bucket", language)))
        line += 0.8
        for rival in one["rivals"]:
            value, low, high = (rival["difference"][side] for side in _SIDES)
            if low is not None and high is not None:
                ax.plot([low, high], [line, line], color=DARK, linewidth=1.6, solid_capstyle="butt")
            ax.plot([value or 0.0], [line], linestyle="none", **_LEADS[rival["verdict"]])
            (name,) = lines_of(
                told(rival, "name", language), width=ax.get_position().x0 * WIDTH - 10, size=SMALL, most=1
            )
            write(ax, name, 0, line, at="axes fraction|data", dx=-6, ha="right", va="center",
                  size=SMALL)  # fmt: skip
            line += 1
        line += 0.5
    for place, text in labels:
        write(
            ax, text, 0, place, at="axes fraction|data", dx=-6, ha="right", va="center", bold=True, size=SMALL
        )
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_ylim(max(line, 1.0) - 0.5, -0.7)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:+.2f}".replace("-", "−") if value else "0")
    )
    below(ax, said(("lead in AUC, 95 % interval", "AUC 领先值，95 % 区间"), language))
    used = [
        rival["verdict"]
        for one in verdicts
        for rival in one["rivals"]
        if rival["difference"]["value"] is not None
    ]
    key(
        ax,
        [
            (said(words, language), _LEADS[verdict])
            for verdict, words in _LEAD_WORDS.items()
            if verdict in used
        ],
    )
    return ax


def leads_told(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts with a challenger whose difference is known, and only those challengers."""
    known = [
        {**one, "rivals": tuple(rival for rival in one["rivals"] if rival["difference"]["value"] is not None)}
        for one in verdicts
    ]
    return tuple(cast("Verdict", one) for one in known if one["rivals"])


def plot_capture(curves: Curves, ax: Axes, *, language: Language) -> Axes:
    """Draw the share of events found against the share of accounts looked at, highest score first.

    How to read it: the higher above the thin diagonal (a blind ranking) the better; the dot says what a team that
    reaches a fifth of the accounts finds. Bad: a model that runs with its challengers at the left end, where
    the work is done.

    Parameters
    ----------
    curves
        `models.report_fields_judged.Curves` of one bucket.
    """
    bare(ax)
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
    entries = _rival_lines(curves, ax, lambda point: point["captured"], language=language, first=(0.0, 0.0))
    share = [0.0, *(point["share"] for point in curves["capture"])]
    found = [0.0, *(point["captured"] for point in curves["capture"])]
    ax.plot(share, found, color=INK, linewidth=2)
    fifth = float(np.interp(0.2, share, found))
    ax.plot([0.2], [fifth], marker="o", color=INK, markersize=6)
    write(ax, f"{100 * fifth:.0f} %", 0.2, fifth, dx=6, dy=-10, bold=True)
    ax.set(xlim=(0, 1), ylim=(0, 1.03))
    ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(PERCENT)
    below(ax, said(("share of accounts looked at", "查看账户的占比"), language))
    key(ax, [(said(("model", "模型"), language), {"linestyle": "-", "color": INK, "linewidth": 2}), *entries,
             (said(("blind", "盲目"), language), {"linestyle": "-", "color": GREY, "linewidth": 0.8})])  # fmt: skip
    return ax


def plot_lift(curves: Curves, ax: Axes, *, language: Language) -> Axes:
    """Draw how many times richer in events the top of the ranking is than all accounts.

    How to read it: at 10 % of accounts a lift of 4 means four times as many events as a blind draw. It falls to 1
    at the right by its nature. Bad: a curve near 1 at the left end.

    Parameters
    ----------
    curves
        `models.report_fields_judged.Curves` of one bucket.
    """
    bare(ax)
    ax.axhline(1, color=GREY, linewidth=0.8)
    entries = _rival_lines(curves, ax, lambda point: point["lift"], language=language)
    ax.plot(
        [p["share"] for p in curves["capture"]],
        [p["lift"] for p in curves["capture"]],
        color=INK,
        linewidth=2,
    )
    ax.set(xlim=(0, 1), ylim=(0, None))
    ax.xaxis.set_major_formatter(PERCENT)
    below(ax, said(("share of accounts looked at", "查看账户的占比"), language))
    key(ax, [(said(("model", "模型"), language), {"linestyle": "-", "color": INK, "linewidth": 2}), *entries])
    return ax


def plot_reliability(curves: Curves, ax: Axes, *, language: Language) -> Axes:
    """Draw the rate that happened against the probability that was said, one dot per group of like accounts.

    How to read it: dots on the diagonal are honest; larger dots are more accounts. Bad: dots below it (too high a
    probability scares), above it (too low one lulls), or a flat row of dots.

    Parameters
    ----------
    curves
        `models.report_fields_judged.Curves` of one bucket.
    """
    bare(ax)
    rows = curves["reliability"]
    most = max((row["n"] for row in rows), default=1)
    edge = max([0.05, *(row["predicted"] for row in rows), *(row["observed"] for row in rows)]) * 1.08
    ax.plot([0, edge], [0, edge], color=GREY, linewidth=0.8)
    ax.plot([row["predicted"] for row in rows], [row["observed"] for row in rows], color=SOFT, linewidth=1)
    for row in rows:
        ax.plot([row["predicted"]], [row["observed"]], marker="o", color=INK, linestyle="none",
                markersize=round(3 + 5 * (row["n"] / most) ** 0.5, 1), clip_on=False)  # fmt: skip
    ax.set(xlim=(0, edge), ylim=(0, edge))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(PERCENT)
    below(ax, said(("probability that was said", "预测概率"), language))
    key(ax, [(said(("what happened, accounts of like probability", "概率相近的账户：实际发生率"), language),
              {"marker": "o", "color": INK, "markersize": 6}),
             (said(("honest", "诚实"), language), {"linestyle": "-", "color": GREY, "linewidth": 0.8})])  # fmt: skip
    return ax


def _rival_lines(
    curves: Curves,
    ax: Axes,
    value: Any,
    *,
    language: Language,
    first: tuple[float, float] | None = None,
) -> list[tuple[str, dict[str, Any]]]:
    """Draw the challengers' curves in dashes of their own; return their entries in the key."""
    entries = []
    for place, (name, points) in enumerate(curves["rivals"].items()):
        style: dict[str, Any] = {
            "linestyle": RIVAL_LINES[place % len(RIVAL_LINES)],
            "color": DARK,
            "linewidth": 1.2,
        }
        start: list[tuple[float, float]] = [first] if first else []
        drawn = [*start, *((_share(point), value(point)) for point in points)]
        ax.plot([x for x, _ in drawn], [y for _, y in drawn], **style)
        entries.append((said(RIVALS.get(name, (name, name)), language), style))
    return entries


def _share(point: CapturePoint) -> float:
    return point["share"]


_SIDES: Final[tuple[Literal["value", "low", "high"], ...]] = ("value", "low", "high")
_LEADS: Final[Mapping[str, dict[str, Any]]] = {
    "beats": {"marker": "o", "color": INK, "markersize": 7},
    "no proof": {
        "marker": "o",
        "color": INK,
        "markersize": 7,
        "markerfacecolor": "white",
        "markeredgewidth": 1.4,
    },
    "worse": {"marker": "X", "color": INK, "markersize": 8},
    "not told": {"marker": "D", "color": GREY, "markersize": 5, "markerfacecolor": "white"},
}
_LEAD_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "beats": ("beats it", "优于"),
    "no proof": ("no proof", "无证据"),
    "worse": ("worse", "劣于"),
    "not told": ("no interval", "无区间"),
}
