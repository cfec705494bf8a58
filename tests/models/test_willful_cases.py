"""Which accounts are looked at, what labels them, and when there is too little to learn from."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from features.history import observe
from models.willful import EvidenceTooThin, train_willful
from models.willful_cases import PopulationEmpty, cases_of, in_population
from tests.builders import at, book_of, contact, instalments, loan, review, visit
from tests.models.willful_builders import late_book


def test_the_population_is_31_days_late_with_a_talk() -> None:
    book = late_book()
    seen = observe(book, as_of=[dt.date(2024, 3, 16), dt.date(2024, 3, 21), dt.date(2024, 3, 22)])
    assert in_population(book, seen).tolist() == [False, True, True]
    with pytest.raises(PopulationEmpty, match="found none among 1 observations on 1 mornings"):
        cases_of(book, as_of=[dt.date(2024, 3, 1)])


def test_a_verdict_after_the_morning_labels_it_and_one_before_removes_it() -> None:
    reviews = [review(decided_at=at("2024-05-20")), review(decided_by="bo", decided_at=at("2024-05-20"))]
    book = late_book(visits=[visit()], reviews=reviews)
    cases = cases_of(book, as_of=[dt.date(2024, 4, 1), dt.date(2024, 6, 1)])
    assert cases.verdict.tolist() == [1.0]
    assert cases.already == 1
    early = cases_of(book, as_of=[dt.date(2024, 3, 21), dt.date(2024, 4, 1)])
    assert early.verdict.tolist() == [1.0, 1.0]


def test_a_visit_that_sees_neither_income_nor_assets_says_unable() -> None:
    cases = cases_of(late_book(visits=[visit(reason="other")]), as_of=[dt.date(2024, 4, 1)])
    assert (cases.able.tolist(), cases.visited.tolist()) == ([0.0], [True])
    cases = cases_of(late_book(visits=[visit(reason="other", income_seen=True)]), as_of=[dt.date(2024, 4, 1)])
    assert cases.able.tolist() == [1.0]
    cases = cases_of(late_book(), as_of=[dt.date(2024, 4, 1)])
    assert np.isnan(cases.able).all()


def test_too_little_evidence_is_refused_with_what_is_missing() -> None:
    loans = [loan(loan_id=f"L-{n}", borrower_id=f"B-{n}") for n in range(30)]
    due = [{**row, "loan_id": f"L-{n}"} for n in range(30) for row in instalments(2)]
    calls = [contact(contact_id=f"C-{n}", loan_id=f"L-{n}") for n in range(30)]
    visits = [visit(visit_id=f"V-{n}", loan_id=f"L-{n}") for n in range(30)]
    book = book_of(loans=loans, instalments=due, contacts=calls, visits=visits)
    with pytest.raises(
        EvidenceTooThin, match=r"found 0 T3, 0 T3-no, 0 able, 30 unable. Missing: 10 T3, 10 T3-no, 20 able"
    ):
        train_willful(book, first=dt.date(2024, 3, 1), last=dt.date(2024, 5, 1), seed=1)
