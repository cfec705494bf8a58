"""One CSV file as columns of text: byte order mark, commas, semicolons or tabs, quotes, ragged rows."""

from __future__ import annotations

import csv as plain_csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from features.problem import FIRST, Problem

_DELIMITERS = (",", ";", "\t", "|")
_HEADER = 2**20  # the header and what stands above it lie within so many letters


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
    blank
        Rows without any value that stood above others and were left out.
    """

    table: Any
    delimiter: str
    problems: tuple[Problem, ...] = ()
    runs: tuple[tuple[int, int], ...] = ()
    blank: int = 0


def read_csv(file: Path, *, table: str) -> FileText:
    """Return a CSV file as columns of text.

    The separator is the one that stands most often in the header outside quotes. Row numbers count
    the header as row 1, as a spreadsheet does; rows without any value keep their number and are
    left out.

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
        return unread(table, "not-utf-8", "text in UTF-8", found, "Save the file as UTF-8.")
    read = columns_of(text, name=file.name, table=table)
    twice = columns_twice(read.table.column_names, table=table, file=file)
    return FileText(pa.table({}), read.delimiter, twice) if twice else read


def columns_of(
    text: str, *, name: str, table: str, delimiter: str | None = None, header_row: int | None = None
) -> FileText:
    """Return the rows of a text as columns of text; columns may share a name.

    Parameters
    ----------
    text
        The file's text, decoded.
    name, table
        Names of the file and the table, for messages.
    delimiter
        What separates the fields; when None, what stands most often in the header.
    header_row
        Row of the header as a spreadsheet counts; when None, the first row that is not empty.
    """
    start = text[:_HEADER].lstrip("\r\n")
    if not start.strip():
        return unread(table, "empty-file", "a header row", f"an empty file {name}", "Export it again.")
    delimiter = delimiter or delimiter_of(_line(text, header_row))
    names, row, rest = _header(text, delimiter, header_row)
    if not any(names):
        found = f"none in {name} row {row}"
        return unread(table, "no-header", "a header row", found, "Look at the first rows of the file.")
    ragged: list[tuple[int, int, int]] = []
    broken: list[bool] = []

    def note(bad: Any) -> str:
        ragged.append(((bad.number or 0) + row, bad.expected_columns, bad.actual_columns))
        broken.append("\n" in bad.text)
        return "skip"

    places = [f"c{at}" for at in range(len(names))]
    if not rest.strip("\r\n"):
        nothing = pa.table([pa.array([], pa.string())] * len(names), names=places)
        return FileText(nothing.rename_columns(names), delimiter, (), ((0, row + 1),))
    try:
        read = csv.read_csv(
            io.BytesIO(rest.encode()),
            read_options=csv.ReadOptions(use_threads=False, column_names=places),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        reason = str(error).partition("\n")[0][:120]
        return unread(table, "not-csv", f"CSV in {name}", reason, "Look for an unclosed quote.")
    if text.count('"') % 2 and (any(broken[-1:]) or _ends_inside(read)):
        found = f"a quote in {name} that is opened and never closed"
        return unread(table, "not-csv", "quotes in pairs", found, 'Write a quote inside a field twice ("").')
    skipped = [number for number, _, _ in ragged]
    runs = runs_between(skipped, rows=read.num_rows, first=row + 1)
    kept, blank, runs = _without_blank_rows(read, runs)
    return FileText(kept.rename_columns(names), delimiter, _ragged(name, table, ragged), runs, blank)


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


def runs_between(skipped: list[int], *, rows: int, first: int = 2) -> tuple[tuple[int, int], ...]:
    """Return the runs of rows left when some rows of a file are skipped; the header is row 1.

    Examples
    --------
    >>> runs_between([4], rows=5)  # rows 2, 3 and then 5, 6, 7
    ((2, 2), (3, 5))
    """
    runs = []
    for number in sorted(skipped):
        runs.append((number - first, first))
        first = number + 1
    return (*runs, (rows - sum(count for count, _ in runs), first))


def numbers_of(runs: Sequence[tuple[int, int]]) -> Any:
    """Return the number of each row of runs of rows.

    Examples
    --------
    >>> numbers_of(((2, 2), (3, 5))).tolist()
    [2, 3, 5, 6, 7]
    """
    parts = [np.arange(first, first + count, dtype=np.int64) for count, first in runs]
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def unread(table: str, rule: str, expected: str, found: str, remedy: str) -> FileText:
    """Return a file of which nothing could be read, and why."""
    nothing: dict[str, Any] = {}
    return FileText(pa.table(nothing), ",", (Problem(table, "", rule, expected, found, remedy),))


def _line(text: str, header_row: int | None) -> str:
    if header_row is None:
        return text[:_HEADER].lstrip("\r\n").partition("\n")[0]
    lines = text.split("\n", header_row)
    return lines[header_row - 1] if len(lines) >= header_row else ""


def _header(text: str, delimiter: str, header_row: int | None) -> tuple[list[str], int, str]:
    """Return the names of the columns, the header's row number and the text below it."""
    lines = io.StringIO(text[:_HEADER], newline="")
    rows = plain_csv.reader(iter(lines.readline, ""), delimiter=delimiter)
    try:
        for number, fields in enumerate(rows, 1):
            if number == header_row or (header_row is None and fields):
                return [field.strip() for field in fields], number, text[lines.tell() :]
    except plain_csv.Error:  # a field beyond the reader's limit: an unclosed quote
        pass
    return [], header_row or 1, ""


def _without_blank_rows(
    read: Any, runs: tuple[tuple[int, int], ...]
) -> tuple[Any, int, tuple[tuple[int, int], ...]]:
    """Return the rows with any value, how many without stood above them, and their runs."""
    blank = np.ones(read.num_rows, dtype=bool)
    for column in read.columns:
        blank &= np.asarray(pc.is_null(column.combine_chunks()))
        if not blank.any():
            return read, 0, runs
    kept = np.flatnonzero(~blank)
    numbers = numbers_of(runs)[kept]
    above = int(np.count_nonzero(blank[: kept[-1]])) if len(kept) else 0
    ends = np.flatnonzero(np.diff(numbers) != 1)
    starts = np.concatenate([[0], ends + 1])
    counts = np.diff(np.concatenate([starts, [len(numbers)]]))
    found = [(int(n), int(numbers[s])) for n, s in zip(counts, starts, strict=True)] if len(kept) else []
    return read.filter(pa.array(~blank)), above, tuple(found)


def _ends_inside(read: Any) -> bool:
    """Return whether the last row holds a line break, as it does behind a quote that is never closed."""
    last = read.slice(max(read.num_rows - 1, 0)).to_pylist()
    return any("\n" in (value or "") for row in last for value in row.values())


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
            "Quote fields that hold the separator, and close every quote.",
            count=len(rows),
            rows=tuple(f"{file} row {number}" for number, _, _ in rows[:FIRST]),
        ),
    )
