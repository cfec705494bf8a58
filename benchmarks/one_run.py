"""One measured piece of work in a process of its own: ``python -m benchmarks.one_run WORK '{"option": …}'``.

The last line it prints is JSON: seconds by the clock, seconds of processor time, peak memory in MiB.
Imports and the compilation of kernels are not timed; peak memory is that of the whole process.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.compared import mornings_of, number_of

Options = dict[str, Any]
Timed = Callable[[], Any]


def compute(asked: Options) -> Timed:
    """Compute the forty features from what is already in memory."""
    engine, threads = importlib.import_module(f"benchmarks.peer_{asked['engine']}"), asked["threads"]
    tables = engine.loaded(Path(asked["source"]), threads=threads)
    days = _numbers(asked)
    if asked["engine"] == "engine":
        return lambda: engine.features(tables, days, threads=threads)
    return lambda: engine.features(tables, days, threads=threads, ids=False)


def whole(asked: Options) -> Timed:
    """Compute the forty features from Parquet to Parquet."""
    engine, threads = importlib.import_module(f"benchmarks.peer_{asked['engine']}"), asked["threads"]
    source, out, days = Path(asked["source"]), Path(asked["out"]), _numbers(asked)
    if asked["engine"] == "engine":
        return lambda: engine.whole(source, days, out, threads=threads)

    def work() -> None:
        tables = engine.loaded(source, threads=threads)
        engine.write(engine.features(tables, days, threads=threads, ids=True), out)

    return work


def equal(asked: Options) -> Timed:
    """Compare every cell that each engine writes to disk with what this one writes; tell how many there are."""
    from benchmarks.equality import equal_cells

    return lambda: equal_cells(
        Path(asked["source"]),
        Path(asked["inputs"]),
        Path(asked["out"]),
        mornings=_numbers(asked),
        threads=asked["threads"],
    )


def sharded(asked: Options) -> Timed:
    """Run the program's own sharded run: every feature, every shard, sidecars and catalogue."""
    from pipelines.sharding import write_sharded_features
    from pipelines.sharding_engines import local_engine

    return lambda: write_sharded_features(
        Path(asked["source"]),
        as_of=_days(asked),
        out=Path(asked["out"]),
        engine=local_engine(asked["threads"]),
    )


def on_dask(asked: Options) -> Timed:
    """Run the same shards on a Dask cluster that is up, once all its workers have come."""
    os.environ["PREFECT_API_URL"] = asked["api"]
    from distributed import Client

    from pipelines.sharding import write_sharded_features
    from pipelines.sharding_dask import dask_engine

    with Client(asked["address"]) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(asked["workers"], timeout=120)
    engine = dask_engine(asked["address"])
    book, out = Path(asked["source"]), Path(asked["out"])
    return lambda: write_sharded_features(book, as_of=_days(asked), out=out, engine=engine)


def read_and_write(asked: Options) -> Timed:
    """Read the shards of a book, digests verified, and write a finished run's tables again: nothing between."""
    from benchmarks.bare_work import bare_copy

    return bare_copy(Path(asked["source"]), Path(asked["made"]), Path(asked["out"]), threads=asked["threads"])


def check(asked: Options) -> Timed:
    """Check a book on disk; it must hold no problem."""
    from features.check import check_book

    def work() -> None:
        found = check_book(Path(asked["source"]), threads=asked["threads"])
        if found:
            raise RuntimeError(f"Expected a book that keeps every contract, found {len(found)}: {found[0]}")

    return work


def read(asked: Options) -> Timed:
    """Read every table of a book on disk, digests verified."""
    from benchmarks.bare_work import bare_read

    return lambda: bare_read(Path(asked["source"]), threads=asked["threads"])


def online(asked: Options) -> Timed:
    """Answer for one borrower after another and print how long each answer took."""
    from benchmarks.online_calls import measured_calls

    return measured_calls(Path(asked["source"]), calls=asked["calls"])


WORKS = {
    work.__name__: work
    for work in (compute, whole, equal, sharded, on_dask, read_and_write, check, read, online)
}


def _days(asked: Options) -> tuple[dt.date, ...]:
    return mornings_of(asked.get("mornings", 12))


def _numbers(asked: Options) -> list[int]:
    return [number_of(day) for day in _days(asked)]


def _compile_kernels() -> None:
    from benchmarks.bulk import bulk_book
    from features.arrow_columns import arrow_features
    from features.build import build_features
    from features.observations import observe

    small = bulk_book(loans=40)
    seen = observe(small, as_of=mornings_of(1))
    build_features(small, seen)
    arrow_features(small, seen, coded=True)


def _peak_mib() -> float:
    """Return the peak of this program's own memory; ``ru_maxrss`` would hold that of the process which began it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Prepare, then measure one call."""
    work, asked = sys.argv[1], json.loads(sys.argv[2])
    timed = WORKS[work](asked)
    if asked.get("engine", "engine") == "engine":
        _compile_kernels()
    began, spent = time.perf_counter(), time.process_time()
    said = timed()
    wall, cpu = time.perf_counter() - began, time.process_time() - spent
    told = said if isinstance(said, dict) else {}
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_mib": _peak_mib(), **told}))


if __name__ == "__main__":
    main()
