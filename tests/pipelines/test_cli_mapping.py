"""A lender's own export from the command line: a draft, a book, and answers in three parts."""

from __future__ import annotations

from pathlib import Path

from tests.pipelines.command import Command
from tests.pipelines.mapping_builders import mapped, swapped, written_export


def test_a_lender_starts_from_a_draft_and_ends_with_a_book(command: Command, tmp_path: Path) -> None:
    export, drawn = written_export(tmp_path), tmp_path / "draft.toml"
    answer = command.works("import", "directory", "--from", export, "--map", drawn, "--suggest", "--json")
    assert {entry["table"] for entry in answer.json["entries"]} == {"loans", "instalments", "payments"}
    assert drawn.is_file()
    again = command("import", "directory", "--from", export, "--map", drawn, "--suggest")
    assert (again.code, "never replaces" in again.err) == (2, True)

    mapped(('ignore = ["备注"]\n', ""))(export)
    words = (
        "import",
        "directory",
        "--from",
        export,
        "--map",
        tmp_path / "map.toml",
        "--out",
        tmp_path / "book",
    )
    shown = command.works(*words).out
    assert "Not placed" in shown
    assert "备注" in shown
    command.works("check", tmp_path / "book")
    report = command.works(*words, "--json").json
    assert report["unplaced"] == [
        {"file": "流水.csv", "column": "备注", "suggestion": "ignore it, or map it to the table attributes"}
    ]


def test_a_refusal_lists_every_problem_and_writes_nothing(command: Command, tmp_path: Path) -> None:
    export = written_export(tmp_path)
    swapped("流水.csv", ("1050.50,微信", '"1,050.50",微信'), ("2024-03-25", "2024-02-30"))(export)
    answer = command(
        "import", "directory", "--from", export, "--map", tmp_path / "map.toml", "--out", tmp_path / "b"
    )
    assert answer.code == 2
    assert len([line for line in answer.err.splitlines() if "[" in line and "payments" in line]) == 2
    assert not (tmp_path / "b").exists()


def test_words_that_do_not_go_together(command: Command, tmp_path: Path) -> None:
    export = written_export(tmp_path)
    no_out = command("import", "directory", "--from", export, "--map", tmp_path / "map.toml")
    assert (no_out.code, "Expected --out BOOK" in no_out.err) == (2, True)
    no_map = command("import", "directory", "--from", export, "--suggest")
    assert (no_map.code, "found no --map" in no_map.err) == (2, True)
    other = command("import", "kruk", "--from", export, "--map", tmp_path / "x.toml", "--suggest")
    assert (other.code, "found the source kruk" in other.err) == (2, True)
