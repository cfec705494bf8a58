"""A book and days in, one feature file out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features.book import Book
from features.build import build_features
from features.files import check_file_place
from features.observations import observe
from features.table import write_features
from models.labels import label_named
from pipelines.mornings import accounts_of, check_mornings


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


class NothingObserved(ValueError):
    """No loan of a book stands on the mornings asked for."""


class NotParquet(ValueError):
    """A feature file must be Parquet."""


def write_book_features(
    book: Path, *, as_of: Sequence[date], out: Path, target: str | None = None
) -> Featured:
    """Build every feature of a book as known on the given days and write the file.

    Parameters
    ----------
    book
        Folder of the book.
    as_of
        Days that are beginning.
    out
        Parquet file; the catalogue is written beside it.
    target
        A label: only its accounts, on its own mornings where it has such. None for every loan that stands.

    Raises
    ------
    LabelUnknown, MorningsUnfit
        When the target is no label, or looks at other days.
    NotParquet
        When the file's name does not end in ``.parquet``.
    BookRefused, BookTooOld
        When the book cannot be opened, or knows nothing of such days.
    NothingObserved
        When no loan stands on them.
    PlaceTaken, InsideBook
        When the file cannot stand there.
    """
    if out.suffix != ".parquet":
        raise NotParquet(
            f"Expected --out to end in .parquet, or to name a folder, found {out.name!r}. "
            f"Name it {out.stem}.parquet, or {out.stem} for a folder."
        )
    check_file_place(out)
    opened = Book.open(book)
    check_mornings(opened, as_of, option="--as-of")
    if target is None:
        seen, others = observe(opened, as_of=as_of), 0
    else:
        seen, others = accounts_of(opened, target=label_named(target).name, as_of=as_of)
    table = build_features(opened, seen)
    if table.frame.empty:
        raise NothingObserved(
            f"Expected loans that stand on {', '.join(map(str, as_of[:5]))}, found none in {book}. "
            "Choose a later day: the book may begin after it."
        )
    write_features(table, out)
    left = (f"left out: {others:,} loans that {target} is not about",) if others else ()
    notes = (*left, *table.notes)
    return Featured(out=out, rows=len(table.frame), features=len(table.catalogue.specs), notes=notes)
