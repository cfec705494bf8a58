"""All problems are told at once, with file, row and id, and protected values stay unsaid."""

from __future__ import annotations

import pytest

from features.book import Book, BookRefused
from features.check import problems_of
from features.problem import Origin
from tests.builders import CHINA, at, contact, flag, manifest, payment, protected, tables_of
from tests.features.check_builders import found, rules

MANIFEST_CASES = [
    pytest.param({"country": "XX"}, "book.country unknown-country", "--country", id="an unknown country"),
    pytest.param(
        {"time_zone": "Asia/Shanghia"},
        "book.time_zone unknown-time-zone",
        "Asia/Shanghai",
        id="an unknown zone",
    ),
    pytest.param(
        {"currency": "yuan"}, "book.currency unknown-currency", "--currency", id="an unknown currency"
    ),
]


@pytest.mark.parametrize(("changes", "rule", "text"), MANIFEST_CASES)
def test_a_bad_manifest_has_its_own_message(changes: dict[str, str], rule: str, text: str) -> None:
    problems = found(book=manifest(**changes))
    assert rules(problems) == [rule]
    assert text in str(problems[0])


def test_all_problems_are_told_at_once() -> None:
    problems = found(
        book=manifest(country="XX"),
        payments=[payment(amount=0.5), payment(payment_id="P-2", loan_id="L-9", known_at=at("2024-01-01"))],
        contacts=[contact(channel="pigeon")],
        flags=[flag(borrower_id="B-9")],
    )
    assert set(rules(problems)) == {
        "book.country unknown-country",
        "payments.amount not-whole",
        "payments.loan_id orphan",
        "payments.known_at known-too-early",
        "contacts.channel unknown-code",
        "flags.borrower_id orphan",
    }


def test_a_refused_book_numbers_its_problems() -> None:
    with pytest.raises(BookRefused, match="found 2 problems") as refused:
        Book.from_tables(tables_of(payments=[payment(amount=0.5, loan_id="L-9")]), manifest=CHINA)
    assert len(refused.value.problems) == 2
    assert "\n  2. payments.loan_id [orphan]" in str(refused.value)


def test_problems_name_file_row_and_the_first_five_ids() -> None:
    rows = [payment(payment_id=f"P-{n}", amount=-0.5 if n > 2 else 1) for n in range(10)]
    origins = {"payments": Origin((("payments-1.csv", 4, 2), ("payments-2.csv", 6, 2)))}
    [problem] = problems_of(tables_of(payments=rows), manifest=CHINA, origins=origins)
    assert problem.count == 7
    assert problem.rows == (
        "payments-1.csv row 5",
        "payments-2.csv row 2",
        "payments-2.csv row 3",
        "payments-2.csv row 4",
        "payments-2.csv row 5",
    )
    assert problem.ids == ("P-3", "P-4", "P-5", "P-6", "P-7")
    assert "in 7 rows (payments-1.csv row 5, " in str(problem)


def test_protected_values_are_not_shown() -> None:
    [problem] = found(protected=[protected(age_band=None, known_at="soon")])
    assert "soon" not in str(problem)
    assert "values withheld" in str(problem)
