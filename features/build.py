"""Observations in, one row of features per observation out: the same code for a million rows or one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.arrow_columns import frame_of
from features.buckets import BUCKETS, bucket_of
from features.computed import MixedAttribute, computed
from features.discovery import house_features
from features.observations import Observations
from features.table import CONTEXT, KEYS, FeatureTable, read_features, write_features

if TYPE_CHECKING:
    from features.book import Book

__all__ = [
    "BUCKETS",
    "CONTEXT",
    "KEYS",
    "FeatureTable",
    "MixedAttribute",
    "bucket_of",
    "build_features",
    "house_features",
    "read_features",
    "write_features",
]


def build_features(book: Book, observations: Observations) -> FeatureTable:
    """Return the feature table of the observations: keys, context, features, lender's attributes.

    A feature whose purpose needs consent is missing where the borrower's consent did not hold on as_of; the
    notes say how often, and once when the book has no table of consents.

    Raises
    ------
    MixedAttribute
        When an attribute holds numbers in some rows and codes in others.

    Examples
    --------
    >>> import datetime as dt
    >>> import pandas as pd
    >>> from features.book import Book, Manifest
    >>> from features.observations import observe
    >>> first = {"loan_id": ["L-1"], "revision": [1], "known_at": ["2024-01-15T10:00:00+08:00"]}
    >>> tables = {
    ...     "loans": pd.DataFrame(
    ...         {**first, "borrower_id": ["B-1"], "disbursed_on": ["2024-01-15"], "principal": [10000]}
    ...     ),
    ...     "instalments": pd.DataFrame(
    ...         {**first, "number": [1], "due_on": ["2024-02-15"], "principal_due": [10000]}
    ...     ),
    ...     "payments": pd.DataFrame(
    ...         {
    ...             "payment_id": ["P-1"],
    ...             "loan_id": ["L-1"],
    ...             "paid_on": ["2024-02-20"],
    ...             "amount": [9999],
    ...             "revision": [1],
    ...             "known_at": ["2024-02-20T09:00:00+08:00"],
    ...         }
    ...     ),
    ... }
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> book = Book.from_tables(tables, manifest=china)
    >>> seen = observe(book, as_of=[dt.date(2024, 2, 20), dt.date(2024, 2, 21)])
    >>> table = build_features(book, seen)
    >>> table.frame[["dpd_latest", "arrears_amount_latest", "days_since_payment"]].values.tolist()
    [[5.0, 10000.0, nan], [6.0, 1.0, 1.0]]
    """
    made = computed(book, observations)
    return FeatureTable(frame_of(made), made.catalogue, book.digest, made.notes)
