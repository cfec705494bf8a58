"""Mornings that a book can speak about, and the accounts a model speaks about on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from features.book import Book
from features.observations import Observations, observe
from models.book_end import book_end
from models.labels import LABELS, observations_for, population

LONGEST_SILENCE = 92
"""Days after the last thing a book knows for which it still speaks: a lender may deliver once a quarter."""

_EPOCH = date(1970, 1, 1)


class BookTooOld(ValueError):
    """A book is asked about mornings of which it knows nothing."""


def check_mornings(book: Book, as_of: Sequence[date], *, option: str, silence: int = LONGEST_SILENCE) -> None:
    """Refuse mornings that lie long after the last thing a book knows.

    A loan stands until its end is known, so a book that is long out of date would tell years of
    arrears of loans that were paid long ago.

    Parameters
    ----------
    book
        The book.
    as_of
        Mornings asked about.
    option
        Option that named them, for the message.
    silence
        Days without news after which the book is too old.

    Raises
    ------
    BookTooOld
        When a morning is more than ``silence`` days after the one that sees all of the book.
    """
    check_last_day(book_end(book).day, as_of, option=option, silence=silence)


def check_last_day(day: int, as_of: Sequence[date], *, option: str, silence: int = LONGEST_SILENCE) -> None:
    """Refuse mornings that lie long after the last day, in days since 1970-01-01, on which a book knew anything.

    Raises
    ------
    BookTooOld
        When a morning is more than ``silence`` days after the one that sees all of the book.
    """
    ends_on = _EPOCH + timedelta(days=day)
    latest = max(as_of, default=ends_on)
    if (latest - ends_on).days > silence + 1:
        last = ends_on + timedelta(days=silence + 1)
        raise BookTooOld(
            f"Expected {option} of {last} at the latest, for the book knows nothing after {ends_on}; "
            f"found {latest}. Choose an earlier day or import a newer book."
        )


def accounts_of(book: Book, *, target: str, as_of: Sequence[date]) -> tuple[Observations, int]:
    """Return the accounts on some days that a model of a target speaks about, and how many others were looked at.

    A free name speaks for every loan that stands. For a label with mornings of its own each day is the first of a
    month and stands for the loans disbursed in it.

    Raises
    ------
    MorningsUnfit
        When such a label is asked about another day.
    """
    label = LABELS.get(target)
    if label is None:
        return observe(book, as_of=as_of), 0
    seen = observations_for(book, label=label, as_of=as_of)
    inside = np.flatnonzero(population(book, seen, label=label))
    return Observations(seen.loan_no[inside], seen.as_of[inside]), len(seen) - len(inside)
