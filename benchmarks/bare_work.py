"""Reading a book and writing a table of features with nothing between: the floor of a whole run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

from features.shards import book_shards, open_shard
from features.table import write_rows


def bare_read(book: Path, *, threads: int) -> None:
    """Read every table of every shard as the engine does, digests verified."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda shard: _read_shard(book, shard), range(book_shards(book))))


def bare_copy(book: Path, made: Path, out: Path, *, threads: int) -> Callable[[], None]:
    """Return the work of reading the shards and writing the tables of ``made``, which are in memory by then."""
    tables = [pq.read_table(part) for part in sorted(made.glob("part-*.parquet"))]
    out.mkdir(parents=True, exist_ok=True)

    def one(shard: int) -> None:
        _read_shard(book, shard)
        write_rows(tables[shard], out / f"part-{shard:04}.parquet")

    def work() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, range(len(tables))))

    return work


def _read_shard(book: Path, shard: int) -> None:
    opened = open_shard(book, shard=shard)
    for name in opened.table_names:
        opened.table(name)
