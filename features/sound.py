"""Shards of a written book that need no second look, told from their files in a few sweeps.

The door for raw tables (:mod:`features.examine`) reads, codes and sorts whatever it is given, and names what is
wrong with it. Of a written book nearly everything is known to be so already: what is left is to hold its files
against their digests, its columns against the contract, and its derived columns and order against the rows. A shard
that passes has a :class:`Proof`; any other goes through that door, which decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from features.book_statement import Statement, part_name
from features.check_plans import plan_problems, rows_of_plans
from features.check_words import manifest_problems
from features.coding import IdSpace
from features.contract import Table
from features.contracts import TABLES
from features.findings import Findings
from features.key_shelf import Keys
from features.problem import Origin
from features.shard_hash import shard_of
from features.shard_rows import table_without_rows
from features.sound_columns import coded_columns, columns_sound, stored_as_stated
from features.sound_keys import keys_of_loans
from features.sound_rows import rows_sound, space_of_loans, surroundings_of


class Spread(Protocol):
    """Does the same to several things, perhaps at once; ``map`` of a pool of threads, or the built-in one."""

    def __call__(self, work: Callable[[str], Any], names: Iterable[str], /) -> Iterable[Any]:
        """Return what ``work`` returns for each name, in order."""
        ...


@dataclass(frozen=True)
class Proof:
    """What the tables of a sound shard leave to be held against the rest of the book.

    Parameters
    ----------
    keys
        Sorted numbers of the keys of each table that another shard could hold too: equal keys have equal numbers.
    """

    keys: Mapping[str, Keys]


def proof_of(path: Path, said: Statement, *, shard: int, spread: Spread = map) -> Proof | None:
    """Return the proof that a shard is sound, or None: then what is wrong, if anything, is yet to be found.

    The digest of the contents is not worked out again: an intact seal over the digests of the files, and files that
    match them, leave nothing else that it could be.

    Parameters
    ----------
    path, said
        Folder of the book and what its book.json states.
    shard
        Number of the shard; a book in one piece is its shard 0.
    spread
        How the tables after ``loans`` are shared out.
    """
    names = [name for name in said.tables if files_of(said, name, shard=shard)]
    paying = {"instalments", "payments"} <= set(said.tables) or "statements" in said.tables
    if not paying or manifest_problems(said.manifest):
        return None
    loans = _columns_of(path, said, "loans", shard=shard)
    space = space_of_loans(loans) if loans is not None else None
    if space is None or not _at_home(space, said, shard):
        return None
    around = surroundings_of(loans, space, time_zone=said.manifest.time_zone)
    plans: dict[str, Findings] = {}

    def proved(name: str) -> Keys | None:
        table = loans if name == "loans" else _columns_of(path, said, name, shard=shard)
        if table is None or not columns_sound(table, TABLES[name], said.manifest):
            return None
        rows = rows_sound(table, TABLES[name], around)
        if rows is None:
            return None
        if name in ("plans", "instalments"):
            plans[name] = Findings(rows_of_plans(name, table), TABLES[name], Origin(()))
        return keys_of_loans(space) if name == "loans" else rows.keys

    names = sorted(names, key=lambda name: -_weight(path, said, name, shard=shard))  # the longest first
    found = dict(zip(names, spread(proved, names), strict=True))
    if any(one is None for one in found.values()) or plan_problems(plans):
        return None
    return Proof({name: keys for name, keys in found.items() if keys is not None and len(keys)})


def files_of(said: Statement, name: str, *, shard: int) -> list[str]:
    """Return the files in which a shard's rows of a table lie; a table of nobody stands once for all."""
    held = said.tables[name].files
    if said.shards == 1:
        return sorted(held)
    file = part_name(0 if TABLES[name].owner == "none" else shard)
    return [file] if file in held else []


def _weight(path: Path, said: Statement, name: str, *, shard: int) -> int:
    """Return the bytes of a table's files."""
    places = [path / name / file for file in files_of(said, name, shard=shard)]
    return sum(place.stat().st_size for place in places if place.is_file())


def _columns_of(path: Path, said: Statement, name: str, *, shard: int) -> Any:
    """Return a table as its files hold it, repeated texts as codes; None when a file is not what it should be."""
    contract, stated = TABLES[name], said.tables[name]
    parts = []
    for file in files_of(said, name, shard=shard):
        try:
            content = (path / name / file).read_bytes()
            if hashlib.sha256(content).hexdigest() != stated.files[file]:
                return None
            schema = pq.read_schema(pa.BufferReader(content))
            if not stored_as_stated(schema, contract) or not _as_said(schema, stated.columns):
                return None
            part = _read(content, contract)
        except (pa.ArrowException, OSError):
            return None
        if part.num_rows != stated.part_rows.get(file, part.num_rows):
            return None
        parts.append(part)
    if not parts:
        return table_without_rows(stated.columns) if stated.columns else None
    return pa.concat_tables(parts) if all(part.schema.equals(parts[0].schema) for part in parts) else None


def _read(content: bytes, contract: Table) -> Any:
    coded = coded_columns(contract)
    return pq.read_table(pa.BufferReader(content), read_dictionary=coded, use_threads=False)


def _as_said(schema: Any, columns: Mapping[str, str]) -> bool:
    return not columns or list(columns.items()) == [(field.name, str(field.type)) for field in schema]


def _at_home(space: IdSpace, said: Statement, shard: int) -> bool:
    if said.shards == 1:
        return True
    return bool((shard_of(space.borrower_ids, shards=said.shards) == shard).all())
