"""The demo's last words: where everything is, and how each kind of person opens it."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from pathlib import Path

import pytest

from pipelines.cli import nights
from pipelines.demo import DemoReport
from pipelines.night_report import NightReport
from pipelines.showing import CONSOLE, SERVICE, show_demo
from serving.auth import ROLES


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> str:
    """Return what a demo without accounts says, each line once."""
    night = NightReport(
        as_of=dt.date(2026, 1, 1), accounts={}, unscored={}, arms={}, actions={}, refusals={}, examples=(),
        models={}, worklist="worklist.db", folder=tmp_path / "nights",
    )  # fmt: skip
    reports = tuple(tmp_path / "reports" / f"roll_30-abababab-{one}.html" for one in ("zh", "en"))
    show_demo(DemoReport({}, night, tmp_path, tmp_path / "book", dt.date(2025, 11, 1), reports))
    return capsys.readouterr().out


def test_every_report_is_named_with_the_folder_it_lies_in(said: str, tmp_path: Path) -> None:
    assert str(tmp_path / "reports") in said.replace("\n", "")
    for language in ("zh", "en"):
        assert f"roll_30-abababab-{language}.html" in said


def test_the_way_to_the_console_is_told_step_by_step(said: str) -> None:
    steps = ["duecourse key --name", "make serve NOW=2026-01-01T10:00+08:00", CONSOLE]
    places = [said.index(step) for step in steps]
    assert places == sorted(places)
    named = set(re.findall(r"collector|supervisor|data_scientist|committee", said))
    assert named <= set(ROLES), "only roles that a key may have"
    assert len(named) == 4


def test_the_address_is_where_the_service_listens_by_default() -> None:
    port = inspect.signature(nights.serve).parameters["port"].default
    assert f"http://127.0.0.1:{port}" == SERVICE
