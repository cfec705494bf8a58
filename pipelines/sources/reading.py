"""What a source gives: tables, where their rows came from, what was repaired and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from features.manifest import Manifest
from features.problem import BookRefused, Origin, Problem


@dataclass(frozen=True)
class Unplaced:
    """A column or a whole file of an export that the mapping neither uses nor ignores.

    Parameters
    ----------
    file
        File inside the export.
    column
        Its column; empty for a whole file.
    suggestion
        What it may be, in a sentence.
    """

    file: str
    column: str
    suggestion: str

    def to_json(self) -> dict[str, str]:
        """Return the plain JSON values."""
        return {"file": self.file, "column": self.column, "suggestion": self.suggestion}


@dataclass(frozen=True)
class SourceTables:
    """Raw tables of one source, not yet checked.

    Parameters
    ----------
    tables
        Arrow tables by the contract's names.
    origins
        Files of each table's rows.
    manifest
        Country, time zone and currency.
    repairs
        What was repaired, in words, and in how many rows.
    losses
        Why rows were left out, in words, and how many.
    notes
        What was assumed of every row.
    problems
        What could not be read at all.
    rows_read
        Rows the source held, against which losses are weighed.
    unplaced
        Columns and files that a mapping neither uses nor ignores.
    follows
        (table, column) worked out from another column → that (table, column), so that what is wrong
        with one is not told of both.
    """

    tables: dict[str, Any]
    origins: dict[str, Origin]
    manifest: Manifest
    repairs: dict[str, int] = field(default_factory=dict)
    losses: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    rows_read: int = 0
    unplaced: tuple[Unplaced, ...] = ()
    follows: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


SourceReader = Callable[..., SourceTables]
"""``reader(path, *, country, time_zone, currency)``: reads a source, repairs and counts."""


def no_source(path: Path, *, expected: str) -> BookRefused:
    """Return the refusal of a path at which the source is not."""
    found = "a folder without it" if path.is_dir() else "another file" if path.exists() else "no such path"
    remedy = "Give the folder or file with --from."
    return BookRefused((Problem("source", "", "missing-source", f"{expected} at {path}", found, remedy),))


def check_rows_left(count: int, *, table: str, losses: Mapping[str, int]) -> None:
    """Refuse a source of which every row was left out.

    Raises
    ------
    BookRefused
        When no row is left; it names the causes.
    """
    if count:
        return
    causes = ", ".join(f"{cause}: {lost}" for cause, lost in losses.items())
    raise BookRefused(
        (Problem(table, "", "empty-book", "at least one usable row", causes or "none", "Correct the file."),)
    )
