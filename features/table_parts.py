"""A feature table in a folder: one Parquet file per shard, and catalogue.json, which comes last.

Without catalogue.json the folder is unfinished and nobody reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.book_statement import part_name
from features.catalogue import Catalogue
from features.feature_spec import FeatureSpec
from features.files import atomic_file

_COUNTED = re.compile(r"(\d+) of (\d+) observations (.*)", re.DOTALL)
_WITHOUT = re.compile(r"The book has no consents table: features for (.*) are missing throughout\.")
CATALOGUE = "catalogue.json"
"""States the parts of a folder, their digests and every column; written when all parts stand."""
FORMAT = 1
"""Version of the folder's layout."""
_ATTRIBUTE_TYPES = {"number": pa.float64(), "code": pa.large_string()}
ORDER = ("borrower_id", "loan_id", "as_of")
"""Rows are read in this order, whatever the number of parts."""


class FeaturesDamaged(ValueError):
    """A feature file, or a folder of them, and its catalogue do not belong together."""


@dataclass(frozen=True)
class Part:
    """One file of a folder of features.

    Parameters
    ----------
    rows
        Observations in it.
    sha256
        Digest of its bytes.
    """

    rows: int
    sha256: str


def aligned(table: Any, *, attributes: Sequence[FeatureSpec]) -> Any:
    """Return the Arrow table of a shard with the lender's attributes of the whole book, by name, at the end.

    An attribute of which the shard has no rows is missing throughout.

    Parameters
    ----------
    table
        Keys, context, features and the attributes of the shard.
    attributes
        The attributes of the whole book.
    """
    names = [name for name in table.column_names if not name.startswith("attr_")]
    columns = {name: table[name] for name in names}
    for spec in attributes:
        kind = _ATTRIBUTE_TYPES[spec.kind]
        # A shard that knows no value of a code takes it for a number, missing throughout.
        held = spec.name in table.column_names and pa.types.is_floating(table[spec.name].type) == (
            spec.kind == "number"
        )
        columns[spec.name] = table[spec.name] if held else pa.nulls(table.num_rows, kind)
    return pa.table(columns)


def joined_notes(parts: Sequence[tuple[int, Sequence[str]]]) -> tuple[str, ...]:
    """Return the notes of all parts as those of the whole: each once, counts of observations added up.

    A part whose borrowers gave no consent at all says so as a book without consents does; beside parts that have
    some, its observations count as lacking each.

    Parameters
    ----------
    parts
        Observations and notes of each part that has any.

    Examples
    --------
    >>> joined_notes([(10, ["3 of 10 observations lack x.", "y."]), (5, ["1 of 5 observations lack x.", "y."])])
    ('4 of 15 observations lack x.', 'y.')
    """
    bare = [_WITHOUT.fullmatch(note) for _, notes in parts for note in notes]
    several = any(_COUNTED.fullmatch(note) for _, notes in parts for note in notes) and any(bare)
    told: dict[str, tuple[int, int]] = {}
    for rows, notes in parts:
        for note in notes:
            for text, some, all_ in _counts(note, rows, spelt_out=several):
                before = told.get(text, (0, 0))
                told[text] = (before[0] + some, before[1] + all_)
    return tuple(f"{some} of {n} observations {text}" if n else text for text, (some, n) in told.items())


def _counts(note: str, rows: int, *, spelt_out: bool) -> list[tuple[str, int, int]]:
    """Return a note as texts with counts; without counts it is told as it is."""
    found, bare = _COUNTED.fullmatch(note), _WITHOUT.fullmatch(note)
    if found:
        return [(found[3], int(found[1]), int(found[2]))]
    if bare and spelt_out:
        return [
            (f"have no consent for {one}: features missing there.", rows, rows) for one in bare[1].split(", ")
        ]
    return [(note, 0, 0)]


def state_parts(
    folder: Path,
    parts: Sequence[Part],
    *,
    catalogue: Catalogue,
    book_digest: str,
    as_of: Sequence[str],
    notes: Sequence[str],
) -> None:
    """Write catalogue.json: with it the folder is finished.

    Parameters
    ----------
    folder
        Folder of the parts.
    parts
        What each part is, by the number of its shard.
    catalogue
        One row per feature column.
    book_digest
        Digest of the book it was computed from.
    as_of
        The mornings, ``YYYY-MM-DD``.
    notes
        What a reader must know.
    """
    said = {
        "format": FORMAT,
        "book_digest": book_digest,
        "as_of": list(as_of),
        "rows": sum(part.rows for part in parts),
        "parts": {part_name(at): {"rows": part.rows, "sha256": part.sha256} for at, part in enumerate(parts)},
        "notes": list(notes),
        "features": json.loads(catalogue.to_json()),
    }
    with atomic_file(folder / CATALOGUE) as file:
        file.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def stated_parts(folder: Path) -> dict[str, Any]:
    """Return what the catalogue.json of a folder says.

    Raises
    ------
    FeaturesDamaged
        When there is none, so that the folder is unfinished, or it is of another format.
    """
    file = folder / CATALOGUE
    if not file.is_file():
        raise FeaturesDamaged(
            f"expected {CATALOGUE} in {folder}, found none: the features are unfinished. "
            "Run the command that builds them again; finished parts are kept."
        )
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if said.get("format") != FORMAT:
        raise FeaturesDamaged(
            f"{file}: expected format {FORMAT}, found {said.get('format')!r}. Build the features again."
        )
    return said


def read_parts(folder: Path, said: Mapping[str, Any], *, digest_of: Any) -> Any:
    """Return the rows of all parts in canonical order, each part held against its digest.

    Raises
    ------
    FeaturesDamaged
        When a part is missing or its bytes are not those that were written.
    """
    tables = []
    for name, part in sorted(said["parts"].items()):
        file = folder / name
        found = digest_of(file) if file.is_file() else None
        if found != part["sha256"]:
            raise FeaturesDamaged(
                f"{file}: expected digest {part['sha256'][:12]}…, found "
                f"{'no file' if found is None else f'{found[:12]}…'}. Build the features again."
            )
        tables.append(pq.read_table(file))
    table = pa.concat_tables(tables)
    if len(tables) == 1:
        return table
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in ORDER])
    return table if np.array_equal(order, np.arange(len(order))) else table.take(order)
