"""A user's mistake is answered in three parts, with exit code 2, and leaves nothing behind."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import pipelines.cli.app as cli_app
from features.files import atomic_file
from pipelines.cli import books, lists, main, models, nights, reports  # noqa: F401  (commands register before a test takes the app away)
from tests.pipelines.command import Command

MISTAKES = [
    pytest.param(["nothing"], "No such command", id="a command nobody knows"),
    pytest.param(
        ["simulate", "--loans", "many", "--months", "3", "--seed", "1", "--out", "b"],
        "--loans",
        id="no number",
    ),
    pytest.param(["train", "roll_30"], "neither", id="neither book nor table"),
    pytest.param(["train", "roll_30", "BOOK"], "--from", id="a book without a period"),
    pytest.param(
        ["train", "roll_30", "BOOK", "--table", "t.csv", "--label", "y", "--id", "i"],
        "both",
        id="book and table at once",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-02-30", "--to", "2024-03-01"],
        "2024-02-30",
        id="a day there never was",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-02-15", "--to", "2024-03-01"],
        "first days",
        id="not a first of a month",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-06-01", "--to", "2024-03-01"],
        "--to",
        id="a period that runs backwards",
    ),
    pytest.param(
        ["train", "roll_30", "NOWHERE", "--from", "2024-02-01", "--to", "2024-03-01"],
        "no such folder",
        id="no book there",
    ),
    pytest.param(
        ["train", "t", "--table", "none.csv", "--label", "y", "--id", "i"], "none.csv", id="no table there"
    ),
    pytest.param(
        ["score", "roll_30@champion", "BOOK", "--as-of", "2024-02-01"], "no model", id="no model registered"
    ),
    pytest.param(["evaluate", "x", "BOOK", "--as-of", "yesterday"], "yesterday", id="a day in words"),
    pytest.param(
        ["features", "BOOK", "--as-of", "2024-03-01", "--out", "f.csv"], ".parquet", id="features as CSV"
    ),
    pytest.param(
        ["features", "BOOK", "--as-of", "1960-01-01", "--out", "f.parquet"],
        "found none",
        id="before any loan",
    ),
    pytest.param(
        ["features", "BOOK", "--as-of", "2050-01-01", "--out", "f.parquet"],
        "knows nothing after",
        id="a stale book",
    ),
    pytest.param(
        ["features", "BOOK", "--as-of", "0001-01-01", "--out", "f.parquet"],
        "1950-01-01",
        id="a year no book has",
    ),
    pytest.param(
        ["features", "BOOK", "--as-of", "2024-W10-1", "--out", "f.parquet"],
        "2024-W10-1",
        id="a week for a day",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-02-01", "--to", "2090-01-01"],
        "knows nothing after",
        id="a period beyond the book",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-02-01", "--to", "2024-03-01", "--where", ""],
        "--where",
        id="a blank condition",
    ),
    pytest.param(
        ["train", "roll_30", "BOOK", "--from", "2024-02-01", "--to", "2024-03-01", "--window", ""],
        "--window",
        id="a blank window",
    ),
    pytest.param(
        ["evaluate", "x/1", "BOOK", "--as-of", "2024-06-01", "--out", "/dev/null"],
        "something else",
        id="a device for a file",
    ),
    pytest.param(["evaluate", "", "BOOK", "--as-of", "2024-06-01"], "found ''", id="a model without a name"),
    pytest.param(["import", "excel", "--from", ".", "--out", "b"], "excel", id="a source nobody wrote"),
    pytest.param(["import", "directory", "--from", "none", "--out", "b"], "none", id="nothing to import"),
    pytest.param(["promote", "x", "--by", " "], "x", id="nobody promotes nothing"),
    pytest.param(["run", "NOWHERE", "--as-of", "2024-03-01"], "no such folder", id="a night without a book"),
    pytest.param(
        ["overdue", "BOOK", "--as-of", "2024-06-01", "--out", "late.pdf"], "'late.pdf'", id="a report as PDF"
    ),
    pytest.param(
        ["overdue", "BOOK", "--as-of", "2024-06-01", "--out", "a.csv", "--out", "a.csv"],
        "a.csv twice",
        id="one report twice",
    ),
    pytest.param(
        ["overdue", "BOOK", "--as-of", "1990-01-01", "--out", "a.csv"],
        "on which",
        id="overdue before the book",
    ),
    pytest.param(
        ["overdue", "BOOK", "--as-of", "2090-01-01", "--out", "a.csv"],
        "knows nothing after",
        id="overdue in a stale book",
    ),
    pytest.param(
        ["overdue", "BOOK", "--as-of", "2024-06-01", "--out", "a.csv", "--penalty", "none.toml"],
        "no such file",
        id="no terms of penalty interest there",
    ),
    pytest.param(["catalogue", "--out", "page.pdf"], "page.pdf", id="a catalogue as PDF"),
    pytest.param(["serve", "--port", "0"], "--port", id="no such port"),
    pytest.param(["key", "--name", "a", "--role", "king"], "king", id="a role nobody has"),
    pytest.param(["key", "--name", "a"], "--role", id="a key without a role"),
    pytest.param(["key", "--list", "--revoke", "a"], "several", id="two things done to keys at once"),
    pytest.param(["key", "--revoke", "nobody"], "nobody", id="a key that was never made"),
]


@pytest.mark.xdist_group("small-book")
@pytest.mark.parametrize(("words", "found"), MISTAKES)
def test_a_mistake_is_answered_in_three_parts(
    command: Command,
    small_book: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: Sequence[str],
    found: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    named = [
        str(small_book) if word == "BOOK" else word.replace("NOWHERE", str(tmp_path / "no")) for word in words
    ]
    answer = command(*named)
    assert answer.code == 2
    assert found in answer.err
    assert "xpected" in answer.err
    assert "Traceback" not in answer.err
    assert not [path for path in tmp_path.iterdir() if path.name != "home"], "nothing was written"


def test_a_mistake_is_json_for_a_program(command: Command) -> None:
    answer = command("train", "roll_30", "--json")
    assert answer.code == 2
    assert "neither" in answer.json["error"]


@pytest.mark.parametrize(
    "name",
    [
        "demo",
        "simulate",
        "import",
        "check",
        "features",
        "train",
        "evaluate",
        "score",
        "promote",
        "run",
        "serve",
        "key",
    ],
)
def test_every_command_has_help_with_an_example(command: Command, name: str) -> None:
    answer = command(name, "--help")
    assert answer.code == 0
    assert f"duecourse {name}" in answer.out.split("Example", 1)[1]


def test_a_defect_of_ours_keeps_its_traceback(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> list[object]:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("features.check.check_book", broken)
    with pytest.raises(ZeroDivisionError, match="ours"):
        command("check", "anything")


def test_an_answer_that_a_full_disk_cannot_take_is_told_aside(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(text: str) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "argv", ["duecourse", "check", "nowhere", "--json"])
    monkeypatch.setattr(sys.stdout, "write", full)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "code"), [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="a stop")]
)  # fmt: skip
def test_a_stopped_command_leaves_no_temporary_file(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    number: signal.Signals,
    code: int,
) -> None:
    def interrupted(**_: object) -> int:
        with atomic_file(tmp_path / "out.txt"):
            signal.raise_signal(number)
        raise AssertionError("the signal was passed over")

    monkeypatch.setattr(sys, "argv", ["duecourse", "check", "nowhere"])
    monkeypatch.setattr(cli_app, "app", interrupted)
    # a shell that puts a job into the background lets it pass over Ctrl-C: this one listens
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == code
    assert "run the same command again" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
