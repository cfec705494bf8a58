"""One CSV file as columns of text: byte order mark, commas, semicolons or tabs, quotes, ragged rows."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from features.problem import FIRST, Problem

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class FileText:
    """One file read: a CSV file as text, a Parquet file as it is.

    Parameters
    ----------
    table
        Its columns; an empty field of a CSV file is null.
    delimiter
        What separates the fields; empty for Parquet.
    problems
        Why rows or the whole file could not be read.
    runs
        Rows that stand below each other in the file: how many, and the number of the first.
    """

    table: Any
    delimiter: str
    problems: tuple[Problem, ...] = ()
    runs: tuple[tuple[int, int], ...] = ()


def read_csv(file: Path, *, table: str) -> FileText:
    """Return a CSV file as columns of text.

    The separator is the one that stands most often in the header outside quotes. Row numbers count
    the header as row 1, as a spreadsheet does.

    Parameters
    ----------
    file
        The file: UTF-8, with or without byte order mark.
    table
        Name of the table, for messages.
    """
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        found = f"a byte that is none ({content[error.start]:#04x}) in {file.name} row {row}"
        return _unread(table, "not-utf-8", "text in UTF-8", found, "Save the file as UTF-8.")
    header = text.lstrip("\r\n").partition("\n")[0]
    if not header.strip():
        return _unread(table, "empty-file", "a header row", f"an empty file {file.name}", "Export it again.")
    delimiter = delimiter_of(header)
    ragged: list[tuple[int, int, int]] = []

    def note(row: Any) -> str:
        ragged.append((row.number or 0, row.expected_columns, row.actual_columns))
        return "skip"

    try:
        read = csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=csv.ReadOptions(use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=_as_text(header, delimiter),
        )
    except pa.ArrowInvalid as error:
        remedy = "Look for an unclosed quote."
        return _unread(table, "not-csv", f"CSV in {file.name}", str(error).partition("\n")[0][:120], remedy)
    read = read.rename_columns([name.strip() for name in read.column_names])
    twice = columns_twice(read.column_names, table=table, file=file)
    if twice:
        return FileText(pa.table({}), delimiter, twice)
    runs = runs_between([number for number, _, _ in ragged], rows=read.num_rows)
    return FileText(read, delimiter, _ragged(file.name, table, ragged), runs)


def columns_twice(names: Sequence[str], *, table: str, file: Path) -> tuple[Problem, ...]:
    """Return the problem of a file whose columns share a name, if they do."""
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if not twice:
        return ()
    found = f"{', '.join(map(repr, twice[:FIRST]))} more than once in {file.name}"
    expected, remedy = "a name of its own for each column", "Rename or drop one of them."
    return (Problem(table, twice[0], "duplicate-column", expected, found, remedy),)


def delimiter_of(header: str) -> str:
    """Return the separator that stands most often in the header outside quotes.

    Examples
    --------
    >>> delimiter_of('loan_id;"a,b,c";amount')
    ';'
    >>> delimiter_of("loan_id")
    ','
    """
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def runs_between(skipped: list[int], *, rows: int) -> tuple[tuple[int, int], ...]:
    """Return the runs of rows left when some rows of a file are skipped; the header is row 1.

    Examples
    --------
    >>> runs_between([4], rows=5)  # rows 2, 3 and then 5, 6, 7
    ((2, 2), (3, 5))
    """
    runs = []
    first = 2
    for number in sorted(skipped):
        runs.append((number - first, first))
        first = number + 1
    return (*runs, (rows - sum(count for count, _ in runs), first))


def _as_text(header: str, delimiter: str) -> Any:
    names = csv.read_csv(
        io.BytesIO((header + "\n").encode()), parse_options=csv.ParseOptions(delimiter=delimiter)
    ).column_names
    return csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _ragged(file: str, table: str, rows: list[tuple[int, int, int]]) -> tuple[Problem, ...]:
    if not rows:
        return ()
    _, expected, found = rows[0]
    return (
        Problem(
            table,
            "",
            "ragged-row",
            f"{expected} fields as in the header",
            f"{found} fields",
            "Quote fields that hold the separator.",
            count=len(rows),
            rows=tuple(f"{file} row {number}" for number, _, _ in rows[:FIRST]),
        ),
    )


def _unread(table: str, rule: str, expected: str, found: str, remedy: str) -> FileText:
    nothing: dict[str, Any] = {}
    return FileText(pa.table(nothing), ",", (Problem(table, "", rule, expected, found, remedy),))
