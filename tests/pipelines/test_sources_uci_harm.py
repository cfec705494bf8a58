"""Damaged files of credit card accounts: refused with what was expected, found and to do; nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.source_rows import FIXTURES, changed, parquet_of, read_rows, refusal, renamed

FILE = FIXTURES / "uci_30" / "accounts.csv"


@pytest.mark.parametrize(
    ("harm", "texts"),
    [
        pytest.param(
            lambda rows: renamed(rows, "LIMIT_BAL", "limit_bal"),
            ["accounts.LIMIT_BAL [missing-column]", "Rename 'limit_bal' to 'LIMIT_BAL'"],
            id="a column in small letters",
        ),
        pytest.param(
            lambda rows: [{k: v for k, v in row.items() if not k.startswith("PAY_")} for row in rows],
            ["accounts.PAY_0 [missing-column]", "accounts.PAY_AMT6 [missing-column]", "found 12 problems"],
            id="no column of statuses or payments",
        ),
        pytest.param(
            lambda rows: changed(rows, 1, PAY_3="-3"),
            ["accounts.PAY_3 [unknown-code]", "found -3 in 1 row (accounts.parquet row 2; ids 9002)"],
            id="a status nobody knows",
        ),
        pytest.param(
            lambda rows: changed(rows, 1, PAY_3=""),
            ["accounts.PAY_3 [empty]", "a value in every row", "(accounts.parquet row 2; ids 9002)"],
            id="a month without status",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, SEX="3"),
            ["accounts.SEX [unknown-code]", "one of 1, 2; found values withheld in 1 row"],
            id="a code of sex",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, BILL_AMT4="1,500"),
            ["accounts.BILL_AMT4 [not-finite]", "found 1,500 in 1 row"],
            id="a thousands separator",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, PAY_AMT1="-5"),
            ["accounts.PAY_AMT1 [out-of-range]", "numbers from 0 to 1e+13; found -5 in 1 row"],
            id="a payment below zero",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, BILL_AMT1="9" * 22),
            ["accounts.BILL_AMT1 [out-of-range]"],
            id="more money than there is",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, AGE="37.5"),
            ["accounts.AGE [not-whole]", "found values withheld in 1 row (accounts.parquet row 1; ids 9001)"],
            id="half a year",
        ),
        pytest.param(
            lambda rows: [{**row, "default.payment.next.month": "yes"} for row in rows],
            ["accounts.default.payment.next.month [unknown-code]", "one of 0, 1", "found yes in 30 rows"],
            id="an outcome in words",
        ),
        pytest.param(
            lambda rows: [{**row, "ID": "9001"} for row in rows],
            ["[empty-book]", "one ID for unlike accounts: 29"],
            id="one id for all",
        ),
        pytest.param(
            lambda rows: [{**row, "ID": row["ID"] if at % 2 else "9001"} for at, row in enumerate(rows)],
            ["[too-many-losses]", "one ID for unlike accounts"],
            id="one id for half of them",
        ),
    ],
)
def test_a_harmed_file_is_refused(tmp_path: Path, harm: Any, texts: list[str]) -> None:
    file = parquet_of(harm(read_rows(FILE)), tmp_path / "accounts.parquet")
    message = refusal("uci", file, tmp_path / "book")
    assert [text for text in texts if text not in message] == [], message


def test_a_header_with_a_name_twice_is_told(tmp_path: Path) -> None:
    text = FILE.read_text("utf-8").replace("BILL_AMT2", "BILL_AMT1", 1)
    (tmp_path / "accounts.csv").write_text(text, "utf-8")
    message = refusal("uci", tmp_path, tmp_path / "book")
    assert "accounts.BILL_AMT1 [duplicate-column]" in message


def test_a_semicolon_file_is_read_and_a_damaged_one_told(tmp_path: Path) -> None:
    text = FILE.read_text("utf-8").replace(",", ";")
    (tmp_path / "accounts.csv").write_text(text.replace("9003;30000", "9003;30000;1"), "utf-8")
    assert "accounts.csv row 4" in refusal("uci", tmp_path, tmp_path / "book")


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    assert "UCI_Credit_Card.parquet or .csv" in refusal("uci", tmp_path, tmp_path / "book")
