"""Numbers become pictures here and nowhere else; each ``plot_`` draws on axes it is given.

Shapes and greys carry the meaning, so a black-and-white print says the same. No global pyplot state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, GREY, PALE = "0.1", "0.5", "0.8"


def plot_reliability(bins: Sequence[Mapping[str, float]], ax: Axes) -> Axes:
    """Draw the observed rate against the predicted one.

    How to read it: each dot is a tenth of the accounts, its size their number. Dots on the diagonal are
    honest. Bad: dots below it (too high a probability scares), above it (too low one lulls), or
    a flat row of dots.

    Parameters
    ----------
    bins
        ``predicted``, ``observed`` and ``n`` of each group, as in ``evaluation["curves"]["reliability"]``.
    """
    predicted = [row["predicted"] for row in bins]
    observed = [row["observed"] for row in bins]
    most = max((row["n"] for row in bins), default=1)
    ax.plot([0, 1], [0, 1], color=PALE, linestyle="--", label="honest")
    ax.plot(predicted, observed, color=INK, linewidth=1)
    ax.scatter(predicted, observed, s=[80 * row["n"] / most for row in bins], color=INK, label="model")
    edge = max([0.05, *predicted, *observed]) * 1.05
    ax.set(xlim=(0, edge), ylim=(0, edge), xlabel="predicted probability", ylabel="observed rate")
    ax.set_title("Reliability")
    ax.legend(frameon=False)
    return ax


def plot_capture(curve: Sequence[Mapping[str, float]], ax: Axes) -> Axes:
    """Draw the share of positives found against the share of accounts looked at, best first.

    How to read it: the higher above the dashed diagonal (a blind ranking) the better; at 20 % of accounts
    the mark says what a team that can reach a fifth finds. Bad: a curve that hugs the diagonal at its
    left end, where the work is done.

    Parameters
    ----------
    curve
        ``share`` and ``captured`` at rising shares, as in ``evaluation["curves"]["capture"]``.
    """
    share = [0.0, *(row["share"] for row in curve)]
    captured = [0.0, *(row["captured"] for row in curve)]
    fifth = float(np.interp(0.2, share, captured))
    ax.plot([0, 1], [0, 1], color=PALE, linestyle="--", label="blind")
    ax.plot(share, captured, color=INK, label="model")
    ax.plot([0.2], [fifth], marker="o", color=INK, linestyle="none")
    ax.annotate(f"{fifth:.0%} in the top 20 %", (0.2, fifth), xytext=(6, -12), textcoords="offset points")
    ax.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="share of accounts", ylabel="share of positives found")
    ax.set_title("Capture")
    ax.legend(frameon=False, loc="lower right")
    return ax


def plot_bucket_auc(slices: Mapping[str, Mapping[str, Any]], ax: Axes) -> Axes:
    """Draw the AUC with its 95 % interval for each bucket and each challenger within it.

    How to read it: the filled dot is the model, the hollow ones its challengers; a bar is the interval, and
    no bar means too few groups for one. Bad: a model no better than "sort by dpd" inside a bucket, or
    good pooled and blind (0.5) within.

    Parameters
    ----------
    slices
        Figures by bucket, as in ``evaluation["by_bucket"]``; buckets without an AUC are left out.
    """
    told = {name: figures for name, figures in slices.items() if _has_auc(figures)}
    rivals = list(
        dict.fromkeys(rival for figures in told.values() for rival in figures.get("challengers", {}))
    )
    step = 0.7 / (1 + len(rivals))
    for place, series in enumerate(["model", *rivals]):
        points = [
            (row + place * step, figures["auc"] if place == 0 else figures["challengers"][series]["auc"])
            for row, figures in enumerate(told.values())
            if place == 0 or series in figures.get("challengers", {})
        ]
        marker = "o" if place == 0 else "s^Dv<>"[(place - 1) % 6]
        ax.plot(
            [auc["value"] for _, auc in points],
            [row for row, _ in points],
            linestyle="none",
            marker=marker,
            color=INK if place == 0 else GREY,
            markerfacecolor=INK if place == 0 else "white",
            label=series,
        )
        for row, auc in points:
            if auc["low"] is not None:
                ax.plot([auc["low"], auc["high"]], [row, row], color=INK if place == 0 else GREY, linewidth=1)
    ax.axvline(0.5, color=PALE, linestyle="--")
    ax.set_yticks([row + step * len(rivals) / 2 for row in range(len(told))], list(told))
    ax.invert_yaxis()
    ax.set(xlabel="AUC", title="AUC by bucket, 95 % interval")
    if told:
        ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(0, -0.12), ncols=4)
    return ax


def plot_contributions(contributions: Sequence[Mapping[str, Any]], ax: Axes) -> Axes:
    """Draw how much each feature moved the scores on average, strongest first.

    How to read it: a bar is the mean absolute Shapley value in log-odds, against the good side of the training
    rows. Bad: one bar that dwarfs the rest (a leak, or a rule that needs no model), or a feature nobody can explain.

    Parameters
    ----------
    contributions
        ``feature`` and ``mean_abs``, as in ``evaluation["curves"]["contributions"]``.
    """
    rows = range(len(contributions))
    ax.barh(rows, [row["mean_abs"] for row in contributions], color=GREY)
    ax.set_yticks(rows, [row["feature"] for row in contributions], fontsize="small")
    ax.invert_yaxis()
    ax.set(xlabel="mean |Shapley value| (log-odds)", title="What moves the scores")
    return ax


def model_plots(evaluation: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures that are logged with a model, by file name without ending.

    Parameters
    ----------
    evaluation
        What `models.evaluate.evaluate` returned.

    Returns
    -------
    dict
        ``reliability``, ``capture``, ``bucket_auc`` and ``contributions``; a plot whose numbers are absent is left out.
    """
    curves = evaluation.get("curves", {})
    slices = {**evaluation.get("by_bucket", {}), "pooled": evaluation}
    drawn: dict[str, Figure] = {}
    if curves.get("reliability"):
        plot_reliability(curves["reliability"], _sheet(drawn, "reliability"))
    if curves.get("capture"):
        plot_capture(curves["capture"], _sheet(drawn, "capture"))
    if any(_has_auc(figures) for figures in slices.values()):
        plot_bucket_auc(slices, _sheet(drawn, "bucket_auc"))
    if curves.get("contributions"):
        plot_contributions(curves["contributions"], _sheet(drawn, "contributions"))
    return drawn


def _has_auc(figures: Mapping[str, Any]) -> bool:
    return (figures.get("auc") or {}).get("value") is not None


def _sheet(drawn: dict[str, Figure], name: str) -> Axes:
    drawn[name] = Figure(figsize=(6, 4.5), layout="constrained")
    return drawn[name].subplots()
