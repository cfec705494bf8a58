"""A night is done again when anything it rests on has changed, and only then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from features.book import write_book
from pipelines.environment import Settings
from pipelines.night import Night
from serving.decision import Decision
from tests.builders import Row, book_of, borrower, flag, instalments, loan


def decided(folder: Path, *flags: Row) -> tuple[bool, Decision]:
    """Return whether the night stood already, and its one decision."""
    book = book_of(loans=[loan()], instalments=instalments(), borrowers=[borrower()], flags=list(flags))
    write_book(book, folder / "book")
    night = Night.of(
        folder / "book",
        as_of=date(2024, 3, 25),
        settings=Settings(home=folder / "home", threads=1),
        at=datetime(2024, 3, 24, 22, tzinfo=UTC),
    )
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
