"""Every bad input has its own message, and all of them are told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.book import Book, BookRefused
from features.check import Problem, problems_of
from features.prepare import DERIVED
from features.problem import Origin
from tests.builders import (
    CHINA,
    agent,
    at,
    attribute,
    borrower,
    consent,
    contact,
    evidence,
    flag,
    instalment,
    loan,
    manifest,
    offer,
    payment,
    plan,
    promise,
    protected,
    review,
    statement,
    table_of,
    tables_of,
    visit,
)


def found(*, book: Any = CHINA, **tables: Any) -> list[Problem]:
    return problems_of(tables_of(**tables), manifest=book)


def rules(problems: list[Problem]) -> list[str]:
    return [f"{p.table}.{p.column} {p.rule}" for p in problems]


ROW_CASES = [
    pytest.param(
        {"payments": [payment(), payment()]},
        "payments.revision duplicate",
        "payments.revision [duplicate]: expected each (payment_id, revision) once; found it again in 1 row "
        "(payments row 2; ids P-1). Drop the repeated row",
        id="the same payment twice",
    ),
    pytest.param(
        {"instalments": [instalment(), instalment(due_on="2024-02-16")]},
        "instalments.revision duplicate",
        "ids L-1/1",
        id="the same instalment number twice",
    ),
    pytest.param(
        {"payments": [payment(revision=2)]},
        "payments.revision revision-gap",
        "expected revisions 1, 2, 3 … of each (payment_id)",
        id="a second revision without the first",
    ),
    pytest.param(
        {"payments": [payment(), payment(revision=3, known_at=at("2024-03-01"))]},
        "payments.revision revision-gap",
        "payments row 2",
        id="a third revision without the second",
    ),
    pytest.param(
        {"payments": [payment(known_at=at("2024-03-02")), payment(revision=2, known_at=at("2024-03-01"))]},
        "payments.known_at known-not-increasing",
        "a revision known no later than the one before",
        id="a correction known before what it corrects",
    ),
    pytest.param(
        {
            "loans": [loan(), loan(loan_id="L-2")],
            "payments": [payment(), payment(revision=2, loan_id="L-2", known_at=at("2024-03-01"))],
        },
        "payments.loan_id owner-changed",
        "Reverse the row and write a new one under its own id",
        id="a correction that moves a payment to another loan",
    ),
    pytest.param(
        {"loans": [loan(), loan(revision=2, borrower_id="B-2", known_at=at("2024-03-01"))]},
        "loans.borrower_id owner-changed",
        "all revisions of a loan_id under one borrower_id",
        id="a loan that changes its borrower",
    ),
    pytest.param(
        {"payments": [payment(loan_id="L-9")]},
        "payments.loan_id orphan",
        "expected a loan of the table loans; found ids that loans does not hold (L-9) in 1 row",
        id="a payment of a loan the book lacks",
    ),
    pytest.param(
        {"flags": [flag(borrower_id="B-9")]},
        "flags.borrower_id orphan",
        "expected a borrower of the table loans",
        id="a flag of a borrower the book lacks",
    ),
    pytest.param(
        {"attributes": [attribute(owner_kind="loan", owner_id="B-1")]},
        "attributes.owner_id orphan",
        "loan or borrower",
        id="an attribute of a loan that is a borrower's id",
    ),
    pytest.param(
        {"payments": [payment(amount=12.5)]},
        "payments.amount not-whole",
        "minor units (1250 for 12.50); found 12.5 in 1 row (payments row 1; ids P-1)",
        id="money with decimals",
    ),
    pytest.param(
        {"payments": [payment(amount="12.50")]},
        "payments.amount not-whole",
        "nothing is rounded here",
        id="money with decimals as text",
    ),
    pytest.param(
        {"instalments": [instalment(principal_due=-1)]},
        "instalments.principal_due negative",
        "expected minor units from 0 to 1000000000000000; found -1 in 1 row",
        id="a negative instalment",
    ),
    pytest.param(
        {"payments": [payment(paid_on="2024-01-14", known_at=at("2024-02-01"))]},
        "payments.paid_on before-disbursement",
        "expected payments on or after the loan's disbursed_on",
        id="a payment before the disbursement",
    ),
    pytest.param(
        {"payments": [payment(known_at=at("2024-02-14", "23:59"))]},
        "payments.known_at known-too-early",
        "expected known_at on the day of paid_on (Asia/Shanghai) or later",
        id="a payment known the evening before",
    ),
    pytest.param(
        {"contacts": [contact(known_at=at("2024-02-29"))]},
        "contacts.known_at known-too-early",
        "contacted_at",
        id="a call known the day before it",
    ),
    pytest.param(
        {"visits": [visit(known_at=at("2024-04-09"))]},
        "visits.known_at known-too-early",
        "visited_at",
        id="a visit known the day before it",
    ),
    pytest.param(
        {"loans": [loan(ended_on="2024-01-14", end_kind="repaid")]},
        "loans.ended_on ends-before-start",
        "ended_on before disbursed_on",
        id="a loan that ends before it begins",
    ),
    pytest.param(
        {"flags": [flag(ends_on="2024-03-31")]},
        "flags.ends_on ends-before-start",
        "ends_on before starts_on",
        id="a flag that ends before it begins",
    ),
    pytest.param(
        {"instalments": [instalment(due_on="1949-12-31")]},
        "instalments.due_on out-of-range",
        "expected days from 1950-01-01 to 2100-01-01; found 1949-12-31",
        id="a due day before 1950",
    ),
    pytest.param(
        {"instalments": [instalment(due_on="2100-01-02")]},
        "instalments.due_on out-of-range",
        "2100-01-02",
        id="a due day after 2100",
    ),
    pytest.param(
        {"contacts": [contact(contacted_at="1949-01-01T00:00:00Z", known_at=at("2024-03-01"))]},
        "contacts.contacted_at out-of-range",
        "instants from 1950-01-01",
        id="a call before 1950",
    ),
    pytest.param(
        {"instalments": [instalment(due_on="2024-02-30")]},
        "instalments.due_on not-a-day",
        "expected calendar days (2024-03-31); found 2024-02-30",
        id="the 30th of February",
    ),
    pytest.param(
        {"instalments": [instalment(due_on="15/02/2024")]},
        "instalments.due_on not-a-day",
        "Write days as 2024-03-31",
        id="a day written with slashes",
    ),
    pytest.param(
        {"payments": [payment(known_at="2024-02-15T10:00:00")]},
        "payments.known_at not-an-instant",
        "Write instants with their zone",
        id="an instant without a zone",
    ),
    pytest.param(
        {"loans": [loan(annual_rate=float("nan"))]},
        "loans.annual_rate not-finite",
        "expected finite numbers; found nan",
        id="NaN in a number",
    ),
    pytest.param(
        {"loans": [loan(annual_rate=float("inf"))]},
        "loans.annual_rate not-finite",
        "found inf",
        id="infinity in a number",
    ),
    pytest.param(
        {"loans": [loan(annual_rate=18.5), loan(loan_id="L-2", annual_rate=21.0)]},
        "loans.annual_rate out-of-range",
        "expected numbers from 0 to 20; found 21.0 in 1 row (loans row 2; ids L-2)",
        id="a rate given in per cent",
    ),
    pytest.param(
        {"contacts": [contact(outcome="promissed")]},
        "contacts.outcome unknown-code",
        "Did you mean 'promised'?",
        id="a code with a slip",
    ),
    pytest.param(
        {"contacts": [contact(propensity=1.5)]},
        "contacts.propensity out-of-range",
        "numbers from 0 to 1",
        id="a propensity above one",
    ),
    pytest.param(
        {"loans": [loan(currency="USD")]},
        "loans.currency other-currency",
        "expected the book's currency CNY; found USD",
        id="a loan in another currency",
    ),
    pytest.param(
        {"borrowers": [borrower(time_zone="Asia/Peking")]},
        "borrowers.time_zone unknown-time-zone",
        "Asia/Peking",
        id="a borrower in an unknown zone",
    ),
    pytest.param(
        {"borrowers": [borrower(country="XX")]},
        "borrowers.country unknown-country",
        "XX",
        id="a borrower in an unknown country",
    ),
    pytest.param(
        {"attributes": [attribute(name="paid, total")]},
        "attributes.name unlawful-name",
        "each becomes a column",
        id="an attribute whose name no model could carry",
    ),
    pytest.param(
        {"payments": [payment(payment_id=None)]},
        "payments.payment_id empty",
        "expected a value; found no value in 1 row",
        id="a payment without id",
    ),
    pytest.param(
        {"payments": [payment(amount=10**15 + 1)]},
        "payments.amount out-of-range",
        "from -1000000000000000 to 1000000000000000",
        id="an amount in the wrong unit",
    ),
]


@pytest.mark.parametrize(("tables", "rule", "text"), ROW_CASES)
def test_a_bad_row_has_its_own_message(tables: dict[str, Any], rule: str, text: str) -> None:
    problems = found(**tables)
    assert rules(problems) == [rule]
    assert text in str(problems[0])
    assert problems[0].rows
    assert problems[0].ids


LAWFUL_CASES = [
    pytest.param({"payments": [payment()]}, id="one loan and one payment"),
    pytest.param({"statements": [statement()]}, id="only loans and statements"),
    pytest.param({"payments": [payment(amount=-10_500)]}, id="a reversal is a negative payment"),
    pytest.param({"statements": [statement(balance=-20)]}, id="a statement with a credit balance"),
    pytest.param({"instalments": [instalment(due_on="2060-01-01")]}, id="a due day far ahead"),
    pytest.param(
        {"payments": [payment(known_at=at("2024-02-15", "00:00"))]}, id="known at the day's first instant"
    ),
    pytest.param(
        {"loans": [loan(ended_on="2024-01-15", end_kind="repaid")]}, id="a loan repaid on its first day"
    ),
    pytest.param(
        {"payments": [payment(), payment(revision=2, amount=0, known_at=at("2024-02-16"))]},
        id="a correction known a day later",
    ),
    pytest.param(
        {"visits": [visit(visited_at=None, outcome="planned", known_at=at("2024-04-01"))]},
        id="a planned visit is known before its day",
    ),
    pytest.param(
        {
            "borrowers": [borrower()],
            "protected": [protected()],
            "contacts": [contact()],
            "promises": [promise()],
            "offers": [offer()],
            "visits": [visit()],
            "evidence": [evidence()],
            "reviews": [review(), review(decided_by="ben")],
            "plans": [plan()],
            "flags": [flag()],
            "consents": [consent()],
            "agents": [agent()],
            "attributes": [
                attribute(),
                attribute(owner_kind="loan", owner_id="L-1", name="x", code="a", value=None),
            ],
        },
        id="every table",
    ),
]


@pytest.mark.parametrize("tables", LAWFUL_CASES)
def test_a_lawful_book_has_no_problem(tables: dict[str, Any]) -> None:
    assert found(**tables) == []


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


def without(name: str, column: str) -> dict[str, pa.Table]:
    tables = tables_of(payments=[payment()])
    return {**tables, name: tables[name].drop_columns([column])}


def replaced(name: str, column: str, values: Any) -> dict[str, pa.Table]:
    tables = tables_of(payments=[payment()])
    table = tables[name]
    return {**tables, name: table.set_column(table.column_names.index(column), column, values)}


def renamed(name: str, column: str, other: str) -> dict[str, pa.Table]:
    tables = tables_of(payments=[payment()])
    return {**tables, name: tables[name].rename_columns({column: other})}


TABLE_CASES = [
    pytest.param(
        {}, ["loans. missing-table", "instalments. missing-table"], "found neither", id="no table at all"
    ),
    pytest.param(
        {k: v for k, v in tables_of().items() if k != "payments"},
        ["payments. missing-table"],
        "found instalments alone",
        id="instalments without payments",
    ),
    pytest.param(
        {**tables_of(), "payment": table_of("payments", [payment()])},
        ["payment. unknown-table"],
        "Did you mean 'payments'?",
        id="a table with a slip in its name",
    ),
    pytest.param(
        without("payments", "amount"),
        ["payments.amount missing-column"],
        "expected the columns payment_id, loan_id, paid_on, amount",
        id="a missing column",
    ),
    pytest.param(
        renamed("payments", "paid_on", "payd_on"),
        ["payments.paid_on missing-column", "payments.payd_on unknown-column"],
        "Rename 'payd_on' to 'paid_on'.",
        id="a column with a slip in its name",
    ),
    pytest.param(
        replaced("payments", "amount", [[True]]),
        ["payments.amount wrong-type"],
        "found a column of type bool",
        id="money that is true or false",
    ),
    pytest.param(
        {**tables_of(), "payments": tables_of()["payments"].append_column("amount", [[]])},
        ["payments.amount twice"],
        "two columns of this name",
        id="a column delivered twice",
    ),
    pytest.param(
        replaced("payments", "payment_id", [[17]]),
        ["payments.payment_id wrong-type"],
        "expected text that identifies",
        id="ids that are numbers",
    ),
    pytest.param(
        replaced("payments", "known_at", pa.array([0], pa.timestamp("us"))),
        ["payments.known_at wrong-type"],
        "found a column of type timestamp[us]",
        id="instants without a zone",
    ),
    pytest.param(
        {**tables_of(), "loans": table_of("loans", [loan()]).slice(0, 0)},
        ["loans. empty-book"],
        "expected at least one loan",
        id="an empty book",
    ),
    pytest.param(
        {**tables_of(), "payments": [payment()]}, ["payments. not-a-table"], "found list", id="a list of rows"
    ),
    pytest.param(
        {**tables_of(), "payments": pd.DataFrame([payment(), payment(payment_id="P-2", amount=object())])},
        ["payments.amount wrong-type"],
        "mixed values",
        id="a frame with an object among the amounts",
    ),
]


@pytest.mark.parametrize(("tables", "expected", "text"), TABLE_CASES)
def test_a_bad_table_has_its_own_message(tables: dict[str, Any], expected: list[str], text: str) -> None:
    problems = problems_of(tables, manifest=CHINA)
    assert rules(problems) == expected
    assert text in "\n".join(str(problem) for problem in problems)


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


def frames_of(book: Book) -> dict[str, pd.DataFrame]:
    return {name: book.table(name).drop_columns(list(DERIVED)).to_pandas() for name in book.table_names}


def as_pandas_says(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def in_nanoseconds_elsewhere(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(known_at=frame["known_at"].dt.tz_convert("America/New_York").dt.as_unit("ns"))


def with_categories_and_midnights(frame: pd.DataFrame) -> pd.DataFrame:
    changed = frame.copy()
    for name in ("channel", "outcome", "kind"):
        if name in frame:
            changed[name] = frame[name].astype("category")
    for name in ("paid_on", "due_on", "planned_on"):
        if name in frame:
            changed[name] = pd.to_datetime(frame[name])
    return changed


def as_objects(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), None)


@pytest.mark.parametrize(
    "shape", [as_pandas_says, in_nanoseconds_elsewhere, with_categories_and_midnights, as_objects]
)
def test_frames_of_any_make_give_the_book_of_the_arrow_tables(
    shape: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    book = Book.from_tables(
        tables_of(
            payments=[payment(), payment(payment_id="P-2", channel=None)],
            contacts=[contact(propensity=None), contact(contact_id="C-2", propensity=0.5)],
            visits=[visit(identity_ok=None), visit(visit_id="V-2", visited_at=None, outcome="planned")],
            borrowers=[borrower(declared_income=None)],
        ),
        manifest=CHINA,
    )
    frames = {name: shape(frame) for name, frame in frames_of(book).items()}
    assert Book.from_tables(frames, manifest=CHINA).digest == book.digest


@pytest.mark.parametrize("nothing", [pa.Table.from_pylist([]), pd.DataFrame()])
def test_a_table_without_rows_and_columns_is_empty(nothing: Any) -> None:
    assert problems_of({**tables_of(), "promises": nothing}, manifest=CHINA) == []
    assert rules(problems_of({**tables_of(), "loans": nothing}, manifest=CHINA)) == ["loans. empty-book"]
