"""The Prefect flows run for real, over the same plain functions, and leave the same files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.xdist_group("small-book")
def test_the_flows_build_train_release_and_score_a_book(small_book: Path, tmp_path: Path) -> None:
    """A process of its own, as a worker would run it: a flow reads its settings from the environment once."""
    script = (
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from pipelines.environment import settings_from_environment\n"
        "settings_from_environment()\n"
        "from pipelines.flows import build_features, release, score_book, train\n"
        f"book = Path({str(small_book)!r})\n"
        f"rows = build_features(book, [date(2025, 3, 1)], Path({str(tmp_path / 'f.parquet')!r}))\n"
        "made = train('roll_30', book, date(2024, 5, 1), date(2024, 10, 1))\n"
        "first, second = (release('roll_30@challenger', name) for name in ('Ann', 'Bob'))\n"
        "assert (first['in_force'], second['in_force']) == (False, True), (first, second)\n"
        "night = score_book(book, date(2025, 3, 1))\n"
        "assert night['models'] == {'roll_30': made}, night['models']\n"
        "print(rows, sum(night['actions'].values()))\n"
    )
    environment = {**os.environ, "DUECOURSE_HOME": str(tmp_path / "home"), "DUECOURSE_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows, decided = (int(word) for word in done.stdout.split()[-2:])
    assert rows > decided > 0
    assert (tmp_path / "f.catalogue.json").is_file()
    assert (tmp_path / "home" / "worklist.db").is_file()
