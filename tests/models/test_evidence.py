from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.history import History, Observations, observe
from models.evidence import evidence_of, facts_of
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
    payment,
    promise,
    protected,
    review,
    visit,
)

MORNING = dt.date(2024, 6, 1)
DUE = [instalment(number=1, due_on="2024-02-15")]


def call(day: str, outcome: str, reason: str | None = "cash_short", **more: Any) -> dict[str, Any]:
    return contact(contact_id=f"C-{day}", contacted_at=at(day), outcome=outcome, stated_reason=reason, **more)


def kinds(as_of: dt.date = MORNING, **tables: Any) -> set[tuple[str, str]]:
    """Return (kind, source) of the facts that count on the morning."""
    book = book_of(**{"instalments": DUE, **tables})
    table = evidence_of(book, observe(book, as_of=[as_of]))
    counted = table[table["consent"] != "missing"]
    return set(zip(counted["kind"], counted["source"], strict=True))


TALKS = [call("2024-03-10", "talked"), call("2024-03-20", "talked")]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused")]},
            {("W1", "call")},
            id="refused after two talks",
        ),
        pytest.param(
            {"contacts": [TALKS[0], call("2024-05-01", "refused")]}, set(), id="refused after one talk only"
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "no_answer", None)]},
            set(),
            id="not answering is no refusal",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", channel="visit")]},
            set(),
            id="refusing a visit is never evidence",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", "dispute")]},
            set(),
            id="refusing while disputing",
        ),
        pytest.param(
            {"contacts": [*TALKS, call("2024-05-01", "refused", party="third_party")]},
            set(),
            id="somebody else refused",
        ),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", "none_given")]}, {("W3", "call")}, id="no reason"
        ),
        pytest.param(
            {"contacts": [call("2024-04-20", "talked", "none_given"), call("2024-05-01", "talked")]},
            set(),
            id="a reason given later heals the silence",
        ),
        pytest.param({"contacts": [call("2024-05-01", "called_back")]}, {("W9", "call")}, id="called back"),
        pytest.param(
            {"contacts": [call("2024-05-01", "asked_for_plan")]}, {("W9", "call")}, id="asked for a plan"
        ),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", direction="in")]}, {("W9", "call")}, id="called in"
        ),
        pytest.param({"contacts": [call("2024-01-20", "called_back")]}, set(), id="good will of long ago"),
        pytest.param({"contacts": [call("2024-05-01", "talked", "illness")]}, {("C5", "call")}, id="ill"),
        pytest.param(
            {"contacts": [call("2024-05-01", "talked", "job_loss")]}, {("C5", "call")}, id="job lost"
        ),
        pytest.param(
            {"visits": [visit(reason="disaster")]}, {("C5", "visit")}, id="a shock told at the door"
        ),
        pytest.param({"visits": [visit(income_seen=True)]}, {("C4", "visit")}, id="work seen"),
        pytest.param({"visits": [visit(outcome="absent", income_seen=None)]}, set(), id="nobody at home"),
        pytest.param({"flags": [flag(kind="hardship")]}, {("C5", "flags")}, id="hardship flag"),
        pytest.param(
            {"flags": [flag(kind="hardship", starts_on="2024-01-20", ends_on="2024-03-01")]},
            {("C5", "flags")},
            id="a hardship flag that ended protects for a while",
        ),
        pytest.param(
            {"payments": [payment(paid_on="2024-05-10", amount=1_000)]},
            {("W9", "payments")},
            id="part payment",
        ),
        pytest.param({"payments": [payment(paid_on="2024-03-10", amount=1_000)]}, set(), id="paid long ago"),
        pytest.param({"offers": [offer()]}, set(), id="refused an offer nobody knows to be affordable"),
        pytest.param(
            {"offers": [offer()], "visits": [visit(income_seen=True)]},
            {("C4", "visit"), ("W5", "offer")},
            id="refused an affordable offer",
        ),
        pytest.param(
            {"offers": [offer(kind="settlement")], "visits": [visit(income_seen=True)]},
            {("C4", "visit")},
            id="refused to pay all at once",
        ),
    ],
)
def test_facts_follow_from_the_book_itself(tables: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert kinds(**tables) == expected


def withdrawn(day: str) -> list[dict[str, Any]]:
    return [consent(), consent(revision=2, withdrawn_on=day, known_at=at(day))]


PROMISES = [
    promise(promise_id="PR-1", promised_at=at("2024-04-01"), due_on="2024-04-08"),
    promise(promise_id="PR-2", promised_at=at("2024-04-20"), due_on="2024-04-28"),
]
INCOME = evidence(observed_on="2024-04-15", source="bank_flow", confidence=0.9, consent_id=None)


@pytest.mark.parametrize(
    ("tables", "broken"),
    [
        pytest.param({"promises": PROMISES, "evidence": [INCOME]}, True, id="two broken with inflow"),
        pytest.param({"promises": PROMISES}, False, id="two broken, nothing known of income"),
        pytest.param({"promises": PROMISES[:1], "evidence": [INCOME]}, False, id="one broken"),
        pytest.param(
            {
                "promises": PROMISES,
                "evidence": [INCOME],
                "payments": [payment(paid_on="2024-05-01", amount=9_450)],
            },
            False,
            id="nine tenths paid on the last day of grace keep the second",
        ),
        pytest.param(
            {
                "promises": PROMISES,
                "evidence": [INCOME],
                "payments": [payment(paid_on="2024-05-02", amount=9_450)],
            },
            True,
            id="a day later they do not",
        ),
        pytest.param(
            {"promises": PROMISES, "evidence": [{**INCOME, "confidence": 0.3}]},
            False,
            id="income only suspected",
        ),
    ],
)
def test_broken_promises_speak_only_beside_income(tables: dict[str, Any], broken: bool) -> None:  # noqa: FBT001
    assert (("W4", "payments") in kinds(**tables)) is broken


def test_a_promise_is_judged_only_when_its_grace_is_over() -> None:
    tables = {"promises": PROMISES, "evidence": [INCOME]}
    assert ("W4", "payments") not in kinds(dt.date(2024, 5, 1), **tables)
    assert ("W4", "payments") in kinds(dt.date(2024, 5, 2), **tables)


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
    table = kinds(evidence=[evidence(**row)])
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
        pytest.param({"consent_id": None}, None, "not_needed", id="a lender that keeps no register"),
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


def a_case(**more: Any) -> Book:
    """An account that is probable: income seen, two broken promises, two sources, an offer."""
    calls = [*TALKS, call("2024-05-01", "talked", "none_given")]
    tables = {"contacts": calls, "promises": PROMISES, "evidence": [INCOME], "offers": [offer(answer="none")]}
    return book_of(**{"instalments": DUE, **tables, **more})


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
    base = {"contacts": calls, "evidence": [evidence(consent_id=None)]}
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
