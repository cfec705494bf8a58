"""Finished is what files and digests say."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.checkpoints import StepLeftNothing, finished, once


def _writer(path: Path, text: str, calls: list[str]) -> None:
    calls.append(text)
    path.write_text(text)


def test_a_finished_step_is_not_done_again(tmp_path: Path) -> None:
    out, calls = tmp_path / "out", list[str]()
    assert once(out, inputs={"seed": 1}, make=lambda: _writer(out, "a", calls))
    assert not once(out, inputs={"seed": 1}, make=lambda: _writer(out, "a", calls))
    assert calls == ["a"]


@pytest.mark.parametrize("spoil", ["other inputs", "edited output", "lost output", "damaged sidecar"])
def test_anything_that_changed_is_done_again(tmp_path: Path, spoil: str) -> None:
    out, calls = tmp_path / "out", list[str]()
    once(out, inputs={"seed": 1}, make=lambda: _writer(out, "a", calls))
    inputs = {"seed": 2 if spoil == "other inputs" else 1}
    if spoil == "edited output":
        out.write_text("b")
    if spoil == "lost output":
        out.unlink()
    if spoil == "damaged sidecar":
        (tmp_path / "out.done.json").write_text("{")
    assert not finished(out, inputs=inputs)
    assert once(out, inputs=inputs, make=lambda: _writer(out, "c", calls))
    assert finished(out, inputs=inputs)


def test_a_step_killed_half_way_leaves_no_claim_to_be_finished(tmp_path: Path) -> None:
    out = tmp_path / "out"
    once(out, inputs={}, make=lambda: _writer(out, "a", []))

    def killed() -> None:
        out.write_text("half")
        raise KeyboardInterrupt

    out.write_text("stale")
    with pytest.raises(KeyboardInterrupt):
        once(out, inputs={}, make=killed)
    assert not finished(out, inputs={})


def test_a_step_without_output_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StepLeftNothing, match="found nothing"):
        once(tmp_path / "out", inputs={}, make=lambda: None)
