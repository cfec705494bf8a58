"""How far a book reaches: the last day on which something was known, or the last whole month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.book import Book
from models.windows import Window

DAILY_TABLES = frozenset({"contacts", "promises", "offers", "visits"})
FEWEST_MONTHS = 3


@dataclass(frozen=True)
class BookEnd:
    """The end of what a book knows.

    Parameters
    ----------
    day
        Last local day on which any row was known (days since 1970-01-01).
    whole_until
        For a book that reports by the month, the last day of its last reported month; else None.
    statements_only
        True when there are monthly statements and no instalments.
    """

    day: int
    whole_until: int | None
    statements_only: bool

    def matured(
        self, end: NDArray[np.int32], *, known_on: NDArray[np.int32], window: Window | None
    ) -> NDArray[np.bool_]:
        """Return which windows are over and known.

        A window is when the book's last day is not before ``known_on``. A window of months in a book that
        reports by the month is when its last month was reported: nothing of it can come later. A window
        whose outcome is known when it ends needs the last day before its end only.
        """
        ripe = (known_on <= self.day) | ((known_on == end) & (end <= self.day + 1))
        if window is not None and window.unit == "m" and self.whole_until is not None:
            ripe = ripe | (end <= self.whole_until + 1)
        return np.asarray(ripe, dtype=bool)

    def __str__(self) -> str:
        if self.whole_until is not None:
            return f"the book reports by the month, to {np.datetime64(self.whole_until, 'D')}"
        return f"the book ends on {np.datetime64(self.day, 'D')}"


def book_end(book: Book) -> BookEnd:
    """Return how far a book reaches, read from its rows.

    A book reports by the month when it holds no daily events and its payments of at least three months all
    fall on one day of the month, or when it holds monthly statements and no payments.
    """
    latest = [pc.max(book.table(name)["seen_from"]).as_py() for name in book.table_names]
    day = max((known for known in latest if known is not None), default=0) - 1
    statements_only = "statements" in book.table_names and "instalments" not in book.table_names
    return BookEnd(day, _whole_until(book), statements_only)


def _whole_until(book: Book) -> int | None:
    if DAILY_TABLES & set(book.table_names):
        return None
    payments, statements = book.rows("payments").day, book.rows("statements").day
    if len(payments):
        months = payments.astype("datetime64[D]").astype("datetime64[M]")
        of_month = payments - months.astype("datetime64[D]").astype(np.int64)
        if of_month.min() != of_month.max() or len(np.unique(months)) < FEWEST_MONTHS:
            return None
    days = np.concatenate([payments, statements])
    if not len(days):
        return None
    month = np.datetime64(int(days.max()), "D").astype("datetime64[M]")
    return int((month + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)) - 1
