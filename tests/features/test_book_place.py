"""Nothing is written into the folder of a book: its files would be lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from features.book import Book, write_book
from features.book_files import check_place
from features.files import InsideBook, atomic_file, check_file_place
from features.resharding import shard_book
from pipelines.featuring import write_book_features
from pipelines.overdue_files import check_places
from pipelines.sharding_folder import check_run_place
from tests.builders import book_of


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a book on disk."""
    place = tmp_path / "mine"
    write_book(book_of(), place)
    return place


def test_a_feature_file_never_takes_the_place_of_a_table(book: Path) -> None:
    table = book / "loans" / "part-0000.parquet"
    before = table.read_bytes()
    with pytest.raises(InsideBook, match=r"outside the folders of books, found .*part-0000.parquet inside"):
        write_book_features(book, as_of=[dt.date(2024, 3, 1)], out=table)
    assert table.read_bytes() == before
    Book.open(book)


def test_reports_runs_and_books_are_kept_out_of_a_book(book: Path) -> None:
    with pytest.raises(InsideBook):
        check_places([book / "overdue.csv"])
    with pytest.raises(InsideBook):
        check_run_place(book / "features")
    with pytest.raises(InsideBook):
        check_place(book / "loans" / "copy")
    with pytest.raises(InsideBook):
        shard_book(book, into=2, out=book / "shards")
    with pytest.raises(InsideBook), atomic_file(book / "book.json"):
        pass
    assert not any((book / name).exists() for name in ("features", "shards", "overdue.csv"))


def test_a_link_into_a_book_is_seen_through(book: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(book / "loans", target_is_directory=True)
    with pytest.raises(InsideBook):
        check_file_place(tmp_path / "link" / "part-0000.parquet")


def test_beside_a_book_is_no_place_inside(book: Path) -> None:
    check_file_place(book.parent / "overdue.csv")
    check_place(book)
