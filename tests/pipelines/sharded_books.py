"""Small books whose shards differ: many borrowers, few of everything."""

from __future__ import annotations

from pathlib import Path

from features.book import Book
from tests.builders import Row, at, attribute, book_of, borrower, consent, contact, instalments, loan, payment

ROOT = Path(__file__).resolve().parents[2]


def rows_of(number: int) -> dict[str, list[Row]]:
    """Return the rows of so many borrowers; every third has two loans, some pay, some have attributes."""
    ids = [(f"B-{n}", f"L-{n}-{k}") for n in range(number) for k in range(1 + (n % 3 == 0))]
    return {
        "loans": [loan(borrower_id=person, loan_id=one) for person, one in ids],
        "instalments": [row for _, one in ids for row in instalments(loan_id=one)],
        "payments": [
            payment(payment_id=f"P-{one}", loan_id=one, amount=1000 + n)
            for n, (_, one) in enumerate(ids)
            if n % 2
        ],
        "contacts": [
            contact(contact_id=f"C-{one}", loan_id=one) for n, (_, one) in enumerate(ids) if n % 5 == 0
        ],
        "borrowers": [borrower(borrower_id=f"B-{n}") for n in range(number)],
        "consents": [consent(consent_id=f"CO-{n}", borrower_id=f"B-{n}") for n in range(0, number, 4)],
        "attributes": [
            attribute(owner_id="B-1", name="cars"),
            attribute(owner_kind="loan", owner_id="L-2-0", name="colour", value=None, code="red"),
            attribute(owner_id="B-2", name="late_news", known_at=at("2025-01-01")),
        ],
    }


def people(number: int) -> Book:
    """Return the book of :func:`rows_of`."""
    return book_of(**rows_of(number))
