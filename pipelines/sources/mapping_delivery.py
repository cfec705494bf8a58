"""The files of an export as one entry of the mapping reads them: columns, chosen rows, row numbers."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.problem import Origin, Problem
from pipelines.sources.csv_files import columns_of, columns_twice, numbers_of, unread
from pipelines.sources.mapping_encoding import decoded
from pipelines.sources.mapping_words import TableMap
from pipelines.sources.text import as_text, one_array

DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xls", ".xlsx")
"""Files that may hold rows; others in an export are not looked at."""


@dataclass(frozen=True)
class DeliveredFile:
    """One file of the export, read once for every entry that reads it alike.

    Parameters
    ----------
    name
        Its path inside the export.
    table
        Its columns; names in the normal form of Unicode, columns without a name called by letter.
    numbers
        Number of each row in the file, as a spreadsheet counts.
    problems
        Why rows or the whole file could not be read.
    blank
        Rows without any value that stood above others and were left out.
    """

    name: str
    table: Any
    numbers: NDArray[np.int64]
    problems: tuple[Problem, ...] = ()
    blank: int = 0


@dataclass(frozen=True, eq=False)
class RowOrigin(Origin):
    """Where each of some chosen rows stands: file and row number.

    Parameters
    ----------
    names
        Files.
    file_no, numbers
        File and row number of each row.
    """

    names: tuple[str, ...] = ()
    file_no: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def row(self, position: int) -> str:
        """Return file and row of the table's row at ``position`` (0 = first)."""
        return f"{self.names[self.file_no[position]]} row {self.numbers[position]}"

    def and_then(self, other: RowOrigin) -> RowOrigin:
        """Return the origin of these rows with the other's below them."""
        return RowOrigin(
            (),
            (*self.names, *other.names),
            np.concatenate([self.file_no, other.file_no + len(self.names)]),
            np.concatenate([self.numbers, other.numbers]),
        )


def tidy(name: str) -> str:
    """Return a name of a file or column in the normal form of Unicode, without surrounding blanks."""
    return unicodedata.normalize("NFC", name).strip().strip("\ufeff").strip()


def files_in(path: Path) -> dict[str, Path]:
    """Return every file of an export that may hold rows, by its name inside the export."""
    found = {}
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        hidden = any(part.startswith((".", "~$")) for part in inside.parts)
        if file.is_file() and file.suffix.lower() in DATA_SUFFIXES and not hidden:
            found[tidy(inside.as_posix())] = file
    return found


def matching(names: Any, patterns: tuple[str, ...]) -> list[str]:
    """Return the names that one of the patterns matches, in their order.

    Examples
    --------
    >>> matching(["还款2023.csv", "还款2024.csv", "借款.csv"], ("还款*.csv",))
    ['还款2023.csv', '还款2024.csv']
    """
    return [name for name in names if any(fnmatchcase(name, tidy(pattern)) for pattern in patterns)]


def delivered_file(file: Path, *, name: str, entry: TableMap) -> DeliveredFile:
    """Return the columns of one file, or why it could not be read.

    Parameters
    ----------
    file
        CSV (of any ending) or Parquet.
    name
        Its name inside the export.
    entry
        The mapping's entry: encoding, separator, header row and what is ignored.
    """
    if file.suffix.lower() == ".parquet":
        return _parquet(file, name, entry)
    text = decoded(file.read_bytes(), encoding=entry.encoding, name=name, table=entry.table)
    if isinstance(text, Problem):
        return DeliveredFile(name, pa.table({}), np.empty(0, np.int64), (text,))
    read = columns_of(
        text,
        name=name,
        table=entry.table,
        delimiter=entry.delimiter or None,
        header_row=entry.header_row or None,
    )
    return _named(read.table, numbers_of(read.runs), read.problems, name, entry, blank=read.blank)


def chosen_rows(table: Any, entry: TableMap) -> NDArray[np.bool_]:
    """Return True for the rows that belong to an entry by ``where`` and ``unless``.

    Examples
    --------
    >>> entry = TableMap("payments", "payments", ("a.csv",), (), where={"类型": ("还款", "冲正")})
    >>> chosen_rows(pa.table({"类型": ["还款", "放款", None]}), entry).tolist()
    [True, False, False]
    """
    chosen = np.ones(table.num_rows, dtype=bool)
    for asked, kept in ((entry.where, True), (entry.unless, False)):
        for name, values in asked.items():
            if name not in table.column_names:
                continue
            texts = as_text(one_array(table[name]))
            if texts is None:
                continue
            texts = pc.utf8_trim_whitespace(texts)
            hit = np.asarray(pc.is_in(texts, value_set=pa.array(values, pa.string())))
            chosen &= hit if kept else ~hit
    return chosen


def _parquet(file: Path, name: str, entry: TableMap) -> DeliveredFile:
    nothing = np.empty(0, np.int64)
    try:
        twice = columns_twice(pq.read_schema(file).names, table=entry.table, file=Path(name))
        if twice:
            return DeliveredFile(name, pa.table({}), nothing, twice)
        table = pq.read_table(file)
    except (pa.ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0][:120]
        found = unread(entry.table, "not-parquet", f"Parquet in {name}", reason, "Export it again.")
        return DeliveredFile(name, pa.table({}), nothing, found.problems)
    numbers = np.arange(1, table.num_rows + 1, dtype=np.int64)
    return _named(table.replace_schema_metadata(None), numbers, (), name, entry)


def _named(
    table: Any,
    numbers: NDArray[np.int64],
    problems: tuple[Problem, ...],
    name: str,
    entry: TableMap,
    *,
    blank: int = 0,
) -> DeliveredFile:
    """Return the file with tidy names; ignored twins and empty columns without a name are dropped."""
    names = [tidy(text) for text in table.column_names]
    counts = Counter(names)
    kept = []
    for at, text in enumerate(names):
        if not text and table.column(at).null_count == table.num_rows:
            continue
        if counts[text] > 1 and text and matching([text], entry.ignore):
            continue
        kept.append(at)
    labels = [names[at] or f"(column {_letters(at)} without a name)" for at in kept]
    twice = columns_twice(labels, table=entry.table, file=Path(name))
    arrays = dict(zip(labels, (table.column(at) for at in kept), strict=True))
    return DeliveredFile(name, pa.table(arrays), numbers, (*problems, *twice), blank)


def _letters(at: int) -> str:
    """Return the letters by which a spreadsheet calls a column."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
