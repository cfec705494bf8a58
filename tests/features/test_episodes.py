"""Cures and lapses worked by hand: a morning not past due after one that was, and back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.build import build_features
from features.observations import observe
from tests.builders import at, borrower, instalment, instalments, loan, manifest, payment, plan, tables_of

NAMES = ("cures_count_365d", "lapses_count_365d", "days_since_cure_365d", "late_run_days_365d")


def told(as_of: str, *paid: tuple[str, int], **tables: Any) -> list[float]:
    """Return the four features of a loan that owes 105.00 on the 15th of February, March, April …"""
    rows = [payment(payment_id=f"P-{n}", paid_on=day, amount=amount) for n, (day, amount) in enumerate(paid)]
    base = {"loans": [loan()], "borrowers": [borrower()], "instalments": instalments(4), "payments": rows}
    book = Book.from_tables(tables_of(**{**base, **tables}), manifest=manifest())
    frame = build_features(book, observe(book, as_of=[dt.date.fromisoformat(as_of)])).frame
    return [float(frame[name].iloc[0]) for name in NAMES]


IN_TIME, LATE = ("2024-02-15", 10_500), ("2024-02-20", 10_500)


@pytest.mark.parametrize(
    ("as_of", "paid", "expected"),
    [
        pytest.param("2024-02-15", (), [0, 0, np.nan, 0], id="nothing was due before the due day"),
        pytest.param("2024-02-16", (), [0, 0, np.nan, 1], id="the first morning past due"),
        pytest.param("2024-02-16", (IN_TIME,), [0, 0, np.nan, 0], id="paid on the due day: never past due"),
        pytest.param("2024-02-20", (LATE,), [0, 0, np.nan, 5], id="the morning of the payment is still past due"),
        pytest.param("2024-02-21", (LATE,), [1, 0, 0, 0], id="cured the morning after the payment"),
        pytest.param("2024-03-15", (LATE,), [1, 0, 23, 0], id="current until the next due day"),
        pytest.param("2024-03-16", (LATE,), [1, 1, 24, 1], id="behind again after the cure"),
        pytest.param(
            "2024-04-01", (LATE, ("2024-03-20", 10_500)), [2, 1, 11, 0], id="cured twice, lapsed once"
        ),
        pytest.param(
            "2024-03-31", (IN_TIME, ("2024-03-20", 5_000)), [0, 0, np.nan, 16], id="a part payment cures nothing"
        ),
        pytest.param(
            "2024-02-28", (LATE, ("2024-02-25", -10_500)), [1, 1, 7, 3], id="a reversal is a lapse"
        ),
    ],
)  # fmt: skip
def test_cures_and_lapses(as_of: str, paid: tuple[tuple[str, int], ...], expected: list[float]) -> None:
    np.testing.assert_equal(told(as_of, *paid), [float(value) for value in expected])


def test_a_pause_before_the_first_morning_past_due_keeps_the_loan_current() -> None:
    stopped = plan(kind="pause", starts_on="2024-02-15", ends_on="2024-02-20", known_at=at("2024-02-10"))
    assert told("2024-02-20", plans=[stopped])[3] == 0
    assert told("2024-02-22", plans=[stopped])[3] == 2


def test_a_reschedule_cures_what_was_behind() -> None:
    new = {"kind": "reschedule", "starts_on": "2024-03-01", "ends_on": None, "known_at": at("2024-02-29")}
    later = instalment(number=9, due_on="2024-03-10", plan_id="PL-1", known_at=at("2024-02-29"))
    rows = [*instalments(1), later]
    assert told("2024-03-01", instalments=rows, plans=[plan(**new)])[:1] == [0]
    assert told("2024-03-05", instalments=rows, plans=[plan(**new)]) == [1.0, 0.0, 3.0, 0.0]
    assert told("2024-03-15", instalments=rows, plans=[plan(**new)]) == [1.0, 1.0, 13.0, 5.0]


def test_a_run_longer_than_the_year_is_cut_at_its_edge() -> None:
    assert told("2025-06-01")[3] == 366


def test_without_an_instalment_nobody_can_tell() -> None:
    assert np.isnan(told("2024-03-01", instalments=[])).all()
