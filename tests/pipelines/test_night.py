"""A night is done again when anything it rests on has changed, and only then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from features.book import write_book
from pipelines.environment import Settings
from pipelines.night import Night
from pipelines.night_sheets import sheets_in
from pipelines.night_worklist import worklist_of
from serving.decision import Decision
from serving.store_sheets import sheet_of
from tests.builders import Row, book_of, borrower, flag, instalments, loan


def night_of(folder: Path, *flags: Row) -> Night:
    """Return the night of a book of one overdue loan."""
    book = book_of(loans=[loan()], instalments=instalments(), borrowers=[borrower()], flags=list(flags))
    write_book(book, folder / "book")
    return Night.of(
        folder / "book",
        as_of=date(2024, 3, 25),
        settings=Settings(home=folder / "home", threads=1),
        at=datetime(2024, 3, 24, 22, tzinfo=UTC),
    )


def decided(folder: Path, *flags: Row) -> tuple[bool, Decision]:
    """Return whether the night stood already, and its one decision."""
    night = night_of(folder, *flags)
    stood = night.is_decided
    for _, phase in night.phases():
        phase()
    (decision,) = night.decisions
    return stood, decision


def test_a_cease_request_that_changes_no_feature_still_changes_the_decision(tmp_path: Path) -> None:
    assert decided(tmp_path)[0] is False
    stood, before = decided(tmp_path)
    assert stood, "the same book is not decided twice"
    asked = flag(kind="cease", starts_on="2024-03-01")
    stood, after = decided(tmp_path, asked)
    assert not stood
    refused = {gate.rule for gate in after.gates if gate.verdict == "refused"}
    assert "CN-stop" in refused - {gate.rule for gate in before.gates if gate.verdict == "refused"}
    assert after.action == "nothing"


def test_a_night_publishes_the_sheet_of_every_decision(tmp_path: Path) -> None:
    _, decision = decided(tmp_path, flag(kind="hardship", starts_on="2024-03-01"))
    night = night_of(tmp_path, flag(kind="hardship", starts_on="2024-03-01"))
    sheet = sheet_of(worklist_of(night.settings), decision.case_id)

    assert sheet is not None
    assert sheet.arrears_split == decision.arrears
    assert max(one.days_late for one in sheet.unpaid) == decision.dpd
    assert [item.code for item in sheet.timeline if item.kind == "flag"] == ["hardship"]
    assert list(sheets_in(night.folder / "sheets.jsonl.gz")) == [sheet]


@pytest.mark.parametrize("harm", ["lost", "cut short"])
def test_sheets_that_were_not_finished_are_made_again_with_the_same_bytes(tmp_path: Path, harm: str) -> None:
    decided(tmp_path)
    night = night_of(tmp_path)
    file = night.folder / "sheets.jsonl.gz"
    whole, decisions = file.read_bytes(), (night.folder / "decisions.jsonl.gz").stat().st_mtime_ns
    if harm == "lost":
        file.unlink()
    else:
        file.write_bytes(whole[:-5])

    stood, _ = decided(tmp_path)

    assert not stood
    assert file.read_bytes() == whole
    assert (night.folder / "decisions.jsonl.gz").stat().st_mtime_ns == decisions, "decisions stood"


def test_a_night_reads_back_the_decisions_it_wrote(tmp_path: Path) -> None:
    night = night_of(tmp_path)
    for _, phase in night.phases():
        phase()
    assert night_of(tmp_path).decisions == night.decisions
