"""The lender's tables after their contracts were checked once, at the door."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.book_columns import single, table_of
from features.book_files import check_seal, opened, written
from features.contracts import PROTECTED_TABLES, TABLES, Table
from features.digest import book_digest, contents_digest
from features.examine import examined
from features.manifest import Manifest as Manifest
from features.prepare import prepared
from features.problem import BookRefused as BookRefused
from features.problem import Origin
from features.rows import Rows, rows_of


class UnknownTable(KeyError):
    """No table of that name is part of the contract, or the book lacks it."""

    def __str__(self) -> str:
        """Return the message without the quotes of a KeyError."""
        return str(self.args[0])


class UnknownBorrower(KeyError):
    """A borrower is asked for whom the book does not hold."""

    def __str__(self) -> str:
        """Return the message without the quotes of a KeyError."""
        return str(self.args[0])


class Book:
    """Checked, coded and sorted tables of one lender.

    Made by :meth:`from_tables` or :meth:`open`. ``loan_ids`` and ``borrower_ids`` hold the ids; their
    positions are ``loan_no`` and ``borrower_no``. Loans are sorted by (borrower_id, loan_id).

    Examples
    --------
    >>> book = Book.from_tables(
    ...     {
    ...         "loans": pa.table(
    ...             {
    ...                 "loan_id": ["L-1"],
    ...                 "borrower_id": ["B-1"],
    ...                 "disbursed_on": ["2024-01-15"],
    ...                 "principal": [120000],
    ...                 "revision": [1],
    ...                 "known_at": ["2024-01-15T10:00:00+08:00"],
    ...             }
    ...         ),
    ...         "statements": pa.table(
    ...             {
    ...                 "loan_id": ["L-1"],
    ...                 "month": ["2024-02-01"],
    ...                 "dpd": [3],
    ...                 "revision": [1],
    ...                 "known_at": ["2024-03-01T00:00:00+08:00"],
    ...             }
    ...         ),
    ...     },
    ...     manifest=Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY"),
    ... )
    >>> book
    Book(1 borrower, 1 loan; loans 1, statements 1)
    """

    def __init__(self, *, manifest: Manifest, names: Sequence[str], read: Callable[[str], Any]) -> None:
        """Keep the manifest and the way to read each table; use ``from_tables`` or ``open`` instead."""
        self.manifest = manifest
        self.table_names = tuple(sorted(names))
        self._read = read
        self._tables: dict[str, Any] = {}
        self._rows: dict[str, Rows] = {}
        loans = self._held("loans")
        owner_no = np.asarray(single(loans["owner_no"]))
        first = pa.array(np.flatnonzero(np.diff(owner_no, prepend=-1)))
        self.loan_ids: NDArray[np.object_] = _objects(single(loans["loan_id"]).take(first))
        borrowers = single(loans["borrower_id"]).take(first).dictionary_encode()
        self.borrower_ids: NDArray[np.object_] = _objects(borrowers.dictionary)
        self.borrower_of_loan: NDArray[np.int32] = np.asarray(borrowers.indices).astype(np.int32)

    def __repr__(self) -> str:
        """Return the book's size in words."""
        people, loans = len(self.borrower_ids), len(self.loan_ids)
        rows = ", ".join(f"{name} {self.table(name).num_rows}" for name in self.table_names)
        return (
            f"Book({people} borrower{'' if people == 1 else 's'}, "
            f"{loans} loan{'' if loans == 1 else 's'}; {rows})"
        )

    @classmethod
    def from_tables(
        cls, tables: Mapping[str, Any], *, manifest: Manifest, origins: Mapping[str, Origin] | None = None
    ) -> Book:
        """Return the book of raw tables.

        Parameters
        ----------
        tables
            Arrow tables or pandas frames by name, in any row order.
        manifest
            Country, time zone and currency.
        origins
            The files the rows came from, so that problems can name them.

        Raises
        ------
        BookRefused
            When anything breaks the contract; it holds every problem.
        """
        found = examined(tables, manifest=manifest, origins=origins)
        if found.problems:
            raise BookRefused(tuple(found.problems))
        zone = manifest.time_zone
        ready = {
            name: prepared(table, TABLES[name], found.coded[name], time_zone=zone)
            for name, table in found.tables.items()
        }
        return cls(manifest=manifest, names=tuple(ready), read=ready.__getitem__)

    @classmethod
    def open(cls, path: Path) -> Book:
        """Return the book written at ``path``; each table is read, and its digest verified, when asked for.

        A sharded book is read as the book it is the shards of: with its rows, its order and its numbers.

        Raises
        ------
        BookDamaged
            When there is no book, its format is unknown, book.json was edited, or a file does not match its digest.
        """
        manifest, names, read, digest = opened(path)
        check_seal(path)
        return cls.of_parts(manifest, names, read=read, digest=digest)

    @classmethod
    def of_parts(
        cls, manifest: Manifest, names: Iterable[str], *, read: Callable[[str], Any], digest: str
    ) -> Book:
        """Return the book of prepared tables that ``read`` gives by name, with a digest that is known."""
        book = cls(manifest=manifest, names=tuple(names), read=read)
        book.__dict__["digest"] = digest
        return book

    @cached_property
    def digest(self) -> str:
        """Return the sha256 over the tables' contents, time zone, country and currency."""
        contents = {name: contents_digest(self.table(name)) for name in self.table_names}
        return book_digest(self.manifest, contents)

    def table(self, name: str) -> Any:
        """Return one Arrow table: contract columns and owner_no, day, seen_from, seen_until.

        Raises
        ------
        UnknownTable
            When the book has no such table.
        """
        if name not in self.table_names:
            have = ", ".join(self.table_names)
            raise UnknownTable(
                f"expected a table of this book ({have}); found {name!r}. Ask for one of these."
            )
        return table_of(self._held(name))

    def rows(self, name: str) -> Rows:
        """Return the numpy view of one table, empty when the book lacks it.

        ``attributes`` has two: ``attributes:loan`` and ``attributes:borrower``.

        Raises
        ------
        UnknownTable
            When the contract has no such table, or it is protected.
        """
        if name not in self._rows:
            self._rows[name] = self._view(name)
        return self._rows[name]

    def only(self, borrower_ids: Sequence[str]) -> Book:
        """Return the book of those borrowers alone: the same rows with the same derived columns.

        It names every table of the book, also those in which they have no rows: what a lender keeps and what he
        does not keep is told apart.

        Raises
        ------
        UnknownBorrower
            When the book lacks one of them.
        """
        wanted = sorted(set(borrower_ids))
        spots = np.searchsorted(self.borrower_ids, np.array(wanted, dtype=object))
        held = np.minimum(spots, len(self.borrower_ids) - 1)
        missing = [one for one, at in zip(wanted, held, strict=True) if self.borrower_ids[at] != one]
        if missing or not wanted:
            raise UnknownBorrower(
                f"expected ids of this book's {len(self.borrower_ids)} borrowers; found "
                f"{len(missing)} unknown ({', '.join(missing[:5])}). Ask for borrowers the book holds."
            )
        loans = np.flatnonzero(np.isin(self.borrower_of_loan, spots))
        parts = {
            name: self._part(self.table(name), TABLES[name], loans=loans, borrowers=spots)
            for name in self.table_names
        }
        return Book(manifest=self.manifest, names=self.table_names, read=parts.__getitem__)

    def _held(self, name: str) -> Any:
        """Return one table, or the part of it whose columns are decoded when asked for."""
        if name not in self._tables:
            self._tables[name] = self._read(name)
        return self._tables[name]

    def _view(self, name: str) -> Rows:
        base, _, kind = name.partition(":")
        lawful = [n for n in TABLES if n not in PROTECTED_TABLES and n != "attributes"]
        lawful += ["attributes:loan", "attributes:borrower"]
        if name not in lawful:
            raise UnknownTable(
                f"expected rows of {', '.join(lawful)}; "
                f"found {name!r}. Protected tables are read by the fairness audit alone, through table()."
            )
        contract = TABLES[base]
        table = self._held(base) if base in self.table_names else None
        if kind and table is not None:
            whole = table_of(table)
            table = whole.filter(pc.equal(whole["owner_kind"], kind))
        owner = kind or contract.owner
        owners = {"loan": len(self.loan_ids), "borrower": len(self.borrower_ids)}.get(owner, 1)
        return rows_of(table, contract, owners=owners, time_zone=self.manifest.time_zone)

    @staticmethod
    def _part(table: Any, contract: Table, *, loans: NDArray[np.int64], borrowers: NDArray[np.int64]) -> Any:
        if contract.owner == "none":
            return table
        if contract.owner == "either":
            of_loan = pc.equal(table["owner_kind"], "loan")
            split = ((table.filter(pc.invert(of_loan)), borrowers), (table.filter(of_loan), loans))
            return pa.concat_tables([_renumbered(part, kept) for part, kept in split]).combine_chunks()
        return _renumbered(table, loans if contract.owner == "loan" else borrowers)


