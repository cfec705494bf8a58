"""A loan that gets another schedule within its window has an outcome of its own: what follows is another debt's story."""

from __future__ import annotations

import datetime as dt

import pytest

from features.observations import observe
from models.labels import label_observations
from tests.builders import at, book_of, contact, instalment, instalments, loan, payment, plan

OWN = instalment(number=20, due_on="2024-07-15", plan_id="PL-1", known_at=at("2024-04-01"))


@pytest.mark.parametrize(
    ("kind", "starts_on", "known_on", "outcome"),
    [
        pytest.param("reschedule", "2024-04-01", "2024-04-01", "ended: restructured", id="on the first day"),
        pytest.param("reschedule", "2024-04-30", "2024-04-30", "ended: restructured", id="on the last day"),
        pytest.param("reschedule", "2024-05-01", "2024-05-01", "rolled", id="after the window"),
        pytest.param(
            "reschedule",
            "2024-04-10",
            "2024-05-05",
            "ended: restructured",
            id="known within the days of grace",
        ),
        pytest.param("reschedule", "2024-04-10", "2024-05-06", "rolled", id="known too late for the label"),
        pytest.param("extension", "2024-04-10", "2024-04-10", "rolled", id="a plan that replaces nothing"),
    ],
)
def test_another_schedule_ends_the_window(kind: str, starts_on: str, known_on: str, outcome: str) -> None:
    own = [OWN] if kind == "reschedule" else []
    book = book_of(
        loans=[loan()],
        instalments=[*instalments(), *own],
        payments=[payment()],
        plans=[plan(kind=kind, starts_on=starts_on, ends_on=None, known_at=at(known_on))],
        contacts=[contact(contacted_at=at("2025-06-01"))],
    )
    observed = observe(book, as_of=[dt.date(2024, 4, 1)])
    found = label_observations(book, observed, target="roll_30")
    assert found["outcome"].tolist() == [outcome]
