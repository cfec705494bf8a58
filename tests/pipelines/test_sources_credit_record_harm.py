"""Damaged files of monthly statuses: refused with what was expected, found and to do; nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.importing import import_source
from tests.pipelines.source_rows import FIXTURES, changed, parquet_of, read_rows, refusal, renamed

FILE = FIXTURES / "credit_record_30" / "monthly_status.csv"
CHINA: dict[str, Any] = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


@pytest.mark.parametrize(
    ("harm", "texts"),
    [
        pytest.param(
            lambda rows: renamed(rows, "STATUS", "Statu"),
            ["monthly_status.STATUS [missing-column]", "Rename 'Statu' to 'STATUS'"],
            id="a column under another name",
        ),
        pytest.param(
            lambda rows: renamed(rows, "ID", "x"),
            ["monthly_status.ID [missing-column]", "Use the file of monthly statuses"],
            id="a missing column",
        ),
        pytest.param(
            lambda rows: changed(rows, 2, STATUS="9"),
            [
                "[unknown-code]",
                "one of 0, 1, 2, 3, 4, 5, C, X",
                "found 9 in 1 row (rows.parquet row 3; ids 109/1)",
            ],
            id="a status nobody knows",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, MONTHS_BALANCE="-1.5"),
            ["MONTHS_BALANCE [not-whole]", "found -1.5 in 1 row (rows.parquet row 1"],
            id="half a month",
        ),
        pytest.param(
            lambda rows: changed(rows, 0, MONTHS_BALANCE="2019-12"),
            ["MONTHS_BALANCE [not-whole]", "found 2019-12"],
            id="a date for a month number",
        ),
        pytest.param(
            lambda rows: [{**row, "MONTHS_BALANCE": "-1"} for row in rows],
            ["[too-many-losses]", "one month of an account told in two ways: "],
            id="all months alike",
        ),
        pytest.param(
            lambda rows: [{**row, "ID": ""} for row in rows], ["[empty-book]", "no ID: 30"], id="no ids"
        ),
    ],
)
def test_a_harmed_file_is_refused(tmp_path: Path, harm: Any, texts: list[str]) -> None:
    file = parquet_of(harm(read_rows(FILE)), tmp_path / "rows.parquet")
    message = refusal("credit-record", file, tmp_path / "book", **CHINA)
    assert [text for text in texts if text not in message] == [], message


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        pytest.param(
            "rows.parquet",
            b"PAR1 and then nothing",
            ["[not-parquet]", "Fetch the file again"],
            id="no Parquet",
        ),
        pytest.param("rows.csv", b"", ["[empty-file]", "a header row"], id="an empty file"),
        pytest.param(
            "rows.csv",
            b"ID,MONTHS_BALANCE,STATUS\n",
            ["[empty-book]", "at least one row"],
            id="a header only",
        ),
        pytest.param(
            "rows.csv",
            b"ID,STATUS,STATUS\n1,0,0\n",
            ["[duplicate-column]", "'STATUS' more than once"],
            id="a name twice",
        ),
        pytest.param(
            "rows.csv",
            b"ID,MONTHS_BALANCE,STATUS\n1,0\n",
            ["[ragged-row]", "rows.csv row 2"],
            id="a row that is too short",
        ),
        pytest.param(
            "rows.csv",
            b"ID,MONTHS_BALANCE,STATUS\n1,0,\xff\n",
            ["[not-utf-8]", "rows.csv row 2"],
            id="no text",
        ),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str, content: bytes, texts: list[str]) -> None:
    (tmp_path / name).write_bytes(content)
    message = refusal("credit-record", tmp_path / name, tmp_path / "book", **CHINA)
    assert [text for text in texts if text not in message] == [], message


def test_a_parquet_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = parquet_of(read_rows(FILE), tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "rows.parquet").write_bytes(whole[: len(whole) // 2])
    assert "[not-parquet]" in refusal("credit-record", tmp_path / "rows.parquet", tmp_path / "book", **CHINA)


def test_the_source_states_neither_country_nor_zone_nor_currency(tmp_path: Path) -> None:
    message = refusal("credit-record", FILE, tmp_path / "book")
    for option in ("--country CN", "--time-zone Asia/Shanghai", "--currency CNY"):
        assert option in message


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    message = refusal("credit-record", tmp_path, tmp_path / "book", **CHINA)
    assert "monthly_status.parquet or .csv, credit_record.parquet or .csv" in message


def test_an_earlier_book_stays_when_the_next_import_is_refused(tmp_path: Path) -> None:
    import_source("credit-record", FILE, out=tmp_path / "book", **CHINA)
    before = {f: f.read_bytes() for f in (tmp_path / "book").rglob("*") if f.is_file()}
    file = parquet_of(changed(read_rows(FILE), 0, STATUS="?"), tmp_path / "rows.parquet")
    with pytest.raises(ValueError, match="unknown-code"):
        import_source("credit-record", file, out=tmp_path / "book", **CHINA)
    assert {f: f.read_bytes() for f in (tmp_path / "book").rglob("*") if f.is_file()} == before
