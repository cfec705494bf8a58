"""Hand-worked outcomes on one loan: 105.00 due on the 15th of each month from 2024-02 on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.codes import END_KINDS
from features.observations import Observations, observe
from models.labels import ENDS, LABELS, LabelUnknown, WindowUnfit, label_named, label_observations
from models.windows import Window
from tests.builders import (
    Row,
    at,
    book_of,
    contact,
    flag,
    instalment,
    instalments,
    loan,
    payment,
    statement,
)

LATE_NEWS = contact(contacted_at=at("2025-06-01"))
"""A later contact, so that every window here is over and known."""


def paid(day: str, amount: int = 10_500, *, name: str = "", **changes: Any) -> Row:
    return payment(payment_id=name or f"P-{day}-{amount}", paid_on=day, amount=amount, **changes)


def outcome_of(
    *, target: str, as_of: str, window: str | None = None, **tables: Any
) -> tuple[float, str, dt.date]:
    tables.setdefault("instalments", instalments())
    tables.setdefault("contacts", [LATE_NEWS])
    book = book_of(**tables)
    observed = observe(book, as_of=[dt.date.fromisoformat(as_of)])
    found = label_observations(book, observed, target=target, window=Window.parse(window) if window else None)
    assert len(found) == 1
    return found["label"].iloc[0], found["outcome"].iloc[0], found["label_known_on"].iloc[0].date()


FEBRUARY = paid("2024-02-15")
ROLLS = [
    # on 2024-04-01 the instalment of 03-15 is 17 days past due; day 31 is 04-15
    pytest.param([FEBRUARY], "30d", 1.0, "rolled", id="nothing paid: day 31 comes within the window"),
    pytest.param([FEBRUARY], "13d", 0.0, "did not roll", id="a window to day 30: one day short"),
    pytest.param([FEBRUARY], "14d", 1.0, "rolled", id="the window's last day counts: day 31 begins on it"),
    pytest.param(
        [FEBRUARY, paid("2024-04-14")], "30d", 0.0, "did not roll", id="paid on the day before day 31 begins"
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-15")], "30d", 1.0, "rolled", id="paid on day 31 itself: the day had begun"
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-10", 10_499)], "30d", 1.0, "rolled", id="one short is not paid"
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-10", 6_000), paid("2024-04-12", 4_500)],
        "30d", 0.0, "did not roll", id="two parts make a whole",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-10"), paid("2024-04-11", -10_500)],
        "30d", 1.0, "rolled", id="paid and reversed the next day",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-14", known_at=at("2024-05-03"))],
        "30d", 0.0, "did not roll", id="booked after the window, known within the five days",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-14", known_at=at("2024-05-09"))],
        "30d", 1.0, "rolled", id="booked too late to be known",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-14"), paid("2024-06-20", -10_500)],
        "30d", 0.0, "did not roll", id="what is reversed after the window changes nothing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("payments", "window", "label", "outcome"), ROLLS)
def test_roll_30(payments: list[Row], window: str, label: float, outcome: str) -> None:
    found = outcome_of(target="roll_30", as_of="2024-04-01", window=window, payments=payments)
    assert found[:2] == (label, outcome)


PAYS = [
    # as_of 2024-04-01, 17 days past due, window to 2024-05-01 (not included)
    pytest.param([FEBRUARY], 0.0, id="nothing is paid"),
    pytest.param([FEBRUARY, paid("2024-04-01", 1)], 1.0, id="a cent on the first day counts"),
    pytest.param([FEBRUARY, paid("2024-03-31", 1)], 0.0, id="the day before does not"),
    pytest.param([FEBRUARY, paid("2024-04-30", 500)], 1.0, id="the last day counts"),
    pytest.param([FEBRUARY, paid("2024-05-01", 500)], 0.0, id="the day after does not"),
    pytest.param(
        [FEBRUARY, paid("2024-04-10", 500), paid("2024-04-20", -500)], 0.0, id="paid and reversed inside"
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-30", 500), paid("2024-05-03", -500)],
        0.0, id="reversed within five days after the window",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-30", 500), paid("2024-05-06", -500)],
        1.0, id="reversed when the outcome was already known",
    ),
    pytest.param(
        [FEBRUARY, paid("2024-04-30", 500), paid("2024-05-02", 700), paid("2024-05-03", -700)],
        1.0, id="a later payment that bounces leaves the earlier one",
    ),
    pytest.param(
        [
            FEBRUARY,
            paid("2024-04-10", 500, name="P-x"),
            {**paid("2024-04-10", 0, name="P-x"), "revision": 2, "known_at": at("2024-04-20")},
        ],
        0.0, id="corrected to nothing",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("payments", "label"), PAYS)
def test_pays_within(payments: list[Row], label: float) -> None:
    found = outcome_of(target="pays_within", as_of="2024-04-01", window="30d", payments=payments)
    assert found[:2] == (label, "paid" if label else "did not pay")


def ended(kind: str, on: str, known: str) -> list[Row]:
    return [loan(), loan(revision=2, known_at=at(known), ended_on=on, end_kind=kind)]


EXCLUDED = [
    pytest.param({"loans": ended("sold", "2024-04-20", "2024-04-20")}, "ended: sold", id="sold inside the window"),
    pytest.param(
        {"loans": ended("written_off", "2024-04-30", "2024-05-02")},
        "ended: written_off", id="written off on the last day, known later",
    ),
    pytest.param(
        {"loans": ended("sold", "2024-05-01", "2024-05-01")}, "rolled", id="sold when the window is over"
    ),
    pytest.param(
        {"loans": ended("repaid", "2024-04-20", "2024-04-20")}, "rolled", id="repaid is no outcome of its own"
    ),
    pytest.param(
        {"loans": ended("restructured", "2024-04-20", "2024-04-20")}, "ended: restructured", id="restructured"
    ),
    pytest.param(
        {"loans": ended("unreported", "2024-04-20", "2024-04-20")},
        "ended: unreported", id="the source falls silent inside the window",
    ),
    pytest.param({"flags": [flag(starts_on="2024-04-10")]}, "flagged: dispute", id="a dispute begins inside"),
    pytest.param(
        {"flags": [flag(starts_on="2024-03-10", ends_on="2024-04-15")]},
        "flagged: dispute", id="a dispute stands on the morning",
    ),
    pytest.param(
        {"flags": [flag(starts_on="2024-03-10", ends_on="2024-03-20")]},
        "rolled", id="a dispute settled before does not count",
    ),
    pytest.param({"flags": [flag(starts_on="2024-05-01")]}, "rolled", id="a dispute after the window does not"),
    pytest.param(
        {"flags": [flag(kind="hardship", starts_on="2024-04-10")]}, "rolled", id="hardship is no exclusion"
    ),
    pytest.param(
        {
            "loans": ended("sold", "2024-04-20", "2024-04-20"),
            "flags": [flag(kind="death", starts_on="2024-04-10")],
        },
        "ended: sold", id="an end speaks before a flag",
    ),
]  # fmt: skip


def test_only_a_loan_that_was_repaid_ends_without_an_outcome_of_its_own() -> None:
    assert set(ENDS) == set(END_KINDS) - {"repaid"}


@pytest.mark.parametrize(("tables", "outcome"), EXCLUDED)
def test_ends_and_flags_have_outcomes_of_their_own(tables: dict[str, Any], outcome: str) -> None:
    label, found, _ = outcome_of(target="roll_30", as_of="2024-04-01", payments=[FEBRUARY], **tables)
    assert found == outcome
    assert np.isnan(label) == (outcome not in ("rolled", "did not roll"))


def test_the_label_is_known_five_days_after_the_window() -> None:
    *_, known_on = outcome_of(target="roll_30", as_of="2024-04-01", payments=[FEBRUARY])
    assert known_on == dt.date(2024, 5, 6)


@pytest.mark.parametrize(
    ("last_day", "outcome"),
    [
        pytest.param("2024-05-05", "not matured", id="the book ends a day before it is known"),
        pytest.param("2024-05-06", "rolled", id="the book ends on the day it is known"),
    ],
)
def test_a_label_matures_with_the_book(last_day: str, outcome: str) -> None:
    found = outcome_of(
        target="roll_30",
        as_of="2024-04-01",
        payments=[FEBRUARY],
        contacts=[contact(contacted_at=at(last_day))],
    )
    assert found[1] == outcome


@pytest.mark.parametrize(
    ("target", "as_of", "outcome"),
    [
        pytest.param("roll_30", "2024-03-15", "outside the population", id="due today is not past due"),
        pytest.param("roll_30", "2024-03-16", "rolled", id="one day past due is inside"),
        pytest.param("roll_30", "2024-04-14", "rolled", id="thirty days past due is inside"),
        pytest.param("roll_30", "2024-04-15", "outside the population", id="thirty-one is not"),
        pytest.param("roll_60", "2024-04-15", "rolled", id="thirty-one is inside of roll_60"),
        pytest.param("roll_60", "2024-05-15", "outside the population", id="sixty-one is not"),
        pytest.param(
            "pays_within", "2025-02-01", "did not pay", id="any days past due are inside of pays_within"
        ),
    ],
)
def test_populations(target: str, as_of: str, outcome: str) -> None:
    assert outcome_of(target=target, as_of=as_of, payments=[FEBRUARY])[1] == outcome


def monthly_book(**changes: Any) -> Book:
    months = [f"2024-{month:02d}-01" for month in range(1, 7)]
    dpd = changes.pop("dpd", [0, 5, 35, 65, 0, 0])
    return book_of(
        statements=[statement(month=m, dpd=d, **changes) for m, d in zip(months, dpd, strict=True)]
    )


def test_statements_are_labelled_by_months() -> None:
    book = monthly_book()
    mornings = [dt.date(2024, month, 1) for month in range(2, 8)]
    found = label_observations(
        book, observe(book, as_of=mornings), target="roll_30", window=Window.parse("1m")
    )
    outside = "outside the population"
    assert found["outcome"].tolist() == [outside, "rolled", outside, outside, outside, outside]


def test_the_last_month_reported_matures_although_nothing_follows_it() -> None:
    book = monthly_book(dpd=[0, 0, 0, 0, 5, 3])
    found = label_observations(
        book, observe(book, as_of=[dt.date(2024, 6, 1)]), target="roll_30", window=Window.parse("1m")
    )
    assert found["outcome"].tolist() == ["did not roll"]


def test_days_are_refused_for_statements() -> None:
    book = monthly_book()
    with pytest.raises(WindowUnfit, match=r"Expected a window of months .* found 30d"):
        label_observations(book, observe(book, as_of=[dt.date(2024, 3, 1)]), target="roll_30")


def test_payments_posted_once_a_month_are_known_to_the_months_end() -> None:
    debt = [instalment(number=1, due_on="2017-05-01", known_at=at("2019-12-01"))]
    posted = [paid(f"2024-{month:02d}-15", 100) for month in (1, 2, 9, 12)]
    book = book_of(
        loans=[loan(disbursed_on="2016-01-01", known_at=at("2019-12-01"))], instalments=debt, payments=posted
    )
    mornings = [dt.date(2024, 3, 1), dt.date(2024, 7, 1), dt.date(2024, 8, 1)]
    found = label_observations(
        book, observe(book, as_of=mornings), target="pays_within", window=Window.parse("6m")
    )
    assert found["outcome"].tolist() == ["did not pay", "paid", "not matured"]


def test_an_unknown_label_is_refused_with_a_near_name() -> None:
    with pytest.raises(LabelUnknown, match=r"found 'roll30'. Did you mean roll_30\?"):
        label_named("roll30")


def test_only_paying_is_good_news() -> None:
    assert {name: label.risk_sign for name, label in LABELS.items()} == {
        "roll_30": 1,
        "roll_60": 1,
        "stays_30": 1,
        "pays_within": -1,
        "next_month_default": 1,
        "first_instalment_late": 1,
    }


def test_no_observations_give_no_labels() -> None:
    book = book_of(payments=[FEBRUARY])
    empty = Observations(np.zeros(0, np.int32), np.zeros(0, np.int32))
    assert len(label_observations(book, empty, target="roll_30")) == 0
