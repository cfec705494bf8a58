"""The forty features by this project's engine: a shard of borrowers at a time, shards shared among threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.compared import CODES, COLUMNS, NAMES
from features.arrow_columns import arrow_column, arrow_features
from features.book import Book
from features.computed import Values, computed
from features.observations import day_of_number, observe
from features.shards import book_shards, open_shard
from features.table import write_rows

Columns = dict[str, Values]


def loaded(folder: Path, *, threads: int) -> list[Book]:
    """Return the shards of the book with the columns the features need as arrays in memory."""

    def read(shard: int) -> Book:
        book = open_shard(folder, shard=shard)
        for name, columns in COLUMNS.items():
            rows = book.rows(name)
            for column in columns:
                if column in CODES:
                    rows.codes(column)
                else:
                    rows.column(column)
        return book

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(read, range(book_shards(folder))))


def features(shards: Sequence[Book], mornings: Sequence[int], *, threads: int) -> list[Columns]:
    """Return the columns of each shard."""
    days = [day_of_number(morning) for morning in mornings]

    def work(book: Book) -> Columns:
        return computed(book, observe(book, as_of=days), names=NAMES).columns

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, shards))


def whole(folder: Path, mornings: Sequence[int], out: Path, *, threads: int) -> None:
    """Read each shard, its digests verified, compute and write it as one part of the folder ``out``."""
    days = [day_of_number(morning) for morning in mornings]
    out.mkdir(parents=True, exist_ok=True)

    def work(shard: int) -> None:
        book = open_shard(folder, shard=shard)
        made = arrow_features(book, observe(book, as_of=days), names=NAMES, coded=True)
        write_rows(made.table, out / f"part-{shard:04}.parquet")

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(book_shards(folder))))


def as_table(made: Sequence[Columns]) -> Any:
    """Return the columns of all shards as one Arrow table."""
    return pa.concat_tables(
        [pa.table({name: arrow_column(values) for name, values in part.items()}) for part in made]
    )


def written(out: Path) -> Any:
    """Return the parts of a folder as one Arrow table."""
    return pa.concat_tables([pq.read_table(part) for part in sorted(out.glob("part-*.parquet"))])
