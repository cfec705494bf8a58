"""A case is what the book knew on that morning, over all loans of the debtor."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from features.buckets import bucket_of
from features.catalogue import Catalogue
from features.history import History, observe
from features.table import FeatureTable
from serving.policy.case import Case
from serving.policy.cases import FeaturesOfAnotherDay, cases_from_book
from serving.policy.spoken import ScoresUnfit, spoken_of
from tests.builders import (
    at,
    book_of,
    borrower,
    consent,
    contact,
    evidence,
    flag,
    instalment,
    instalments,
    loan,
    payment,
    plan,
    promise,
    statement,
    visit,
)

AS_OF = date(2024, 3, 6)


def context(book: Book, *, as_of: date = AS_OF) -> FeatureTable:
    """Return the feature table of a book without features: keys and context alone."""
    seen = observe(book, as_of=[as_of])
    history = History(book, seen)
    dpd = history.ledger.dpd
    frame = pd.DataFrame(
        {
            "loan_id": book.loan_ids[seen.loan_no],
            "borrower_id": book.borrower_ids[history.borrower_no],
            "as_of": pd.Series([pd.Timestamp(as_of)] * len(seen), dtype="datetime64[us]"),
            "product": history.loans.code("product"),
            "portfolio": history.loans.code("portfolio"),
            "bucket": bucket_of(dpd),
            "dpd_now": dpd,
            "arrears_now": history.ledger.arrears,
        }
    )
    return FeatureTable(frame, Catalogue(()), book.digest)


def cases(as_of: date = AS_OF, scores: dict[str, pd.DataFrame] | None = None, **tables: Any) -> list[Case]:
    book = book_of(**tables)
    return cases_from_book(book, context(book, as_of=as_of), scores or {}, as_of=as_of)


def only(as_of: date = AS_OF, scores: dict[str, pd.DataFrame] | None = None, **tables: Any) -> Case:
    (one,) = cases(as_of, scores, **tables)
    return one


def test_an_account_past_due_becomes_a_case_with_its_amount_split() -> None:
    one = only()
    assert (one.case_id, one.dpd, one.bucket) == ("L-1@2024-03-06", 20, "1-30")
    assert (one.arrears, one.arrears_principal, one.arrears_interest, one.arrears_fee) == (
        10_500,
        10_000,
        500,
        0,
    )
    assert one.identified_on == date(2024, 2, 16)
    assert one.day_start == datetime(2024, 3, 5, 16, tzinfo=UTC)
    assert (one.country, one.time_zone, one.currency) == ("CN", "Asia/Shanghai", "CNY")


@pytest.mark.parametrize(
    ("tables", "fact", "value"),
    [
        pytest.param({}, "contacted", False, id="never contacted"),
        pytest.param({"contacts": [contact()]}, "contacted", True, id="talked in this episode"),
        pytest.param({"contacts": [contact()]}, "talked", True, id="a talk is a talk"),
        pytest.param({"contacts": [contact(outcome="no_answer")]}, "contacted", False, id="no answer reaches nobody"),
        pytest.param({"contacts": [contact(outcome="no_answer")]}, "tried", True, id="but it was a try"),
        pytest.param({"contacts": [contact(contacted_at=at("2024-02-10"))]}, "talked", False, id="before the episode"),
        pytest.param(
            {"contacts": [contact(channel="sms", outcome="delivered")]}, "contacted", True, id="a message delivered"
        ),
        pytest.param(
            {"contacts": [contact(channel="sms", outcome="delivered")]}, "talked", False, id="a message is no talk"
        ),
        pytest.param({"contacts": [contact()]}, "talks_7d", 1, id="a talk five days ago"),
        pytest.param({"contacts": [contact(contacted_at=at("2024-02-27"))]}, "talks_7d", 0, id="a talk eight days ago"),
        pytest.param({"contacts": [contact(contacted_at=at("2024-03-05"))]}, "talks_today", 0, id="none yet today"),
        pytest.param({"contacts": [contact(direction="in")]}, "channels_tried", frozenset(), id="they called us"),
        pytest.param({"contacts": [contact()]}, "channels_tried", frozenset({"call"}), id="we called them"),
        pytest.param({"contacts": [contact()]}, "last_right_party_on", date(2024, 3, 1), id="the last talk"),
        pytest.param(
            {"contacts": [contact(contact_id=f"C-{n}", outcome="busy") for n in range(3)]},
            "failed_tries", 3, id="three failed tries in a row",
        ),
        pytest.param({"flags": [flag(starts_on="2024-03-01")]}, "flags", frozenset({"dispute"}), id="a dispute stands"),
        pytest.param(
            {"flags": [flag(starts_on="2024-03-01", ends_on="2024-03-05")]}, "flags", frozenset(), id="a dispute ended"
        ),
        pytest.param({"consents": [consent(purpose="call")]}, "consents", {"call": True}, id="consent granted"),
        pytest.param(
            {"consents": [consent(purpose="call"), consent(
                purpose="call", revision=2, withdrawn_on="2024-03-01", known_at=at("2024-03-01"))]},
            "consents", {"call": False}, id="consent withdrawn",
        ),
        pytest.param({"promises": [promise()]}, "promise_due_on", date(2024, 3, 8), id="a promise"),
        pytest.param({}, "promise_due_on", None, id="no promise"),
        pytest.param({"plans": [plan(kind="grace", starts_on="2024-03-01")]}, "agreement", "grace", id="in grace"),
        pytest.param({"plans": [plan(kind="instalments", starts_on="2024-03-01")]}, "agreement", "", id="paying a plan"),
        pytest.param({}, "tier", "T1", id="flagged by day 5"),
        pytest.param(
            {"evidence": [evidence(kind="C5", observed_on="2024-03-01", consent_id=None, source="visit")]},
            "unable_shock", True, id="a shock on record",
        ),
        pytest.param({"visits": [visit(visited_at=at("2024-03-02"))]}, "visits_made", 1, id="visited"),
        pytest.param({"loans": [loan(annual_rate=None)]}, "annual_rate", None, id="a rate nobody knows"),
        pytest.param({"borrowers": [borrower(country="PL")]}, "country", "PL", id="a debtor abroad"),
        pytest.param({"borrowers": [borrower(country="PL")]}, "time_zone", None, id="abroad the book's time is not theirs"),
        pytest.param({"borrowers": [borrower(time_zone="Asia/Urumqi")]}, "time_zone", "Asia/Urumqi", id="their own time"),
    ],
)  # fmt: skip
def test_what_the_book_knew(tables: dict[str, Any], fact: str, value: object) -> None:
    assert getattr(only(**tables), fact) == value


def test_where_the_debtors_day_is_not_the_books_yesterdays_counts_stand_for_today() -> None:
    tables: dict[str, Any] = {
        "borrowers": [borrower(time_zone="Asia/Urumqi")],
        "contacts": [
            contact(contacted_at=at("2024-03-05")),
            contact(contact_id="C-2", contacted_at=at("2024-03-05"), outcome="no_answer"),
        ],
    }
    one = only(**tables)
    assert (one.talks_today, one.unanswered_today) == (1, {"*": 1})


def test_contacts_count_over_all_loans_of_the_debtor() -> None:
    loans = [loan(), loan(loan_id="L-2", ended_on="2024-02-20", end_kind="repaid", known_at=at("2024-02-21"))]
    paid = [payment(loan_id="L-2", payment_id="P-2")]
    other = instalment(loan_id="L-2")
    one = only(
        loans=loans, instalments=[instalment(), other], payments=paid, contacts=[contact(loan_id="L-2")]
    )
    assert (one.loan_id, one.talks_7d, one.talked) == ("L-1", 1, True)


def test_an_episode_goes_on_when_the_oldest_instalment_is_paid_while_a_younger_one_is_overdue() -> None:
    paid = [payment(paid_on="2024-04-01", known_at=at("2024-04-01"))]
    one = only(date(2024, 4, 4), instalments=instalments(3), payments=paid)
    assert (one.dpd, one.identified_on) == (20, date(2024, 2, 16))


def test_a_new_episode_begins_after_a_cure() -> None:
    paid = [payment(paid_on="2024-03-01", known_at=at("2024-03-01"))]
    one = only(date(2024, 3, 18), instalments=instalments(3), payments=paid)
    assert (one.dpd, one.identified_on) == (3, date(2024, 3, 16))


def test_what_becomes_known_on_the_morning_or_later_changes_nothing() -> None:
    late: dict[str, Any] = {
        "contacts": [
            contact(contacted_at=at("2024-03-06")),
            contact(contact_id="C-2", known_at=at("2024-03-06")),
        ],
        "flags": [flag(starts_on="2024-03-06", known_at=at("2024-03-06"))],
        "promises": [promise(promised_at=at("2024-03-07"), due_on="2024-03-09")],
    }
    assert only(**late) == only()


def test_statements_leave_the_parts_of_the_amount_unknown() -> None:
    one = only(date(2024, 3, 6), statements=[statement(dpd=40, amount_paid=0)])
    assert one.dpd is not None
    assert one.dpd >= 1
    assert one.arrears_principal is None


def test_statements_without_an_amount_due_leave_the_amount_unknown_not_zero() -> None:
    one = only(date(2024, 3, 6), statements=[statement(dpd=40, amount_due=None, balance=None)])
    assert (one.arrears, one.arrears_principal, one.balance) == (None, None, None)


def test_nobody_overdue_is_no_case() -> None:
    assert cases(payments=[payment()]) == []


def test_a_debtor_alone_gives_the_same_case_as_in_company() -> None:
    tables = {
        "borrowers": [borrower(), borrower(borrower_id="B-2")],
        "loans": [loan(), loan(loan_id="L-2", borrower_id="B-2")],
        "instalments": [instalment(), instalment(loan_id="L-2")],
        "contacts": [contact(), contact(contact_id="C-2", loan_id="L-2", outcome="no_answer")],
        "flags": [flag(borrower_id="B-2", starts_on="2024-03-01")],
    }
    book = book_of(**tables)
    together = {one.loan_id: one for one in cases_from_book(book, context(book), {}, as_of=AS_OF)}
    for borrower_id, loan_id in (("B-1", "L-1"), ("B-2", "L-2")):
        alone = book.only([borrower_id])
        assert cases_from_book(alone, context(alone), {}, as_of=AS_OF) == [together[loan_id]]


def test_features_of_another_day_are_refused() -> None:
    book = book_of()
    with pytest.raises(FeaturesOfAnotherDay, match=r"missing or different.*L-1"):
        cases_from_book(book, context(book, as_of=date(2024, 3, 5)), {}, as_of=AS_OF)


def scored(**changes: Any) -> pd.DataFrame:
    base = {
        "loan_id": ["L-1"], "probability": [0.3], "margin": [-0.8], "band": ["high"], "model": ["ab12"],
        "reason_1_en": ["Paid late"], "reason_1_zh": ["还款迟延"], "reason_2_en": [""], "reason_2_zh": [""],
    }  # fmt: skip
    return pd.DataFrame({**base, **changes})


def test_scores_reasons_and_hashes_reach_the_case() -> None:
    one = only(scores={"roll_30": scored()})
    assert (one.scores, one.bands, one.models, one.risk_band) == (
        {"roll_30": 0.3}, {"roll_30": "high"}, {"roll_30": "ab12"}, "high",
    )  # fmt: skip
    assert [(r.text_en, r.text_zh) for r in one.reasons] == [("Paid late", "还款迟延")]


def test_a_willful_model_speaks_in_three_numbers_and_sets_no_risk() -> None:
    willful = scored(p_able=[0.8], p_willing=[0.1], p_willful=[0.7], evidence=["sufficient"])
    one = only(scores={"willful": willful.drop(columns="probability")})
    assert one.scores == {"p_able": 0.8, "p_willing": 0.1, "p_willful": 0.7}
    assert one.risk_band is None


def test_insufficient_evidence_says_nothing() -> None:
    willful = scored(p_able=[0.8], p_willing=[0.1], p_willful=[0.7], evidence=["insufficient"])
    assert only(scores={"willful": willful}).scores == {}


def test_an_unscored_account_has_no_scores() -> None:
    one = only(scores={"roll_30": scored(loan_id=["L-9"])})
    assert (one.scores, one.risk_band, one.reasons) == ({}, None, ())


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        pytest.param(scored().drop(columns="loan_id"), "loan_id", id="without ids"),
        pytest.param(pd.concat([scored(), scored()]), "again.*L-1", id="a loan twice"),
        pytest.param(scored(probability=[1.2]), "outside.*L-1", id="a probability above one"),
    ],
)
def test_scores_that_cannot_be_read_are_refused(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(ScoresUnfit, match=says):
        spoken_of({"roll_30": frame})


def test_a_missing_probability_is_no_score() -> None:
    assert spoken_of({"roll_30": scored(probability=[np.nan])})["L-1"].scores == {}
