"""The book's tables as one Parquet file each, for engines that do not know a book."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from features.book import Book


def write_inputs(book: Book, folder: Path) -> None:
    """Write every table with its derived columns, ``owner_no`` counted through the whole book.

    Rows, columns and compression are those of the book's own parts; one file spares the other engines a key of
    shard and number, and its row groups are of the size they read fastest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in book.table_names:
        pq.write_table(
            book.table(name),
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=1,
            row_group_size=250_000,
        )
