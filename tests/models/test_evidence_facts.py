"""The facts of whole accounts: what decides a tier, and what changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.history import History, Observations, observe
from models.evidence import facts_of
from models.evidence_rules import talks
from models.tiers import tier_of
from models.visible import visible
from tests.builders import (
    at,
    book_of,
    consent,
    contact,
    evidence,
    flag,
    instalment,
    loan,
    offer,
    protected,
    review,
    visit,
)
from tests.models.evidence_builders import DUE, INCOME, MORNING, PROMISES, TALKS, call


def a_case(**more: Any) -> Book:
    """An account that is probable: income seen, two broken promises, two sources, an offer."""
    calls = [*TALKS, call("2024-05-01", "talked", "none_given")]
    tables = {"contacts": calls, "promises": PROMISES, "evidence": [INCOME], "offers": [offer(answer="none")]}
    return book_of(**{"instalments": DUE, "consents": [consent()], **tables, **more})


def test_a_whole_case_is_read_from_a_book() -> None:
    book = a_case()
    (facts,) = facts_of(book, observe(book, as_of=[MORNING]))
    assert (facts.dpd, facts.right_party_contact, facts.offer_made) == (107, True, True)
    decision = tier_of(facts)
    assert decision.tier == "T2"
    assert "promises broken although income came in" in decision.why_en


def test_two_people_and_a_visit_make_t3_readable_from_the_book() -> None:
    reviews = [review(decided_at=at("2024-05-20")), review(decided_by="bo", decided_at=at("2024-05-21"))]
    book = a_case(visits=[visit(reason="other")], reviews=reviews)
    observations = observe(book, as_of=[dt.date(2024, 5, 21), dt.date(2024, 5, 22)])
    assert [tier_of(facts).tier for facts in facts_of(book, observations)] == ["T2", "T3"]


NEVER = {
    "refusing a visit": {"visits": [visit(outcome="refused", reason=None, income_seen=None)]},
    "complaining": {"flags": [flag(kind="complaint")]},
    "a lawyer's letter": {"flags": [flag(kind="lawyer")]},
    "disputing the amount": {"flags": [flag(kind="dispute")]},
    "asking to be left alone": {"flags": [flag(kind="cease")]},
    "age, sex and region": {"protected": [protected(age_band="60+", sex="M", region="south")]},
    "saying it is in dispute": {
        "contacts": [call("2024-05-20", "talked", "dispute", known_at=at("2024-05-20"))]
    },
}


@pytest.mark.parametrize("planted", NEVER)
def test_what_is_never_evidence_changes_nothing(planted: str) -> None:
    calls = [*TALKS, call("2024-04-01", "refused")]
    base = {"contacts": calls, "evidence": [evidence(kind="C4", consent_id=None)]}
    more = {name: [*base.get(name, []), *rows] for name, rows in NEVER[planted].items()}
    told = []
    for tables in (base, {**base, **more}):
        book = book_of(instalments=DUE, **tables)
        told.append(facts_of(book, observe(book, as_of=[MORNING])))
    assert told[0] == told[1]


def several() -> Book:
    loans = [loan(loan_id=f"L-{n}", borrower_id=f"B-{n}") for n in (1, 2, 3)]
    due = [instalment(loan_id=f"L-{n}") for n in (1, 2, 3)]
    contacts = [
        contact(
            contact_id=f"C-{n}-{day}",
            loan_id=f"L-{n}",
            contacted_at=at(f"2024-0{month}-{day:02d}"),
            outcome=("talked", "refused", "no_answer")[(n + day) % 3],
            known_at=at(f"2024-0{month}-{day + 3:02d}"),
        )
        for n, month in ((1, 3), (2, 4), (3, 5))
        for day in range(1, 20, 3)
    ]
    return book_of(loans=loans, instalments=due, contacts=contacts)


def test_listing_sees_exactly_what_history_counts() -> None:
    book = several()
    observations = observe(
        book, as_of=[dt.date(2024, month, day) for month in (3, 4, 5) for day in (1, 9, 18)]
    )
    for days in (None, 30, 5):
        pairs = visible(
            book.rows("contacts"), owner=observations.loan_no, as_of=observations.as_of, days=days
        )
        counted = np.bincount(pairs.observation, minlength=len(observations))
        assert counted.tolist() == History(book, observations).contacts.count(days=days).tolist()


def test_neighbours_never_change_the_facts_of_a_borrower() -> None:
    book = several()
    observations = observe(book, as_of=[MORNING])
    whole = facts_of(book, observations)
    for place, name in enumerate(("B-1", "B-2", "B-3")):
        alone = book.only([name])
        assert facts_of(alone, observe(alone, as_of=[MORNING])) == [whole[place]]


def test_an_account_with_nothing_known_has_no_facts() -> None:
    book = book_of(instalments=DUE)
    (facts,) = facts_of(book, observe(book, as_of=[dt.date(2024, 2, 10)]))
    assert (facts.evidence, facts.reviews, facts.dpd) == ((), (), 0)
    assert tier_of(facts).tier == "T0"
    none = Observations(np.empty(0, np.int32), np.empty(0, np.int32))
    assert facts_of(book, none) == []
    assert len(talks(book, none).row) == 0
