"""A busy lender, a borrower late with a talk, and who was truly struck by a shock."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.book import Book
from pipelines.simulator.parameters import default_parameters
from pipelines.simulator.simulate import Simulated, simulate
from tests.builders import at, book_of, contact, instalment


def busy_lender() -> Simulated:
    """Return a lender that visits and decides more than most, so that a small book has verdicts enough."""
    usual = default_parameters()
    busy = usual.replaced(
        {
            "policy.visit_by_band": tuple(3 * usual.numbers("policy.visit_by_band")),
            "policy.review_share": 1.0,
            "borrowers.strategic_share": 2 * usual.number("borrowers.strategic_share"),
        },
        source="a test",
    )
    return simulate(loans=7000, months=15, seed=3, parameters=busy)


def late_book(**more: Any) -> Book:
    """Return a book with one instalment overdue and one talk about it."""
    calls = [contact(contacted_at=at("2024-03-20"))]
    return book_of(instalments=[instalment()], contacts=calls, **more)


def struck_on(shocks: pd.DataFrame, *, borrower: Any, day: Any) -> Any:
    """Return which borrowers were inside a shock on their day."""
    rows = pd.DataFrame({"borrower_id": borrower.astype(str), "day": day, "place": np.arange(len(day))})
    spells = shocks.assign(borrower_id=shocks["borrower_id"].astype(str))
    both = rows.merge(spells, on="borrower_id")
    first, last = (
        both[name].astype("datetime64[s]").astype("int64") // 86_400 for name in ("starts_on", "ends_on")
    )
    inside = (first <= both["day"]) & (both["day"] < last)
    struck = np.zeros(len(day), dtype=bool)
    struck[both.loc[inside, "place"]] = True
    return struck
