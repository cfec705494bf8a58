"""Which loans are looked at, and as of which mornings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from features.compiled import Days, Marks, steady
from features.event_kernels import NO_DAY
from features.facts import Facts

if TYPE_CHECKING:
    from features.book import Book

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Observations:
    """Pairs of a loan and a morning, sorted by (loan_no, as_of).

    Parameters
    ----------
    loan_no
        Position of the loan in ``book.loan_ids``, int32.
    as_of
        Day that is beginning, int32 days since 1970-01-01 in the book's time zone.
    """

    loan_no: Days
    as_of: Days

    def __post_init__(self) -> None:
        object.__setattr__(self, "loan_no", steady(self.loan_no, np.int32))
        object.__setattr__(self, "as_of", steady(self.as_of, np.int32))

    def __len__(self) -> int:
        return len(self.loan_no)


def day_number(day: dt.date) -> int:
    """Return a calendar day as days since 1970-01-01.

    Examples
    --------
    >>> day_number(dt.date(2026, 1, 1))
    20454
    """
    return dt.date(day.year, day.month, day.day).toordinal() - EPOCH.toordinal()


def day_of_number(number: int) -> dt.date:
    """Return the calendar day of days since 1970-01-01.

    Examples
    --------
    >>> day_of_number(20454)
    datetime.date(2026, 1, 1)
    """
    return EPOCH + dt.timedelta(days=int(number))


def observe(book: Book, *, as_of: Sequence[dt.date]) -> Observations:
    """Return every loan that stood on each of the mornings.

    A loan stands on ``as_of`` when its latest row known by then says that it was disbursed before ``as_of``
    and has not ended before it.

    Parameters
    ----------
    as_of
        Mornings to look at; repeated ones count once.
    """
    days = np.array(sorted({day_number(day) for day in as_of}), np.int32)
    loans = len(book.loan_ids)
    loan_no = np.arange(loans, dtype=np.int32).repeat(len(days))
    mornings = np.broadcast_to(days, (loans, len(days))).reshape(-1)
    stands = stands_on(Facts(book.rows("loans"), owner=loan_no, known_by=mornings), mornings)
    return Observations(loan_no[stands], mornings[stands])


def stands_on(loans: Facts, mornings: Days) -> Marks:
    """Return True where a loan stood: disbursed before the morning and not ended before it, as far as known."""
    disbursed, ended = loans.day("disbursed_on"), loans.day("ended_on")
    stands: Marks = (disbursed != NO_DAY) & (disbursed < mornings) & ((ended == NO_DAY) | (ended >= mornings))
    return stands
