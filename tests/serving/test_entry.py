"""How the service process begins, and that the command line opens the store that the service opens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serving.__main__ import asked
from serving.auth import keys_of
from serving.settings import ServiceSettings, database_url
from serving.store import open_store

ROOT = Path(__file__).parents[2]
TELLS_WHAT_IT_BECOMES = (
    "import os, sys, json; from pipelines.cli import main; "
    "os.execv = lambda path, words: (print(json.dumps([path, words, os.environ['PYTHONPATH']])), sys.exit(0)); "
    "main()"
)


def command(*words: str, script: str = "from pipelines.cli import main; main()", **environ: str) -> str:
    """Return what a command of the command line printed."""
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_arguments_go_before_the_environment_and_the_environment_before_the_defaults(tmp_path: Path) -> None:
    environ = {"DUECOURSE_HOME": str(tmp_path), "DUECOURSE_PORT": "9001"}
    told = asked([], environ=environ)
    assert (told.home, told.host, told.port, told.starts_at) == (tmp_path, "127.0.0.1", 9001, None)
    assert asked(["--port", "9002"], environ=environ).port == 9002
    assert asked([], environ={}).port == 8321
    moment = asked(["--now", "2026-01-01T09:00+08:00"], environ={}).starts_at
    assert moment == datetime(2026, 1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--port", "0"], "port from 1 to 65535", id="no such port"),
        pytest.param(["--port", "many"], "invalid", id="a word for a port"),
        pytest.param(["--now", "2026-01-01T09:00"], "UTC offset", id="a moment of no place"),
    ],
)
def test_what_cannot_be_meant_ends_the_process_with_a_word(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        asked(words, environ={})
    assert said in capsys.readouterr().err


def test_serve_becomes_the_service_process(tmp_path: Path) -> None:
    now = "2026-01-01T09:00:00+08:00"
    words = ("serve", "--port", "9003", "--now", now)
    out = command(*words, script=TELLS_WHAT_IT_BECOMES, DUECOURSE_HOME=str(tmp_path))
    path, became, found_in = json.loads(out.splitlines()[-1])
    assert path == sys.executable
    assert became == [path, "-P", "-m", "serving", "--home", str(tmp_path), "--port", "9003", "--now", now]
    assert found_in.split(os.pathsep)[0] == str(ROOT)


@pytest.mark.parametrize("elsewhere", [True, False], ids=["a store of its own", "the store of the home"])
def test_a_key_is_made_where_the_service_looks_for_it(tmp_path: Path, *, elsewhere: bool) -> None:
    environ = {"DUECOURSE_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"} if elsewhere else {}
    home = tmp_path / "home"
    command("key", "--name", "bo", "--role", "collector", DUECOURSE_HOME=str(home), **environ)
    address = ServiceSettings.of(home, environ=environ).database_url
    assert address == database_url(home, environ=environ)
    assert [key.name for key in keys_of(open_store(address))] == ["bo"]
    assert (home / "worklist.db").exists() is not elsewhere
