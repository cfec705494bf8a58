"""Labels against a plain loop over days, on books drawn at random."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from features.observations import observe
from models.labels import label_named, label_observations, observations_for
from models.windows import Window
from tests.builders import Row, at, book_of, contact, instalment, instalments, loan, payment, statement

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


POPULATIONS = {"roll_30": (1, 30, 31), "roll_60": (31, 60, 61), "stays_30": (31, 60, 31)}


def plain_label(
    dues: list[Row], payments: list[Row], as_of: dt.date, *, target: str, days: int
) -> float | None:
    now = plain_dpd(dues, payments, as_of, as_of)
    end = as_of + dt.timedelta(days=days)
    known = end + GRACE
    if target in POPULATIONS:
        low, high, reached = POPULATIONS[target]
        if not low <= now <= high:
            return None
        path = [as_of + dt.timedelta(days=n) for n in range(1, days + 1)]
        path = path[-1:] if target == "stays_30" else path
        return float(any(plain_dpd(dues, payments, day, known) >= reached for day in path))
    if now < 1:
        return None
    seen = [(day_of(r["paid_on"]), r["amount"]) for r in payments if day_of(r["known_at"]) < known]
    inside = sum(amount for day, amount in seen if as_of <= day < end)
    after = sum(amount for day, amount in seen if end <= day < known)
    return float(inside + min(after, 0) > 0)


@pytest.mark.parametrize("target", ["roll_30", "roll_60", "stays_30", "pays_within"])
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


@pytest.mark.parametrize("target", ["roll_30", "roll_60", "stays_30", "pays_within"])
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


STATUSES = [
    ("0-29", None),
    ("30-59", 31),
    ("30-59", 31),
    ("60-89", 61),
    ("90-119", 91),
    ("paid_off", 0),
    ("no_loan", None),
]
MONTHS = [dt.date(2024, month, 1) for month in range(1, 13)]


def drawn_statements(seed: int, *, loans: int = 30) -> list[Row]:
    """Return monthly statements with gaps, late deliveries and corrections; one account is reported to the end."""
    draw = np.random.default_rng(seed)
    rows = []
    for n in range(loans):
        for month in MONTHS:
            if draw.random() < 0.25 and n:
                continue
            status, dpd = STATUSES[int(draw.integers(0, len(STATUSES)))]
            end = (pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date()
            known = end + dt.timedelta(days=int(draw.choice([0, 0, 0, 3, 8])))
            row = {"loan_id": f"L-{n}", "month": str(month), "status": status, "dpd": dpd}
            rows.append(statement(**row, known_at=at(str(known), "23:00")))
            if draw.random() < 0.1:
                status, dpd = STATUSES[int(draw.integers(0, len(STATUSES)))]
                again = at(str(known + dt.timedelta(days=int(draw.integers(1, 20)))), "23:00")
                rows.append(statement(**row | {"status": status, "dpd": dpd}, revision=2, known_at=again))
    return rows


def statements_known(rows: list[Row], *, by: dt.date) -> list[tuple[dt.date, Row]]:
    """Return (month's end, row) of the latest revision of each month known before a morning, oldest first."""
    latest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda one: int(one["revision"])):
        if day_of(row["known_at"]) < by:
            latest[row["month"]] = row
    ends = [((pd.Timestamp(month) + pd.offsets.MonthEnd(0)).date(), row) for month, row in latest.items()]
    return sorted(ends, key=lambda pair: pair[0])


def stated_dpd(row: Row) -> int | None:
    return None if row["status"] == "no_loan" else int(row["dpd"] or 0)


def plain_statement_label(rows: list[Row], as_of: dt.date, *, target: str, count: int) -> str:
    before = [row for end, row in statements_known(rows, by=as_of) if end < as_of]
    if not before or not 31 <= (stated_dpd(before[-1]) or 0) <= 60:
        return "outside the population"
    ends = (pd.Timestamp(as_of) + pd.DateOffset(months=count)).date()
    if ends > dt.date(2025, 1, 1):
        return "not matured"
    known = statements_known(rows, by=ends + GRACE)
    first = (pd.Timestamp(ends) - pd.DateOffset(months=1)).date() if target == "stays_30" else as_of
    inside = [row for end, row in known if first <= end < ends]
    told = [dpd for row in inside if (dpd := stated_dpd(row)) is not None]
    if target == "stays_30" and told:
        return "stayed" if told[-1] >= 31 else "fell below 31 days"
    if told:
        return "rolled" if max(told) >= 61 else "did not roll"
    return "no loan in the window" if inside else "no statement in the window"


