"""Everything that is wrong with a lender's tables or a written book, told at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from features.book import Book
from features.book_files import BookDamaged, check_seal, opened
from features.examine import examined
from features.manifest import Manifest
from features.prepare import DERIVED
from features.problem import BookRefused as BookRefused
from features.problem import Origin
from features.problem import Problem as Problem


def problems_of(
    tables: Mapping[str, Any], *, manifest: Manifest, origins: Mapping[str, Origin] | None = None
) -> list[Problem]:
    """Return everything that is wrong with a lender's tables, not only the first thing.

    Parameters
    ----------
    tables
        Arrow tables or pandas frames by name.
    manifest
        Country, time zone and currency.
    origins
        The files the rows came from; without them rows are numbered from 1.

    Examples
    --------
    >>> found = problems_of({}, manifest=Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY"))
    >>> [(problem.table, problem.rule) for problem in found]
    [('loans', 'missing-table'), ('instalments', 'missing-table')]
    """
    return examined(tables, manifest=manifest, origins=origins).problems


def check_book(path: Path) -> list[Problem]:
    """Return everything that is wrong with a book on disk; an empty list for a sound one.

    Files are held against the digests in book.json, rows against the contract, and the derived
    columns against those the rows give today. A missing folder or a damaged file is a problem, not
    an exception.

    Parameters
    ----------
    path
        Folder of the book.

    Examples
    --------
    >>> [problem.rule for problem in check_book(Path("/nowhere"))]
    ['damaged']
    """
    try:
        manifest, names, read, digest = opened(path)
    except BookDamaged as error:
        return [_damage("book", error)]
    problems: list[Problem] = []
    tables: dict[str, Any] = {}
    for name in names:
        try:
            tables[name] = read(name)
        except BookDamaged as error:
            problems.append(_damage(name, error))
    if problems:
        return problems
    raw = {n: t.drop_columns([c for c in DERIVED if c in t.column_names]) for n, t in tables.items()}
    origins = {n: Origin(((f"{n}/part-0000.parquet", t.num_rows, 1),)) for n, t in tables.items()}
    try:
        book = Book.from_tables(raw, manifest=manifest, origins=origins)
    except BookRefused as error:
        return list(error.problems)
    problems = [_drifted(name) for name in names if not book.table(name).equals(tables[name])]
    if book.digest != digest:
        problems.append(
            Problem(
                "book",
                "digest",
                "other-contents",
                f"contents with the digest {digest[:12]}… of book.json",
                f"contents with the digest {book.digest[:12]}…",
                "book.json was edited after the book was written: import the book again.",
            )
        )
    if not problems:
        try:
            check_seal(path)
        except BookDamaged as error:
            problems.append(_damage("book", error))
    return problems


def _damage(table: str, error: BookDamaged) -> Problem:
    return Problem(table, "", "damaged", error.expected, error.found, error.remedy)


def _drifted(table: str) -> Problem:
    return Problem(
        table,
        "",
        "derived-differ",
        "owner_no, day, seen_from and seen_until as the rows and the time zone give them",
        "other values or another order",
        "The time zone data changed or the file was made elsewhere: import the book again.",
    )
