"""The feature table and its files: Parquet and the catalogue beside it, or a folder of parts."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.book_columns import single
from features.catalogue import Catalogue
from features.files import atomic_file
from features.table_parts import FeaturesDamaged as FeaturesDamaged
from features.table_parts import read_parts, stated_parts

KEYS = ("loan_id", "borrower_id", "as_of")
"""Columns that name an observation."""
CONTEXT = ("product", "portfolio", "bucket", "dpd_now", "arrears_now")
"""Columns that reports are cut by; not features."""
FORMAT = 1
"""Version of the catalogue file."""


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """One row per observation, one typed column per feature.

    Parameters
    ----------
    frame
        ``KEYS``, ``CONTEXT`` and the features of the catalogue, in its order. Missing is NaN; money is
        float64, other numbers float32, codes ``str``; ``as_of`` is the morning as datetime64[us].
    catalogue
        One row per feature column.
    book_digest
        Digest of the book it was computed from.
    notes
        What a reader must know: consents that were missing.
    """

    frame: pd.DataFrame
    catalogue: Catalogue
    book_digest: str
    notes: tuple[str, ...] = ()

    @property
    def features(self) -> pd.DataFrame:
        """Return the feature columns alone."""
        return self.frame[list(self.catalogue.names)]


def catalogue_path(path: Path) -> Path:
    """Return where the catalogue of a feature file lies.

    Examples
    --------
    >>> catalogue_path(Path("night.parquet")).name
    'night.catalogue.json'
    """
    return path.with_name(f"{path.stem}.catalogue.json")


def write_features(table: FeatureTable, path: Path) -> None:
    """Write the table as Parquet and its catalogue beside it; equal tables give equal bytes.

    The catalogue comes last and holds the digest of the Parquet file, so a half-written pair is never read.
    """
    digest = write_rows(arrow_of(table), path)
    said = {
        "format": FORMAT,
        "parquet_sha256": digest,
        "book_digest": table.book_digest,
        "rows": len(table.frame),
        "notes": list(table.notes),
        "features": json.loads(table.catalogue.to_json()),
    }
    with atomic_file(catalogue_path(path)) as part:
        part.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def arrow_of(table: FeatureTable) -> Any:
    """Return the rows as an Arrow table."""
    return pa.Table.from_pandas(table.frame, preserve_index=False).replace_schema_metadata(None)


def write_rows(rows: Any, path: Path) -> str:
    """Write an Arrow table of features as Parquet and return the sha256 of its bytes.

    Texts lie as codes of a dictionary, numbers plain; keys and context have statistics, so that readers may skip.
    Texts may come as dictionaries of the words in the order in which they first appear: the file is the same.
    ``docs/decisions/0011`` holds what was measured.
    """
    coded, schema = _coded(rows)
    texts = [field.name for field in coded.schema if pa.types.is_dictionary(field.type)]
    named = [name for name in (*KEYS, *CONTEXT) if name in rows.column_names]
    with atomic_file(path) as part:
        with pq.ParquetWriter(
            part,
            coded.schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=texts,
            write_statistics=named,
            store_schema=False,
        ) as writer:
            writer.write_table(coded)
            writer.add_key_value_metadata({"ARROW:schema": b64encode(schema.serialize()).decode()})
        return _digest(part)


def _coded(rows: Any) -> tuple[Any, Any]:
    """Return the rows with all texts as dictionaries, and the schema of the texts they stand for."""
    columns, fields = [], []
    for field in rows.schema:
        column = single(rows[field.name])
        if pa.types.is_large_string(field.type):
            column = column.dictionary_encode()
        columns.append(column)
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        fields.append(pa.field(field.name, kind))
    return pa.table(columns, names=rows.column_names), pa.schema(fields)


def read_features(path: Path) -> FeatureTable:
    """Return the table that ``write_features`` wrote, or that lies in a folder of parts.

    A folder's rows come in the order of borrower_id, loan_id and as_of, the same whatever the number of parts.

    Raises
    ------
    FeaturesDamaged
        When a file is missing, the format is unknown, the catalogue describes another Parquet file, or a folder
        is unfinished.
    """
    if path.is_dir():
        said = stated_parts(path)
        return _told(read_parts(path, said, digest_of=_digest), said)
    beside = catalogue_path(path)
    for file in (path, beside):
        if not file.is_file():
            raise FeaturesDamaged(
                f"expected {path.name} and {beside.name} side by side, found no {file.name}. "
                "Build the features again."
            )
    said = json.loads(beside.read_text(encoding="utf-8"))
    if said.get("format") != FORMAT:
        raise FeaturesDamaged(
            f"{beside.name}: expected format {FORMAT}, found {said.get('format')!r}. "
            "Build the features again."
        )
    found = _digest(path)
    if found != said["parquet_sha256"]:
        raise FeaturesDamaged(
            f"{path.name}: expected digest {said['parquet_sha256'][:12]}…, found {found[:12]}…. "
            "Build the features again."
        )
    return _told(pq.read_table(path), said)


def _told(rows: Any, said: dict[str, Any]) -> FeatureTable:
    catalogue = Catalogue.from_json(json.dumps(said["features"]))
    return FeatureTable(rows.to_pandas(), catalogue, said["book_digest"], tuple(said["notes"]))


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
