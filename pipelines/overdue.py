"""The overdue report of a book on a morning: who owes, how much, for how many days, and what is owed to them.

One row per standing loan that is past due, as it was known before the morning. A book in shards is read shard by
shard, so memory holds one shard and the rows of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.buckets import BUCKETS
from features.manifest import Manifest
from features.observations import day_number
from features.progress import counted
from features.shards import book_shards, open_shard
from models.book_end import book_end
from pipelines.mornings import check_last_day
from pipelines.overdue_columns import COLUMNS
from pipelines.overdue_moves import Tally, check_tally, standing_on, tally_of
from pipelines.overdue_rows import Terms, rows_of

Columns = dict[str, NDArray[Any]]


class BookNotBegun(ValueError):
    """A book is asked about a morning on which it knew no loan yet."""


@dataclass(frozen=True, eq=False)
class OverdueReport:
    """The rows of a report and the counts that prove them whole.

    Parameters
    ----------
    as_of
        The morning.
    manifest
        Country, time zone and currency of the book.
    columns
        The rows by column of ``COLUMNS``, sorted by days past due, then amount, the highest first, then loan.
    tally
        Every loan of the book counted once, and its moves since yesterday.
    terms
        What the rows were computed by.
    """

    as_of: date
    manifest: Manifest
    columns: Columns
    tally: Tally
    terms: Terms

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.columns["loan_id"])


def overdue_report(book: Path, *, as_of: date, terms: Terms) -> OverdueReport:
    """Return the overdue report of a book on disk.

    Parameters
    ----------
    book
        Folder of the book.
    as_of
        The morning: what was known before it counts.
    terms
        Hours of the first contact, day of the assessment, terms of penalty interest.

    Raises
    ------
    BookDamaged
        When the book cannot be opened.
    BookNotBegun, BookTooOld
        When it knew no loan yet on that morning, or knows nothing since long before it.
    CountsDiffer
        When the rows do not add up to the book's loans.
    """
    tally, parts, ends = Tally(), [], []
    for number in counted(range(book_shards(book)), stage="shards of the book"):
        shard = open_shard(book, shard=number)
        columns, counts = part_of(shard, as_of=day_number(as_of), terms=terms)
        tally += counts
        parts.append(columns)
        ends.append(book_end(shard).day)
        manifest = shard.manifest
    check_last_day(max(ends), [as_of], option="--as-of")
    _check_begun(tally, book, as_of)
    columns = _sorted(
        {column.name: np.concatenate([part[column.name] for part in parts]) for column in COLUMNS}
    )
    check_tally(tally, rows=len(columns["loan_id"]))
    return OverdueReport(as_of, manifest, columns, tally, terms)


def part_of(book: Book, *, as_of: int, terms: Terms) -> tuple[Columns, Tally]:
    """Return the rows and the counts of one book, or of one shard."""
    today = standing_on(book, as_of=as_of)
    tally = tally_of(today, standing_on(book, as_of=as_of - 1))
    return rows_of(book, today, terms=terms), tally


def local_zone(report: OverdueReport) -> ZoneInfo:
    """Return the time zone of the report's days."""
    return ZoneInfo(report.manifest.time_zone)


def by_bucket(report: OverdueReport) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Give each overdue bucket with the mark of its rows, the youngest first."""
    for bucket in BUCKETS[1:]:
        yield bucket, report.columns["bucket"] == bucket


def _check_begun(tally: Tally, book: Path, as_of: date) -> None:
    if tally.states["not_known_yet"] == tally.loans:
        raise BookNotBegun(
            f"Expected --as-of on a day on which {book} knew a loan, found {as_of}: all of its {tally.loans:,} loans "
            "became known later. Choose a later day."
        )


def _sorted(columns: Columns) -> Columns:
    money = np.array([-1 if amount is None else amount for amount in columns["arrears"].tolist()], np.int64)
    order = np.lexsort((columns["loan_id"].astype(str), -money, -columns["dpd"].astype(np.int64)))
    return {name: values[order] for name, values in columns.items()}
