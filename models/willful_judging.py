"""Figures of a willful model, always three ways: naive, corrected for who was investigated, audit-only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import Bundle
from models.evaluate import evaluate_scores
from models.judging import OneClassOnly
from models.sample import Sample
from models.willful_cases import WillfulCases

NO_AUDITED_LABELS: Final = (
    "No public data set has audited labels of willful default: these figures hold for verdicts of this "
    "book's reviewers. / 没有任何公开数据集包含经审计的恶意逾期标签：以上数字仅对本账簿审核人员的结论有效。"
)
"""Told beside every willful evaluation."""
FEWEST_AUDITED: Final = 10


NOT_TOLD: dict[str, Any] = {
    "base_rate": None,
    "auc": {"value": None, "low": None, "high": None},
    "ks": None,
    "brier": None,
    "calibration": {"slope": None, "intercept": None},
    "capture": {"0.1": None, "0.2": None, "0.3": None},
    "cash_capture": None,
    "by_bucket": {},
    "challengers": {},
    "notes": ["too few verdicts for corrected figures: see three_ways"],
}
"""Every key of an evaluation, for a book whose verdicts allow no figure."""


def judge_willful(
    bundle: Bundle, cases: WillfulCases, sample: Sample, *, rows: NDArray[np.int64], seed: int
) -> dict[str, Any]:
    """Return the figures of a model on some rows of the cases, ready for JSON.

    The head figures are the corrected ones (verdicts weighted by the inverse chance of being
    investigated). ``three_ways`` shows naive, corrected and audit-only side by side; a way that
    cannot be had is null with its reason. ``coverage`` counts on how many accounts the model answers.

    Parameters
    ----------
    rows
        Positions of the rows to judge on.
    """
    gold = rows[np.isfinite(cases.verdict[rows])]
    score = bundle.score(sample.X.iloc[rows])
    p = pd.Series(score["p_willful"].to_numpy(), index=rows)
    sure = pd.Series((score["evidence"] == "sufficient").to_numpy(), index=rows)
    ways = {
        "naive": (gold, np.ones(len(gold)), ""),
        "corrected": (gold, cases.weight[gold], ""),
        "audit_only": (gold[cases.audited[gold]], None, "random audit visits with a verdict"),
        "where_sufficient": (
            gold[sure[gold].to_numpy(dtype=np.bool_)],
            None,
            "verdicts where evidence suffices",
        ),
    }
    told: dict[str, Any] = {}
    head: dict[str, Any] | None = None
    for name, (at, weight, what) in ways.items():
        try:
            if name == "audit_only" and len(at) < FEWEST_AUDITED:
                raise OneClassOnly(
                    f"Expected at least {FEWEST_AUDITED} {what}; found {len(at)}. Keep 2–5 % random audit visits."
                )
            figures = _figures(
                cases, sample, at, p=p[at].to_numpy(dtype=np.float64), weight=weight, seed=seed
            )
        except OneClassOnly as reason:
            told[name] = {"auc": None, "n": len(at), "reason": str(reason)}
            continue
        told[name] = {"auc": figures["auc"], "n": figures["n"], "base_rate": figures["base_rate"]}
        head = figures if name == "corrected" else head
    return {
        **(head or {**NOT_TOLD, "n": len(gold)}),
        "target": sample.target,
        "window": sample.window,
        "trained_overlap": 0,
        "three_ways": told,
        "coverage": {
            "accounts": len(rows),
            "sufficient": int(sure.sum()),
            "share": float(sure.mean()) if len(rows) else None,
            "verdicts": len(gold),
            "mean_interval_width": _mean_width(score),
        },
        "audited_labels": NO_AUDITED_LABELS,
        "losses": sample.losses_json(),
    }


def _figures(
    cases: WillfulCases,
    sample: Sample,
    rows: NDArray[np.int64],
    *,
    p: NDArray[np.float64],
    weight: NDArray[np.float64] | None,
    seed: int,
) -> dict[str, Any]:
    amount = np.full(len(rows), np.nan) if sample.amount is None else sample.amount[rows]
    if len(np.unique(cases.verdict[rows])) < 2:
        raise OneClassOnly(
            f"Expected verdicts of both kinds; found {len(rows)} of one kind or none. Decide more cases."
        )
    return evaluate_scores(
        cases.verdict[rows],
        p,
        groups=sample.group[rows],
        bucket=sample.bucket[rows],
        amount=amount,
        challengers={"sort by arrears": amount, "sort by dpd": sample.dpd[rows]},
        weight=weight,
        seed=seed,
    )


def _mean_width(score: pd.DataFrame) -> float | None:
    width = (score["p_willful_high"] - score["p_willful_low"]).to_numpy(dtype=np.float64)
    return float(width.mean()) if len(width) else None
