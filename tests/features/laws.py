"""What the laws share: how often they are tried, books of rows, frames that must be equal, rows known by a day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, example, settings
from hypothesis import strategies as st

from features.book import Book
from features.build import build_features
from features.catalogue import Catalogue
from features.contracts import TABLES
from features.examine import examined
from features.manifest import Manifest
from features.observations import day_number, observe
from features.prepare import prepared
from features.problem import BookRefused
from tests.builders import Row, manifest, tables_of
from tests.features.ledger_oracle import PARTS
from tests.features.small_rows import DAYS, START
from tests.features.strategies import Books, Tables, needed_tables, seeded_tables

law = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
"""50 times four or more generated books: 200 and more, which every law counts."""
RICH_TRIES, RICH_BOOKS = 16, 6
BOOKS_LOOKED_AT = 200 + RICH_TRIES * RICH_BOOKS
"""The least number of books of a law: those that are generated, and those that are the same in every run."""
Law = TypeVar("Law", bound=Callable[..., None])


def also_on_rich_books(**more: Callable[[Random], Any]) -> Callable[[Law], Law]:
    """Return a decorator that adds tries which are the same in every run, ``more`` giving the further arguments.

    Hypothesis draws constants of the modules that a process has loaded, so what it draws differs from run to run;
    what a law must have met is met on these books too.
    """
    orders = list(itertools.permutations(PARTS))

    def add(test: Law) -> Law:
        for number in range(RICH_TRIES):
            chance = Random(number)
            tried = example(
                books=Books(seeded_tables(RICH_BOOKS * number + place) for place in range(RICH_BOOKS)),
                days=[START + dt.timedelta(days=n) for n in chance.sample(range(60, DAYS + 60), 3)],
                said=manifest(settlement_order=chance.choice(orders)),
                **{name: draw(chance) for name, draw in more.items()},
            )
            test = tried(test)
        return test

    return add


SPLIT_BY_KNOWLEDGE = {"unknown-plan", "no-instalments"}
"""What the door says of a plan whose instalments are not known yet, or of those whose plan is not."""


def manifests() -> st.SearchStrategy[Manifest]:
    """Return a strategy of manifests: every order in which the parts of an instalment may be settled."""
    orders = st.sampled_from(list(itertools.permutations(PARTS)))
    return orders.map(lambda order: manifest(settlement_order=order))


def book_as_known(tables: Tables, said: Manifest, *, kept_by: Tables | None = None) -> Book:
    """Return the book of rows that were known at some time: a plan may stand there without its instalments.

    ``kept_by`` are all rows of the lender: a table he keeps stands in the book although none of its rows is known.
    """
    whole = kept_by or tables
    kept = {name: rows for name, rows in tables.items() if whole[name] or name in needed_tables(whole)}
    found = examined(tables_of(**kept), manifest=said)
    wrong = tuple(one for one in found.problems if one.rule not in SPLIT_BY_KNOWLEDGE)
    if wrong:
        raise BookRefused(wrong)
    ready = {
        name: prepared(table, TABLES[name], found.coded[name], time_zone=said.time_zone)
        for name, table in found.tables.items()
    }
    return Book.of_parts(said, tuple(ready), read=ready.__getitem__, digest="not looked at")


def built(book: Book, as_of: Sequence[dt.date]) -> pd.DataFrame:
    """Return the features of every loan that stood on the mornings, by loan and morning."""
    return built_with_catalogue(book, as_of)[0]


def built_with_catalogue(book: Book, as_of: Sequence[dt.date]) -> tuple[pd.DataFrame, Catalogue]:
    """Return the features and what they mean; the book's digest, which no law looks at, is not computed."""
    book.__dict__.setdefault("digest", "not looked at")
    table = build_features(book, observe(book, as_of=as_of))
    return table.frame.sort_values(["loan_id", "as_of"], ignore_index=True), table.catalogue


def assert_same(left: pd.DataFrame, right: pd.DataFrame, *, law: str = "") -> None:
    """Both frames hold the same bits; an attribute nobody has is as good as none."""
    if left.equals(right):
        return

    def keyed(frame: pd.DataFrame) -> pd.DataFrame:
        empty = [
            name
            for name in frame.columns.astype(str)
            if name.startswith("attr_") and frame[name].isna().all()
        ]
        return frame.drop(columns=empty).sort_values(["loan_id", "as_of"], ignore_index=True)

    pd.testing.assert_frame_equal(
        keyed(left), keyed(right), check_exact=True, check_like=True, obj=law or "frame"
    )


def moved_cells(left: pd.DataFrame, right: pd.DataFrame) -> set[str]:
    """Return the columns in which rows of one loan and morning differ."""
    names = [name for name in left.columns if name in right.columns]
    both = left[["loan_id", "as_of"]].merge(right[["loan_id", "as_of"]])
    one, other = (both.merge(frame[names]) for frame in (left, right))
    return {name for name in names if not one[name].equals(other[name])}


def known_day(row: Row) -> int:
    """Return the local day on which a row was known, 8 hours ahead of UTC."""
    return day_number(dt.datetime.fromisoformat(row["known_at"]).date())


def known_before(tables: Tables, morning: dt.date) -> Tables:
    """Return the rows known before the morning, without those of loans and borrowers not yet known."""
    limit = day_number(morning)
    kept = {name: [row for row in rows if known_day(row) < limit] for name, rows in tables.items()}
    loans = {row["loan_id"] for row in kept["loans"]}
    owners = {row["borrower_id"] for row in kept["loans"]}
    return rows_of_owners(kept, loans, owners)


def rows_of_owners(tables: Tables, loans: set[str], borrowers: set[str]) -> Tables:
    """Return the rows that belong to these loans and borrowers."""
    return {
        name: [
            row
            for row in rows
            if row.get("loan_id", next(iter(loans), "")) in loans
            and row.get("borrower_id", next(iter(borrowers), "")) in borrowers
            and row.get("owner_id", next(iter(borrowers), "")) in loans | borrowers
        ]
        for name, rows in tables.items()
    }


def floats(values: pd.Series) -> np.ndarray:
    """Return a column of numbers as float64, NaN where missing."""
    return values.to_numpy(dtype=np.float64)
