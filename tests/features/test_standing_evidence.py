"""Evidence counts while it has not expired and while the consent it rests on stands; ideas stay apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.build import build_features
from features.history import History
from features.observations import observe
from features.standing_evidence import DOUBTS, MEANS, SHOCK, StandingEvidence
from models import evidence as models_evidence
from tests.builders import at, borrower, consent, evidence, instalments, loan, manifest, tables_of

MAY = dt.date(2024, 5, 1)


def book_of(*rows: dict[str, Any], consents: list[dict[str, Any]] | None = None) -> Book:
    tables: dict[str, Any] = {"evidence": list(rows)}
    if consents is not None:
        tables["consents"] = consents
    base = {"loans": [loan()], "borrowers": [borrower()], "instalments": instalments(3), "payments": []}
    return Book.from_tables(tables_of(**base, **tables), manifest=manifest())


def standing(book: Book, as_of: dt.date = MAY) -> StandingEvidence:
    return History(book, observe(book, as_of=[as_of])).swept(StandingEvidence)


def bank(**changes: Any) -> dict[str, Any]:
    """Return the consent to the look at the bank's papers, given with the loan."""
    return consent(**{"consent_id": "K-1", "purpose": "bank_flow", **changes})


def test_the_freshest_and_the_surest_are_told_apart() -> None:
    older = evidence(
        evidence_id="E-1", observed_on="2024-04-01", confidence=0.9, consent_id=None, source="visit"
    )
    fresher = evidence(
        evidence_id="E-2", observed_on="2024-04-20", confidence=0.4, consent_id=None, source="visit"
    )
    found = standing(book_of(older, fresher))
    assert (found.count(MEANS)[0], found.age(MEANS)[0], found.confidence(MEANS)[0]) == (2, 11.0, 0.9)


def test_without_evidence_there_is_no_age_and_no_confidence() -> None:
    found = standing(book_of(evidence(kind="W9", consent_id=None)))
    assert found.count(SHOCK).tolist() == [0]
    assert np.isnan([found.age(SHOCK)[0], found.confidence(SHOCK)[0]]).all()


@pytest.mark.parametrize(
    ("row", "consents", "counts"),
    [
        pytest.param({"consent_id": "K-1"}, [bank()], 1, id="its consent stands"),
        pytest.param(
            {"consent_id": "K-1"},
            [bank(), bank(revision=2, withdrawn_on="2024-04-25", known_at=at("2024-04-25"))], 0,
            id="its consent was withdrawn",
        ),
        pytest.param({"consent_id": "K-9"}, [bank()], 0, id="it names a consent nobody gave"),
        pytest.param({"consent_id": None}, [bank()], 0, id="papers of a bank without a consent"),
        pytest.param({"consent_id": None, "source": "visit"}, [bank()], 1, id="seen by the lender's own people"),
        pytest.param({"consent_id": None, "source": " Visits "}, [bank()], 1, id="the same by another name"),
        pytest.param({"consent_id": None, "kind": "C4"}, [bank()], 1, id="a kind that needs no consent"),
        pytest.param({"consent_id": "K-1"}, None, 0, id="no register of consents: no consent holds"),
        pytest.param({"consent_id": None, "kind": "C4"}, None, 1, id="no register, and a kind that needs none"),
        pytest.param({"consent_id": "K-1", "expires_on": "2024-05-01"}, [bank()], 0, id="expired this morning"),
        pytest.param({"consent_id": "K-1", "expires_on": "2024-05-02"}, [bank()], 1, id="expires tomorrow"),
    ],
)  # fmt: skip
def test_evidence_obeys_its_consent(row: dict[str, Any], consents: Any, counts: int) -> None:
    assert standing(book_of(evidence(**row), consents=consents)).count(MEANS).tolist() == [counts]


def test_a_withdrawal_says_nothing_of_the_mornings_before_it() -> None:
    gone = bank(revision=2, withdrawn_on="2024-04-25", known_at=at("2024-04-25"))
    book = book_of(evidence(consent_id="K-1"), consents=[bank(), gone])
    days = [dt.date(2024, 4, day) for day in (11, 25, 26)]
    seen = History(book, observe(book, as_of=days)).swept(StandingEvidence)
    assert seen.count(MEANS).tolist() == [1, 1, 0]


def test_two_names_of_one_source_are_one_source() -> None:
    rows = [
        evidence(evidence_id=f"E-{n}", kind="W3", source=name, consent_id=None)
        for n, name in enumerate(("call", "Calls", "phone", "visit"))
    ]
    found = standing(book_of(*rows))
    assert (found.count(DOUBTS)[0], found.doubt_sources()[0]) == (4, 2)


@pytest.mark.parametrize(
    ("kinds", "capacity", "willingness"),
    [
        pytest.param(("C2", "C5"), 1.0, np.nan, id="assets beside a shock"),
        pytest.param(("C4", "C5"), 1.0, np.nan, id="work seen beside a shock"),
        pytest.param(("C3", "C5"), 0.0, np.nan, id="paying other lenders does not contradict a shock"),
        pytest.param(("C3",), np.nan, np.nan, id="paying other lenders alone is neither"),
        pytest.param(("C2",), 0.0, np.nan, id="assets alone"),
        pytest.param(("W9", "W3"), np.nan, 1.0, id="goodwill beside a doubt"),
        pytest.param(("W9",), np.nan, 0.0, id="goodwill alone"),
        pytest.param(("C5", "W3"), 0.0, 0.0, id="a shock and a doubt are of two axes"),
    ],
)
def test_a_conflict_is_told_on_its_own_axis(
    kinds: tuple[str, ...], capacity: float, willingness: float
) -> None:
    rows = [evidence(evidence_id=f"E-{k}", kind=k, source="visit", consent_id=None) for k in kinds]
    book = book_of(*rows)
    frame = build_features(book, observe(book, as_of=[MAY])).frame
    told = [
        float(frame[name].iloc[0]) for name in ("capacity_conflict_latest", "willingness_conflict_latest")
    ]
    np.testing.assert_equal(told, [capacity, willingness])


def test_papers_are_told_only_under_the_consent_to_that_purpose() -> None:
    row = evidence(consent_id="K-1", observed_on="2024-04-21")
    for purpose, told in (("bank_flow", 10.0), ("credit_report", np.nan)):
        book = book_of(row, consents=[bank(purpose=purpose)])
        frame = build_features(book, observe(book, as_of=[MAY])).frame
        np.testing.assert_equal(float(frame["income_proof_age_days"].iloc[0]), told)


def test_half_an_idea_is_refused() -> None:
    with pytest.raises(KeyError, match="expected whole ideas of evidence"):
        standing(book_of(evidence())).count(("C2",))


def test_tiers_and_features_count_the_same_evidence() -> None:
    shown = [evidence(evidence_id=f"E-{n}", consent_id=named) for n, named in enumerate((None, "K-1", "K-9"))]
    book = book_of(*shown, consents=[bank()])
    seen = observe(book, as_of=[MAY])
    tiers = models_evidence.evidence_of(book, seen)
    stands = tiers[(tiers["consent"] != "missing") & tiers["kind"].isin(MEANS)]
    assert (len(stands) > 0) == bool(standing(book).count(MEANS)[0])
    assert set(tiers["consent"]) == {"given", "missing"}
