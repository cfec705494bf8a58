"""A large book on disk, made shard by shard from a seed without passing the door of ``Book.from_tables``.

``python -m benchmarks.bulk --loans 3000000 --shards 64 --out BOOK``
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.bulk_events import contact_tables, payment_table
from benchmarks.bulk_loans import borrowers_of, instalment_table, loan_table, loans_of
from benchmarks.draws import Draws, Whole
from benchmarks.prepared_columns import ids
from features.book import Book
from features.manifest import Manifest
from features.shards import BookWriter, shard_of

MANIFEST = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY", source="bulk")


def bulk_tables(borrowers: Whole, *, loans: int, seed: int) -> dict[str, Any]:
    """Return the prepared tables of some borrowers of the book of ``loans`` loans, empty ones left out."""
    draws = Draws(seed)
    held = loans_of(draws, borrowers, loans=loans)
    tables = {
        "loans": loan_table(draws, held),
        "instalments": instalment_table(draws, held),
        "payments": payment_table(draws, held),
        **contact_tables(draws, held),
    }
    return {name: table for name, table in tables.items() if table.num_rows}


def bulk_book(*, loans: int, seed: int = 7) -> Book:
    """Return the whole book in memory."""
    return _book(bulk_tables(np.arange(borrowers_of(loans)), loans=loans, seed=seed))


def write_bulk(out: Path, *, loans: int, shards: int, seed: int = 7, threads: int = 2) -> dict[str, int]:
    """Write the book, shard by shard, and return the rows of each table.

    The same bytes whatever the number of threads; memory holds ``threads`` shards.
    """
    members = _members(loans, shards)
    rows: dict[str, int] = {}
    with BookWriter(out, manifest=MANIFEST, shards=shards) as writer, ThreadPoolExecutor(threads) as pool:

        def add(shard: int) -> dict[str, int]:
            tables = bulk_tables(members[shard], loans=loans, seed=seed)
            writer.add(shard, _book(tables))
            return {name: table.num_rows for name, table in tables.items()}

        for counted in pool.map(add, [at for at in range(shards) if len(members[at])]):
            for name, count in counted.items():
                rows[name] = rows.get(name, 0) + count
    return rows


def _members(loans: int, shards: int) -> list[NDArray[np.int64]]:
    shard = shard_of(ids("B", np.arange(borrowers_of(loans)), digits=8), shards=shards)
    order = np.argsort(shard, kind="stable")
    return list(np.split(order, np.searchsorted(shard[order], np.arange(1, shards))))


def _book(tables: dict[str, Any]) -> Book:
    return Book(manifest=MANIFEST, names=tuple(tables), read=tables.__getitem__)


def _options() -> Iterator[tuple[str, type, Any]]:
    yield "--loans", int, 3_000_000
    yield "--shards", int, 64
    yield "--seed", int, 7
    yield "--threads", int, 2


def main() -> None:
    """Write a book and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind, usual in _options():
        parser.add_argument(name, type=kind, default=usual)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    began = time.perf_counter()
    rows = write_bulk(
        asked.out, loans=asked.loans, shards=asked.shards, seed=asked.seed, threads=asked.threads
    )
    said = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    print(f"{asked.out}: {said} in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
