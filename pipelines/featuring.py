"""A book and days in, one feature file out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features.book import Book
from features.build import build_features
from features.observations import observe
from features.table import write_features


@dataclass(frozen=True)
class Featured:
    """A feature file.

    Parameters
    ----------
    out
        Parquet file; the catalogue lies beside it.
    rows, features
        Observations, and feature columns.
    notes
        What a reader must know (consents that switched a feature off).
    """

    out: Path
    rows: int
    features: int
    notes: tuple[str, ...]


class NotParquet(ValueError):
    """A feature file must be Parquet."""


def write_book_features(book: Path, *, as_of: Sequence[date], out: Path) -> Featured:
    """Build every feature of a book as known on the given days and write the file.

    Raises
    ------
    NotParquet
        When the file's name does not end in ``.parquet``.
    BookRefused
        When the book cannot be opened.
    """
    if out.suffix != ".parquet":
        raise NotParquet(
            f"Expected --out to end in .parquet, found {out.name!r}. Name it {out.stem}.parquet."
        )
    opened = Book.open(book)
    table = build_features(opened, observe(opened, as_of=as_of))
    write_features(table, out)
    return Featured(
        out=out, rows=len(table.frame), features=len(table.catalogue.specs), notes=tuple(table.notes)
    )
