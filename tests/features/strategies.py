"""Small random books for the laws, drawn by Hypothesis or from a seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st

from features.book import Book
from features.manifest import Manifest
from tests.builders import CHINA, Row, tables_of
from tests.features.small_conduct import (
    add_attributes,
    add_borrower,
    add_circumstances,
    add_talks,
    add_visits,
)
from tests.features.small_rows import (
    DAYS,
    START,
    Tables,
    Writer,
    add_loan,
    add_money_rows,
    add_plans,
    add_statements,
)

__all__ = [
    "NAMES",
    "Tables",
    "book_of_tables",
    "joined",
    "mornings",
    "needed_tables",
    "raw_tables",
    "seeded_tables",
    "several_books",
    "tables_by",
]

NAMES = (
    "loans", "borrowers", "instalments", "payments", "statements", "contacts", "promises", "offers", "visits",
    "reviews", "evidence", "plans", "flags", "consents", "attributes",
)  # fmt: skip
OPTIONAL = tuple(name for name in NAMES if name not in ("loans", "instalments", "payments"))


def tables_by(chance: Random) -> Tables:
    """Return the raw rows of a small book whose every choice comes from ``chance``.

    A table that the lender does not keep has no rows; a lender of monthly panels keeps no instalments.
    """
    write, tables = Writer(chance), {name: [] for name in NAMES}  # type: Writer, Tables
    people = [f"B-{n}" for n in range(chance.randint(1, 3))]
    loans = {f"L-{n}": (chance.choice(people), chance.randint(0, 40)) for n in range(chance.randint(1, 4))}
    for loan, (owner, began) in loans.items():
        add_loan(tables, write, loan, owner, began)
        add_money_rows(tables, write, loan, began)
        add_plans(tables, write, loan, began)
        if chance.random() < 0.6:
            add_statements(tables, write, loan)
        add_talks(tables, write, loan, began)
        add_visits(tables, write, loan, began)
        add_attributes(tables, write, kind="loan", owner=loan, known=began)
    for owner in sorted({owner for owner, _ in loans.values()}):
        add_borrower(tables, write, owner)
        add_attributes(tables, write, kind="borrower", owner=owner, known=5)
        for suffix in range(chance.randint(0, 2)):
            add_circumstances(tables, write, owner, suffix=f"{owner}-{suffix}")
    for name in OPTIONAL:
        if chance.random() < 0.15:
            tables[name] = []
    if tables["statements"] and chance.random() < 0.3:
        tables["instalments"], tables["payments"] = [], []
    return _of_one_piece(tables)


def _of_one_piece(tables: Tables) -> Tables:
    """Return the tables without instalments of plans, and reschedules without instalments, that lost their partner."""
    planned = {row["plan_id"] for row in tables["plans"]}
    borne = {row.get("plan_id") for row in tables["instalments"]}
    kept = [row for row in tables["plans"] if row["kind"] != "reschedule" or row["plan_id"] in borne]
    owed = [row for row in tables["instalments"] if row.get("plan_id") in {None, *planned}]
    return {**tables, "plans": kept, "instalments": owed}


def book_of_tables(tables: Tables, *, manifest: Manifest = CHINA) -> Book:
    """Return the checked book of raw rows; a table without rows is left out where it may be."""
    kept = {name: rows for name, rows in tables.items() if rows or name in needed_tables(tables)}
    return Book.from_tables(tables_of(**kept), manifest=manifest)


def needed_tables(tables: Tables) -> set[str]:
    """Return the tables that stand in the book even when they are empty."""
    panel = tables["statements"] and not tables["instalments"] and not tables["payments"]
    return {"loans"} if panel else {"loans", "instalments", "payments"}


def raw_tables() -> st.SearchStrategy[Tables]:
    """Return a strategy of raw rows of small books: choice by choice, which shrinks, or whole from a seed, which is rich."""
    return st.randoms(use_true_random=False).map(tables_by) | st.integers(0, 10**6).map(seeded_tables)


def seeded_tables(seed: int) -> Tables:
    """Return the raw rows of the small book of a seed."""
    return tables_by(Random(seed))


class Books(list[Tables]):
    """Small books that are told in few words when a law fails on them."""

    def __repr__(self) -> str:
        return super().__repr__()[:20_000]


def several_books() -> st.SearchStrategy[Books]:
    """Return a strategy of four to seven small books, one of them drawn choice by choice, to go through the door as one."""
    rich = st.lists(st.integers(0, 10**6).map(seeded_tables), min_size=3, max_size=6)
    return st.tuples(raw_tables(), rich).map(lambda drawn: Books([drawn[0], *drawn[1]]))


def joined(books: Sequence[Tables]) -> Tables:
    """Return small books as one of their lender: the number of each stands at the end of its ids."""
    return {name: [_renamed(row, n) for n, one in enumerate(books) for row in one[name]] for name in NAMES}


def _renamed(row: Row, number: int) -> Row:
    return {
        name: f"{value}/{number}" if name.endswith("_id") and isinstance(value, str) else value
        for name, value in row.items()
    }


def mornings() -> st.SearchStrategy[list[dt.date]]:
    """Return a strategy of one to three mornings."""
    number = st.integers(1, DAYS + 80)
    return st.lists(number.map(lambda n: START + dt.timedelta(days=n)), min_size=1, max_size=3, unique=True)
