"""A book on disk is held against its digests; whatever is broken is told, never thrown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.book import Book, write_book
from features.book_files import BookDamaged, sha256_of
from features.check import check_book
from tests.builders import book_of, payment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_book(book_of(payments=[payment(), payment(payment_id="P-2")]), tmp_path / "book")
    return tmp_path / "book"


def test_a_written_book_is_sound(folder: Path) -> None:
    assert check_book(folder) == []


def remove_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def remove_statement(folder: Path) -> None:
    (folder / "book.json").unlink()


def damage_json(folder: Path) -> None:
    (folder / "book.json").write_text('{"format": 1,')


def list_as_json(folder: Path) -> None:
    (folder / "book.json").write_text("[]")


def later_format(folder: Path) -> None:
    edit(folder, "format", 2)


def forget_zone(folder: Path) -> None:
    text = json.loads((folder / "book.json").read_text())
    del text["time_zone"]
    (folder / "book.json").write_text(json.dumps(text))


def other_country(folder: Path) -> None:
    edit(folder, "country", "PL")


def unknown_country(folder: Path) -> None:
    edit(folder, "country", "XX")


def other_zone(folder: Path) -> None:
    edit(folder, "time_zone", "America/New_York")


def edit(folder: Path, key: str, value: object) -> None:
    text = json.loads((folder / "book.json").read_text())
    (folder / "book.json").write_text(json.dumps({**text, key: value}))


def remove_table(folder: Path) -> None:
    (folder / "payments" / "part-0000.parquet").unlink()


def flip_a_byte(folder: Path) -> None:
    file = folder / "payments" / "part-0000.parquet"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(bytes(content))


def text_for_parquet(folder: Path) -> None:
    restate(folder, "payments", b"no parquet")


def negative_instalment(folder: Path) -> None:
    file = folder / "instalments" / "part-0000.parquet"
    table = pq.read_table(file)
    table = table.set_column(table.column_names.index("principal_due"), "principal_due", pa.array([-5]))
    pq.write_table(table, file)
    restate(folder, "instalments", file.read_bytes())


def restate(folder: Path, table: str, content: bytes) -> None:
    file = folder / table / "part-0000.parquet"
    file.write_bytes(content)
    text = json.loads((folder / "book.json").read_text())
    text["tables"][table]["files"]["part-0000.parquet"] = sha256_of(file)
    (folder / "book.json").write_text(json.dumps(text))


@pytest.mark.parametrize(
    ("harm", "rule", "text"),
    [
        pytest.param(remove_folder, "damaged", "found no such folder", id="no folder"),
        pytest.param(remove_statement, "damaged", "a folder without book.json", id="no book.json"),
        pytest.param(damage_json, "damaged", "expected JSON in", id="broken JSON"),
        pytest.param(list_as_json, "damaged", "expected a book of format 1", id="JSON that is a list"),
        pytest.param(later_format, "damaged", "found 2. Import it again", id="a later format"),
        pytest.param(forget_zone, "damaged", "'time_zone'", id="no time zone"),
        pytest.param(other_country, "other-contents", "book.json was edited", id="another country"),
        pytest.param(unknown_country, "unknown-country", "found 'XX'", id="an unknown country"),
        pytest.param(other_zone, "known-too-early", "America/New_York", id="another zone"),
        pytest.param(remove_table, "damaged", "No such file", id="a file is missing"),
        pytest.param(
            flip_a_byte, "damaged", "The file was changed after it was written", id="a flipped byte"
        ),
        pytest.param(text_for_parquet, "damaged", "bytes that are none", id="a file that is no Parquet"),
        pytest.param(
            negative_instalment, "negative", "part-0000.parquet row 1", id="a row that breaks the contract"
        ),
    ],
)
def test_harm_is_told(folder: Path, harm: Callable[[Path], None], rule: str, text: str) -> None:
    harm(folder)
    problems = check_book(folder)
    assert rule in {problem.rule for problem in problems}
    assert any(text in str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("key", "value"), [("time_zone", "Mars"), ("digest", "00"), ("notes", ["other"]), ("seal", None)]
)
def test_a_book_whose_statement_was_edited_is_not_opened(folder: Path, key: str, value: object) -> None:
    edit(folder, key, value)
    with pytest.raises(BookDamaged, match="it was edited"):
        Book.open(folder)
    assert check_book(folder)


def test_every_damaged_file_is_told(folder: Path) -> None:
    remove_table(folder)
    (folder / "loans" / "part-0000.parquet").write_bytes(b"")
    assert {problem.table for problem in check_book(folder)} == {"payments", "loans"}
