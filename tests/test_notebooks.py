"""The notebooks stay readable where they lie: numbered, with small outputs, without paths of a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
LARGEST_BYTES = 100_000


def test_notebooks_are_numbered_from_one_without_a_gap() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == [f"{place:02d}" for place in range(1, len(NOTEBOOKS) + 1)]
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_with_the_outputs_of_a_run_without_errors(path: Path) -> None:
    cells: list[dict[str, Any]] = [
        cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"
    ]
    assert any(cell["outputs"] for cell in cells)
    assert all(output["output_type"] != "error" for cell in cells for output in cell["outputs"])
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_tells_nothing_of_the_machine(path: Path) -> None:
    content = path.read_text("utf-8")
    assert len(content.encode()) <= LARGEST_BYTES
    assert str(Path.home()) + "/" not in content
    assert "/tmp/" not in content
