"""Plants faults into copies of the engine and says which of them the battery catches.

Run: ``python -m tests.mutation.mutants`` prints a table and ends with 1 when a fault went unseen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.battery import CAUGHT
from tests.mutation.faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("features", "tests/features", "tests/mutation")
FILES = ("tests/builders.py", "tests/real_data.py")


@dataclass(frozen=True)
class Verdict:
    """What the battery said of one fault."""

    name: str
    caught: bool
    said: str


def copied_tree(place: Path) -> Path:
    """Return a copy of the engine and of its oracles, without what was compiled."""
    for part in PARTS:
        shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for file in FILES:
        shutil.copy(ROOT / file, place / file)
    return place


def battery(tree: Path) -> tuple[int, str]:
    """Return the exit code of the battery in a tree, and what it said last."""
    env = {
        **os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.mutation.battery"]
    done = subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def verdict_on(fault: Fault | None) -> Verdict:
    """Return whether a fault is caught; of None, whether the sound engine is found sound."""
    with tempfile.TemporaryDirectory(prefix="duecourse-mutant-") as place:
        tree = copied_tree(Path(place))
        if fault is not None:
            fault.plant(tree)
        code, said = battery(tree)
    if code not in (0, CAUGHT):
        said = f"ended with {code}: {said}"
    return Verdict("the engine as it is" if fault is None else fault.name, code == CAUGHT, said)


def verdicts(faults: Iterable[Fault | None], *, workers: int = 2) -> list[Verdict]:
    """Return the verdict on each fault, in order."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(verdict_on, faults))


def main() -> int:
    """Print the table; 1 when a fault went unseen or the sound engine was accused."""
    sound, *found = verdicts([None, *FAULTS])
    width = max(len(one.name) for one in found)
    for one in found:
        sys.stdout.write(f"{one.name:<{width}}  {'caught' if one.caught else 'UNSEEN'}  {one.said}\n")
    unseen = [one.name for one in found if not one.caught]
    sys.stdout.write(f"{len(found) - len(unseen)} of {len(found)} faults caught\n")
    if sound.caught or sound.said:
        sys.stdout.write(f"the engine without a fault was accused: {sound.said}\n")
    return 1 if unseen or sound.caught or sound.said else 0


if __name__ == "__main__":
    raise SystemExit(main())
