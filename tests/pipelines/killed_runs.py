"""Kills a real feature run at every point where it touches the disk, resumes it, and tells what was left.

``python tests/pipelines/killed_runs.py BOOK FOLDER SHARDS [--few]``: a process is forked for each point, so that
the libraries are loaded once; it ends itself with SIGKILL at its n-th event. With ``--few`` most flushes are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from features.table import FeaturesDamaged, read_features
from pipelines import sharding_work
from pipelines.sharding import write_sharded_features
from pipelines.sharding_engines import local_engine

AS_OF = (date(2024, 4, 1), date(2024, 7, 1))


@dataclass
class Events:
    """What a run does to the disk, counted; at event ``last`` the process kills itself.

    Parameters
    ----------
    last
        Number of the event, -1 for never.
    names
        What happened so far.
    """

    last: int = -1
    names: list[str] = field(default_factory=list)

    def happen(self, name: str) -> bool:
        """Count one event and return whether it is the last one."""
        self.names.append(name)
        return len(self.names) - 1 == self.last

    def before(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """Return the act; at the last event the process ends instead of it."""

        def acting(*args: Any, **named: Any) -> Any:
            if self.happen(name):
                os.kill(os.getpid(), signal.SIGKILL)
            return act(*args, **named)

        return acting

    def half_written(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """Return the writing of a Parquet file; at the last event half of it is written."""

        def writing(table: Any, where: Any, **named: Any) -> Any:
            done = write(table, where, **named)
            if self.happen("write"):
                os.truncate(where, Path(where).stat().st_size // 2)
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return writing

    def watch(self) -> None:
        """Let every rename, flush and write of this process be an event."""
        os.replace = self.before("replace", os.replace)
        os.fsync = self.before("fsync", os.fsync)
        pq.write_table = self.half_written(pq.write_table)
        vars(sharding_work)["arrow_features"] = self.before("build", vars(sharding_work)["arrow_features"])


def run(book: Path, out: Path, shards: int, workers: int) -> None:
    write_sharded_features(book, as_of=AS_OF, out=out, engine=local_engine(workers), shards=shards)


def tree(folder: Path) -> dict[str, str]:
    """Return the digest of every file of a folder, hidden ones too."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def in_child(work: Callable[[], None]) -> int:
    """Return the signal, or minus the exit code, that ended a process which did the work."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def killed_at(point: int, book: Path, out: Path, shards: int, whole: dict[str, str]) -> dict[str, Any]:
    """Return what was left after a kill, and after the resume."""

    def dying() -> None:
        Events(point).watch()
        run(book, out, shards, workers=1)

    shutil.rmtree(out, ignore_errors=True)
    signal_ = in_child(dying)
    left = {name: digest for name, digest in tree(out).items() if not name.startswith(".")}
    try:
        read_features(out)
        readable = True
    except (FeaturesDamaged, FileNotFoundError):
        readable = False
    parts = sum(name.endswith(".done.json") for name in left)
    resumed = in_child(lambda: run(book, out, shards, workers=2))
    return {
        "signal": signal_,
        "half": [name for name, digest in left.items() if whole.get(name) != digest],
        "readable": readable,
        "whole_before": left == whole,
        "parts_kept": parts,
        "resumed": resumed,
        "same": tree(out) == whole,
    }


def main(book: Path, folder: Path, shards: int, *, few: bool) -> None:
    """Run once undisturbed, then once for each point, and print what was found."""
    events = Events()
    events.watch()
    run(book, folder / "whole", shards, workers=1)
    whole, names = tree(folder / "whole"), list(events.names)
    events.last = -1
    begin = names.index("build") - 1  # what lies before is the copy of the book, made whole or not at all
    flushes = [n for n in range(begin, len(names)) if names[n] == "fsync"]
    points = {*range(0, begin, max(1, begin // 4)), *range(begin, len(names))} - set(flushes)
    points |= set(flushes[:: 4 if few else 1])
    if not few:
        points |= set(range(begin))
    found = [
        {"point": n, "event": names[n], **killed_at(n, book, folder / "out", shards, whole)}
        for n in sorted(points)
    ]
    sys.stdout.write(json.dumps({"events": len(names), "files": sorted(whole), "points": found}))
    harmed = [one["point"] for one in found if one["half"] or one["resumed"] or not one["same"]]
    sys.stderr.write(
        f"{len(found)} points; half files or other bytes after the resume at {harmed or 'none'}\n"
    )
    if harmed:
        sys.exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), few="--few" in sys.argv)
