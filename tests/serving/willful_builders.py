"""A small book with verdicts, the willful model learnt from it, and one borrower's rows as they go over the wire."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.book import Book
from features.build import build_features
from features.contracts import PROTECTED_TABLES, TABLES
from features.observations import observe
from models.bundle import Bundle
from models.willful import train_willful
from pipelines.simulator.parameters import default_parameters
from pipelines.simulator.simulate import Simulated, simulate

FIRST, LAST = dt.date(2024, 2, 1), dt.date(2025, 2, 1)
MORNING = dt.date(2024, 11, 1)


@cache
def simulated() -> Simulated:
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
    return simulate(loans=6000, months=14, seed=3, parameters=busy)


@cache
def simulated_book() -> Book:
    """Return the book of that lender."""
    return Book.from_tables(simulated().tables, manifest=simulated().manifest)


@cache
def willful_bundle() -> Bundle:
    """Return a real bundle of kind willful."""
    return train_willful(simulated_book(), first=FIRST, last=LAST, seed=5).bundle


def rows_of(borrower_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return the raw rows of one borrower of the book: every table the lender keeps, empty ones included."""
    tables = {name: pa.table(table) for name, table in simulated().tables.items()}
    loans = tables["loans"]
    mine = loans.filter(pc.equal(pc.cast(loans["borrower_id"], pa.string()), borrower_id))
    owned = {
        "loan": ("loan_id", pc.cast(mine["loan_id"], pa.string())),
        "borrower": ("borrower_id", pa.array([borrower_id])),
    }
    raw: dict[str, list[dict[str, Any]]] = {}
    for name, table in tables.items():
        owner = TABLES[name].owner
        if name in PROTECTED_TABLES or owner not in owned:
            continue
        column, ids = owned[owner]
        rows = table.filter(pc.is_in(pc.cast(table[column], pa.string()), value_set=ids)).to_pylist()
        raw[name] = [
            {key: _wire(value, TABLES[name].column(key).kind) for key, value in row.items()} for row in rows
        ]
    return raw


def _wire(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "day":
        return value.date().isoformat() if isinstance(value, dt.datetime) else value.isoformat()
    if kind == "instant":
        return (value if value.tzinfo else value.replace(tzinfo=dt.UTC)).isoformat()
    return value


def late_borrower(*, low: int, high: int) -> str:
    """Return a borrower of the book with a loan that many days past due on the morning."""
    frame = build_features(simulated_book(), observe(simulated_book(), as_of=[MORNING])).frame
    return str(frame["borrower_id"][frame["dpd_now"].between(low, high)].iloc[0])
