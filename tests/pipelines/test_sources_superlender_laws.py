"""Laws over any loans, and damaged files of micro-loans: refused in three parts, nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.superlender_schedule import instalments_of, payments_of
from tests.pipelines.source_rows import FIXTURES, changed, parquet_of, read_rows, refusal, renamed

FOLDER = FIXTURES / "superlender_30"
DAY = 86_400_000_000

LOAN = st.tuples(
    st.integers(1, 10**9), st.integers(0, 10**9), st.integers(1, 12), st.integers(-20, 400), st.booleans()
)


@settings(max_examples=100, deadline=None)
@given(drawn=st.lists(LOAN, min_size=1, max_size=8))
def test_money_is_conserved_and_due_days_rise(drawn: list[tuple[int, int, int, int, bool]]) -> None:
    amount, interest, parts, closed, past = (np.array(column) for column in zip(*drawn, strict=True))
    closed_on = 17_000 + 10 + np.maximum(closed, 0)
    loans = pd.DataFrame(
        {
            "loan_id": [f"L{at}" for at in range(len(drawn))],
            "past": past,
            "amount": amount,
            "owed": amount + interest,
            "instalments": parts,
            "approved": 17_000 * DAY,
            "approved_on": 17_000,
            "first_due_on": 17_000 + np.maximum(1, 30 + closed // 10),
            "repaid": 17_010 * DAY,
            "repaid_on": 17_010,
            "closed": closed_on * DAY,
            "closed_on": closed_on,
        }
    )
    repairs: dict[str, int] = {}
    due = instalments_of(loans, repairs).to_pandas()
    paid = payments_of(loans, repairs).to_pandas().groupby("loan_id")["amount"].sum()
    for at, loan in loans.iterrows():
        own = due[due["loan_id"] == loan["loan_id"]]
        assert own["number"].tolist() == list(range(1, parts[int(str(at))] + 1))
        assert own["principal_due"].sum() == loan["amount"]
        assert (own["principal_due"] + own["interest_due"]).sum() == loan["owed"]
        assert own["due_on"].is_monotonic_increasing
        assert own["due_on"].is_unique
        assert paid.get(loan["loan_id"], 0) == (loan["owed"] if loan["past"] else 0)


def harmed(folder: Path, file: str, harm: Any) -> Path:
    shutil.copytree(FOLDER, folder)
    rows = harm(read_rows(folder / f"{file}.csv"))
    (folder / f"{file}.csv").unlink()
    parquet_of(rows, folder / f"{file}.parquet")
    return folder


@pytest.mark.parametrize(
    ("file", "harm", "texts"),
    [
        pytest.param(
            "past_loans",
            lambda rows: renamed(rows, "firstduedate", "firstdue_date"),
            ["past_loans.firstduedate [missing-column]", "Rename 'firstdue_date' to 'firstduedate'"],
            id="a column under another name",
        ),
        pytest.param(
            "past_loans",
            lambda rows: changed(rows, 1, approveddate="2017-02-30 12:00:00.000000"),
            [
                "past_loans.approveddate [not-an-instant]",
                "found 2017-02-30 12:00:00.000000 in 1 row (past_loans.parquet row 2; ids 7002)",
            ],
            id="a day no calendar has",
        ),
        pytest.param(
            "past_loans",
            lambda rows: changed(rows, 1, closeddate="20/04/2017 18:20"),
            ["past_loans.closeddate [not-an-instant]", "20/04/2017 18:20"],
            id="a date in another format",
        ),
        pytest.param(
            "past_loans",
            lambda rows: changed(rows, 1, firstduedate="2017-03-08 12:00:00"),
            ["past_loans.firstduedate [not-a-day]"],
            id="a due day at noon",
        ),
        pytest.param(
            "past_loans",
            lambda rows: changed(rows, 0, totaldue="13.000,00"),
            ["past_loans.totaldue [not-finite]", "13.000,00"],
            id="an amount with separators",
        ),
        pytest.param(
            "past_loans",
            lambda rows: changed(rows, 0, termdays="a month"),
            ["past_loans.termdays [not-whole]", "a month"],
            id="a term in words",
        ),
        pytest.param(
            "past_loans",
            lambda rows: [{**row, "systemloanid": "7001"} for row in rows],
            ["[too-many-losses]", "one systemloanid for unlike loans: 17"],
            id="one id for all",
        ),
        pytest.param(
            "past_loans",
            lambda rows: [
                {**row, "firstrepaiddate": "2015-01-01 00:00:00", "closeddate": "2015-01-02 00:00:00"}
                for row in rows
            ],
            ["[too-many-losses]", "repaid or closed before the approval: 13"],
            id="repaid before they were made",
        ),
        pytest.param(
            "past_loans",
            lambda rows: [{**row, "termdays": str(10**9)} for row in rows],
            ["[too-many-losses]", "termdays empty, below 1 or above 3600"],
            id="terms beyond measure",
        ),
        pytest.param(
            "current_loans_without_outcome",
            lambda rows: renamed(rows, "termdays", "x"),
            ["current_loans.termdays [missing-column]"],
            id="current loans without term",
        ),
        pytest.param(
            "borrowers",
            lambda rows: changed(rows, 0, birth_year="1985-06"),
            ["borrowers.birth_year [not-whole]", "found values withheld in 1 row"],
            id="a month for a year",
        ),
        pytest.param(
            "borrowers",
            lambda rows: [{**row, "customerid": f"x{at}"} for at, row in enumerate(rows)],
            ["borrowers.customerid [no-match]", "none of them"],
            id="borrowers of other loans",
        ),
        pytest.param(
            "borrowers",
            lambda rows: changed(rows, 2, bank_account_type="Savings"),
            ["[too-many-losses]", "unlike borrower rows of one customer: 2"],
            id="unlike rows of one customer go beyond what is forgiven",
        ),
    ],
)
def test_a_harmed_file_is_refused(tmp_path: Path, file: str, harm: Any, texts: list[str]) -> None:
    message = refusal("superlender", harmed(tmp_path / "source", file, harm), tmp_path / "book")
    assert [text for text in texts if text not in message] == [], message


def test_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = harmed(tmp_path / "source", "past_loans", lambda rows: changed(rows, 0, termdays="x"))
    (folder / "borrowers.csv").write_text("customerid,customerid\n1,1\n", "utf-8")
    (folder / "current_loans_without_outcome.csv").write_bytes(b"")
    message = refusal("superlender", folder, tmp_path / "book")
    for text in (
        "past_loans.termdays",
        "borrowers.customerid [duplicate-column]",
        "current_loans [empty-file]",
    ):
        assert text in message


def test_a_folder_without_past_loans_is_told(tmp_path: Path) -> None:
    message = refusal("superlender", tmp_path, tmp_path / "book")
    assert "past_loans.parquet or .csv, trainprevloans.parquet or .csv" in message
