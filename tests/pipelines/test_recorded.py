"""What collectors recorded leaves the store as rows that a book takes in again."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from features.book import Book, write_book
from pipelines.environment import Settings
from pipelines.recorded import FolderOfOthers, NothingServed, write_recorded
from pipelines.sources.importing import import_source
from serving.settings import database_url
from serving.store import open_store
from serving.store_claims import claim
from serving.store_events import ContactMade, Outcome, PromiseMade
from serving.store_leases import complete
from tests.builders import book_of, loan, statement
from tests.serving.worklist_builders import NOON, decision, published


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return a home in which one call with a promise was recorded."""
    settings = Settings(tmp_path / "home", threads=1)
    settings.home.mkdir()
    store, _ = published([decision(1)], store=open_store(database_url(settings.home, environ={})))
    taken = claim(store, by="ann", lease_seconds=900, at=NOON)
    assert taken is not None
    spoken = Outcome(
        contact=ContactMade(channel="call", outcome="promised", income_told=True),
        promise=PromiseMade(due_on=date(2026, 3, 9), amount=80_000),
    )
    complete(store, taken.item.case_id, token=taken.token, by="ann", outcome=spoken, at=NOON)
    return settings


def test_what_was_recorded_is_imported_with_the_lenders_own(settings: Settings, tmp_path: Path) -> None:
    export = tmp_path / "export"
    own = book_of(loans=[loan(disbursed_on="2026-01-05")], statements=[statement(month="2026-02-01")])
    write_book(own, export)
    assert write_recorded(tmp_path / "out", settings=settings) == {"contacts": 1, "promises": 1, "visits": 0}
    for name in ("contacts", "promises", "visits"):
        (export / name).mkdir()
        shutil.copy(tmp_path / "out" / f"{name}.parquet", export / name / "recorded.parquet")
    report = import_source("directory", export, out=tmp_path / "book")
    book = Book.open(report.path)
    talk, promise = book.table("contacts").to_pylist()[0], book.table("promises").to_pylist()[0]
    assert (talk["loan_id"], talk["outcome"], talk["income_told"]) == ("L-1", "promised", True)
    assert (promise["amount"], promise["due_on"]) == (80_000, date(2026, 3, 9))


def test_writing_again_gives_the_same_rows_and_a_later_day_none(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_recorded(out, settings=settings)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    write_recorded(out, settings=settings)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert set(write_recorded(out, since=date(2026, 3, 3), settings=settings).values()) == {0}


def test_a_folder_of_others_is_never_replaced(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mine.txt").write_text("mine")
    with pytest.raises(FolderOfOthers, match=r"mine\.txt"):
        write_recorded(tmp_path / "letters", settings=settings)
    assert (tmp_path / "letters" / "mine.txt").read_text() == "mine"


def test_a_home_without_a_worklist_is_told_and_stays_without_one(tmp_path: Path) -> None:
    with pytest.raises(NothingServed, match="Expected a worklist"):
        write_recorded(tmp_path / "out", settings=Settings(tmp_path, threads=1))
    assert list(tmp_path.iterdir()) == []


def test_another_database_than_the_homes_is_read(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = database_url(settings.home, environ={})
    monkeypatch.setenv("DUECOURSE_DATABASE_URL", elsewhere)
    empty = Settings(tmp_path / "empty", threads=1)
    assert write_recorded(tmp_path / "out", settings=empty)["contacts"] == 1
