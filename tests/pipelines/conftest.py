"""What the pipelines' tests share: a home, the command line, one small simulated book."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.simulator.simulate import simulate
from pipelines.simulator.writing import write_simulated
from tests.pipelines.command import Command


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """Return the command line with a home of its own."""
    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUECOURSE_THREADS", "1")
    return Command(monkeypatch, capsys)


@pytest.fixture(scope="session")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a simulated book of 2,500 loans over 14 months, made once."""
    folder = tmp_path_factory.mktemp("simulated") / "book"
    write_simulated(simulate(loans=2_500, months=14, seed=11), folder)
    return folder
