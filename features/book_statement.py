"""book.json: what a book on disk states about itself, its tables, its parts and its shards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.contracts import TABLES
from features.manifest import SETTLEMENT_ORDER, Manifest

FORMAT = 1
"""Version of the layout of a book in one piece."""
SHARDED_FORMAT = 2
"""Version of the layout of a sharded book: software that knows format 1 alone would join its parts wrongly."""

AGAIN = "Import the book again."


class BookDamaged(ValueError):
    """A folder is not a book, or one of its files is not what book.json says.

    Parameters
    ----------
    expected, found, remedy
        The three parts of the message.
    """

    def __init__(self, expected: str, found: str, remedy: str) -> None:
        self.expected, self.found, self.remedy = expected, found, remedy
        super().__init__(f"expected {expected}; found {found}. {remedy}")


@dataclass(frozen=True)
class TableStatement:
    """What book.json says of one table.

    Parameters
    ----------
    rows
        Rows of all parts.
    files
        sha256 of each part's bytes, by the name of its file. A shard without rows of the table has no file.
    part_rows
        Rows of each part; a book in one piece states the sum alone.
    columns
        Columns of every part with their Arrow types, in order; a book in one piece does not state them.
    """

    rows: int
    files: Mapping[str, str]
    part_rows: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """What book.json says.

    Parameters
    ----------
    manifest
        Country, time zone, currency, source, notes.
    digest
        Identity of the contents, see ``features.shards``.
    tables
        Every table by name.
    shard_digests
        Digest of each shard's contents as a book of its own; empty for a book in one piece.
    """

    manifest: Manifest
    digest: str
    tables: Mapping[str, TableStatement]
    shard_digests: tuple[str, ...] = ()

    @property
    def shards(self) -> int:
        """Return the number of shards, 1 for a book in one piece."""
        return len(self.shard_digests) or 1


def part_name(shard: int) -> str:
    """Return the name of a shard's part.

    Examples
    --------
    >>> part_name(7)
    'part-0007.parquet'
    """
    return f"part-{shard:04d}.parquet"


def state(statement: Statement, path: Path) -> None:
    """Write book.json, sealed, into the folder ``path``."""
    manifest = statement.manifest
    text: dict[str, Any] = {
        "format": SHARDED_FORMAT if statement.shard_digests else FORMAT,
        "country": manifest.country,
        "time_zone": manifest.time_zone,
        "currency": manifest.currency,
        "source": manifest.source,
        "notes": list(manifest.notes),
        "digest": statement.digest,
    }
    if manifest.settlement_order != SETTLEMENT_ORDER:
        text["settlement_order"] = list(manifest.settlement_order)
    if statement.shard_digests:
        text |= {"shards": statement.shards, "shard_digests": list(statement.shard_digests)}
    text["tables"] = {name: _table_text(table) for name, table in sorted(statement.tables.items())}
    text["seal"] = _seal(text)
    (path / "book.json").write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _table_text(table: TableStatement) -> dict[str, Any]:
    text: dict[str, Any] = {"rows": table.rows, "files": dict(table.files)}
    if table.columns:
        # a list of pairs: the seal is taken over sorted keys, and the order of the columns counts
        text |= {
            "part_rows": dict(table.part_rows),
            "columns": [list(item) for item in table.columns.items()],
        }
    return text


def statement_of(path: Path) -> Statement:
    """Return what the book.json of a folder says.

    Raises
    ------
    BookDamaged
        When there is no book, it is of another format, or its book.json is damaged.
    """
    text = stated(path)
    try:
        manifest = Manifest(
            str(text["country"]),
            str(text["time_zone"]),
            str(text["currency"]),
            str(text["source"]),
            tuple(str(note) for note in text["notes"]),
            tuple(str(part) for part in text.get("settlement_order", SETTLEMENT_ORDER)),
        )
        tables = {name: _table_of(entry) for name, entry in text["tables"].items()}
        shard_digests = tuple(str(digest) for digest in text.get("shard_digests", ()))
        digest, shards = str(text["digest"]), int(text.get("shards", 1))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BookDamaged(
            f"country, time_zone, currency, source, notes, digest and tables in {path / 'book.json'}",
            f"something else ({error})",
            AGAIN,
        ) from error
    strangers = sorted(set(tables) - set(TABLES))
    if strangers or "loans" not in tables:
        held = ", ".join(sorted(tables)) or "none"
        raise BookDamaged(f"tables of the contract, loans among them, in {path / 'book.json'}", held, AGAIN)
    if shards != (len(shard_digests) or 1):
        found = f"{shards} shards and {len(shard_digests)} digests"
        raise BookDamaged(f"a digest for each shard in {path / 'book.json'}", found, AGAIN)
    return Statement(manifest, digest, tables, shard_digests)


def _table_of(entry: Mapping[str, Any]) -> TableStatement:
    return TableStatement(
        int(entry["rows"]),
        {str(file): str(digest) for file, digest in entry["files"].items()},
        {str(file): int(rows) for file, rows in entry.get("part_rows", {}).items()},
        {str(name): str(kind) for name, kind in entry.get("columns", ())},
    )


def stated(path: Path) -> dict[str, Any]:
    """Return what book.json says, as it is written.

    Raises
    ------
    BookDamaged
        When it is missing, unreadable or of another format.
    """
    file = path / "book.json"
    if not file.is_file():
        found = "a folder without book.json" if path.is_dir() else "no such folder"
        raise BookDamaged(f"a book at {path}", found, "Make one: duecourse import.")
    try:
        text = json.loads(file.read_text("utf-8"))
    except (ValueError, OSError) as error:
        raise BookDamaged(f"JSON in {file}", f"text that is none ({error})", AGAIN) from error
    version = text.get("format") if isinstance(text, dict) else None
    sharded = isinstance(text, dict) and "shards" in text
    if version != (SHARDED_FORMAT if sharded else FORMAT):
        remedy = "Import it again with this version."
        lawful = f"{FORMAT}, or {SHARDED_FORMAT} where it is sharded,"
        raise BookDamaged(f"a book of format {lawful} in {file}", repr(version), remedy)
    return dict(text)


def check_seal(path: Path) -> None:
    """Refuse a book.json that was edited after it was written.

    The seal guards against a slip, such as a time zone corrected by hand under days that were worked out
    in the old one; it is no signature.

    Raises
    ------
    BookDamaged
        When what it says is not what was sealed.
    """
    text = stated(path)
    if text.get("seal") != _seal(text):
        raise BookDamaged(
            f"{path / 'book.json'} as it was written", "its seal broken or missing: it was edited", AGAIN
        )


def _seal(text: Mapping[str, Any]) -> str:
    plain = {name: value for name, value in text.items() if name != "seal"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
