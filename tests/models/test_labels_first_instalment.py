"""Hand-worked outcomes of a borrower's next loan: is it past due on the day after its first due day?"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from features.book import Book
from features.earlier_loans import first_mornings
from models.book_samples import sample_from_book
from models.labels import (
    MorningsUnfit,
    WindowUnfit,
    label_named,
    label_observations,
    observations_for,
    population,
    window_of,
)
from models.splits import split_sample
from tests.builders import Row, at, book_of, contact, flag, instalment, loan, payment, statement
from tests.loan_builders import months_of_loans

TARGET = "first_instalment_late"
LABEL = label_named(TARGET)
MARCH = dt.date(2024, 3, 1)
NEWS = contact(loan_id="L-2", contacted_at=at("2025-06-01"))
FIRST = loan(loan_id="L-1", disbursed_on="2024-01-15")
NEXT = loan(loan_id="L-2", disbursed_on="2024-03-10")


def dues(*days: str, amount: int = 10_500, known: str = "2024-03-10", **changes: Any) -> list[Row]:
    return [
        instalment(
            loan_id="L-2",
            number=n + 1,
            due_on=day,
            principal_due=amount,
            interest_due=0,
            known_at=at(known),
            **changes,
        )
        for n, day in enumerate(days)
    ]


def paid(day: str, amount: int = 10_500, **changes: Any) -> Row:
    return payment(payment_id=f"P-{day}-{amount}", loan_id="L-2", paid_on=day, amount=amount, **changes)


def book_with(**tables: Any) -> Book:
    tables.setdefault("loans", [FIRST, NEXT])
    tables.setdefault("instalments", dues("2024-04-10", "2024-05-10"))
    tables.setdefault("contacts", [NEWS])
    return book_of(**tables)


def outcomes(book: Book, *, as_of: list[dt.date]) -> dict[str, tuple[str, str, str]]:
    """Return (morning, outcome, known on) of each loan looked at."""
    seen = observations_for(book, label=LABEL, as_of=as_of)
    found = label_observations(book, seen, target=TARGET)
    mornings = seen.as_of.astype("datetime64[D]")
    known = found["label_known_on"].astype(str)
    return {
        str(book.loan_ids[loan_no]): (str(morning), str(outcome), str(day))
        for loan_no, morning, outcome, day in zip(
            seen.loan_no, mornings, found["outcome"], known, strict=True
        )
    }


CASES = [
    # disbursed on 2024-03-10, first due on 2024-04-10, read when 2024-04-11 begins
    pytest.param([], "late", id="nothing is paid"),
    pytest.param([paid("2024-04-10")], "on time", id="paid on the due day"),
    pytest.param([paid("2024-04-11")], "late", id="paid a day later"),
    pytest.param([paid("2024-03-20")], "on time", id="paid early"),
    pytest.param([paid("2024-04-10", 10_499)], "late", id="one short is not paid"),
    pytest.param([paid("2024-04-01", 6_000), paid("2024-04-09", 4_500)], "on time", id="two parts make a whole"),
    pytest.param([paid("2024-04-09"), paid("2024-04-10", -10_500)], "late", id="paid and reversed on the due day"),
    pytest.param([paid("2024-04-09"), paid("2024-04-12", -10_500)], "on time", id="reversed when the day was over"),
    pytest.param([paid("2024-04-10", known_at=at("2024-04-15"))], "on time", id="booked late, known within five days"),
    pytest.param([paid("2024-04-10", known_at=at("2024-04-16"))], "late", id="booked too late to be known"),
    pytest.param([paid("2024-04-10"), paid("2024-05-10", 1)], "on time", id="the second instalment does not matter"),
]  # fmt: skip


@pytest.mark.parametrize(("payments", "outcome"), CASES)
def test_first_instalment_late(payments: list[Row], outcome: str) -> None:
    found = outcomes(book_with(payments=payments), as_of=[MARCH])
    assert found == {"L-2": ("2024-03-11", outcome, "2024-04-16")}


def deferred(known: str) -> list[Row]:
    return [*dues("2024-04-10"), *dues("2024-05-10", revision=2, known=known)]


SCHEDULES = [
    pytest.param([instalment(loan_id="L-1")], "no instalment known on the morning", id="no schedule"),
    pytest.param(
        dues("2024-04-10", known="2024-03-11"), "no instalment known on the morning", id="a schedule entered too late"
    ),
    pytest.param(dues("2024-03-09"), "first seen after its first due day", id="due before the loan was there"),
    pytest.param(dues("2024-03-11"), "late", id="due on the first morning"),
    pytest.param(deferred("2024-04-01"), "on time", id="put off before it fell due"),
    pytest.param(deferred("2024-04-16"), "late", id="put off when the outcome was known"),
    pytest.param(
        [*dues("2024-04-10", amount=0), *[row | {"number": 2} for row in dues("2024-05-10")]],
        "late", id="an instalment of nothing is not the first",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "outcome"), SCHEDULES)
def test_the_first_due_day_is_that_of_the_schedule_known_on_the_morning(
    rows: list[Row], outcome: str
) -> None:
    assert outcomes(book_with(instalments=rows), as_of=[MARCH])["L-2"][1] == outcome


def ended(kind: str, on: str) -> list[Row]:
    return [
        FIRST,
        NEXT,
        NEXT | {"revision": 2, "known_at": at(on, "20:00"), "ended_on": on, "end_kind": kind},
    ]


OUTSIDE = "outside the population"
PEOPLE = [
    pytest.param({}, {"L-2": "late"}, id="a borrower with an earlier loan"),
    pytest.param({"loans": [NEXT]}, {"L-2": OUTSIDE}, id="a first loan"),
    pytest.param(
        {"loans": [FIRST | {"borrower_id": "B-2"}, NEXT]}, {"L-2": OUTSIDE}, id="somebody else's earlier loan"
    ),
    pytest.param(
        {"loans": [loan(loan_id="L-1", disbursed_on="2024-03-10"), NEXT]},
        {"L-2": OUTSIDE}, id="two loans of one day: neither is earlier",
    ),
    pytest.param(
        {"loans": [FIRST | {"known_at": at("2024-03-11")}, NEXT]}, {"L-2": OUTSIDE},
        id="an earlier loan nobody knew of on the morning",
    ),
    pytest.param({"loans": ended("sold", "2024-04-01")}, {"L-2": "ended: sold"}, id="sold before the day"),
    pytest.param({"loans": ended("cancelled", "2024-03-10")}, {}, id="cancelled before its first morning"),
    pytest.param({"flags": [flag(starts_on="2024-04-01")]}, {"L-2": "flagged: dispute"}, id="disputed before the day"),
    pytest.param({"contacts": [NEWS | {"contacted_at": at("2024-04-15"), "known_at": at("2024-04-15")}]},
                 {"L-2": "not matured"}, id="the book ends before the outcome is known"),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "expected"), PEOPLE)
def test_whom_it_looks_at(tables: dict[str, Any], expected: dict[str, str]) -> None:
    found = {name: told[1] for name, told in outcomes(book_with(**tables), as_of=[MARCH]).items()}
    found.pop("L-1", None)
    assert found == expected


def test_a_first_day_of_a_month_stands_for_the_loans_disbursed_in_it() -> None:
    days = ["2024-01-15", "2024-02-29", "2024-03-01", "2024-03-31", "2024-04-01"]
    heads = [loan(loan_id=f"L-{n}", disbursed_on=day) for n, day in enumerate(days)]
    seen = observations_for(book_of(loans=heads), label=LABEL, as_of=[MARCH])
    assert [str(day) for day in seen.as_of.astype("datetime64[D]")] == ["2024-03-02", "2024-04-01"]


FIRST_MORNINGS = [
    pytest.param([NEXT], "2024-03-11", id="the day after the disbursal"),
    pytest.param([NEXT | {"known_at": at("2024-03-14")}], "2024-03-15", id="entered late: the first morning that knows"),
    pytest.param(
        [NEXT, NEXT | {"revision": 2, "known_at": at("2024-03-15"), "disbursed_on": "2024-03-12"}],
        "2024-03-11", id="corrected later: the first morning had been",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "morning"), FIRST_MORNINGS)
def test_the_first_morning_of_a_loan(rows: list[Row], morning: str) -> None:
    seen, _ = first_mornings(book_of(loans=rows, instalments=dues("2024-04-10"), payments=[]))
    assert [str(day) for day in seen.as_of.astype("datetime64[D]")] == [morning]


def test_another_day_than_a_months_first_is_refused() -> None:
    with pytest.raises(MorningsUnfit, match=r"found 2024-03-15\. Write for example 2024-03-01\."):
        observations_for(book_with(), label=LABEL, as_of=[MARCH, dt.date(2024, 3, 15)])


@pytest.mark.parametrize("window", ["30d", "1m"])
def test_a_window_is_refused(window: str) -> None:
    with pytest.raises(WindowUnfit, match=f"Expected no window .* found {window}. Leave --window out."):
        window_of(LABEL, window)
    with pytest.raises(WindowUnfit):
        sample_from_book(book_with(), target=TARGET, window=window, as_of=[MARCH])


def test_a_book_of_statements_alone_is_refused() -> None:
    book = book_of(loans=[FIRST, NEXT], statements=[statement(month="2024-03-01", loan_id="L-2")])
    with pytest.raises(WindowUnfit, match="Expected instalments and payments for first_instalment_late"):
        sample_from_book(book, target=TARGET, as_of=[MARCH])


def test_later_loans_change_neither_population_nor_label() -> None:
    before = book_with(payments=[paid("2024-04-10")])
    later = [
        loan(loan_id="L-3", disbursed_on="2024-05-02"),
        loan(loan_id="L-0", disbursed_on="2024-02-01", known_at=at("2024-03-11")),
    ]
    after = book_with(payments=[paid("2024-04-10"), paid("2024-06-01", -10_500)], loans=[FIRST, NEXT, *later])
    assert outcomes(before, as_of=[MARCH])["L-2"] == outcomes(after, as_of=[MARCH])["L-2"]
    seen = observations_for(after, label=LABEL, as_of=[MARCH])
    assert population(after, seen, label=LABEL).tolist() == [after.loan_ids[n] == "L-2" for n in seen.loan_no]


def test_the_windows_of_training_rows_end_before_the_test_begins() -> None:
    book = book_of(**months_of_loans(120))
    sample = sample_from_book(book, target=TARGET, as_of=[dt.date(2024, month, 1) for month in range(1, 7)])
    assert len(sample) == 5 * 120, "January's loans are first loans"
    assert sample.window == ""
    assert sample.until is not None
    split = split_sample(sample, seed=1)
    test_begins = sample.as_of[split.test].min()
    assert sample.until[split.train].max() <= test_begins
    assert sample.until[split.calibrate].max() <= test_begins
    assert (sample.until - sample.as_of >= 29).all()
