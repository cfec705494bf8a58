"""Online equals nightly, bit for bit; and what does not count is said."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from features.build import build_features
from features.observations import observe
from serving.borrower_rows import RowsRefused
from serving.online import EveryModel, NoModels, OnlineScorer
from tests.builders import CHINA, at, contact, loan, payment
from tests.serving.service_builders import (
    MORNING,
    borrower_tables,
    portfolio,
    small_bundle,
    whole_book,
)

ROLL = EveryModel(("roll_30",))


def scorer() -> OnlineScorer:
    return OnlineScorer({"roll_30": small_bundle()}, ROLL)


def test_one_borrower_online_equals_the_nightly_run_over_the_whole_book_bit_for_bit() -> None:
    book = whole_book()
    table = build_features(book, observe(book, as_of=[MORNING]))
    bundle = small_bundle()
    scores = bundle.score(table.frame)
    reasons = bundle.reasons(table.frame, top=3)
    nightly = {
        row["loan_id"]: (row["probability"], row["margin"], row["band"], tuple(why))
        for row, why in zip(scores.to_dict("records"), reasons, strict=True)
    }
    everyone = portfolio()
    for number in range(0, 240, 17):
        name = f"L-{number}"
        mine = {table: [r for r in rows if r["loan_id"] == name] for table, rows in everyone.items()}
        answer = scorer().score(mine, manifest=CHINA, as_of=MORNING)
        (told,) = answer.loans
        (model,) = told.answers
        online = (model.scores["probability"], model.scores["margin"], model.words["band"], model.reasons)
        assert online == nightly[name], f"loan {name} differs online"
        assert model.model == bundle.content_hash
    assert len(nightly) == 240


def test_rows_known_on_as_of_or_later_do_not_count_and_are_named() -> None:
    rows = borrower_tables(7, paid=4)
    plain = scorer().score(rows, manifest=CHINA, as_of=MORNING)
    later = copy.deepcopy(rows)
    later["payments"].append(payment(payment_id="P-9", loan_id="L-7", paid_on="2024-08-01"))
    later["payments"].append(
        payment(payment_id="P-8", loan_id="L-7", paid_on="2024-07-30", known_at=at("2024-08-02"))
    )
    told = scorer().score(later, manifest=CHINA, as_of=MORNING)
    assert told.loans == plain.loans
    assert plain.notices == ()
    assert told.notices == ("2 rows of payments are known on 2024-08-01 or later and did not count.",)


def test_loans_that_do_not_stand_on_the_morning_are_counted_not_scored() -> None:
    rows = borrower_tables(7, paid=4)
    rows["loans"].append(loan(loan_id="L-70", borrower_id="B-7", disbursed_on="2024-08-01"))
    answer = scorer().score(rows, manifest=CHINA, as_of=MORNING)
    assert [told.loan_id for told in answer.loans] == ["L-7"]
    assert "1 loans do not stand on 2024-08-01 (not disbursed, not known or ended)." in answer.notices


def test_a_model_not_in_force_is_named_as_unscored_and_no_other_speaks_for_it() -> None:
    answer = OnlineScorer({"roll_30": small_bundle()}, EveryModel(("roll_60",))).score(
        borrower_tables(7, paid=4), manifest=CHINA, as_of=MORNING
    )
    (told,) = answer.loans
    assert (told.answers, told.unscored) == ((), ("roll_60",))


def test_two_loans_of_a_borrower_are_scored_together_in_order() -> None:
    rows = borrower_tables(7, paid=4)
    for name, more in borrower_tables(8, paid=6).items():
        rows[name] += [{**row, "borrower_id": "B-7"} if name == "loans" else row for row in more]
    answer = scorer().score(rows, manifest=CHINA, as_of=MORNING)
    assert [told.loan_id for told in answer.loans] == ["L-7", "L-8"]
    assert answer.loans[0].dpd > answer.loans[1].dpd


def test_without_a_model_nothing_is_scored() -> None:
    with pytest.raises(NoModels, match="Expected at least one released model"):
        OnlineScorer({}, ROLL).score(borrower_tables(7, paid=4), manifest=CHINA, as_of=MORNING)


def changed(table: str, **cells: Any) -> dict[str, Any]:
    rows: dict[str, Any] = borrower_tables(7, paid=4)
    if table == "contacts":
        rows["contacts"] = [contact(loan_id="L-7")]
    rows[table][0] = {**rows[table][0], **cells}
    return rows


@pytest.mark.parametrize(
    ("rows", "path", "expected"),
    [
        pytest.param(
            changed("payments", amount=True), "tables.payments[0].amount", "an integer in", id="true"
        ),
        pytest.param(
            changed("payments", amount=1.5), "tables.payments[0].amount", "an integer in", id="cents"
        ),
        pytest.param(
            changed("payments", amount="1"), "tables.payments[0].amount", "an integer in", id="text"
        ),
        pytest.param(changed("payments", amount=10**400), "tables.payments[0].amount", "at most", id="huge"),
        pytest.param(changed("payments", amount=None), "tables.payments[0].amount", "a value", id="null"),
        pytest.param(
            changed("loans", annual_rate=1e308), "tables.loans[0].annual_rate", "finite", id="1e308"
        ),
        pytest.param(
            changed("loans", annual_rate=float("nan")), "tables.loans[0].annual_rate", "finite", id="NaN"
        ),
        pytest.param(
            changed("loans", annual_rate=float("-inf")), "tables.loans[0].annual_rate", "finite", id="inf"
        ),
        pytest.param(
            changed("loans", annual_rate=True), "tables.loans[0].annual_rate", "finite", id="true rate"
        ),
        pytest.param(
            changed("loans", guarantor=1), "tables.loans[0].guarantor", "true or false", id="one is not yes"
        ),
        pytest.param(changed("loans", product="a\x00b"), "tables.loans[0].product", "printable", id="NUL"),
        pytest.param(
            changed("loans", product="\ud800"), "tables.loans[0].product", "printable", id="lone surrogate"
        ),
        pytest.param(
            changed("loans", product="\u202eabc"), "tables.loans[0].product", "printable", id="text turned"
        ),
        pytest.param(
            changed("loans", wealth=3), "tables.loans[0].wealth", "a column of", id="unknown column"
        ),
        pytest.param(
            changed("loans", disbursed_on="9999-99-99"), "tables.loans.disbursed_on", "", id="no such day"
        ),
        pytest.param(
            changed("loans", known_at="2024-01-15T10:00:00"), "tables.loans.known_at", "", id="no offset"
        ),
        pytest.param(changed("payments", loan_id="L-8"), "tables.payments.loan_id", "", id="orphan"),
        pytest.param(
            changed("contacts", outcome="shouted"), "tables.contacts.outcome", "", id="unknown word"
        ),
        pytest.param({"loans": []}, "tables.loans", "the borrower's loans", id="an empty list"),
        pytest.param({"payments": [payment()]}, "tables.loans", "the borrower's loans", id="no loans"),
        pytest.param({"loans": {}}, "tables.loans", "a list of rows", id="an object for a list"),
        pytest.param({"loans": [3]}, "tables.loans[0]", "a row as an object", id="a number for a row"),
        pytest.param({"lands": []}, "tables.lands", "a table of", id="unknown table"),
        pytest.param(
            {"protected": [{"borrower_id": "B-1", "sex": "F"}]},
            "tables.protected",
            "no protected attributes",
            id="protected attributes",
        ),
        pytest.param(
            {"loans": [loan(), loan(loan_id="L-2", borrower_id="B-2")]},
            "tables.loans",
            "the loans of one borrower",
            id="two borrowers",
        ),
    ],
)
def test_rows_that_break_the_contract_are_refused_with_their_path_and_without_the_value(
    rows: dict[str, Any], path: str, expected: str
) -> None:
    with pytest.raises(RowsRefused) as refusal:
        scorer().score(rows, manifest=CHINA, as_of=MORNING)
    error = refusal.value.errors[0]
    assert error.path == path
    assert expected in error.expected
    assert "shouted" not in str(refusal.value)
