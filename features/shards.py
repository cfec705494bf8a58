"""Books in shards: each borrower, with all that belongs to him, lies in the shard of his id's hash.

A shard is an ordinary book: ``BOOK/<table>/part-NNNN.parquet`` holds the rows of shard NNNN, prepared on their
own, with owner numbers of the shard. A shard without borrowers, or without rows of a table, has no file of it.
A table that belongs to nobody (``agents``) stands once, in part 0000, and is seen in every shard.

The digest of a sharded book is the one it had in one piece, where ``shard_book`` made it; of a book written
shard by shard it is the sha256 over the digests of its shards. book.json states those as well.
"""

from __future__ import annotations

from pathlib import Path

from features.book import Book
from features.book_files import opened_part
from features.book_statement import check_seal, statement_of
from features.book_writer import BookWriter as BookWriter
from features.book_writer import ShardRefused as ShardRefused
from features.shard_hash import ShardsUnfit as ShardsUnfit
from features.shard_hash import check_shards as check_shards
from features.shard_hash import shard_of as shard_of


class UnknownShard(ValueError):
    """A shard is asked for that a book does not have."""


def book_shards(path: Path) -> int:
    """Return the number of shards of the book on disk; 1 for a book in one piece.

    Raises
    ------
    BookDamaged
        When there is no book.
    """
    return statement_of(path).shards


def stated_rows(path: Path) -> dict[str, int]:
    """Return the number of rows of each table of the book on disk, without reading them.

    Raises
    ------
    BookDamaged
        When there is no book.
    """
    return {name: table.rows for name, table in statement_of(path).tables.items()}


def open_shard(path: Path, *, shard: int) -> Book:
    """Return one shard of a book on disk as a book of its own; each table is read, and verified, when asked for.

    It names every table of the whole book, also those of which it has no rows. A book in one piece is its
    shard 0.

    Raises
    ------
    UnknownShard
        When the book has no such shard.
    BookDamaged
        When there is no book, its format is unknown, book.json was edited, or a file does not match its digest.
    """
    said = statement_of(path)
    if not 0 <= shard < said.shards:
        raise UnknownShard(
            f"Expected a shard from 0 to {said.shards - 1} of {path}, found {shard}. Ask for one of these."
        )
    check_seal(path)
    digest = said.shard_digests[shard] if said.shard_digests else said.digest
    return Book.of_parts(
        said.manifest,
        said.tables,
        read=lambda name: opened_part(path, said, name, shard=shard),
        digest=digest,
    )
