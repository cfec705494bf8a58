"""The book of one borrower, made of raw rows by the same door that a whole portfolio comes through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from features.book import Book, BookRefused
from features.manifest import Manifest, is_country, is_currency, is_time_zone
from features.observations import day_number
from serving.borrower_rows import RowsRefused, tables_of
from serving.errors import FieldError


def book_of(raw: Mapping[str, Any], *, manifest: Manifest) -> Book:
    """Return the book of one borrower's raw rows.

    Raises
    ------
    RowsRefused
        When rows break the contract, or are not one borrower's.
    """
    _check_manifest(manifest)
    tables = tables_of(raw)
    if "loans" not in tables:
        raise RowsRefused(
            [FieldError("tables.loans", "the borrower's loans", "none", "Send one row per loan.")]
        )
    people = tables["loans"]["borrower_id"].unique().to_pylist()
    if len(people) != 1:
        raise RowsRefused(
            [
                FieldError(
                    "tables.loans",
                    "the loans of one borrower",
                    f"{len(people)} borrowers",
                    "Send one borrower per call.",
                )
            ]
        )
    try:
        return Book.from_tables(tables, manifest=manifest)
    except BookRefused as refused:
        raise RowsRefused(
            [
                FieldError(
                    f"tables.{p.table}" + (f".{p.column}" if p.column else ""),
                    p.expected,
                    f"{p.rule} in {', '.join(p.rows)}" if p.rows else p.rule,
                    p.remedy,
                )
                for p in refused.problems
            ]
        ) from refused


def _check_manifest(manifest: Manifest) -> None:
    wrong = [
        FieldError(name, expected, "another", "Correct it.")
        for name, lawful, expected in (
            ("country", is_country(manifest.country), "two letters of ISO 3166-1"),
            ("time_zone", is_time_zone(manifest.time_zone), "a name of the time zone database"),
            ("currency", is_currency(manifest.currency), "three letters of ISO 4217"),
        )
        if not lawful
    ]
    if wrong:
        raise RowsRefused(wrong)


def unseen(book: Book, *, as_of: date) -> list[str]:
    """Return how many rows of each table are known too late to count as of that morning, in words."""
    day = day_number(as_of)
    counts = {name: int((book.rows(view).seen_from > day).sum()) for name, view in _views(book)}
    return [
        f"{count} rows of {name} are known on {as_of.isoformat()} or later and did not count."
        for name, count in counts.items()
        if count
    ]


def _views(book: Book) -> list[tuple[str, str]]:
    plain = [(name, name) for name in book.table_names if name != "attributes"]
    kinds = ("loan", "borrower") if "attributes" in book.table_names else ()
    return plain + [(f"attributes of {kind}s", f"attributes:{kind}") for kind in kinds]


def not_standing(book: Book, *, standing: int, as_of: date) -> list[str]:
    """Return how many loans do not stand on that morning, in words."""
    missing = len(book.loan_ids) - standing
    if not missing:
        return []
    return [f"{missing} loans do not stand on {as_of.isoformat()} (not disbursed, not known or ended)."]
