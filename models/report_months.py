"""The score month by month: does it rank, is it honest, has the population shifted."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.intervals import auc_intervals
from models.judging import OneClassOnly
from models.report_fields_judged import Figure, Month
from models.report_rows import PART_NAMES, ReportRows
from models.report_words import PARTS, Words, in_chinese

PSI_BINS = 10
FEWEST_ROWS = 10
"""Of fewer judged rows no rate and no AUC is told: they would speak of single borrowers."""
ROWS_PER_BIN = 10
"""The first month gets as many bins, up to ten, as leave this many of its rows in each."""
HOW: Final[Words] = (
    "PSI = Σ (a − e) · ln(a / e) over bins cut at the deciles of the first month's scores; e is the first month's share of "
    "a bin, a this month's, each counted with half a row added, so that an empty bin stays finite. Beside it stands what "
    "it would be on average if nothing had shifted: (bins − 1) · (1 / n first + 1 / n this). Below 0.1 is read as "
    "stable, above 0.25 as shifted. Months that taught the model are judged on rows it knows and look too good.",
    "PSI = Σ (a − e) · ln(a / e)，按首月分数的十分位分箱；e 为首月占比，a 为当月占比，每箱各加半行以避免空箱。"
    "旁边给出毫无偏移时的平均值：（箱数 − 1）·（1 / 首月行数 + 1 / 当月行数）。低于 0.1 视为稳定，高于 0.25 视为偏移。"
    "用于训练的月份以模型见过的行检验，数字偏好。",
)


def months_told(rows: ReportRows, *, seed: int) -> tuple[Month, ...]:
    """Return one row per month of as_of days, first to last; none when the rows have no time.

    Parameters
    ----------
    seed
        Of the draws of the intervals, which draw whole groups.
    """
    if not rows.timed:
        return ()
    months = rows.months
    names = [str(name) for name in np.unique(months.astype(str))]
    first = rows.p[months == names[0]]
    cuts = psi_cuts(first)
    return tuple(
        _month(rows, name, np.flatnonzero(months == name), seed=seed, cuts=cuts, first=first)
        for name in names
    )


def psi(now: ArrayLike, base: ArrayLike, *, cuts: ArrayLike) -> float:
    """Return the population stability index of scores against base scores over the bins between the cuts.

    Σ (a − e) ln(a / e), with half a row added to each bin of either side.

    Source: Siddiqi (2006), *Credit Risk Scorecards*, the system stability report.

    Examples
    --------
    >>> round(psi([0.1, 0.9, 0.9], [0.1, 0.1, 0.9], cuts=[0.5]), 4)
    0.2554
    """
    edges = np.asarray(cuts, dtype=np.float64)
    share = []
    for scores in (now, base):
        place = np.searchsorted(edges, np.asarray(scores, dtype=np.float64), side="right")
        counts = np.bincount(place, minlength=len(edges) + 1) + 0.5
        share.append(counts / counts.sum())
    return float(((share[0] - share[1]) * np.log(share[0] / share[1])).sum())


def psi_cuts(base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the bins of the first month meet: its deciles, or fewer when it has fewer than 100 rows.

    Examples
    --------
    >>> psi_cuts(np.arange(40) / 40).round(3).tolist()
    [0.244, 0.488, 0.731]
    """
    bins = min(PSI_BINS, len(base) // ROWS_PER_BIN)
    return np.unique(np.quantile(base, np.arange(1, bins) / bins)) if bins > 1 else np.empty(0)


def psi_noise(bins: int, *, base: int, now: int) -> float:
    """Return what a PSI is on average when both samples come from one population.

    Source: Yurdakul & Naranjo (2020), *Statistical properties of the population stability index*: about a
    chi-square of bins − 1 degrees of freedom times (1 / n + 1 / m).

    Examples
    --------
    >>> round(psi_noise(10, base=100, now=200), 3)
    0.135
    """
    return (bins - 1) * (1 / base + 1 / now)


def _month(
    rows: ReportRows,
    name: str,
    at: NDArray[np.int64],
    *,
    seed: int,
    cuts: NDArray[np.float64],
    first: NDArray[np.float64],
) -> Month:
    sample, known = rows.sample, at[rows.known[at]]
    parts = {part: int((rows.part[known] == part).sum()) for part in PART_NAMES}
    test = known[rows.part[known] == "test"]
    judged = test if len(test) else known
    word = _word(parts)
    auc, why = _auc(rows, judged, seed=seed)
    enough = len(judged) >= FEWEST_ROWS
    weight = sample.weight[judged]
    observed = float(np.average(sample.y[judged], weights=weight)) if enough else None
    return {
        "month": name,
        "n": len(known),
        "parts": parts,
        "part": word,
        "part_en": PARTS[word][0],
        "part_zh": PARTS[word][1],
        "held_out": bool(len(test)),
        "judged_n": len(judged),
        "base_rate": observed,
        "auc": auc,
        "predicted": float(np.average(rows.p[judged], weights=weight)) if enough else None,
        "observed": observed,
        "psi": psi(rows.p[at], first, cuts=cuts) if len(cuts) else None,
        "psi_noise": psi_noise(len(cuts) + 1, base=len(first), now=len(at)) if len(cuts) else None,
        "note_en": why,
        "note_zh": in_chinese(why),
    }


def _word(parts: dict[str, int]) -> str:
    """Return what a month's rows did: ``train``, ``test``, ``mixed`` or ``unused``."""
    taught, tested = parts["train"] + parts["calibrate"], parts["test"]
    if taught and tested:
        return "mixed"
    return "test" if tested else "train" if taught else "unused"


def _auc(rows: ReportRows, judged: NDArray[np.int64], *, seed: int) -> tuple[Figure, str]:
    sample = rows.sample
    untold: Figure = {"value": None, "low": None, "high": None}
    if len(judged) < FEWEST_ROWS:
        return untold, f"only {len(judged)} rows may judge, {FEWEST_ROWS} are needed"
    try:
        auc, _ = auc_intervals(
            sample.y[judged], {"model": rows.p[judged]}, groups=sample.group[judged],
            weight=sample.weight[judged], seed=seed,
        )["model"]  # fmt: skip
    except OneClassOnly:
        return untold, "all labels are the same"
    told: Figure = {"value": auc.value, "low": auc.low, "high": auc.high}
    return told, f"no interval, {auc.reason}" if auc.reason else ""
