"""Faults planted into the engine: each is caught, and one that can no longer be planted says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.battery import found_wrong
from tests.mutation.faults import FAULTS, QUICK, Fault, FaultUnplanted
from tests.mutation.mutants import ROOT, copied_tree, verdict_on

BY_NAME = {fault.name: fault for fault in FAULTS}


def test_every_fault_can_be_planted_in_the_engine_as_it_is(tmp_path: Path) -> None:
    for place, fault in enumerate(FAULTS):
        copy = tmp_path / str(place) / fault.file
        copy.parent.mkdir(parents=True)
        copy.write_bytes((ROOT / fault.file).read_bytes())
        fault.plant(tmp_path / str(place))
        compile(copy.read_text(encoding="utf-8"), fault.name, "exec")
        assert copy.read_bytes() != (ROOT / fault.file).read_bytes()


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_fault_is_caught(name: str) -> None:
    found = verdict_on(BY_NAME[name])
    assert found.caught, found.said


def test_the_engine_without_a_fault_is_not_accused() -> None:
    assert [found_wrong(seed) for seed in (None, *range(6))] == [[]] * 7


def test_a_fault_that_no_longer_fits_is_named(tmp_path: Path) -> None:
    tree = copied_tree(tmp_path)
    with pytest.raises(FaultUnplanted, match="the moon is green: expected 'cheese' 1 times"):
        Fault("the moon is green", "features/coding.py", "cheese", "stone").plant(tree)
