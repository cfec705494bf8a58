"""The three files of the Nigerian micro-loans and their columns; instants read in the zone they are told in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from features.contract import Column, Table
from features.problem import BookRefused, Problem
from pipelines.sources.book_columns import LARGEST
from pipelines.sources.raw_columns import not_read, read_columns
from pipelines.sources.source_file import SourceFile, found_file, optional_file, read_file
from pipelines.sources.text import localised

_LOAN = (
    Column("customerid", "id", required=True),
    Column("systemloanid", "id", required=True),
    Column("loannumber", "count", required=True),
    Column("approveddate", "instant", required=True),
    Column("creationdate", "instant", required=True),
    Column("loanamount", "number", required=True, low=-LARGEST, high=LARGEST),
    Column("totaldue", "number", required=True, low=-LARGEST, high=LARGEST),
    Column("termdays", "count", required=True),
    Column("referredby", "id"),
)
PAST = Table(
    "past_loans",
    ("systemloanid",),
    (
        *_LOAN,
        Column("closeddate", "instant", required=True),
        Column("firstduedate", "day", required=True),
        Column("firstrepaiddate", "instant", required=True),
    ),
    "none",
)
CURRENT = Table("current_loans", ("systemloanid",), _LOAN, "none")
BORROWERS = Table(
    "borrowers",
    ("customerid",),
    (
        Column("customerid", "id", required=True),
        Column("bank_account_type", "code", required=True),
        Column("bank_name_clients", "code", required=True),
        Column("employment_status_clients", "code", required=True),
        Column("level_of_education_clients", "code", required=True),
        Column("birth_year", "count"),
        Column("birthdate", "instant"),
    ),
    "none",
)

_STEMS = {
    "past_loans": ("past_loans", "trainprevloans", "testprevloans"),
    "current_loans": ("current_loans_without_outcome", "trainperf", "testperf"),
    "borrowers": ("borrowers", "traindemographics", "testdemographics"),
}
_PRIVATE = ("birth_year", "birthdate", "level_of_education_clients", "bank_name_clients")
_UTC = ("creationdate", "birthdate")
_LOCAL = ("approveddate", "closeddate", "firstrepaiddate")


@dataclass(frozen=True)
class Files:
    """Columns of the three files, read as their kinds.

    Parameters
    ----------
    past, current, borrowers
        Columns by name; None where the file is not there.
    rows_read
        Rows of all files.
    notes
        Which files and columns were not read.
    """

    past: Any
    current: Any
    borrowers: Any
    rows_read: int
    notes: tuple[str, ...]


def read_files(path: Path, *, time_zone: str) -> Files:
    """Return the columns of the files at a path.

    Parameters
    ----------
    path
        The folder, or the file of past loans alone.
    time_zone
        Zone of approvals, repayments and closings; creations are told in UTC.

    Raises
    ------
    BookRefused
        When there are no past loans, or a file cannot be read; it holds the problems of all files.
    """
    files = {"past_loans": found_file(path, stems=_STEMS["past_loans"])}
    notes: list[str] = []
    for name in ("current_loans", "borrowers"):
        file = optional_file(path, stems=_STEMS[name])
        if file is None:
            notes.append(f"no file {_STEMS[name][0]}: nothing of it is known")
        else:
            files[name] = file
    tables: dict[str, Any] = {}
    problems: list[Problem] = []
    for contract in (PAST, CURRENT, BORROWERS):
        if contract.name not in files:
            continue
        try:
            source = _zoned(read_file(files[contract.name], table=contract.name), time_zone=time_zone)
        except BookRefused as refusal:
            problems += refusal.problems
            continue
        columns, found = read_columns(
            source, contract, remedy="Use the files of the competition.", private=_PRIVATE
        )
        problems += found
        notes += not_read(source, contract)
        tables[contract.name] = pa.table(columns) if not found else None
    if problems:
        raise BookRefused(tuple(problems))
    rows = sum(table.num_rows for table in tables.values())
    return Files(
        tables["past_loans"], tables.get("current_loans"), tables.get("borrowers"), rows, tuple(notes)
    )


def _zoned(source: SourceFile, *, time_zone: str) -> SourceFile:
    """Return the file with its instants in UTC; text that is no instant stays, to be told by row."""
    table = source.table
    for place, name in enumerate(table.column_names):
        if name not in (*_UTC, *_LOCAL):
            continue
        zone = "UTC" if name in _UTC else time_zone
        values = localised(table[name].combine_chunks(), time_zone=zone)[0]
        table = table.set_column(place, name, values)
    return SourceFile(table, source.origin)
