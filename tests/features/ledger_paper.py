"""Ledgers worked by hand: a few rows in short words, and a table of mornings as one writes it on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from features.book import Book
from features.event_kernels import NO_DAY
from features.ledger import Ledger
from features.manifest import SETTLEMENT_ORDER
from features.observations import day_number
from tests.builders import Row, at, book_of, instalment, loan, manifest, payment, plan

SHORT = {"principal": "arrears_principal", "interest": "arrears_interest", "fee": "arrears_fee",
         "unpaid": "unpaid_count", "oldest": "oldest_unpaid_due_on", "since": "arrears_since",
         "due": "due_total", "paid": "paid_total", "paused": "paused_days", "base": "penalty_base",
         "base+interest": "penalty_base_with_interest"}  # fmt: skip
"""Columns of a paper table under their short names; any other is named as in ``Ledger``."""


def jan(day: int) -> str:
    """Return a day of January 2024; ``jan(32)`` is the first of February."""
    return (dt.date(2023, 12, 31) + dt.timedelta(days=day)).isoformat()


def owes(number: int, on: int, principal: int = 100, interest: int = 10, fee: int = 2, **changes: Any) -> Row:
    """Return an instalment due on a day of January, known since the first."""
    parts = {"principal_due": principal, "interest_due": interest, "fee_due": fee}
    return instalment(**{"number": number, "due_on": jan(on), "known_at": at(jan(1)), **parts, **changes})


def pays(amount: int, on: int, **changes: Any) -> Row:
    """Return a payment on a day of January, known the same day."""
    return payment(**{"payment_id": f"P-{on}-{amount}", "amount": amount, "paid_on": jan(on), **changes})


def holds(kind: str, first: int, last: int | None = None, *, name: str = "", **changes: Any) -> Row:
    """Return a plan that holds from a day of January to the day before another, known on the day it begins."""
    named = {"plan_id": name or f"{kind}-{first}", "kind": kind}
    days = {"starts_on": jan(first), "ends_on": None if last is None else jan(last)}
    return plan(**{**named, **days, "known_at": at(jan(first)), **changes})


def lent(
    *, due: list[Row], paid: list[Row] | None = None, plans: list[Row] | None = None,
    loans: list[Row] | None = None, order: tuple[str, ...] = SETTLEMENT_ORDER,
) -> Book:  # fmt: skip
    """Return the book of a loan disbursed on the first of January."""
    lending = loans or [loan(disbursed_on=jan(1))]
    tables: dict[str, list[Row]] = {"loans": lending, "instalments": due, "payments": paid or []}
    return book_of(manifest(settlement_order=order), **tables, **({"plans": plans} if plans else {}))


def ledger_on(book: Book, days: list[int], *, known: list[int] | None = None, loan_no: int = 0) -> Ledger:
    """Return the ledger of a loan on mornings of January."""
    mornings = np.array([numbered(day) for day in days], np.int32)
    seen = mornings if known is None else np.array([numbered(day) for day in known], np.int32)
    return Ledger(book, loan=np.full(len(days), loan_no, np.int32), as_of=mornings, known_by=seen)


def numbered(day: int) -> int:
    """Return a day of January as the engine counts days."""
    return day_number(dt.date.fromisoformat(jan(day)))


def check_paper(book: Book, paper: str, *, known: int | None = None, loan_no: int = 0) -> None:
    """Compare the ledger with a table on paper: one line a morning, one column a figure, all days of January.

    Parameters
    ----------
    paper
        First line: ``day`` and the figures; ``.`` stands for no day, yes and no for marks.
    known
        The morning whose knowledge counts; each morning's own when None.
    """
    head, *lines = [line.split() for line in paper.strip().splitlines()]
    days = [int(line[0]) for line in lines]
    ledger = ledger_on(
        book, days, known=None if known is None else [max(known, day) for day in days], loan_no=loan_no
    )
    found = [[str(day) for day in days]]
    for name in head[1:]:
        values = getattr(ledger, SHORT.get(name, name)).tolist()
        if name in ("oldest", "since"):
            values = ["." if value == NO_DAY else value - numbered(0) for value in values]
        if name == "rescheduled":
            values = ["yes" if value else "no" for value in values]
        found.append([str(value) for value in values])
    told = [list(row) for row in zip(*found, strict=True)]
    assert told == lines, "\n".join([" ".join(head), *(" ".join(row) for row in told)])
