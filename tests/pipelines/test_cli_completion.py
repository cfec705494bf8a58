"""Tab in bash and zsh: commands, options, kinds of source, labels, models; nothing on a damaged home."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.labels import LABELS
from pipelines.cli import completion
from pipelines.sources.importing import SOURCES

COMMAND = Path(sys.executable).with_name("duecourse")


def test_every_label_of_a_book_is_offered() -> None:
    assert set(completion.TARGETS) == {*LABELS, "willful"}


def test_every_kind_of_source_is_offered() -> None:
    assert set(completion.SOURCES) == set(SOURCES)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("tra", ["train"], id="a command"),
        pytest.param("train roll_", ["roll_30", "roll_60"], id="a label"),
        pytest.param("import k", ["kruk"], id="a kind of source"),
        pytest.param("simulate --lo", ["--loans"], id="an option"),
        pytest.param("key --role com", ["committee"], id="a lawful value of an option"),
    ],
)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_offers(shell: str, typed: str, expected: list[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    if not COMMAND.exists():
        pytest.skip("the duecourse command is not installed beside Python")
    assert _offered(shell, f"duecourse {typed}", home=tmp_path) == expected


def test_tab_offers_nothing_on_a_damaged_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models.json").write_text("{", encoding="utf-8")
    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path))
    assert completion.models("") == []


def _offered(shell: str, line: str, *, home: Path) -> list[str]:
    """Return what a shell is offered for a line, asked in the words of that shell."""
    words = line.split()
    answers = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
    }[shell]
    asked = subprocess.run(
        [str(COMMAND)],
        env={
            **os.environ,
            **answers,
            "DUECOURSE_HOME": str(home),
            "_DUECOURSE_COMPLETE": f"complete_{shell}",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stderr == ""
    if shell == "bash":
        return asked.stdout.split()
    return re.findall(r'(?:\(\(|^)"([^"]+)"', asked.stdout, flags=re.MULTILINE)
