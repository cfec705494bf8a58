"""Features per second of the engine beside plain pandas, results checked equal first.

``python -m benchmarks.features_bench [--loans N] [--mornings M] [--runs R] [--write]``
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.bulk_book import bulk_book, size_of
from benchmarks.pandas_features import NAMES, features_by_groupby, frames_of
from features.book import Book
from features.build import build_features, house_features
from features.history import History
from features.observations import Observations, day_of_number, observe

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- features:begin -->", "<!-- features:end -->"


def first_days(count: int) -> list[dt.date]:
    """Return the first days of months, ``count`` of them, the last in December 2025."""
    months = pd.period_range(end="2025-12", periods=count, freq="M")
    return [month.start_time.date() for month in months]


def features_by_engine(book: Book, observations: Observations) -> dict[str, np.ndarray[Any, Any]]:
    """Return the compared features by the engine, nothing kept from an earlier run."""
    history = History(book, observations)
    wanted = set(NAMES)
    return {f.spec.name: f.compute(history) for f in house_features() if f.spec.name in wanted}


def check_equal(book: Book, observations: Observations, frame: pd.DataFrame) -> None:
    """Raise when any value of the two differs."""
    ours = features_by_engine(book, observations)
    if not np.array_equal(frame["loan_no"], observations.loan_no):
        raise AssertionError("the two sides observe other loans")
    for name in NAMES:
        np.testing.assert_allclose(
            np.asarray(ours[name], np.float64), frame[name].to_numpy(np.float64), rtol=1e-12, err_msg=name
        )


@dataclass(frozen=True)
class Taken:
    """Wall and processor seconds of some runs."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]


def taken_in_turn(works: dict[str, Callable[[], object]], *, runs: int) -> dict[str, Taken]:
    """Return the seconds of each work, run in turn so that a busy machine slows all alike."""
    wall: dict[str, list[float]] = {name: [] for name in works}
    cpu: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            began, spent = time.perf_counter(), time.process_time()
            work()
            wall[name].append(time.perf_counter() - began)
            cpu[name].append(time.process_time() - spent)
    return {name: Taken(tuple(wall[name]), tuple(cpu[name])) for name in works}


def machine() -> str:
    """Return cores, processor and interpreter."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    python = f"Python {platform.python_version()}, pandas {pd.__version__}"
    return f"{os.cpu_count()} cores, {name}, {python}, one thread"


def table(*, loans: int, mornings: int, runs: int) -> str:
    """Return the measured table as Markdown."""
    book = bulk_book(loans=loans, seed=7)
    observations = observe(book, as_of=first_days(mornings))
    frames = frames_of(book)
    days = sorted({int(day) for day in observations.as_of})
    check_equal(book, observations, features_by_groupby(frames, days))
    n, cells = len(observations), len(NAMES) * len(observations)
    build_features(book, observations)  # compiled before it is timed
    measured = taken_in_turn(
        {
            "engine": lambda: features_by_engine(book, observations),
            "pandas": lambda: features_by_groupby(frames, days),
            "whole": lambda: build_features(book, observations),
        },
        runs=runs,
    )
    engine, pandas, whole = measured["engine"], measured["pandas"], measured["whole"]
    columns = len(house_features())
    one = book.only([str(book.borrower_ids[len(book.borrower_ids) // 2])])
    alone = observe(one, as_of=[day_of_number(days[-1])])
    single = taken_in_turn({"one": lambda: build_features(one, alone)}, runs=50)["one"]
    rows = ", ".join(f"{count:,} {name}" for name, count in size_of(book).items())
    return "\n".join(
        [
            f"{loans:,} loans × {mornings} mornings = {n:,} observations ({rows}); values equal on all "
            f"{cells:,} cells; median of {runs} runs in turn (least – most).",
            "",
            "| | columns | seconds | processor seconds | features per second |",
            "| --- | --- | --- | --- | --- |",
            _line("engine", len(NAMES), n, engine),
            _line("plain pandas, groupby and merge", len(NAMES), n, pandas),
            _line("engine, `build_features` with every column", columns, n, whole),
            "",
            f"Ratio engine : pandas = **{median(pandas.wall) / median(engine.wall):.0f} : 1** by the clock, "
            f"{median(pandas.cpu) / median(engine.cpu):.0f} : 1 in processor time. One borrower, "
            f"{len(alone)} loan(s), {columns} columns: {1000 * median(single.wall):.1f} ms "
            f"({1000 * median(single.cpu):.1f} ms processor time).",
            "",
            f"Machine: {machine()}. The engine reads `Book`, pandas reads frames of it; neither is timed reading.",
        ]
    )


def _line(name: str, columns: int, n: int, taken: Taken) -> str:
    seconds = median(taken.wall)
    span = f"{seconds:.3f} ({min(taken.wall):.3f} – {max(taken.wall):.3f})"
    return f"| {name} | {columns} | {span} | {median(taken.cpu):.3f} | {columns * n / seconds:,.0f} |"


def write(text: str, page: Path) -> None:
    """Put the table between its markers; the page is begun when there is none."""
    said = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    if BEGIN not in said:
        said = f"{said.rstrip()}\n\n## Features per second\n\n{BEGIN}\n{END}\n"
    before, after = said.split(BEGIN)[0], said.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Measure, print, and write the page when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loans", type=int, default=30_000)
    parser.add_argument("--mornings", type=int, default=12)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    asked = parser.parse_args()
    text = table(loans=asked.loans, mornings=asked.mornings, runs=asked.runs)
    print(text)
    if asked.write:
        write(text, PAGE)


if __name__ == "__main__":
    main()
