"""Where real data lies, for the tests that want it; they skip by name where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def data_folder(name: str) -> Path:
    """Return the folder of a real data set, or skip the test and say which set is missing."""
    root = Path(os.environ.get("DUECOURSE_DATA", _BESIDE))
    folder = root / name
    if not folder.is_dir():
        pytest.skip(f"real data set {name!r} is missing: set DUECOURSE_DATA to the folder that holds it")
    return folder
