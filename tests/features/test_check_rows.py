"""Every bad row has its own message, with its rule, its place and its id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import at, attribute, borrower, contact, flag, instalment, loan, payment, visit
from tests.features.check_builders import found, rules

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