def write_book(book: Book, path: Path, *, truth: Mapping[str, Any] | None = None) -> None:
    """Write the book to a folder that appears whole or not at all.

    Parameters
    ----------
    book
        The book.
    path
        Folder; an older book there is replaced in one rename.
    truth
        Tables of a simulation's hidden truth, written to ``truth/`` and never read by features.

    Raises
    ------
    FolderInTheWay
        When something other than a book stands at ``path``.
    """
    tables = {name: book.table(name) for name in book.table_names}
    written(path, manifest=book.manifest, digest=book.digest, tables=tables, truth=truth or {})


def _renumbered(table: Any, kept: NDArray[np.int64]) -> Any:
    """Return the rows of the kept owners with their new numbers; rows are sorted by owner."""
    owner_no = np.asarray(table["owner_no"].combine_chunks())
    starts = np.searchsorted(owner_no, kept)
    lengths = np.searchsorted(owner_no, kept, side="right") - starts
    if len(kept) == 1:
        part = table.slice(int(starts[0]), int(lengths[0]))
    else:
        begin = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        part = table.take(pa.array(begin + np.arange(int(lengths.sum()))))
    numbers = pa.array(np.repeat(np.arange(len(kept), dtype=np.int32), lengths))
    return part.set_column(part.column_names.index("owner_no"), "owner_no", numbers).combine_chunks()


def _objects(values: Any) -> NDArray[np.object_]:
    return values.to_numpy(zero_copy_only=False).astype(object)  # type: ignore[no-any-return]
