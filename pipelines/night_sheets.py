"""The account sheets of a night, written a part at a time so that a large book does not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from features.book import Book
from features.progress import counted
from pipelines.night_files import records_in, write_records
from serving.account_sheet import AccountSheet, sheet_from_json, sheet_to_json
from serving.account_sheets import sheets_from_book

SHEETS_AT_ONCE = 10_000
"""Account sheets held in memory while they are written."""


def write_sheets(out: Path, book: Book, *, as_of: date, loan_ids: Sequence[str]) -> None:
    """Write the account sheet of each loan as it was known on the morning, in the order given."""
    starts = counted(range(0, len(loan_ids), SHEETS_AT_ONCE), stage="parts")
    parts = (loan_ids[start : start + SHEETS_AT_ONCE] for start in starts)
    sheets = (sheet for part in parts for sheet in sheets_from_book(book, as_of=as_of, loan_ids=part))
    write_records(out, (sheet_to_json(sheet) for sheet in sheets))


def sheets_in(path: Path) -> Iterator[AccountSheet]:
    """Yield the account sheets that ``write_sheets`` wrote."""
    return (sheet_from_json(record) for record in records_in(path))
