"""Small random books for the laws, drawn by Hypothesis or from a seed."""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import strategies as st

from features.book import Book
from tests.builders import CHINA, tables_of
from tests.features.small_rows import DAYS, START, Tables, Writer, add_borrower_rows, add_loan_rows, day

__all__ = ["Tables", "book_of_tables", "mornings", "raw_tables", "seeded_tables"]


def tables_by(chance: Random) -> Tables:
    """Return the raw rows of a small book whose every choice comes from ``chance``."""
    write = Writer(chance)
    pick, number = chance.choice, chance.randint
    tables: Tables = {
        name: []
        for name in (
            "loans",
            "borrowers",
            "instalments",
            "payments",
            "statements",
            "contacts",
            "promises",
            "offers",
            "visits",
            "evidence",
            "plans",
            "flags",
            "consents",
            "attributes",
        )
    }
    people = [f"B-{n}" for n in range(number(1, 2))]
    loans = {f"L-{n}": (pick(people), number(0, 40)) for n in range(number(1, 3))}
    for loan, (owner, began) in loans.items():
        ended = pick((None, None, None, began + 200))
        tables["loans"] += write.versions(
            began,
            lambda loan=loan, owner=owner, began=began, ended=ended: {
                "loan_id": loan,
                "borrower_id": owner,
                "product": pick(("cash", "card", None)),
                "portfolio": "own",
                "disbursed_on": day(began),
                "principal": number(0, 90_000),
                "annual_rate": pick((0.12, 0.24, None)),
                "term_months": pick((0, 6, 12)),
                "guarantor": pick((True, False, None)),
                "collateral": pick((True, False, None)),
                "ended_on": None if ended is None else day(ended),
                "end_kind": None if ended is None else "sold",
            },
        )
    used = {owner for owner, _ in loans.values()}
    for owner in sorted(used):
        tables["borrowers"] += write.versions(
            0,
            lambda o=owner: {
                "borrower_id": o,
                "employment": pick(("employed", "none", None)),
                "declared_income": pick((None, 0, 50_000)),
                "opened_on": day(0),
            },
        )
    for loan, (owner, began) in loans.items():
        add_loan_rows(tables, write, loan, began)
        add_borrower_rows(tables, write, owner, suffix=loan)
    return tables


def book_of_tables(tables: Tables) -> Book:
    """Return the checked book of raw rows; a table without rows is left out where it may be."""
    needed = ("loans", "instalments", "payments")
    kept = {name: rows for name, rows in tables.items() if rows or name in needed}
    return Book.from_tables(tables_of(**kept), manifest=CHINA)


def raw_tables() -> st.SearchStrategy[Tables]:
    """Return a strategy of raw rows of small books."""
    return st.randoms(use_true_random=False).map(tables_by)


def seeded_tables(seed: int) -> Tables:
    """Return the raw rows of the small book of a seed."""
    return tables_by(Random(seed))


def mornings() -> st.SearchStrategy[list[dt.date]]:
    """Return a strategy of one to three mornings."""
    number = st.integers(1, DAYS + 80)
    return st.lists(number.map(lambda n: START + dt.timedelta(days=n)), min_size=1, max_size=3, unique=True)
