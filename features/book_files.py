"""A book on disk: one Parquet file per table, and book.json that states what they are."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from features.contracts import TABLES
from features.files import atomic_folder
from features.manifest import Manifest

FORMAT = 1
"""Version of the folder's layout; a book of another version is refused."""

TRUTH = "truth"
"""Folder of a simulation's hidden truth: no door of the book leads there."""


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


class FolderInTheWay(ValueError):
    """A book is to be written where something else stands that would be lost."""


def check_place(path: Path) -> None:
    """Raise when something other than a book or an empty folder stands at ``path``.

    Raises
    ------
    FolderInTheWay
        When a file, or a folder without ``book.json``, stands there.
    """
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
    """Write the tables and book.json to a folder that appears whole or not at all.

    Raises
    ------
    FolderInTheWay
        When something other than a book stands there.
    """
    check_place(path)
    with atomic_folder(path) as folder:
        stated: dict[str, Any] = {}
        for name in sorted(tables):
            digests = {"part-0000.parquet": _write(tables[name], folder / name / "part-0000.parquet")}
            stated[name] = {"rows": tables[name].num_rows, "files": digests}
        for name in sorted(truth):
            table = truth[name] if isinstance(truth[name], pa.Table) else pa.Table.from_pandas(truth[name])
            _write(table, folder / TRUTH / f"{name}.parquet")
        text = {
            "format": FORMAT,
            "country": manifest.country,
            "time_zone": manifest.time_zone,
            "currency": manifest.currency,
            "source": manifest.source,
            "notes": list(manifest.notes),
            "digest": digest,
            "tables": stated,
        }
        text["seal"] = _seal(text)
        (folder / "book.json").write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", "utf-8")


def opened(path: Path) -> tuple[Manifest, tuple[str, ...], Callable[[str], Any], str]:
    """Return manifest, table names, a reader of one table and the digest of a book on disk.

    Raises
    ------
    BookDamaged
        When there is no book, it is of another format, or its book.json is damaged.
    """
    text = stated(path)
    tables: dict[str, dict[str, str]] = {}
    try:
        manifest = Manifest(
            str(text["country"]),
            str(text["time_zone"]),
            str(text["currency"]),
            str(text["source"]),
            tuple(str(note) for note in text["notes"]),
        )
        for name, entry in text["tables"].items():
            tables[name] = {str(file): str(digest) for file, digest in entry["files"].items()}
        digest = str(text["digest"])
    except (KeyError, TypeError, AttributeError) as error:
        raise BookDamaged(
            f"country, time_zone, currency, source, notes, digest and tables in {path / 'book.json'}",
            f"something else ({error})",
            AGAIN,
        ) from error
    strangers = sorted(set(tables) - set(TABLES))
    if strangers or "loans" not in tables:
        held = ", ".join(sorted(tables)) or "none"
        raise BookDamaged(f"tables of the contract, loans among them, in {path / 'book.json'}", held, AGAIN)
    return manifest, tuple(tables), lambda name: _read(path / name, tables[name]), digest


def stated(path: Path) -> dict[str, Any]:
    """Return what book.json says.

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
    if version != FORMAT:
        remedy = "Import it again with this version."
        raise BookDamaged(f"a book of format {FORMAT} in {file}", repr(version), remedy)
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


def _write(table: Any, file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    # the pandas notes of a frame and the Arrow schema are left out: the same rows give the same bytes
    pq.write_table(table.replace_schema_metadata(None), file, compression="zstd", compression_level=1)
    return sha256_of(file)


def sha256_of(file: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read(folder: Path, files: Mapping[str, str]) -> Any:
    parts = []
    for name, expected in sorted(files.items()):
        file = folder / name
        try:
            content = file.read_bytes()
        except OSError as error:
            raise BookDamaged(f"the file {file}", f"none ({error.strerror})", AGAIN) from error
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise BookDamaged(
                f"{file} with sha256 {expected[:12]}…",
                f"{found[:12]}…",
                "The file was changed after it was written: restore it or import the book again.",
            )
        try:
            parts.append(pq.read_table(io.BytesIO(content)))
        except (pa.ArrowException, OSError) as error:
            raise BookDamaged(f"Parquet in {file}", f"bytes that are none ({error})", AGAIN) from error
    return pa.concat_tables(parts).combine_chunks()
