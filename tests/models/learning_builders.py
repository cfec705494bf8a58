"""Small tables and samples with a known truth, as plain functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from features.catalogue import Catalogue
from features.feature_spec import attribute_spec
from models.boosting import BoostSettings
from models.sample import Sample

QUICK = BoostSettings(rate=0.1, leaves=15, rounds=80, patience=15)


def overdue_table(rows: int = 1500, *, seed: int = 1) -> pd.DataFrame:
    """Return accounts whose risk rises with dpd and falls with payments; product matters, noise does not."""
    draw = np.random.default_rng(seed)
    dpd = draw.integers(1, 31, rows).astype(float)
    paid = draw.gamma(2.0, 500.0, rows)
    product = draw.choice(["cash", "card", "auto"], rows, p=[0.5, 0.3, 0.2])
    log_odds = -2.2 + 0.09 * dpd - 0.0008 * paid + np.where(product == "cash", 0.7, 0.0)
    rolled = (draw.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    return pd.DataFrame(
        {
            "account": [f"A-{n:05d}" for n in range(rows)],
            "dpd": dpd,
            "paid_amount_30d": np.where(draw.random(rows) < 0.1, np.nan, paid),
            "product": product,
            "noise": draw.normal(size=rows),
            "rolled": rolled,
        }
    )


def overdue_catalogue() -> Catalogue:
    """Return the catalogue of the table: dpd raises risk, payments lower it."""
    directions = {"dpd": 1, "paid_amount_30d": -1, "noise": 0}
    numbers = [
        replace(attribute_spec(name, kind="number"), direction=direction)
        for name, direction in directions.items()
    ]
    return Catalogue((*numbers, attribute_spec("product", kind="code")))


def sample_of(rows: int = 300, **changes: Any) -> Sample:
    """Return a sample of one feature: three mornings, borrowers of three rows each, one in three events."""
    at = np.arange(rows)
    base: dict[str, Any] = {
        "X": pd.DataFrame({"dpd": at % 30 + 1.0}),
        "y": ((at // 3 * 31 + at) % 7 < 2).astype(float),
        "weight": np.ones(rows),
        "ids": np.array([f"B-{n // 3}" for n in at], dtype=object),
        "group": np.array([f"B-{n // 3}" for n in at], dtype=object),
        "as_of": (19_723 + 31 * (at % 3)).astype(np.int32),
        "bucket": np.full(rows, "1-30", dtype=object),
        "dpd": at % 30 + 1.0,
        "amount": None,
        "catalogue": Catalogue((attribute_spec("dpd", kind="number"),)),
        "target": "roll_30",
        "risk_sign": 1,
        "window": "30d",
        "losses": (),
        "source_digest": "0" * 64,
    }
    return Sample(**{**base, **changes})
