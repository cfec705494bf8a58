"""Part ``peers``: the same forty features by each engine, results checked equal first."""

from __future__ import annotations

from pathlib import Path

from benchmarks.children import Runs, in_turn, remove, run
from benchmarks.compared import NAMES, PEERS
from benchmarks.kept_books import kept_book, rows_in
from benchmarks.peer_inputs import write_inputs
from benchmarks.sizes import Sizes
from features.book import Book

ENGINES = ("engine", *PEERS)
TITLES = {
    "engine": "this engine",
    "pandas": "plain pandas, groupby",
    "duckdb": "DuckDB, window SQL",
    "polars": "Polars, lazy, streaming",
}
WAYS = {"compute": "in memory", "whole": "Parquet to Parquet"}
ASKED = {
    "compute": {"pandas": 10, "duckdb": 5, "polars": 5},
    "whole": {"pandas": 5, "duckdb": 3, "polars": 3},
}


def measure(sizes: Sizes, work: Path) -> str:
    """Return the section of the page."""
    book, inputs, log = kept_book(work, loans=sizes.peers, sizes=sizes), work / "inputs", work / "log.jsonl"
    for place in (inputs, work / "out"):
        remove(place)
    rows = rows_in(book)
    write_inputs(Book.open(book), inputs)
    places = {"source": str(book), "inputs": str(inputs), "out": str(work / "out")}
    cells = int(run("equal", {**places, "threads": 2}, log=log)[f"{PEERS[-1]}_cells"])
    lines = [
        f"12 mornings × {sizes.peers:,} loans = {cells // len(NAMES):,} observations "
        f"({rows['instalments']:,} instalments, {rows['payments']:,} payments, {rows['contacts']:,} contacts, "
        f"{rows['promises']:,} promises), the same {len(NAMES)} features; values equal on all {cells:,} cells. "
        f"Median of {sizes.rounds} rounds in turn (least – most), each in a process of its own.",
        "",
        "| | threads | seconds | processor seconds | peak memory | × the engine's seconds | asked |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, threads in sizes.peer_runs:
        lines += _rows(kind, threads, sizes, {"book": book, "inputs": inputs, "out": work / "out"}, log)
    remove(inputs)
    return "\n".join([*lines, "", _NOTES])


_NOTES = (
    "In memory: the engine from an open book's arrays, the others from tables in their own memory; results keep the "
    "loan's number. Parquet to Parquet: reading, the ids of loan and borrower, and writing included; the engine "
    "verifies the digest of every file it reads, writes context columns too (zstd) and hashes what it wrote; pandas "
    "writes zstd, DuckDB snappy (its default), Polars lz4 (each its fastest). The others read one file per table with "
    "a whole-number key, so that they need not join on texts. pandas shares mornings among threads."
)


def _rows(kind: str, threads: int, sizes: Sizes, places: dict[str, Path], log: Path) -> list[str]:
    works = {
        engine: (
            kind,
            {
                "engine": engine,
                "threads": threads,
                "source": str(places["book"] if engine == "engine" else places["inputs"]),
                "out": str(places["out"]),
            },
        )
        for engine in ENGINES
    }
    measured = in_turn(works, rounds=sizes.rounds, log=log, after=[places["out"]])
    ours = measured["engine"]
    return [
        _row(engine, WAYS[kind], threads, measured[engine], ours, ASKED[kind].get(engine))
        for engine in ENGINES
    ]


def _row(engine: str, title: str, threads: int, runs: Runs, ours: Runs, asked: int | None) -> str:
    ratio = runs.middle("wall") / ours.middle("wall")
    times = f"**{ratio:.1f}**" if asked else "1"
    return (
        f"| {TITLES[engine]}, {title} | {threads} | {runs.span('wall')} | {runs.middle('cpu'):.1f} "
        f"| {runs.middle('peak_mib') / 1024:.1f} GiB | {times} | {f'≥ {asked}' if asked else ''} |"
    )
