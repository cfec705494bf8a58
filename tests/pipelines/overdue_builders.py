"""Small books for the overdue report: hand-made rows, and random ones in which news comes late."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from features.book import Book
from features.observations import Observations, day_number
from pipelines.overdue import OverdueReport, _sorted, part_of
from pipelines.overdue_moves import check_tally
from pipelines.overdue_rows import Terms
from tests.builders import Row, at, book_of, instalment, loan, payment

ZONE_HOURS = 8
"""Shanghai: the small books of the builders live there."""


def day(text: str) -> int:
    """Return a day as the engine counts it."""
    return day_number(dt.date.fromisoformat(text))


def one(book: Book, as_of: str, *, loan_no: int = 0) -> Observations:
    """Return the observation of one loan on one morning."""
    return Observations(np.array([loan_no], np.int32), np.array([day(as_of)], np.int32))


def report_of(book: Book, as_of: str, *, terms: Terms | None = None) -> OverdueReport:
    """Return the report of a book in memory."""
    terms = terms or Terms()
    columns, tally = part_of(book, as_of=day(as_of), terms=terms)
    check_tally(tally, rows=len(columns["loan_id"]))
    return OverdueReport(dt.date.fromisoformat(as_of), book.manifest, _sorted(columns), tally, terms)


def row_of(report: OverdueReport, loan_id: str = "L-1") -> dict[str, Any]:
    """Return the row of one loan."""
    (place,) = np.flatnonzero(report.columns["loan_id"] == loan_id)
    return {name: values[place] for name, values in report.columns.items()}


def late_news_tables(seed: int, *, loans: int = 12) -> dict[str, list[Row]]:
    """Return loans with four instalments whose payments become known late, are corrected and reversed."""
    draw = np.random.default_rng(seed)
    heads, due, paid = [], [], []
    for number in range(loans):
        name = f"L-{number}"
        heads.append(loan(loan_id=name, borrower_id=f"B-{number % 5}", **_known("2024-01-15", draw, most=3)))
        for place in range(4):
            on = dt.date(2024, 2, 15) + dt.timedelta(days=30 * place)
            due.append(instalment(loan_id=name, number=place + 1, due_on=str(on)))
            if draw.random() < 0.15:  # agreed anew later: another day
                moved = str(on + dt.timedelta(days=int(draw.integers(-10, 20))))
                due.append(
                    instalment(
                        loan_id=name,
                        number=place + 1,
                        due_on=moved,
                        revision=2,
                        **_known(str(on), draw, most=30),
                    )
                )
        for place in range(int(draw.integers(0, 6))):
            paid_on = str(dt.date(2024, 2, 1) + dt.timedelta(days=int(draw.integers(0, 130))))
            mine = {"payment_id": f"P-{number}-{place}", "loan_id": name, "paid_on": paid_on}
            paid.append(
                payment(**mine, amount=int(draw.integers(1, 3)) * 5_250, **_known(paid_on, draw, most=25))
            )
            if draw.random() < 0.3:  # reversed later, as a correction of the very row
                later = str(dt.date.fromisoformat(str(paid[-1]["known_at"])[:10]) + dt.timedelta(days=3))
                paid.append(payment(**mine, amount=0, revision=2, **_known(later, draw, most=20)))
    return {"loans": heads, "instalments": due, "payments": paid}


def late_news_book(seed: int, *, loans: int = 12) -> Book:
    """Return the book of ``late_news_tables``."""
    return book_of(**late_news_tables(seed, loans=loans))


def _known(on: str, draw: np.random.Generator, *, most: int) -> dict[str, str]:
    later = dt.date.fromisoformat(on) + dt.timedelta(days=int(draw.integers(0, most + 1)))
    return {"known_at": at(str(later))}
