"""Labels against a plain loop over days, on books drawn at random."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from features.observations import observe
from models.labels import label_observations
from models.windows import Window
from tests.builders import Row, at, book_of, contact, instalments, loan, payment

MORNINGS = [dt.date(2024, month, 1) for month in range(3, 9)]
GRACE = dt.timedelta(days=5)


def drawn_rows(seed: int, *, loans: int = 25) -> tuple[list[Row], list[Row], list[Row]]:
    draw = np.random.default_rng(seed)
    heads = [loan(loan_id=f"L-{n}", borrower_id=f"B-{n // 2}") for n in range(loans)]
    dues = [row for n in range(loans) for row in instalments(10, loan_id=f"L-{n}")]
    payments = []
    for n in range(loans):
        for k in range(int(draw.integers(0, 10))):
            day = dt.date(2024, 2, 10) + dt.timedelta(days=int(draw.integers(0, 230)))
            known = day + dt.timedelta(days=int(draw.choice([0, 0, 0, 2, 9])))
            amount = int(draw.choice([10_500, 10_500, 5_250, 10_499, 21_000, -10_500, -3_000]))
            payments.append(
                payment(
                    payment_id=f"P-{n}-{k}",
                    loan_id=f"L-{n}",
                    paid_on=str(day),
                    amount=amount,
                    known_at=at(str(known)),
                )
            )
    return heads, dues, payments


def book_with(heads: list[Row], dues: list[Row], payments: list[Row]) -> Book:
    return book_of(
        loans=heads,
        instalments=dues,
        payments=payments,
        contacts=[contact(loan_id="L-0", contacted_at=at("2025-06-01"))],
    )


def day_of(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text)[:10])


def plain_dpd(dues: list[Row], payments: list[Row], day: dt.date, known_by: dt.date) -> int:
    paid = sum(
        row["amount"]
        for row in payments
        if day_of(row["paid_on"]) < day and day_of(row["known_at"]) < known_by
    )
    left = max(paid, 0)
    for row in sorted(dues, key=lambda row: str(row["due_on"])):
        due_on = day_of(row["due_on"])
        if due_on >= day:
            break
        left -= row["principal_due"] + row["interest_due"] + row["fee_due"]
        if left < 0:
            return (day - due_on).days
    return 0


def plain_label(
    dues: list[Row], payments: list[Row], as_of: dt.date, *, target: str, days: int
) -> float | None:
    now = plain_dpd(dues, payments, as_of, as_of)
    end = as_of + dt.timedelta(days=days)
    known = end + GRACE
    if target == "roll_30":
        if not 1 <= now <= 30:
            return None
        path = [as_of + dt.timedelta(days=n) for n in range(1, days + 1)]
        return float(any(plain_dpd(dues, payments, day, known) >= 31 for day in path))
    if now < 1:
        return None
    seen = [(day_of(r["paid_on"]), r["amount"]) for r in payments if day_of(r["known_at"]) < known]
    inside = sum(amount for day, amount in seen if as_of <= day < end)
    after = sum(amount for day, amount in seen if end <= day < known)
    return float(inside + min(after, 0) > 0)


@pytest.mark.parametrize("target", ["roll_30", "pays_within"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_labels_equal_a_plain_loop_over_days(target: str, seed: int) -> None:
    heads, dues, payments = drawn_rows(seed)
    book = book_with(heads, dues, payments)
    observed = observe(book, as_of=MORNINGS)
    found = label_observations(book, observed, target=target, window=Window.parse("30d"))
    told = 0
    for row, (loan_no, as_of) in enumerate(zip(observed.loan_no, observed.as_of, strict=True)):
        name = book.loan_ids[loan_no]
        expected = plain_label(
            [due for due in dues if due["loan_id"] == name],
            [paid for paid in payments if paid["loan_id"] == name],
            dt.date(1970, 1, 1) + dt.timedelta(days=int(as_of)),
            target=target,
            days=30,
        )
        label = found["label"].iloc[row]
        assert (None if np.isnan(label) else label) == expected, (name, as_of, found["outcome"].iloc[row])
        told += expected is not None
    assert told > 20


@pytest.mark.parametrize("target", ["roll_30", "pays_within"])
def test_what_is_booked_after_the_label_is_known_changes_nothing(target: str) -> None:
    heads, dues, payments = drawn_rows(4)
    later = [
        payment(
            payment_id=f"late-{n}", loan_id=f"L-{n}", paid_on="2024-04-02", amount=50_000, known_at=at(when)
        )
        for n, when in enumerate(["2024-05-06", "2024-05-07", "2024-08-01"] * 8)
    ]
    morning = [dt.date(2024, 4, 1)]
    before, after = book_with(heads, dues, payments), book_with(heads, dues, [*payments, *later])
    there = label_observations(
        before, observe(before, as_of=morning), target=target, window=Window.parse("30d")
    )
    back = label_observations(after, observe(after, as_of=morning), target=target, window=Window.parse("30d"))
    pd.testing.assert_frame_equal(there, back)
