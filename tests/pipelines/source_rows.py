"""Rows of a source's file as a test reads, harms and writes them; rows of the book they become."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.book import Book, BookRefused
from pipelines.sources.importing import import_source

FIXTURES = Path(__file__).parents[1] / "fixtures"

Row = dict[str, Any]


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a CSV file as text."""
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def parquet_of(rows: Sequence[Row], file: Path, *, types: dict[str, Any] | None = None) -> Path:
    """Write rows of text as a Parquet file, columns of the named types; empty text is null."""
    typed = types or {}
    columns = {
        name: pa.array([row[name] or None for row in rows], pa.string()).cast(typed.get(name, pa.string()))
        for name in rows[0]
    }
    pq.write_table(pa.table(columns), file)
    return file


def rows_of(book: Book, table: str, **where: Any) -> list[Row]:
    """Return the rows of a book's table that have these values."""
    return [row for row in book.table(table).to_pylist() if all(row[k] == v for k, v in where.items())]


def refusal(source: str, path: Path, out: Path, **options: Any) -> str:
    """Return why an import was refused; nothing may be left where the book would have been."""
    with pytest.raises(BookRefused) as error:
        import_source(source, path, out=out, **options)
    assert not out.exists()
    assert not [item for item in out.parent.iterdir() if item.name.startswith(f".{out.name}")]
    return str(error.value)


def renamed(rows: list[Row], old: str, new: str) -> list[Row]:
    """Return the rows with one column under another name."""
    return [{(new if name == old else name): value for name, value in row.items()} for row in rows]


def changed(rows: list[Row], place: int, **values: Any) -> list[Row]:
    """Return the rows with other values in one of them; the first is 0."""
    return [{**row, **values} if at == place else row for at, row in enumerate(rows)]
