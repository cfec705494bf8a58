"""The bulk book, made without the door, is the book that the door would have made of its rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.bulk import MANIFEST, bulk_book, bulk_tables, write_bulk
from benchmarks.bulk_loans import borrowers_of
from benchmarks.draws import Draws
from features.book import Book
from features.check import check_book, problems_of
from features.prepare import DERIVED
from features.shards import book_shards

LOANS = 1_200


@pytest.fixture(scope="module")
def book() -> Book:
    return bulk_book(loans=LOANS, seed=5)


@pytest.fixture(scope="module")
def raw(book: Book) -> dict[str, pa.Table]:
    """Return the rows as a lender would deliver them: without derived columns, last row first."""
    return {
        name: book.table(name)
        .drop_columns(list(DERIVED))
        .take(pa.array(np.arange(book.table(name).num_rows)[::-1]))
        for name in book.table_names
    }


def test_the_door_finds_nothing_wrong_with_the_rows(raw: dict[str, pa.Table]) -> None:
    assert list(problems_of(raw, manifest=MANIFEST)) == []


@pytest.mark.parametrize("name", ["contacts", "instalments", "loans", "payments", "promises"])
def test_a_table_equals_the_one_that_the_door_makes_of_its_rows(
    name: str, book: Book, raw: dict[str, pa.Table]
) -> None:
    assert book.table(name).equals(Book.from_tables(raw, manifest=MANIFEST).table(name))


def test_the_written_book_is_sound_and_the_same_whatever_the_threads(tmp_path: Path) -> None:
    for threads in (1, 3):
        write_bulk(tmp_path / str(threads), loans=LOANS, shards=4, seed=5, threads=threads)
    one, other = (sorted((tmp_path / str(threads)).rglob("*.*")) for threads in (1, 3))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]
    assert book_shards(tmp_path / "1") == 4
    assert list(check_book(tmp_path / "1")) == []


def test_the_written_book_holds_the_same_rows_in_any_number_of_shards(book: Book, tmp_path: Path) -> None:
    write_bulk(tmp_path / "book", loans=LOANS, shards=3, seed=5)
    merged = Book.open(tmp_path / "book")
    for name in book.table_names:
        assert merged.table(name).equals(book.table(name)), name


def test_some_borrowers_alone_have_the_rows_they_have_in_the_whole_book(book: Book) -> None:
    part = bulk_tables(np.arange(40, 60), loans=LOANS, seed=5)["payments"]
    whole = book.only([f"B{number:08}" for number in range(40, 60)]).table("payments")
    assert part.equals(whole)


def test_one_borrower_in_four_has_two_loans(book: Book) -> None:
    loans_each = np.bincount(book.borrower_of_loan)
    assert len(loans_each) == borrowers_of(LOANS)
    assert np.mean(loans_each == 2) == pytest.approx(0.25, abs=0.01)


def test_draws_are_even_and_do_not_follow_one_another() -> None:
    draws = Draws(seed=3).uniform("even", np.arange(20_000))
    assert np.histogram(draws, bins=10)[0] == pytest.approx(2_000, rel=0.1)
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.02
    assert abs(np.corrcoef(draws, Draws(seed=3).uniform("other", np.arange(20_000)))[0, 1]) < 0.02
