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
        return cls(_with_path(rows, "book"), digest, target, seed)

    @classmethod
    def of_table(cls, rows: TableRows, *, target: str, seed: int) -> TrainingRequest:
        """Return the record of a training on a team's own table; its file is read for the digest."""
        return cls(_with_path(rows, "table"), digest_of(rows.table), target, seed)

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

    It is not part of the bundle: the model is the same wherever its book lay.
    """
    path = _place(bundles, content_hash)
    with atomic_file(path) as part:
        part.write_text(json.dumps(request.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
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
                return TrainingRequest.from_json(json.loads(path.read_text(encoding="utf-8")))
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                raise RequestUnreadable(
                    f"Expected a record of format {FORMAT} of how the model was trained in {path}, found it "
                    f"unreadable ({type(error).__name__}). Remove it and give BOOK and --as-of, or train again."
                ) from error
    return None


def _place(bundles: Path, content_hash: str) -> Path:
    return bundles / f"{content_hash}.request.json"


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path | date) else value


def _rows(kind: type[BookRows] | type[TableRows], stored: Mapping[str, Any]) -> BookRows | TableRows:
    """Return the rows with paths, days and tuples as they were."""
    days, paths = ("first", "last"), ("book", "table", "catalogue")
    unknown = set(stored) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"fields {sorted(unknown)}")
    told: dict[str, Any] = {}
    for name, value in stored.items():
        if value is not None and name in paths:
            told[name] = Path(value)
        elif name in days:
            told[name] = date.fromisoformat(value)
        else:
            told[name] = tuple(value) if isinstance(value, list) else value
    return kind(**told)


def _with_path(rows: Any, name: str) -> Any:
    return replace(rows, **{name: getattr(rows, name).resolve()})
