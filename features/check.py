"""Everything that is wrong with a lender's tables or a written book, told at once."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from features.book_files import BookDamaged
from features.book_statement import Statement, check_seal, statement_of
from features.check_parts import damage, looked_at
from features.check_shards import joined_problems, repeated_keys
from features.examine import examined
from features.key_shelf import KeyShelf
from features.manifest import Manifest
from features.problem import BookRefused as BookRefused
from features.problem import Origin
from features.problem import Problem as Problem

THREADS = 2
"""How many shards, or tables of a book in one piece, are looked at side by side."""


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


def check_book(path: Path, *, threads: int = THREADS) -> list[Problem]:
    """Return everything that is wrong with a book on disk; an empty list for a sound one.

    Files are held against the digests in book.json, rows against the contract, the derived columns against those
    the rows give today, and shards against each other. A missing folder or a damaged file is a problem, not an
    exception. At most ``threads`` shards are held in memory.

    Parameters
    ----------
    path
        Folder of the book.
    threads
        How many shards, or tables of a book in one piece, are looked at side by side.

    Examples
    --------
    >>> [problem.rule for problem in check_book(Path("/nowhere"))]
    ['damaged']
    """
    try:
        said = statement_of(path)
    except BookDamaged as error:
        return [damage("book", error)]
    broken = _broken_seal(path)
    sealed = not broken
    with ThreadPoolExecutor(threads) as pool:
        if said.shards == 1:
            problems = looked_at(path, said, shard=0, sealed=sealed, spread=pool.map).problems
        else:
            problems = _shards_problems(path, said, pool, sealed=sealed)
    return problems or broken


def _broken_seal(path: Path) -> list[Problem]:
    try:
        check_seal(path)
    except BookDamaged as error:
        return [damage("book", error)]
    return []


def _shards_problems(path: Path, said: Statement, pool: ThreadPoolExecutor, *, sealed: bool) -> list[Problem]:
    """Return what is wrong with the shards of a book and between them."""
    with tempfile.TemporaryDirectory(prefix="duecourse-check-") as folder:
        shelf = KeyShelf(Path(folder))

        def look(shard: int) -> list[Problem]:
            looked = looked_at(path, said, shard=shard, sealed=sealed)
            shelf.put(shard, looked.keys)
            return looked.problems

        found = list(pool.map(look, range(said.shards)))
        return [*joined_problems(found, shards=said.shards), *repeated_keys(path, said, shelf)]
