"""One source read, checked and written as a book, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from features.book import Book, write_book
from features.book_files import check_place
from features.check import problems_of
from features.problem import BookRefused, Problem
from pipelines.sources.credit_record import read_credit_record
from pipelines.sources.directory import read_directory
from pipelines.sources.kruk import read_kruk
from pipelines.sources.mapping import read_mapped
from pipelines.sources.postgresql import read_postgresql
from pipelines.sources.postgresql_address import is_address
from pipelines.sources.reading import SourceReader, SourceTables, Unplaced
from pipelines.sources.superlender import read_superlender
from pipelines.sources.uci import read_uci

SOURCES: dict[str, SourceReader] = {
    "directory": read_directory,
    "kruk": read_kruk,
    "credit-record": read_credit_record,
    "uci": read_uci,
    "superlender": read_superlender,
    "postgresql": read_postgresql,
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
    unplaced
        Columns and files that a mapping neither uses nor ignores.
    """

    source: str
    path: Path
    digest: str
    rows: dict[str, int]
    repairs: dict[str, int]
    losses: dict[str, int]
    notes: tuple[str, ...]
    unplaced: tuple[Unplaced, ...] = ()

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
            "unplaced": [unplaced.to_json() for unplaced in self.unplaced],
        }


def import_source(
    name: str,
    path: Path | str,
    *,
    out: Path,
    country: str | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    map_file: Path | None = None,
) -> ImportReport:
    """Write the book of a source and return what was written, repaired and left out.

    Parameters
    ----------
    name
        Kind of source: a key of ``SOURCES``.
    path
        Folder or file to read; for ``postgresql`` the address of the database.
    out
        Folder of the book; it appears whole or not at all.
    country, time_zone, currency
        Stated here where the source does not state them.
    map_file
        Mapping of a lender's own export; for the source ``directory`` alone.

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
    if is_address(str(path)) != (name == "postgresql"):
        expected = "an address postgresql://… for the source postgresql, a path for any other"
        problem = Problem("source", "", "no-such-place", expected, f"another for {name}", "Correct --from.")
        raise BookRefused((problem,))
    place = path if name == "postgresql" else Path(path)
    source = _reader(name, map_file)(place, country=country, time_zone=time_zone, currency=currency)
    counted = [f"{what} ({count})" for what, count in (*source.repairs.items(), *source.losses.items())]
    manifest = replace(source.manifest, source=name, notes=(*source.notes, *counted))
    refusals = [*source.problems, *_over_budget(source)]
    if refusals:
        found = problems_of(source.tables, manifest=manifest, origins=source.origins)
        raise BookRefused((*refusals, *(p for p in found if not _follows(p, refusals, source))))
    book = Book.from_tables(source.tables, manifest=manifest, origins=source.origins)
    write_book(book, out)
    rows = {table: book.table(table).num_rows for table in book.table_names}
    return ImportReport(
        name, out, book.digest, rows, source.repairs, source.losses, source.notes, source.unplaced
    )


def _reader(name: str, map_file: Path | None) -> SourceReader:
    """Return the reader of a kind of source; a mapping goes with a lender's own files alone."""
    if map_file is None:
        return SOURCES[name]
    if name != "directory":
        expected, found = "a mapping for the source directory", f"it for {name}"
        problem = Problem("source", "", "no-mapping-here", expected, found, "Leave --map away.")
        raise BookRefused((problem,))
    return partial(read_mapped, map_file=map_file)


def _follows(found: Problem, told: list[Problem], source: SourceTables) -> bool:
    """Return whether a broken rule only repeats what the reader told: its column or table is not there."""
    if found.rule == "missing-table":
        return any(problem.table == found.table for problem in told)
    place = (found.table, found.column)
    if found.column and any((p.table, p.column) in (place, source.follows.get(place)) for p in told):
        return True
    loans_unread = any(p.table == "loans" and p.column in ("", "loan_id", "borrower_id") for p in told)
    return found.rule in ("orphan", "empty-book") and loans_unread


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
