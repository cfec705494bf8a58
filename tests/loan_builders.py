"""Borrowers who come back: a loan a month each, with one instalment that is paid early, in time or late."""

from __future__ import annotations

import datetime as dt

import numpy as np

from tests.builders import Row, at, contact, instalment, loan, payment


def months_of_loans(borrowers: int) -> dict[str, list[Row]]:
    """Return tables in which every borrower takes a loan a month from January to June 2024, some paid late."""
    heads, plans, payments = [], [], []
    draw = np.random.default_rng(5)
    for person in range(borrowers):
        for month in range(1, 7):
            name, day = f"L-{person:03d}-{month}", 1 + int(draw.integers(0, 25))
            began = dt.date(2024, month, day)
            due = began + dt.timedelta(days=30)
            head = {
                "loan_id": name,
                "disbursed_on": str(began),
                "principal": 1_000 + int(draw.integers(0, 900)),
            }
            heads.append(loan(borrower_id=f"B-{person:03d}", **head))
            plans.append(instalment(loan_id=name, due_on=str(due), known_at=at(str(began))))
            habit = -4 + 4 * (person % 2)  # every other borrower tends to be late
            on = due + dt.timedelta(days=habit + int(draw.integers(-3, 4)))
            payments.append(payment(payment_id=f"P-{name}", loan_id=name, paid_on=str(on), amount=10_500))
    news = contact(loan_id="L-000-1", contacted_at=at("2025-01-01"))
    return {"loans": heads, "instalments": plans, "payments": payments, "contacts": [news]}
