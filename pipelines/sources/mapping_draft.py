"""A draft of a mapping written from an export's headers and first rows, for a person to finish."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.contract import Column
from features.contracts import TABLES
from features.files import atomic_file
from features.problem import BookRefused, Problem
from pipelines.sources.csv_files import delimiter_of
from pipelines.sources.mapping_delivery import DeliveredFile, delivered_file, files_in
from pipelines.sources.mapping_encoding import decoded
from pipelines.sources.mapping_guess import Guess, choosing_columns, guesses, tables_of_file
from pipelines.sources.mapping_places import suggestion
from pipelines.sources.mapping_synonyms import is_personal
from pipelines.sources.mapping_words import TableMap
from pipelines.sources.reading import no_source

_ENCODINGS = ("utf-8", "gb18030", "utf-16")
_ROWS = 10_000
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class DraftEntry:
    """What a draft says of one table and file.

    Parameters
    ----------
    table, file
        The book's table (empty when none fits) and the file.
    placed
        Columns of ours that a column of theirs may feed.
    open_questions
        Columns and codes that a person has to decide.
    text
        The entry in TOML.
    """

    table: str
    file: str
    placed: int
    open_questions: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A mapping that was written for a person to finish."""

    path: Path
    entries: tuple[DraftEntry, ...]

    def rows(self) -> list[tuple[str, str, int, int]]:
        """Return one row for each entry: table, file, columns placed, questions left."""
        return [(e.table or "(none fits)", e.file, e.placed, e.open_questions) for e in self.entries]

    def to_json(self) -> dict[str, Any]:
        """Return the draft's summary as plain JSON values."""
        names = ("table", "file", "placed", "to_decide")
        return {"map": str(self.path), "entries": [dict(zip(names, row, strict=True)) for row in self.rows()]}


def write_draft(export: Path, *, map_file: Path) -> Draft:
    """Write a draft of a mapping and return what it says.

    It holds no values of persons: formats and codes only.

    Parameters
    ----------
    export
        Folder of CSV or Parquet files.
    map_file
        Where the draft is written; nothing may stand there.

    Raises
    ------
    BookRefused
        When there is no export, or something stands at ``map_file``.
    """
    if map_file.exists():
        found, remedy = "something that stands there", "Choose another name: a draft never replaces a file."
        raise BookRefused((Problem("map", "", "in-the-way", f"nothing at {map_file}", found, remedy),))
    files = files_in(export) if export.is_dir() else {}
    if not files:
        raise no_source(export, expected="a folder of CSV or Parquet files")
    entries = [entry for name, file in files.items() for entry in _entries(name, file)]
    chinese = any(_CHINESE.search(entry.text) for entry in entries)
    with atomic_file(map_file) as part:
        part.write_text(_head(chinese=chinese) + "\n".join(entry.text for entry in entries), "utf-8")
    return Draft(map_file, tuple(entries))


def _head(*, chinese: bool) -> str:
    mark = "" if chinese else "# "
    return (
        "# 映射草稿，请逐行核对。 / A draft: check every line. docs/mapping.md explains every key.\n"
        f'{mark}country = "CN"\n{mark}time_zone = "Asia/Shanghai"\n{mark}currency = "CNY"\n'
        'money = "major"   # 元 = "major"，分 = "minor" / yuan or fen?\n'
        "strict = false    # true: every column of theirs must be mapped or ignored\n\n"
    )


def _entries(name: str, file: Path) -> list[DraftEntry]:
    read, settings = _read(name, file)
    if read.problems or not read.table.num_columns:
        told = "; ".join(str(problem) for problem in read.problems) or "no columns"
        return [DraftEntry("", name, 0, 1, f"# {_quoted(name)} could not be read: {_line(told)}\n")]
    headers = list(read.table.column_names)
    tables = tables_of_file(name, headers)
    if not tables:
        listed = "\n".join(f"#   {_quoted(header)}" for header in headers)
        return [DraftEntry("", name, 0, 1, f"# No table fits {_quoted(name)}. Its columns:\n{listed}\n")]
    return [_entry(table, name, read, settings, shared=len(tables) > 1) for table in tables]


