"""One shard of a written book looked at: proved sound, or sent through the door that names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.book import Book
from features.book_files import BookDamaged, read_part
from features.book_statement import Statement, part_name
from features.contracts import TABLES
from features.key_shelf import Keys
from features.prepare import DERIVED
from features.problem import BookRefused, Origin, Problem
from features.sound import Spread, files_of, proof_of
from features.sound_keys import keys_of_tables
from features.strays import strays_of

TOLD_OF_ALL_SHARDS = ("orphan", "empty-book")
"""Rules that a shard alone cannot judge: its loan may lie in another, and it may have none."""


@dataclass(frozen=True)
class Looked:
    """What one shard shows.

    Parameters
    ----------
    problems
        Everything that is wrong with it.
    keys
        Sorted numbers of the keys of each table that another shard could hold too.
    """

    problems: list[Problem]
    keys: Mapping[str, Keys]


def looked_at(path: Path, said: Statement, *, shard: int, sealed: bool, spread: Spread = map) -> Looked:
    """Return what a shard shows: the quick proof where there is one, else all its problems by the slow door.

    Parameters
    ----------
    path, said
        Folder of the book and what its book.json states.
    shard
        Number of the shard; a book in one piece is its shard 0.
    sealed
        True when book.json is as it was written.
    spread
        How the tables are shared out.
    """
    proof = proof_of(path, said, shard=shard, spread=spread) if sealed else None
    if proof is not None:
        return Looked([], proof.keys)
    return told(path, said, shard=shard)


def told(path: Path, said: Statement, *, shard: int) -> Looked:
    """Return what a shard shows when every row goes through the door for raw tables."""
    problems: list[Problem] = []
    tables: dict[str, Any] = {}
    for name in said.tables:
        try:
            tables[name] = read_part(path, said, name, shard=shard)
        except BookDamaged as error:
            problems.append(damage(name, error))
    if problems:
        return Looked(problems, {})
    keys = keys_of_tables(tables) if said.shards > 1 else {}
    raw = {n: t.drop_columns([c for c in DERIVED if c in t.column_names]) for n, t in tables.items()}
    origins = {n: origin_of_part(said, n, t.num_rows, shard=shard) for n, t in tables.items()}
    strays = strays_of(path, said, raw, origins, shard=shard) if said.shards > 1 else None
    try:
        book = Book.from_tables(raw, manifest=said.manifest, origins=origins)
    except BookRefused as error:
        problems = [p for p in error.problems if strays is None or p.rule not in TOLD_OF_ALL_SHARDS]
        return Looked([*problems, *(strays or [])], keys)
    if strays:
        return Looked(strays, keys)
    problems = [
        _drifted(name, said, shard) for name in said.tables if not book.table(name).equals(tables[name])
    ]
    stated = _stated_digest(said, shard)
    if book.digest != stated:
        where = "book.json" if said.shards == 1 else f"book.json for shard {shard}"
        problems.append(
            Problem(
                "book",
                "digest",
                "other-contents",
                f"contents with the digest {stated[:12]}… of {where}",
                f"contents with the digest {book.digest[:12]}…",
                "book.json was edited after the book was written: import the book again.",
            )
        )
    return Looked(problems, keys)


def damage(table: str, error: BookDamaged) -> Problem:
    """Return the problem of a file or folder that is not what it should be."""
    return Problem(table, "", "damaged", error.expected, error.found, error.remedy)


def origin_of_part(said: Statement, name: str, rows: int, *, shard: int) -> Origin:
    """Return where the rows of a shard's table stand."""
    held = said.tables[name].part_rows
    files = files_of(said, name, shard=shard) or [part_name(0 if TABLES[name].owner == "none" else shard)]
    return Origin(tuple((f"{name}/{file}", held.get(file, rows), 1) for file in files))


def _stated_digest(said: Statement, shard: int) -> str:
    return said.shard_digests[shard] if said.shard_digests else said.digest


def _drifted(table: str, said: Statement, shard: int) -> Problem:
    where = "other values or another order"
    return Problem(
        table,
        "",
        "derived-differ",
        "owner_no, day, seen_from and seen_until as the rows and the time zone give them",
        where if said.shards == 1 else f"{where} in {part_name(shard)}",
        "The time zone data changed or the file was made elsewhere: import the book again.",
    )