@pytest.mark.parametrize(
    ("target", "months"), [("stays_30", 1), ("stays_30", 2), ("roll_60", 1), ("roll_60", 3)]
)
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_outcomes_of_statements_equal_a_plain_loop_over_months(target: str, months: int, seed: int) -> None:
    rows = drawn_statements(seed)
    book = book_of(
        loans=[loan(loan_id=f"L-{n}", borrower_id=f"B-{n}", disbursed_on="2023-12-01") for n in range(30)],
        statements=rows,
    )
    observed = observe(book, as_of=MONTHS[1:])
    found = label_observations(book, observed, target=target, window=Window.parse(f"{months}m"))
    seen: dict[str, int] = {}
    for row, (loan_no, as_of) in enumerate(zip(observed.loan_no, observed.as_of, strict=True)):
        name, morning = book.loan_ids[loan_no], dt.date(1970, 1, 1) + dt.timedelta(days=int(as_of))
        expected = plain_statement_label(
            [one for one in rows if one["loan_id"] == name], morning, target=target, count=months
        )
        assert found["outcome"].iloc[row] == expected, (name, morning)
        seen[expected] = seen.get(expected, 0) + 1
    assert len(seen) >= (4 if months == 3 else 5), seen


@pytest.mark.parametrize("seed", [21, 22, 23])
def test_first_instalments_equal_a_plain_loop_over_loans(seed: int) -> None:
    draw = np.random.default_rng(seed)
    heads, dues, payments = [], [], []
    for n in range(60):
        began = dt.date(2024, 1, 1) + dt.timedelta(days=int(draw.integers(0, 150)))
        heads.append(loan(loan_id=f"L-{n}", borrower_id=f"B-{n // 3}", disbursed_on=str(began)))
        first = began + dt.timedelta(days=int(draw.integers(15, 40)))
        for k in range(int(draw.integers(0, 3))):
            due_on = str(first + dt.timedelta(days=30 * k))
            dues.append(instalment(loan_id=f"L-{n}", number=k + 1, due_on=due_on, known_at=at(str(began))))
        for k in range(int(draw.integers(0, 4))):
            on = first + dt.timedelta(days=int(draw.integers(-6, 4)))
            known = at(str(on + dt.timedelta(days=int(draw.choice([0, 0, 2, 9])))))
            amount = int(draw.choice([10_500, 5_250, 10_499, -5_250]))
            payments.append(
                payment(
                    payment_id=f"P-{n}-{k}", loan_id=f"L-{n}", paid_on=str(on), amount=amount, known_at=known
                )
            )
    book = book_with(heads, dues, payments)
    months = [dt.date(2024, month, 1) for month in range(1, 6)]
    seen = observations_for(book, label=label_named("first_instalment_late"), as_of=months)
    found = label_observations(book, seen, target="first_instalment_late")
    assert len(seen) == 60
    told = 0
    for row, loan_no in enumerate(seen.loan_no):
        head = next(one for one in heads if one["loan_id"] == book.loan_ids[loan_no])
        mine = [due for due in dues if due["loan_id"] == head["loan_id"]]
        starts = [day_of(one["disbursed_on"]) for one in heads if one["borrower_id"] == head["borrower_id"]]
        expected: float | None = None
        if min(starts) < day_of(head["disbursed_on"]) and mine:
            on = min(day_of(due["due_on"]) for due in mine) + dt.timedelta(days=1)
            own = [paid for paid in payments if paid["loan_id"] == head["loan_id"]]
            expected = float(plain_dpd(mine, own, on, on + GRACE) > 0)
        label = found["label"].iloc[row]
        assert (None if np.isnan(label) else label) == expected, head["loan_id"]
        told += expected is not None
    assert told > 15
