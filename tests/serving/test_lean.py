"""The process that serves loads nothing that trains, draws or runs a model's code, and unpickles no file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.bundle import Bundle
from serving.lean import FORBIDDEN, AlreadyLoaded, keep_lean
from tests.serving.service_builders import release_into, small_bundle
from tests.serving.willful_builders import MORNING, late_borrower, rows_of, simulated, willful_bundle

pytestmark = pytest.mark.xdist_group("lean")  # one process is started and asked, once

ROOT = Path(__file__).parents[2]
IN_MEMORY = {"loads in numba.core.serialize._numba_unpickle"}
"""Constants that numba wrote into machine code it compiled a moment before, in the same process."""


def child(*words: object) -> dict[str, Any]:
    """Return what a process of its own tells about itself."""
    script = Path(__file__).with_name("lean_child.py")
    done = subprocess.run(
        [sys.executable, "-P", str(script), *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A service with a classifier and a willful model in force scored one borrower with both."""
    home = tmp_path_factory.mktemp("home")
    for bundle in (small_bundle("roll_60"), willful_bundle()):
        release_into(home, bundle)
    place = simulated().manifest
    body = {
        "as_of": MORNING.isoformat(),
        "country": place.country,
        "time_zone": place.time_zone,
        "currency": place.currency,
        "tables": rows_of(late_borrower(low=31, high=60)),
    }
    (home / "body.json").write_text(json.dumps(body))
    return child("service", home, home / "body.json")


def test_both_kinds_of_model_speak(served: dict[str, Any]) -> None:
    spoke = {model["name"] for loan in served["answer"]["loans"] for model in loan["models"]}
    assert spoke == {"roll_60", "willful"}


def test_nothing_forbidden_is_loaded_or_could_be(served: dict[str, Any]) -> None:
    assert (served["loaded"], served["importable"]) == ([], [])
    assert {"mlflow", "shap", "joblib", "sklearn", "prefect", "typer", "rich", "matplotlib"} <= set(FORBIDDEN)


def test_no_file_is_unpickled_not_even_a_kernel(served: dict[str, Any]) -> None:
    assert served["pickles"] == []
    assert set(served["unpickled"]) <= IN_MEMORY


def test_the_console_was_open_in_both_languages_meanwhile(served: dict[str, Any]) -> None:
    pages = served["answer"]["pages"]
    assert len(pages) == 9
    assert {page for page, status in pages.items() if status != 200} == {
        "zh cases/L-1@2026-03-02",  # no list was published: the page says so
        "en cases/L-1@2026-03-02",
    }


def test_the_first_caller_waits_for_no_kernel(served: dict[str, Any]) -> None:
    assert served["answer"]["compiled_for_the_caller"] == []


@pytest.mark.parametrize("kind", ["classifier", "willful"])
def test_the_canary_is_as_lean(tmp_path: Path, kind: str) -> None:
    bundle: Bundle = willful_bundle() if kind == "willful" else small_bundle()
    told = child("canary", bundle.write(tmp_path / "bundle"), bundle.content_hash)
    assert set(told.pop("unpickled")) <= IN_MEMORY
    assert told == {"answer": "survived", "loaded": [], "importable": [], "pickles": []}


def test_a_process_that_loaded_more_is_refused() -> None:
    with pytest.raises(AlreadyLoaded, match="Call keep_lean first"):
        keep_lean()
