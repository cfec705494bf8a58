"""Options of the command line that mean nothing are refused, and every command can answer a program."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from features.book import write_book
from pipelines.dates import DateRefused, moment_from
from tests.builders import book_of, borrower, instalments, loan
from tests.pipelines.command import Command


@pytest.mark.parametrize("option", ["window", "group", "where", "amount"])
def test_an_option_that_willful_has_no_use_for_is_not_passed_over(
    command: Command, tmp_path: Path, option: str
) -> None:
    write_book(book_of(loans=[loan()], instalments=instalments(), borrowers=[borrower()]), tmp_path / "book")
    answer = command(
        "train", "willful", tmp_path / "book", "--from", "2024-03-01", "--to", "2024-03-01", f"--{option}", "30d"
    )  # fmt: skip
    assert answer.code == 2
    assert f"Expected no --{option} with willful" in answer.err


def test_the_service_says_as_json_where_it_will_answer(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _, words: became.append(words))
    monkeypatch.setenv("PYTHONPATH", "")
    said = command.works("serve", "--port", "8400", "--json").json
    assert said["docs"] == "http://127.0.0.1:8400/docs"
    assert became[0][-1] == "8400"


def test_a_moment_beyond_the_calendar_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        with pytest.raises(DateRefused, match="9999-12-31T23:59"):
            moment_from("9999-12-31T23:59", option="--now")
    finally:
        monkeypatch.undo()
        time.tzset()
