"""Books that several parts share: made once, removed when the run ends."""

from __future__ import annotations

from pathlib import Path

from benchmarks.bulk import write_bulk
from benchmarks.children import remove
from benchmarks.sizes import Sizes
from features.shards import stated_rows

FOLDER = "books"


def kept_book(work: Path, *, loans: int, sizes: Sizes) -> Path:
    """Return a book of so many loans in the work folder, made unless it stands there whole."""
    book = work / FOLDER / str(loans)
    if not (book / "book.json").exists():
        print(f"  a book of {loans:,} loans …", flush=True)
        write_bulk(book, loans=loans, shards=sizes.shards(loans))
    return book


def rows_in(book: Path) -> dict[str, int]:
    """Return the rows of each table."""
    return stated_rows(book)


def remove_books(work: Path) -> None:
    """Remove the books of a finished run."""
    remove(work / FOLDER)
