"""Observations in, one row of features per observation out: the same code for a million rows or one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.buckets import BUCKETS, bucket_of
from features.catalogue import Catalogue, Feature, FeatureSpec
from features.columns import known_where
from features.discovery import discovered_features, house_features
from features.feature_spec import attribute_spec
from features.history import History
from features.observations import Observations
from features.progress import counted
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


class MixedAttribute(ValueError):
    """One attribute holds numbers in some rows and codes in others."""


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
    history = History(book, observations)
    features = discovered_features()
    columns: dict[str, Any] = _keys(book, observations) | _context(history)
    withheld = _withheld(history, features)
    for item in counted(features, stage="features"):
        columns[item.spec.name] = _typed(item.compute(history), item.spec, withheld.get(item.spec.purpose))
    attributes = _attributes(history)
    for spec in attributes:
        name = spec.name.removeprefix("attr_")
        values = history.attributes.code(name) if spec.kind == "code" else history.attributes.value(name)
        columns[spec.name] = _typed(values, spec, None)
    catalogue = Catalogue((*(item.spec for item in features), *attributes))
    notes = _consent_notes(book, withheld, history.n)
    return FeatureTable(pd.DataFrame(columns), catalogue, book.digest, notes)


def _keys(book: Book, observations: Observations) -> dict[str, Any]:
    loan_no = observations.loan_no
    return {
        "loan_id": pd.array(book.loan_ids[loan_no], dtype="str"),
        "borrower_id": pd.array(book.borrower_ids[book.borrower_of_loan[loan_no]], dtype="str"),
        "as_of": observations.as_of.astype("M8[D]").astype("M8[us]"),
    }


def _context(history: History) -> dict[str, Any]:
    return {
        "product": pd.array(history.loans.code("product"), dtype="str"),
        "portfolio": pd.array(history.loans.code("portfolio"), dtype="str"),
        "bucket": pd.array(bucket_of(history.ledger.dpd), dtype="str"),
        "dpd_now": history.ledger.dpd,
        "arrears_now": known_where(history.ledger.arrears, history.ledger.arrears_known),
    }


def _withheld(history: History, features: tuple[Feature, ...]) -> dict[str, NDArray[np.bool_]]:
    """Return for each consent-based purpose where its consent did not hold."""
    purposes = {item.spec.purpose for item in features if item.spec.lawful_basis == "consent"}
    return {purpose: ~history.consents.active(where={"purpose": (purpose,)}) for purpose in sorted(purposes)}


def _consent_notes(book: Book, withheld: dict[str, NDArray[np.bool_]], n: int) -> tuple[str, ...]:
    if not withheld:
        return ()
    if "consents" not in book.table_names:
        purposes = ", ".join(withheld)
        return (f"The book has no consents table: features for {purposes} are missing throughout.",)
    return tuple(
        f"{int(missing.sum())} of {n} observations have no consent for {purpose}: features missing there."
        for purpose, missing in withheld.items()
    )


def _attributes(history: History) -> tuple[FeatureSpec, ...]:
    specs = []
    for name in history.attributes.names():
        numbers, codes = history.attributes.holds(name, "value"), history.attributes.holds(name, "code")
        if numbers and codes:
            raise MixedAttribute(
                f"attribute {name!r}: expected numbers or codes, found both. "
                "Give the codes a name of their own."
            )
        specs.append(attribute_spec(f"attr_{name}", kind="code" if codes else "number"))
    return tuple(specs)


def _typed(values: NDArray[Any], spec: FeatureSpec, withheld: NDArray[np.bool_] | None) -> Any:
    """Return the column as it is stored, missing where consent is; money and attributes are float64."""
    if spec.kind == "code":
        told = values.copy()
        if withheld is not None:
            told[withheld] = None
        return pd.array(told, dtype="str")
    wide = spec.unit in ("minor units", "")
    column = np.asarray(values).astype(np.float64 if wide else np.float32)
    if withheld is not None:
        column[withheld] = np.nan
    return column
