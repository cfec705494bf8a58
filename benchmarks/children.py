"""Work measured in processes of their own, one at a time, each answer kept in a log so that a run can go on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

SECONDS = 1_200
"""No single piece of work takes longer."""


class WorkFailed(RuntimeError):
    """A measured process ended without its figures."""


@dataclass(frozen=True)
class Runs:
    """Figures of the same work, run several times.

    Parameters
    ----------
    told
        What each run printed: ``wall`` and ``cpu`` in seconds, ``peak_mib``, and what else the work tells.
    """

    told: tuple[Mapping[str, float], ...]

    def middle(self, name: str) -> float:
        """Return the median."""
        return median(one[name] for one in self.told)

    def span(self, name: str, *, digits: int = 1) -> str:
        """Return median (least – most)."""
        values = [one[name] for one in self.told]
        if len(values) == 1:
            return f"{values[0]:.{digits}f}"
        return f"{median(values):.{digits}f} ({min(values):.{digits}f} – {max(values):.{digits}f})"


def run(work: str, options: Mapping[str, Any], *, log: Path) -> dict[str, float]:
    """Run one piece of work in a process of its own and return what it tells.

    Raises
    ------
    WorkFailed
        When it ends with an error.
    """
    threads = str(options.get("threads", 1))
    names = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_run", work, json.dumps(dict(options))],
        env={**os.environ, **dict.fromkeys(names, threads)},
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise WorkFailed(
            f"Expected figures of {work} {dict(options)}, found exit {done.returncode}. "
            f"Run it alone and mend it: {done.stderr[-1_500:]}"
        )
    told: dict[str, float] = json.loads(lines[-1])
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"work": work, **options, **told}) + "\n")
    print(f"  {work} {_short(options)}: {told['wall']:.1f} s, {told['peak_mib']:.0f} MiB", flush=True)
    return told


def in_turn(
    works: Mapping[str, tuple[str, Mapping[str, Any]]], *, rounds: int, log: Path, after: Sequence[Path] = ()
) -> dict[str, Runs]:
    """Return the figures of each work, A B C D A B C D …, so that a busy minute slows all alike.

    ``after`` names files and folders that are removed after each.
    """
    told: dict[str, list[dict[str, float]]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, options) in works.items():
            told[name].append(run(work, options, log=log))
            for place in after:
                remove(place)
    return {name: Runs(tuple(figures)) for name, figures in told.items()}


def remove(place: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _short(options: Mapping[str, Any]) -> str:
    return " ".join(str(value) for key, value in options.items() if key in ("engine", "threads", "mornings"))
