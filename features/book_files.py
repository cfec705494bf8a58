"""A book on disk: Parquet parts of each table, and book.json that states what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.book_columns import PartColumns, table_of
from features.book_statement import AGAIN as AGAIN
from features.book_statement import FORMAT as FORMAT
from features.book_statement import BookDamaged as BookDamaged
from features.book_statement import Statement, TableStatement, part_name, state, statement_of
from features.book_statement import check_seal as check_seal
from features.book_statement import stated as stated
from features.coding import id_space
from features.contracts import TABLES
from features.files import atomic_folder, check_outside_books
from features.manifest import Manifest
from features.shard_rows import gathered, table_without_rows

TRUTH = "truth"
"""Folder of a simulation's hidden truth: no door of the book leads there."""


class FolderInTheWay(ValueError):
    """A book is to be written where something else stands that would be lost."""


def check_place(path: Path) -> None:
    """Raise when something other than a book or an empty folder stands at ``path``.

    Raises
    ------
    FolderInTheWay
        When a file, or a folder without ``book.json``, stands there.
    InsideBook
        When it lies inside another book.
    """
    check_outside_books(path)
    if not path.exists() or (path / "book.json").is_file() or (path.is_dir() and not any(path.iterdir())):
        return
    found = "a folder of other files" if path.is_dir() else "a file"
    raise FolderInTheWay(
        f"expected a book, an empty folder or nothing at {path}, for it is replaced; found {found}. "
        "Choose another folder with --out."
    )


def written(
    path: Path, *, manifest: Manifest, digest: str, tables: Mapping[str, Any], truth: Mapping[str, Any]
) -> None:
    """Write the tables of a book in one piece and book.json to a folder that appears whole or not at all.

    Raises
    ------
    FolderInTheWay
        When something other than a book stands there.
    """
    check_place(path)
    with atomic_folder(path) as folder:
        said: dict[str, TableStatement] = {}
        for name in sorted(tables):
            digests = {part_name(0): _write(tables[name], folder / name / part_name(0))}
            said[name] = TableStatement(tables[name].num_rows, digests)
        for name in sorted(truth):
            table = truth[name] if isinstance(truth[name], pa.Table) else pa.Table.from_pandas(truth[name])
            _write(table, folder / TRUTH / f"{name}.parquet")
        state(Statement(manifest, digest, said), folder)


def opened(path: Path) -> tuple[Manifest, tuple[str, ...], Callable[[str], Any], str]:
    """Return manifest, table names, a reader of one whole table and the digest of a book on disk.

    The shards of a sharded book are read as the book they are the shards of: the rows in its order, the
    owners with its numbers.

    Raises
    ------
    BookDamaged
        When there is no book, it is of another format, or its book.json is damaged.
    """
    said = statement_of(path)
    if said.shards == 1:
        return (
            said.manifest,
            tuple(said.tables),
            lambda name: opened_part(path, said, name, shard=0),
            said.digest,
        )

    @cache
    def loans() -> Any:
        return [read_part(path, said, "loans", shard=k) for k in range(said.shards)]

    @cache
    def space() -> Any:
        return id_space(pa.concat_tables(loans()))

    def read(name: str) -> Any:
        contract = TABLES[name]
        if contract.owner == "none":
            return read_part(path, said, name, shard=0)
        parts = (
            loans() if name == "loans" else [read_part(path, said, name, shard=k) for k in range(said.shards)]
        )
        return gathered(parts, contract, space())

    return said.manifest, tuple(said.tables), read, said.digest


def read_part(path: Path, statement: Statement, name: str, *, shard: int) -> Any:
    """Return the rows of one table in one shard, its bytes held against book.json.

    A table that belongs to nobody (``agents``) stands once and is the same in every shard. A shard without
    rows of a table has no file: its table has the columns and no rows.

    Raises
    ------
    BookDamaged
        When the file is missing or not what book.json says.
    """
    return table_of(opened_part(path, statement, name, shard=shard)).combine_chunks()


def opened_part(path: Path, statement: Statement, name: str, *, shard: int) -> Any:
    """Return the rows of one table in one shard, as :func:`read_part`, columns not decoded where they lie in one file.

    Raises
    ------
    BookDamaged
        When the file is missing or not what book.json says.
    """
    said = statement.tables[name]
    if statement.shards == 1:  # however many files they lie in
        parts = [_opened(path / name / file, said.files[file]) for file in sorted(said.files)]
        return parts[0] if len(parts) == 1 else pa.concat_tables([table_of(part) for part in parts])
    file = part_name(0 if TABLES[name].owner == "none" else shard)
    if file not in said.files:
        return table_without_rows(said.columns)
    part = _opened(path / name / file, said.files[file])
    if part.num_rows != said.part_rows[file]:
        raise BookDamaged(f"{said.part_rows[file]} rows in {path / name / file}", str(part.num_rows), AGAIN)
    return part


def _write(table: Any, file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    # the pandas notes of a frame and the Arrow schema are left out: the same rows give the same bytes
    pq.write_table(table.replace_schema_metadata(None), file, compression="zstd", compression_level=1)
    return sha256_of(file)


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_part(file: Path, expected: str) -> None:
    """Refuse a part that is missing or whose bytes are not those book.json states.

    Raises
    ------
    BookDamaged
        When it is one of them.
    """
    try:
        found = sha256_of(file)
    except OSError as error:
        raise _missing(file, error) from error
    if found != expected:
        raise _changed(file, expected, found)


def no_parquet(file: Path, error: Exception) -> BookDamaged:
    """Return what is told when the bytes of a part are not Parquet."""
    return BookDamaged(f"Parquet in {file}", f"bytes that are none ({error})", AGAIN)


def _opened(file: Path, expected: str) -> PartColumns:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _missing(file, error) from error
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise _changed(file, expected, found)
    return PartColumns(content, refusal=lambda error: no_parquet(file, error))


def _missing(file: Path, error: OSError) -> BookDamaged:
    return BookDamaged(f"the file {file}", f"none ({error.strerror})", AGAIN)


def _changed(file: Path, expected: str, found: str) -> BookDamaged:
    return BookDamaged(
        f"{file} with sha256 {expected[:12]}…",
        f"{found[:12]}…",
        "The file was changed after it was written: restore it or import the book again.",
    )
