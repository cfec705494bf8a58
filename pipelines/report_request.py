"""How a model was trained, kept beside its bundle, so that its report can look at the same rows again.

No borrower data is kept with a model. What is kept is the question: which book or table, by path and
digest, which months, which seed. The same question put to the same book gives the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from features.files import atomic_file
from pipelines.checkpoints import digest_of
from pipelines.requests import BookRows, TableRows

FORMAT = 1
PATHS = ("book", "table", "catalogue")
"""Entries of the rows that are paths."""


class RequestUnreadable(ValueError):
    """The record of how a model was trained cannot be read."""


@dataclass(frozen=True)
class TrainingRequest:
    """Which rows a model was trained on and judged by.

    Parameters
    ----------
    rows
        What was asked for: months of a book, or rows of a team's own table. Paths are absolute.
    digest
        Of the book (its manifest's) or of the table's file (sha256).
    target
        What the model predicts.
    seed
        Of the split and of every other random step.
    """

    rows: BookRows | TableRows
    digest: str
    target: str
    seed: int

    @classmethod
    def of_book(cls, rows: BookRows, *, digest: str, target: str, seed: int) -> TrainingRequest:
        """Return the record of a training on a book."""
        return cls(_absolute(rows), digest, target, seed)

    @classmethod
    def of_table(cls, rows: TableRows, *, target: str, seed: int) -> TrainingRequest:
        """Return the record of a training on a team's own table; its file is read for the digest."""
        return cls(_absolute(rows), digest_of(rows.table), target, seed)

    @property
    def source(self) -> Path:
        """Return the folder of the book or the file of the table."""
        return self.rows.book if isinstance(self.rows, BookRows) else self.rows.table

    def to_json(self) -> dict[str, Any]:
        """Return the record as data."""
        kind = "book" if isinstance(self.rows, BookRows) else "table"
        rows = {name: _plain(value) for name, value in asdict(self.rows).items()}
        return {
            "format": FORMAT,
            "kind": kind,
            "rows": rows,
            "digest": self.digest,
            "target": self.target,
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> TrainingRequest:
        """Return the record that ``to_json`` made.

        Raises
        ------
        KeyError, TypeError, ValueError, AttributeError
            When it is not one; ``read_request`` says so in words.

        Examples
        --------
        >>> rows = BookRows(book=Path("/books/a"), first=date(2024, 1, 1), last=date(2024, 6, 1))
        >>> record = TrainingRequest(rows, digest="ab", target="roll_30", seed=1)
        >>> TrainingRequest.from_json(record.to_json()) == record
        True
        """
        if stored["format"] != FORMAT:
            raise ValueError(f"format {stored['format']!r}")
        kind = {"book": BookRows, "table": TableRows}[stored["kind"]]
        rows = _rows(kind, stored["rows"])
        return cls(rows, str(stored["digest"]), str(stored["target"]), int(stored["seed"]))


def write_request(request: TrainingRequest, *, content_hash: str, bundles: Path) -> Path:
    """Write the record beside the bundle of that content hash, whole or not at all; return its path.

    It is not part of the bundle: the model is the same wherever its book lay. A book inside the home is named from
    the home, so that the record holds in a home that was moved.
    """
    path = _place(bundles, content_hash)
    home = bundles.resolve().parent
    stored = request.to_json()
    stored["rows"] = {
        name: _seen_from(home, Path(value)) if value is not None and name in PATHS else value
        for name, value in stored["rows"].items()
    }
    with atomic_file(path) as part:
        part.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_request(content_hash: str, *, places: tuple[Path, ...]) -> TrainingRequest | None:
    """Return how the model of that content hash was trained, or None when nobody wrote it down.

    Parameters
    ----------
    places
        Folders in which bundles stand; the first that holds a record answers.

    Raises
    ------
    RequestUnreadable
        When a record stands there and cannot be read.
    """
    for path in (_place(folder, content_hash) for folder in places):
        if path.is_file():
            try:
                found = TrainingRequest.from_json(json.loads(path.read_text(encoding="utf-8")))
                return replace(found, rows=_standing_in(path.resolve().parents[1], found.rows))
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                raise RequestUnreadable(
                    f"Expected a record of format {FORMAT} of how the model was trained in {path}, found it "
                    f"unreadable ({type(error).__name__}). Remove it and give BOOK and --as-of, or train again."
                ) from error
    return None


def _seen_from(home: Path, path: Path) -> str:
    """Return a path inside the home as seen from it, any other as it is."""
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def _standing_in(home: Path, rows: Any) -> Any:
    """Return rows whose paths are absolute: those named from the home stand in it."""
    named = {name: getattr(rows, name, None) for name in PATHS}
    return replace(rows, **{name: home / path for name, path in named.items() if path is not None})


def _place(bundles: Path, content_hash: str) -> Path:
    return bundles / f"{content_hash}.request.json"


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path | date) else value


def _rows(kind: type[BookRows] | type[TableRows], stored: Mapping[str, Any]) -> BookRows | TableRows:
    """Return the rows with paths, days and tuples as they were."""
    days = ("first", "last")
    unknown = set(stored) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"fields {sorted(unknown)}")
    told: dict[str, Any] = {}
    for name, value in stored.items():
        if value is not None and name in PATHS:
            told[name] = Path(value)
        elif name in days:
            told[name] = date.fromisoformat(value)
        else:
            told[name] = tuple(value) if isinstance(value, list) else value
    return kind(**told)


def _absolute(rows: Any) -> Any:
    named = {name: getattr(rows, name, None) for name in PATHS}
    return replace(rows, **{name: path.resolve() for name, path in named.items() if path is not None})
