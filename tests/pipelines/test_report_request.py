"""The record of how a model was trained: what goes in comes out, and a harmed one is refused by name."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.report_request import RequestUnreadable, TrainingRequest, read_request, write_request
from pipelines.requests import BookRows, TableRows

HASH = "ab" * 32


def of_book() -> TrainingRequest:
    rows = BookRows(Path("/books/a"), date(2024, 1, 1), date(2024, 6, 1), window="60d", where="dpd_now >= 5")
    return TrainingRequest.of_book(rows, digest="cd" * 32, target="roll_30", seed=7)


def test_what_was_asked_of_a_book_comes_back(tmp_path: Path) -> None:
    write_request(of_book(), content_hash=HASH, bundles=tmp_path)
    assert read_request(HASH, places=(tmp_path / "nowhere", tmp_path)) == of_book()


def test_what_was_asked_of_a_table_comes_back_with_the_digest_of_its_file(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("account,x,bad\nA,1,0\n")
    rows = TableRows(table, label="bad", id="account", exclude=("x", "y"), time="day")
    asked = TrainingRequest.of_table(rows, target="own", seed=7)
    write_request(asked, content_hash=HASH, bundles=tmp_path)
    assert read_request(HASH, places=(tmp_path,)) == asked
    table.write_text("account,x,bad\nA,2,0\n")
    assert TrainingRequest.of_table(rows, target="own", seed=7).digest != asked.digest


def test_a_book_inside_the_home_is_found_again_when_the_home_has_moved(tmp_path: Path) -> None:
    home, moved = tmp_path / "home", tmp_path / "moved"
    (home / "books" / "mine").mkdir(parents=True)
    (home / "bundles").mkdir()
    rows = BookRows(home / "books" / "mine", date(2024, 1, 1), date(2024, 6, 1))
    asked = TrainingRequest.of_book(rows, digest="cd" * 32, target="roll_30", seed=7)
    write_request(asked, content_hash=HASH, bundles=home / "bundles")
    home.rename(moved)
    found = read_request(HASH, places=(moved / "bundles",))
    assert found is not None
    assert found.source == moved / "books" / "mine"


def test_nobody_wrote_it_down(tmp_path: Path) -> None:
    assert read_request(HASH, places=(tmp_path,)) is None


def test_the_path_is_absolute_wherever_the_command_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = BookRows(Path("book"), date(2024, 1, 1), date(2024, 6, 1))
    asked = TrainingRequest.of_book(rows, digest="cd", target="roll_30", seed=7)
    assert asked.source == tmp_path / "book"


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda told: "{", id="half a file"),
        pytest.param(lambda told: "[]", id="a list"),
        pytest.param(lambda told: "[" * 100_000, id="lists without end"),
        pytest.param(
            lambda told: json.dumps({**told, "rows": {**told["rows"], "where": 7}}), id="a number for words"
        ),
        pytest.param(lambda told: json.dumps({**told, "format": 2}), id="another format"),
        pytest.param(lambda told: json.dumps({**told, "kind": "feed"}), id="another kind"),
        pytest.param(
            lambda told: json.dumps({**told, "rows": {**told["rows"], "shard": 1}}), id="a foreign field"
        ),
        pytest.param(
            lambda told: json.dumps({**told, "rows": {**told["rows"], "first": "May"}}), id="no day"
        ),
        pytest.param(
            lambda told: json.dumps({name: told[name] for name in told if name != "seed"}), id="no seed"
        ),
    ],
)
def test_a_harmed_record_is_refused_by_its_path(tmp_path: Path, harm: object) -> None:
    path = write_request(of_book(), content_hash=HASH, bundles=tmp_path)
    path.write_text(harm(json.loads(path.read_text())))  # type: ignore[operator]
    with pytest.raises(RequestUnreadable, match=rf"{HASH}.request.json.*unreadable.*give BOOK and --as-of"):
        read_request(HASH, places=(tmp_path,))
