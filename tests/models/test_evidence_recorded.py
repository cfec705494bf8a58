"""Facts that somebody recorded: they count while known, not expired and consented to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from features.history import observe
from models.evidence import evidence_of
from tests.builders import at, book_of, consent, evidence, visit
from tests.models.evidence_builders import DUE, MORNING, kinds


def withdrawn(day: str) -> list[dict[str, Any]]:
    return [consent(), consent(revision=2, withdrawn_on=day, known_at=at(day))]


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        pytest.param({}, True, id="known and standing"),
        pytest.param({"observed_on": "2024-06-01"}, False, id="observed on the morning itself"),
        pytest.param({"known_at": at("2024-06-01")}, False, id="known only later"),
        pytest.param({"expires_on": "2024-06-01"}, False, id="expires on the morning"),
        pytest.param({"expires_on": "2024-06-02"}, True, id="expires the day after"),
    ],
)
def test_recorded_facts_count_while_known_and_not_expired(row: dict[str, Any], counts: bool) -> None:  # noqa: FBT001
    table = kinds(evidence=[evidence(**row)], consents=[consent()])
    assert (("C1", "payslip") in table) is counts


@pytest.mark.parametrize(
    ("fact", "consents", "state"),
    [
        pytest.param({}, [consent()], "given", id="consent stands"),
        pytest.param({}, withdrawn("2024-05-01"), "missing", id="consent withdrawn"),
        pytest.param({}, withdrawn("2024-06-02"), "given", id="withdrawn after the morning"),
        pytest.param({}, [consent(consent_id="K-9")], "missing", id="another consent"),
        pytest.param({"consent_id": None}, [consent()], "missing", id="bank data without a consent"),
        pytest.param(
            {"consent_id": None, "kind": "C4", "source": "visit"},
            [consent()],
            "not_needed",
            id="seen by our own staff",
        ),
        pytest.param({}, None, "missing", id="a lender that keeps no register of consents"),
    ],
)
def test_a_fact_without_its_consent_is_kept_and_never_counts(
    fact: dict[str, Any], consents: list[dict[str, Any]] | None, state: str
) -> None:
    more = {} if consents is None else {"consents": consents}
    book = book_of(instalments=DUE, evidence=[evidence(**fact)], **more)
    table = evidence_of(book, observe(book, as_of=[MORNING]))
    assert table["consent"].tolist() == [state]


def test_a_corrected_fact_replaces_the_first() -> None:
    first = evidence(confidence=0.9)
    second = evidence(confidence=0.2, revision=2, known_at=at("2024-05-20"))
    book = book_of(instalments=DUE, evidence=[first, second])
    before, after = (
        evidence_of(book, observe(book, as_of=[day]))["confidence"].tolist()
        for day in (dt.date(2024, 5, 20), dt.date(2024, 5, 21))
    )
    assert (before, after) == ([0.9], [0.2])


def test_conflicting_facts_are_both_kept() -> None:
    assert kinds(
        evidence=[evidence(kind="C4", source="visit", consent_id=None)], visits=[visit(reason="illness")]
    ) == {("C4", "visit"), ("C5", "visit")}
