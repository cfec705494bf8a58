"""A feature run that is killed with -9 leaves no half file, and ends with the bytes of an undisturbed one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from features.book import write_book
from tests.pipelines.sharded_books import ROOT, people

SHARDS = 4


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the script tells of every point it killed a run at."""
    place = tmp_path_factory.mktemp("killed")
    write_book(people(24), place / "book")
    script = str(Path(__file__).with_name("killed_runs.py"))
    done = subprocess.run(
        [sys.executable, script, str(place / "book"), str(place), str(SHARDS), "--few"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_twenty_points_and_more_are_tried_in_every_shard_and_between_them(found: dict[str, Any]) -> None:
    points = found["points"]
    assert len(points) >= 20
    assert all(point["signal"] == signal.SIGKILL for point in points)
    assert {point["event"] for point in points} == {"replace", "fsync", "write", "build"}
    assert {point["parts_kept"] for point in points} == set(range(SHARDS + 1))


def test_nothing_half_written_bears_a_files_name(found: dict[str, Any]) -> None:
    assert [point for point in found["points"] if point["half"]] == []


def test_only_a_finished_folder_is_read(found: dict[str, Any]) -> None:
    odd = [point for point in found["points"] if point["readable"] and not point["whole_before"]]
    assert odd == []
    assert not any(point["readable"] for point in found["points"] if point["parts_kept"] < SHARDS)


def test_the_resumed_run_has_the_bytes_of_an_undisturbed_one(found: dict[str, Any]) -> None:
    assert [point for point in found["points"] if point["resumed"] != 0 or not point["same"]] == []
    parts = [f"part-{n:04d}.parquet" for n in range(SHARDS)]
    assert found["files"] == sorted(
        ["catalogue.json", "plan.json", *parts, *(f"{part}.done.json" for part in parts)]
    )
