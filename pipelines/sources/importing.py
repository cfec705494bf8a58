"""One source read, checked and written as a book, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.book import Book, write_book
from features.book_files import check_place
from features.check import problems_of
from features.manifest import Manifest
from features.problem import BookRefused, Problem
from pipelines.sources.credit_record import read_credit_record
from pipelines.sources.directory import read_directory
from pipelines.sources.kruk import read_kruk
from pipelines.sources.reading import SourceReader, SourceTables
from pipelines.sources.superlender import read_superlender
from pipelines.sources.uci import read_uci

SOURCES: dict[str, SourceReader] = {
    "directory": read_directory,
    "kruk": read_kruk,
    "credit-record": read_credit_record,
    "uci": read_uci,
    "superlender": read_superlender,
}
"""Every kind of source by the name ``duecourse import`` takes."""

LOSS_BUDGET = 0.05
"""Share of a source's rows that may be left out; above it the import is refused."""

LOSSES_FORGIVEN = 5
"""So many rows may be left out of however small a source."""


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote.

    Parameters
    ----------
    source, path, digest
        Kind of source, folder of the book, digest of its contents.
    rows
        Rows by table.
    repairs, losses
        What was repaired or left out, in words, and in how many rows.
    notes
        What was assumed of every row.
    """

    source: str
    path: Path
    digest: str
    rows: dict[str, int]
    repairs: dict[str, int]
    losses: dict[str, int]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "source": self.source,
            "book": str(self.path),
            "digest": self.digest,
            "rows": self.rows,
            "repairs": self.repairs,
            "losses": self.losses,
            "notes": list(self.notes),
        }


def import_source(
    name: str,
    path: Path,
    *,
    out: Path,
    country: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
) -> ImportReport:
    """Write the book of a source and return what was written, repaired and left out.

    Parameters
    ----------
    name
        Kind of source: a key of ``SOURCES``.
    path
        Folder or file to read.
    out
        Folder of the book; it appears whole or not at all.
    country, time_zone, currency
        Stated here where the source does not state them.

    Raises
    ------
    BookRefused
        When anything is wrong; it holds every problem, and nothing was written.
    FolderInTheWay
        When something other than a book stands at ``out``.
    """
    check_place(out)
    if name not in SOURCES:
        expected, remedy = f"a kind of source ({', '.join(SOURCES)})", "Choose one of these."
        raise BookRefused((Problem("source", "", "unknown-source", expected, repr(name), remedy),))
    source = SOURCES[name](path, country=country, time_zone=time_zone, currency=currency)
    counted = [f"{what} ({count})" for what, count in (*source.repairs.items(), *source.losses.items())]
    stated = source.manifest
    manifest = Manifest(
        stated.country, stated.time_zone, stated.currency, source=name, notes=(*source.notes, *counted)
    )
    refusals = [*source.problems, *_over_budget(source)]
    if refusals:
        told = {problem.table for problem in refusals}
        found = problems_of(source.tables, manifest=manifest, origins=source.origins)
        raise BookRefused(
            (*refusals, *(p for p in found if p.rule != "missing-table" or p.table not in told))
        )
    book = Book.from_tables(source.tables, manifest=manifest, origins=source.origins)
    write_book(book, out)
    rows = {table: book.table(table).num_rows for table in book.table_names}
    return ImportReport(name, out, book.digest, rows, source.repairs, source.losses, source.notes)


def _over_budget(source: SourceTables) -> list[Problem]:
    """Return a problem when more rows were left out than the budget allows."""
    lost = sum(source.losses.values())
    if lost <= max(LOSSES_FORGIVEN, LOSS_BUDGET * source.rows_read):
        return []
    causes = ", ".join(f"{what}: {count}" for what, count in source.losses.items())
    return [
        Problem(
            "source",
            "",
            "too-many-losses",
            f"at most {LOSS_BUDGET:.0%} of {source.rows_read} rows (or {LOSSES_FORGIVEN}) left out",
            f"{lost} ({causes})",
            "Correct the source's file.",
        )
    ]