def _entry(
    table: str, name: str, read: DeliveredFile, settings: dict[str, Any], *, shared: bool
) -> DraftEntry:
    found = guesses(table, read.table.slice(0, _ROWS))
    used = {guess.theirs for guess in found.values()}
    left = [header for header in read.table.column_names if header not in used]
    personal = [header for header in left if is_personal(header)]
    lines = [f"[[{table}]]", f"files = {_quoted(name)}"]
    lines += [f"{key} = {_toml(value)}" for key, value in settings.items()]
    lines += [f"ignore = {_toml(personal)}   # personal data that no table holds"] if personal else []
    if shared:
        unnamed = [header for header in left if header not in personal]
        choices = choosing_columns(read.table, unnamed) or {"…": ["…"]}
        remark = f"the file may hold rows of several tables: keep the values of {table}"
        lines += [f"# where = {_toml({key: values})}   # {remark}" for key, values in choices.items()]
    lines += ["", f"[{table}.columns]"]
    open_questions = int(shared)
    for column in TABLES[table].columns:
        guess = found.get(column.name)
        if guess is not None:
            lines.append(
                f"{column.name} = {_value(guess)}" + (f"   # {_line(guess.remark)}" if guess.remark else "")
            )
            open_questions += bool(guess.remark)
        elif column.name == "known_at":
            lines.append(_known(table, found))
            open_questions += 1
        elif column.required and column.name != "revision":
            lines.append(
                f'# {column.name} = "…"   # required: no column looks like it{_joined(column, found)}'
            )
            open_questions += 1
    fed = {f"{table}.{ours}" for ours in found}
    lines += [
        f"# not placed: {_quoted(header)}: {suggestion(header, (table,), fed)}"
        for header in left if header not in personal
    ]  # fmt: skip
    return DraftEntry(table, name, len(found), open_questions, "\n".join(lines) + "\n")


def _joined(column: Column, found: dict[str, Guess]) -> str:
    """Return how an id that the export lacks may be made of columns that name a row together."""
    parts = [guess.theirs for ours, guess in found.items() if ours.endswith(("_id", "_at", "_on"))]
    if column.kind != "id" or len(parts) < 2 or column.name == "borrower_id":
        return ""
    example = _toml({"from": parts[:2], "join": "-"})
    return f". If these name a row: {column.name} = {_line(example)}"


def _known(table: str, found: dict[str, Guess]) -> str:
    days = (*TABLES[table].day, *TABLES[table].reported)
    after = next((day for day in days if day in found), "")
    if table in ("instalments", "plans"):
        after = "loans.disbursed_on"
    remark = "for want of a time of recording: with that day. State days = 1 if it is booked later"
    if not after:
        return '# known_at = "…"   # required: when could the lender first see the row?'
    return f'known_at = {{ after = "{after}", days = 0 }}   # {remark}'


def _read(name: str, file: Path) -> tuple[DeliveredFile, dict[str, Any]]:
    """Return the file read by the first encoding that fits, and the settings it needs."""
    if file.suffix.lower() == ".parquet":
        return delivered_file(file, name=name, entry=TableMap("map", "map", (), ())), {}
    content = file.read_bytes()
    for encoding in _ENCODINGS:
        text = decoded(content, encoding=encoding, name=name, table="map")
        if isinstance(text, str):
            break
    else:
        encoding, text = "utf-8", ""
    row = _header_row(text)
    settings = {} if encoding == "utf-8" else {"encoding": encoding}
    read = delivered_file(file, name=name, entry=TableMap("map", "map", (), (), encoding, "", row))
    return read, {**settings, **({"header_row": row} if row > 1 else {})}


def _header_row(text: str) -> int:
    """Return the row of the header: the first of the fullest rows among the first ten."""
    lines = text[:65536].splitlines()[:10]
    if not lines:
        return 0
    delimiter = delimiter_of(max(lines, key=len))
    counts = [sum(bool(field.strip()) for field in row) for row in csv.reader(lines, delimiter=delimiter)]
    fullest = max(counts)
    return next((n for n, count in enumerate(counts, 1) if count >= max(2, 0.7 * fullest)), 0)


def _value(guess: Guess) -> str:
    if not guess.keys:
        return _quoted(guess.theirs)
    return _toml({"from": guess.theirs, **dict(guess.keys)})


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        keys = (
            f"{key if re.fullmatch(r'[A-Za-z_]+', key) else _quoted(key)} = {_toml(part)}"
            for key, part in value.items()
        )
        return "{ " + ", ".join(keys) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
