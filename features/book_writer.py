"""A sharded book written shard by shard: whole at the end, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from features.book import Book
from features.book_files import _write, check_place
from features.book_statement import Statement, TableStatement, part_name, state
from features.contracts import TABLES
from features.digest import book_digest, contents_digest
from features.files import atomic_folder
from features.kinds import ARROW_TYPES
from features.manifest import Manifest
from features.shard_hash import check_shards, shard_of
from features.shard_rows import columns_of, joined_columns, table_without_rows, widened


class ShardRefused(ValueError):
    """What is added to a book is not the shard it is added as."""


class BookWriter:
    """Writes a book of ``shards`` shards; it appears at ``path`` when the block ends without an error.

    Shards may be added in any order, each once, by several threads at a time; one that is not added has no
    borrowers. Only the shards being added are held in memory.

    Parameters
    ----------
    path
        Folder; an older book there is replaced in one rename.
    manifest
        Country, time zone, currency, source and notes of the whole book.
    shards
        Number of shards; with 1 the book is written in one piece.
    digest
        Digest of the same contents in one piece, where it is known; else the shards' digests make it.
    hashed
        False for a step on the way, whose shards are ranges of borrowers; ``shard_book`` makes a book of it.

    Raises
    ------
    FolderInTheWay
        When something other than a book stands at ``path``.
    ShardsUnfit
        When no book can have so many shards.

    Examples
    --------
    >>> import tempfile
    >>> import pyarrow as pa
    >>> from features.shards import book_shards
    >>> place = Path(tempfile.mkdtemp()) / "book"
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> told = {"loan_id": ["L-1"], "revision": [1], "known_at": ["2024-03-01T00:00:00+08:00"]}
    >>> loan = {**told, "borrower_id": ["B-1"], "disbursed_on": ["2024-01-15"], "principal": [120000]}
    >>> month = {**told, "month": ["2024-02-01"], "dpd": [3]}
    >>> shard = int(shard_of(["B-1"], shards=2)[0])
    >>> with BookWriter(place, manifest=china, shards=2) as writer:
    ...     writer.add(shard, {"loans": pa.table(loan), "statements": pa.table(month)})
    >>> book_shards(place), Book.open(place)
    (2, Book(1 borrower, 1 loan; loans 1, statements 1))
    """

    def __init__(
        self, path: Path, *, manifest: Manifest, shards: int, digest: str | None = None, hashed: bool = True
    ) -> None:
        check_shards(shards)
        check_place(path)
        self._path, self._manifest, self._shards, self._digest = path, manifest, shards, digest
        self._door: AbstractContextManager[Path] = atomic_folder(path)
        self._folder = path
        self._files: dict[str, dict[str, str]] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._columns: dict[str, dict[str, dict[str, str]]] = {}
        self._contents: dict[str, dict[str, str]] = {}
        self._added: set[int] = set()
        self._nobodys = Lock()
        self._hashed = hashed

    def __enter__(self) -> BookWriter:
        """Begin the folder beside ``path``."""
        self._folder = self._door.__enter__()
        return self

    @property
    def folder(self) -> Path:
        """Return the folder that is being written, for what lies beside the tables."""
        return self._folder

    def add(self, shard: int, book: Book | Mapping[str, Any]) -> None:
        """Write one shard.

        Parameters
        ----------
        shard
            Its number, from 0.
        book
            The shard as a book, or its raw tables, which are checked here.

        Raises
        ------
        ShardRefused
            When the shard was added before, or holds a borrower of another shard.
        BookRefused
            When raw tables break the contract; it holds every problem.
        """
        self._check_new(shard)
        if not isinstance(book, Book):
            if not any(len(table) for table in book.values()):
                self._note_names(shard, book)
                return
            book = Book.from_tables(book, manifest=self._manifest)
        if self._hashed:
            self._check_borrowers(shard, book)
        for name in book.table_names:
            self._write_part(shard, name, book.table(name))
        self._added.add(shard)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write book.json and give the folder its place; after an error nothing of it is left."""
        try:
            if error is None:
                state(self._statement(), self._folder)
        except BaseException as failure:
            self._door.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._door.__exit__(kind, error, trace)

    def _check_new(self, shard: int) -> None:
        if shard in self._added or not 0 <= shard < self._shards:
            found = f"{shard} again" if shard in self._added else str(shard)
            raise ShardRefused(
                f"Expected each shard from 0 to {self._shards - 1} at most once, found {found}. "
                "Gather all rows of a shard before it is added."
            )

    def _check_borrowers(self, shard: int, book: Book) -> None:
        numbers = shard_of(book.borrower_ids, shards=self._shards)
        strangers = np.flatnonzero(numbers != shard)
        if len(strangers):
            named = ", ".join(str(book.borrower_ids[at]) for at in strangers[:5])
            raise ShardRefused(
                f"Expected borrowers of shard {shard} of {self._shards}, found {len(strangers):,} of others "
                f"({named}). Split the borrowers with shard_of."
            )

    def _note_names(self, shard: int, tables: Mapping[str, Any]) -> None:
        """Remember the tables, and the columns, of a shard in which nothing lies."""
        for name, table in tables.items():
            held = set(table.column_names if hasattr(table, "column_names") else table.columns)
            columns = {c.name: str(ARROW_TYPES[c.kind]) for c in TABLES[name].columns if c.name in held}
            columns |= dict.fromkeys(("owner_no", "day", "seen_from", "seen_until"), "int32")
            self._columns.setdefault(name, {})[part_name(shard)] = columns
        self._added.add(shard)

    def _write_part(self, shard: int, name: str, table: Any) -> None:
        file = part_name(shard)
        if TABLES[name].owner != "none":
            self._write_file(name, file, table)
            return
        with self._nobodys:
            if part_name(0) in self._files.get(name, {}):
                self._check_same(name, table)
            else:
                self._write_file(name, part_name(0), table)

    def _write_file(self, name: str, file: str, table: Any) -> None:
        self._columns.setdefault(name, {})[file] = columns_of(table)
        if not table.num_rows and self._shards > 1:
            return
        self._files.setdefault(name, {})[file] = _write(table, self._folder / name / file)
        self._rows.setdefault(name, {})[file] = table.num_rows
        self._contents.setdefault(name, {})[file] = contents_digest(table)

    def _check_same(self, name: str, table: Any) -> None:
        if table.num_rows and contents_digest(table) != self._contents[name][part_name(0)]:
            raise ShardRefused(
                f"Expected {name}, which belong to nobody, to be the same in every shard; found other rows. "
                "Add all of them with each shard, or with the first alone."
            )

    def _statement(self) -> Statement:
        if "loans" not in self._columns or "loans" not in self._files:
            raise ShardRefused(
                "Expected at least one loan in one of the shards, found none. Look at the extract's filter."
            )
        said = {name: self._table(name) for name in sorted(self._columns)}
        digests = tuple(self._shard_digest(shard, said) for shard in range(self._shards))
        if self._shards == 1:
            plain = {name: TableStatement(table.rows, table.files) for name, table in said.items()}
            return Statement(self._manifest, self._digest or digests[0], plain)
        return Statement(self._manifest, self._digest or self._joined_digest(digests), said, digests)

    def _table(self, name: str) -> TableStatement:
        """Return what is said of a table; parts whose columns are not those of the whole are written again."""
        columns = joined_columns(list(self._columns[name].values()), TABLES[name])
        files, rows = self._files.get(name, {}), self._rows.get(name, {})
        for file in sorted(files):
            held = self._columns[name][file]
            if list(held.items()) != list(columns.items()):
                place = self._folder / name / file
                table = widened(pq.read_table(place), columns)
                files[file], self._contents[name][file] = _write(table, place), contents_digest(table)
        parts = sorted(files)
        return TableStatement(
            sum(rows.values()), {f: files[f] for f in parts}, {f: rows[f] for f in parts}, columns
        )

    def _shard_digest(self, shard: int, said: Mapping[str, TableStatement]) -> str:
        """Return the digest of the shard as a book of its own."""
        contents = {}
        for name, table in said.items():
            file = part_name(0 if TABLES[name].owner == "none" else shard)
            held = self._contents.get(name, {}).get(file)
            contents[name] = held or contents_digest(table_without_rows(table.columns))
        return book_digest(self._manifest, contents)

    def _joined_digest(self, digests: tuple[str, ...]) -> str:
        return hashlib.sha256("\n".join(("shards", *digests)).encode()).hexdigest()
