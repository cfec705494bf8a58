"""What the source does not state must be said, and a source must be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.book import BookRefused
from pipelines.sources.importing import import_source
from tests.pipelines.directory_builders import SHANGHAI, copied, imported, refused


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return copied(tmp_path)


@pytest.mark.parametrize(
    ("option", "hint"),
    [("country", "--country"), ("time_zone", "--time-zone"), ("currency", "--currency")],
)
def test_what_the_source_does_not_state_must_be_an_option(export: Path, option: str, hint: str) -> None:
    message = refused(export, **{option: ""})
    assert "found 1 problem" in message
    assert f"Add {hint}" in message


def test_all_missing_options_are_named(export: Path) -> None:
    message = refused(export, country="", time_zone="", currency="")
    assert all(hint in message for hint in ("--country", "--time-zone", "--currency"))


def test_a_book_json_beside_the_files_states_them(export: Path, tmp_path: Path) -> None:
    (export / "book.json").write_text('{"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}')
    stated = import_source("directory", export, out=tmp_path / "one").digest
    assert stated == imported(export).digest
    (export / "book.json").write_text("{")
    with pytest.raises(BookRefused, match=r"JSON in book\.json"):
        import_source("directory", export, out=tmp_path / "two")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("nowhere", "found no such path", id="no such path"),
        pytest.param("export/loans.csv", "found another file", id="a file"),
        pytest.param("empty", "found a folder without it", id="a folder without tables"),
    ],
)
def test_a_path_without_tables_is_told(export: Path, path: str, found: str) -> None:
    (export.parent / "empty").mkdir()
    with pytest.raises(BookRefused, match=found):
        import_source("directory", export.parent / path, out=export.parent / "book", **SHANGHAI)


def test_a_source_nobody_knows_is_told(export: Path) -> None:
    with pytest.raises(BookRefused, match="directory, kruk"):
        import_source("sap", export, out=export.parent / "book")
