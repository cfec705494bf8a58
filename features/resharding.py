"""A book on disk laid out anew, in another number of shards, without ever holding more than one of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.book import Book
from features.book_files import TRUTH, check_part, check_place, no_parquet
from features.book_statement import Statement, check_seal, part_name, statement_of
from features.book_writer import BookWriter
from features.coding import id_space
from features.contracts import TABLES, Table
from features.progress import counted
from features.shard_hash import check_shards, shard_of
from features.shard_rows import gathered, table_without_rows

AT_ONCE = 400
"""Shards whose rows are sorted out in one pass over the book: as many files are open."""
_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")


class SamePlace(ValueError):
    """A book is to be laid out anew over itself."""


def shard_book(path: Path, *, into: int, out: Path) -> None:
    """Write the book again in ``into`` shards; with 1, in one piece.

    The rows of the book are read once, a row group at a time, and sorted out into files beside ``out``; then the
    shards are written one after another. A simulation's truth goes along.

    Parameters
    ----------
    path
        Folder of the book, in one piece or in shards.
    into
        Number of shards.
    out
        Folder of the new book; an older book there is replaced in one rename.

    Raises
    ------
    ShardsUnfit
        When no book can have so many shards.
    SamePlace, FolderInTheWay
        When the book itself, or something other than a book, stands at ``out``.
    BookDamaged
        When there is no book, or a file is not what book.json says.
    """
    check_shards(into)
    said = statement_of(path)
    check_seal(path)
    if out.resolve() == path.resolve():
        raise SamePlace(
            f"Expected another folder than the book's own, found {out}. Choose another with --out."
        )
    check_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    digest = said.digest if into > 1 else None
    with (
        tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name[:100]}.", suffix=".part") as spill,
        BookWriter(out, manifest=said.manifest, shards=into, digest=digest) as writer,
    ):
        for first in range(0, into, AT_ONCE):
            wanted = range(first, min(first + AT_ONCE, into))
            _sort_out(path, said, into=into, wanted=wanted, spill=Path(spill))
            for shard in counted(wanted, stage="shards"):
                writer.add(shard, _gathered_book(said, path, Path(spill) / f"{shard}"))
                shutil.rmtree(Path(spill) / f"{shard}", ignore_errors=True)
        if (path / TRUTH).is_dir():
            shutil.copytree(path / TRUTH, writer.folder / TRUTH)


def _sort_out(path: Path, said: Statement, *, into: int, wanted: range, spill: Path) -> None:
    """Write the rows of the wanted shards to ``spill/<shard>/<table>.arrow``."""
    places = [_Source(path, said, shard, into) for shard in range(said.shards)]
    for name in counted(sorted(said.tables), stage="tables"):
        with ExitStack() as files:
            sinks: dict[int, Any] = {}
            for source in places:
                for table in source.pieces(name):
                    for shard, rows in _split(table, source.shard_of_rows(table, TABLES[name]), wanted):
                        if shard not in sinks:
                            folder = spill / f"{shard}"
                            folder.mkdir(exist_ok=True)
                            sink = pa.ipc.new_stream(folder / f"{name}.arrow", rows.schema, options=_LZ4)
                            sinks[shard] = files.enter_context(sink)
                        sinks[shard].write_table(rows)


class _Source:
    """One shard of the book that is read, and which shard of the new one its owners belong to."""

    def __init__(self, path: Path, said: Statement, shard: int, into: int) -> None:
        self._path, self._said, self._shard = path, said, shard
        kept = [piece.select(["loan_id", "borrower_id", "owner_no"]) for piece in self.pieces("loans")]
        loans = pa.concat_tables(kept) if kept else pa.table({"borrower_id": pa.array([], pa.string())})
        if not loans.num_rows:
            self._of_loan = self._of_borrower = np.empty(0, np.int32)
            return
        first = np.flatnonzero(np.diff(np.asarray(loans["owner_no"].combine_chunks()), prepend=-1))
        owners = loans["borrower_id"].take(pa.array(first)).combine_chunks().dictionary_encode()
        self._of_borrower = shard_of(owners.dictionary, shards=into)
        self._of_loan = self._of_borrower[np.asarray(owners.indices)]

    def pieces(self, name: str) -> Iterator[Any]:
        """Yield the rows of one table, a row group at a time, after the bytes of each file were verified."""
        contract, files = TABLES[name], self._said.tables[name].files
        if contract.owner == "none" and self._shard:
            return
        for file in sorted(files) if self._said.shards == 1 else [part_name(self._shard)]:
            if file not in files:
                continue
            place = self._path / name / file
            check_part(place, files[file])
            try:
                parquet = pq.ParquetFile(place)
                for group in range(parquet.num_row_groups):
                    yield parquet.read_row_group(group)
            except (pa.ArrowException, OSError) as error:
                raise no_parquet(place, error) from error

    def shard_of_rows(self, table: Any, contract: Table) -> NDArray[np.int32]:
        """Return the shard each row goes to; what belongs to nobody goes to each."""
        owner_no = np.asarray(table["owner_no"].combine_chunks())
        if contract.owner == "none":
            return np.full(len(owner_no), -1, np.int32)
        if contract.owner != "either":
            mine: NDArray[np.int32] = (self._of_loan if contract.owner == "loan" else self._of_borrower)[
                owner_no
            ]
            return mine
        of_loan = np.asarray(table["owner_kind"].combine_chunks()) == "loan"
        shards = np.empty(len(owner_no), np.int32)
        shards[of_loan] = self._of_loan[owner_no[of_loan]]
        shards[~of_loan] = self._of_borrower[owner_no[~of_loan]]
        return shards


def _split(table: Any, shards: NDArray[np.int32], wanted: range) -> Iterator[tuple[int, Any]]:
    """Yield the rows of each wanted shard, in their order."""
    if len(shards) and shards[0] == -1:
        yield from ((shard, table) for shard in wanted)
        return
    order = np.argsort(shards, kind="stable")
    bounds = np.searchsorted(shards[order], np.arange(wanted.start, wanted.stop + 1))
    for at, shard in enumerate(wanted):
        if bounds[at] < bounds[at + 1]:
            yield shard, table.take(pa.array(order[bounds[at] : bounds[at + 1]]))


def _gathered_book(said: Statement, path: Path, spill: Path) -> Book:
    """Return the shard whose rows lie in ``spill``."""
    tables: dict[str, Any] = {}
    for name in said.tables:
        file = spill / f"{name}.arrow"
        if file.is_file():
            with pa.ipc.open_stream(file) as stream:
                tables[name] = stream.read_all()
        else:
            tables[name] = _without_rows(path, said, name)
    space = id_space(tables["loans"])
    ready = _renumbered(tables, space)
    return Book(manifest=said.manifest, names=tuple(ready), read=ready.__getitem__)


def _renumbered(tables: Mapping[str, Any], space: Any) -> dict[str, Any]:
    return {name: gathered([table], TABLES[name], space) for name, table in tables.items()}


def _without_rows(path: Path, said: Statement, name: str) -> Any:
    columns = said.tables[name].columns
    if columns:
        return table_without_rows(columns)
    file = min(said.tables[name].files)
    return pq.read_schema(path / name / file).empty_table()
