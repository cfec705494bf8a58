"""Parts ``growth`` and ``all``: the program's own sharded run with every feature, larger and larger, and its floor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.children import in_turn, remove, run
from benchmarks.kept_books import kept_book
from benchmarks.sizes import Sizes
from features.build import house_features

GIB = 1024


def growth(sizes: Sizes, work: Path) -> str:
    """Return how time and memory grow with the book."""
    lines = [
        "| loans | observations | columns | seconds | processor seconds | peak memory |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    points: list[tuple[int, float, float]] = []
    peak = 0.0
    for loans in sizes.growth:
        book, out = kept_book(work, loans=loans, sizes=sizes), work / "grown"
        remove(out)
        options = {"threads": 2, "source": str(book), "out": str(out)}
        told = run("sharded", options, log=work / "log.jsonl")
        rows, columns = _shape(out)
        points.append((rows, told["wall"], told["cpu"]))
        peak = max(peak, told["peak_mib"])
        lines.append(
            f"| {loans:,} | {rows:,} | {columns} | {told['wall']:.1f} | {told['cpu']:.1f} "
            f"| {told['peak_mib'] / GIB:.2f} GiB |"
        )
        remove(out)
    rows_of, wall, cpu = (np.log([point[at] for point in points]) for at in range(3))
    by_clock, by_cpu = (float(np.polyfit(rows_of, seconds, 1)[0]) for seconds in (wall, cpu))
    said = (
        f"Every feature ({len(house_features())}) on 12 mornings, {sizes.per_shard:,} loans a shard, two threads, "
        f"sidecars and catalogue included. Time grows with the observations to the power "
        f"**{by_clock:.2f}** by the clock, {by_cpu:.2f} in processor time (asked: ≤ 1.05); peak memory "
        f"**{peak / GIB:.2f} GiB** (asked: ≤ 3)."
    )
    return "\n".join([said, "", *lines])


def all_features(sizes: Sizes, work: Path) -> str:
    """Return the whole run with every feature beside reading its inputs and writing its output alone."""
    book, made, out = kept_book(work, loans=sizes.peers, sizes=sizes), work / "made", work / "out"
    for place in (made, out):
        remove(place)
    common = {"threads": 2, "source": str(book)}
    run("sharded", {**common, "out": str(made)}, log=work / "log.jsonl")
    rows, columns = _shape(made)
    size = sum(part.stat().st_size for part in made.glob("part-*.parquet")) / 2**20
    works = {
        "run": ("sharded", {**common, "out": str(out)}),
        "floor": ("read_and_write", {**common, "made": str(made), "out": str(out)}),
        "read": ("read", common),
    }
    runs = in_turn(works, rounds=sizes.rounds, log=work / "log.jsonl", after=[out])
    remove(made)
    whole, floor = runs["run"], runs["floor"]
    titles = {
        "run": "whole run, every feature",
        "floor": "reading the inputs and writing the same table alone",
        "read": "of that, reading the inputs",
    }
    return "\n".join(
        [
            f"{rows:,} observations × {columns} columns ({size:,.0f} MiB as Parquet); two threads, same settings. "
            f"Whole run : reading and writing alone = **{whole.middle('wall') / floor.middle('wall'):.2f} : 1** by "
            f"the clock, {whole.middle('cpu') / floor.middle('cpu'):.2f} : 1 in processor time (asked: ≤ 2).",
            "",
            "| | seconds | processor seconds | peak memory |",
            "| --- | ---: | ---: | ---: |",
            *(
                f"| {title} | {runs[name].span('wall')} | {runs[name].middle('cpu'):.1f} "
                f"| {runs[name].middle('peak_mib') / GIB:.1f} GiB |"
                for name, title in titles.items()
            ),
        ]
    )


def _shape(folder: Path) -> tuple[int, int]:
    said = [pq.read_metadata(part) for part in sorted(folder.glob("part-*.parquet"))]
    return sum(part.num_rows for part in said), said[0].num_columns
