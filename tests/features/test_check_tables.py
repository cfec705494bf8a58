"""A table that is missing, misnamed or of the wrong shape has its own message."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from features.check import problems_of
from tests.builders import CHINA, loan, payment, table_of, tables_of
from tests.features.check_builders import rules


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
