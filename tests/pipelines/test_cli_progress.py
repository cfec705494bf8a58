from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from features.progress import counted
from pipelines.cli import progress
from pipelines.cli.progress import SECONDS_BETWEEN_LINES, Pace, step


def test_the_time_left_is_the_pace_so_far_times_what_is_left() -> None:
    pace = Pace()
    assert pace.line_of("trees", 0, 100, now=0) == ""
    assert pace.line_of("trees", 25, 100, now=30) == "  trees: 25 of 100, about 90 s left"


def test_lines_are_told_apart_by_time_not_by_parts() -> None:
    pace = Pace()
    lines = [pace.line_of("rows", done, 1000, now=done * 0.1) for done in range(1001)]
    assert 0 < len([line for line in lines if line]) <= 100 / SECONDS_BETWEEN_LINES


def test_a_new_stage_begins_a_new_pace() -> None:
    pace = Pace()
    pace.line_of("slow", 1, 10, now=0)
    pace.line_of("slow", 2, 10, now=100)
    assert pace.line_of("fast", 0, 10, now=200) == ""
    assert pace.line_of("fast", 5, 10, now=220) == "  fast: 5 of 10, about 20 s left"


def test_the_same_stage_begun_again_is_a_new_one() -> None:
    pace = Pace()
    pace.line_of("trees", 0, 10, now=0)
    pace.line_of("trees", 10, 10, now=100)
    assert pace.line_of("trees", 1, 10, now=101) == ""
    assert pace.line_of("trees", 6, 10, now=126) == "  trees: 6 of 10, about 20 s left"


def test_a_stage_that_is_done_has_no_time_left_to_tell() -> None:
    pace = Pace()
    pace.line_of("trees", 0, 10, now=0)
    assert pace.line_of("trees", 10, 10, now=100) == ""


@pytest.mark.parametrize("terminal", [True, False], ids=["on a terminal", "in a log"])
def test_a_step_tells_how_it_ended(*, terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(progress, "_ERR", Console(file=told, force_terminal=terminal, width=120))
    with step("counting"):
        list(counted(range(3), stage="numbers"))
    with step("counting again") as outcome:
        outcome.finished_before()
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told.getvalue())
    assert "✓ counting (" in shown
    assert "✓ counting again (finished before)" in shown
    assert ("numbers" in shown) is terminal


def test_a_step_that_fails_says_nothing_of_success(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr(progress, "_ERR", Console(file=told))
    with pytest.raises(ZeroDivisionError), step("dividing"):
        raise ZeroDivisionError
    assert "✓" not in told.getvalue()


class _Gone(io.StringIO):
    """A stream whose reader has left, or whose disk is full."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(BrokenPipeError(32, "Broken pipe"), id="the reader has left"),
        pytest.param(OSError(28, "No space left on device"), id="the disk of the log is full"),
    ],
)
def test_work_goes_on_when_its_progress_cannot_be_told(
    monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    monkeypatch.setattr(progress, "_ERR", progress._Aside(file=_Gone(error)))
    done = []
    with step("training"):
        done.append("trained")
    assert done == ["trained"]
