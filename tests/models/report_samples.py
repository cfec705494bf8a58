"""A small lender with months, buckets, missing values and codes, and a model trained on it: made once per process."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from features.buckets import bucket_of
from models.report_numbers import ReportNumbers, report_numbers
from models.sample import Loss, Sample
from models.training import Trained, train
from tests.models.learning_builders import QUICK, overdue_catalogue, sample_of


def monthly_sample(rows: int = 2400, *, seed: int = 4, permuted: bool = False) -> Sample:
    """Return rows of eight months: borrowers of three rows, dpd 1 to 60, a code, gaps, and a known truth.

    Parameters
    ----------
    permuted
        True to shuffle the outcomes, so that nothing can be learnt.
    """
    draw = np.random.default_rng(seed)
    dpd = draw.integers(1, 61, rows).astype(float)
    paid = draw.gamma(2.0, 500.0, rows)
    product = draw.choice(["cash", "card", "auto"], rows, p=[0.5, 0.3, 0.2])
    log_odds = -2.4 + 0.05 * dpd - 0.0009 * paid + np.where(product == "cash", 0.8, 0.0)
    y = (draw.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    if permuted:
        y = draw.permutation(y)
    frame = pd.DataFrame(
        {
            "dpd": dpd,
            "paid_amount_30d": np.where(draw.random(rows) < 0.15, np.nan, paid),
            "noise": draw.normal(size=rows),
            "product": product,
        }
    )
    days = np.array([f"2024-{month:02d}-01" for month in range(1, 9)], dtype="datetime64[D]").astype(np.int32)
    borrower = np.array([f"B-{one:05d}" for one in draw.permutation(np.arange(rows) // 3)], dtype=object)
    return sample_of(
        rows,
        X=frame,
        y=y,
        ids=borrower,
        group=borrower,
        as_of=days[np.arange(rows) % 8],
        bucket=bucket_of(dpd),
        dpd=dpd,
        amount=np.round(paid * 100),
        catalogue=overdue_catalogue(),
        losses=(Loss("flagged: dispute", 7),),
    )


@cache
def trained_example() -> tuple[Sample, Trained]:
    """Return the sample and a model trained on it."""
    sample = monthly_sample()
    return sample, train(sample, seed=11, settings=QUICK)


@cache
def numbers_example() -> ReportNumbers:
    """Return the report's numbers of that model."""
    sample, trained = trained_example()
    return told(sample, trained)


def told(sample: Sample, trained: Trained, **changes: Any) -> ReportNumbers:
    """Return the numbers of a model on the sample it was trained and judged on."""
    asked = {"split": trained.split, "evaluation": trained.evaluation, "seed": 3, **changes}
    return report_numbers(trained.bundle, sample, **asked)


def reversed_sample(sample: Sample) -> Sample:
    """Return the sample with its rows the other way round."""
    return replace(sample.take(np.arange(len(sample))[::-1].astype(np.int64)))
