"""A made-up table and a tiny real model of it, for the tests of the registry."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd

from models.boosting import BoostSettings
from models.samples import sample_from_table
from models.training import Trained, train

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TAGS = {"book_hash": "b" * 64, "git_commit": "c" * 40}


def accounts(seed: int, rows: int = 700) -> pd.DataFrame:
    """Return a made-up table whose label follows from days past due and payments."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "id": [f"BORROWER-{seed}-{row}" for row in range(rows)],
            "dpd": rng.integers(1, 31, rows).astype(float),
            "paid": rng.normal(0, 1, rows),
            "product": rng.choice(["cash", "card"], rows),
        }
    )
    odds = frame["dpd"] / 10 - 1.5 - frame["paid"]
    return frame.assign(rolled=(rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int))


def trained(seed: int) -> Trained:
    """Return a small model of such a table."""
    sample = sample_from_table(accounts(seed), target="roll_30", label="rolled", id="id")
    return train(sample, seed=1, settings=BoostSettings())
