"""Parts ``check`` and ``online``: the door in front of a book, and one borrower's features from rows in hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.children import in_turn, run
from benchmarks.kept_books import kept_book, rows_in
from benchmarks.sizes import Sizes


def check(sizes: Sizes, work: Path) -> str:
    """Return the time to check a book beside the time to read it."""
    book = kept_book(work, loans=sizes.check, sizes=sizes)
    rows = sum(rows_in(book).values())
    common = {"threads": 1, "source": str(book)}
    runs = in_turn(
        {"check": ("check", common), "read": ("read", common)},
        rounds=sizes.rounds,
        log=work / "log.jsonl",
    )
    checked, read = runs["check"], runs["read"]
    return "\n".join(
        [
            f"A book of {rows:,} rows in {sizes.shards(sizes.check)} shards: check : read = "
            f"**{checked.middle('wall') / read.middle('wall'):.2f} : 1** by the clock, "
            f"{checked.middle('cpu') / read.middle('cpu'):.2f} : 1 in processor time (asked: ≤ 2).",
            "",
            "| | seconds | processor seconds | peak memory |",
            "| --- | ---: | ---: | ---: |",
            *(
                f"| {title} | {told.span('wall')} | {told.middle('cpu'):.1f} | {told.middle('peak_mib'):,.0f} MiB |"
                for title, told in (
                    ("`duecourse check`: everything the contract says", checked),
                    ("reading every table, digests verified, one thread", read),
                )
            ),
        ]
    )


def online(sizes: Sizes, work: Path) -> str:
    """Return how long one borrower takes."""
    book = kept_book(work, loans=sizes.growth[0], sizes=sizes)
    told = run("online", {"source": str(book), "calls": sizes.calls}, log=work / "log.jsonl")
    return (
        f"`OneBorrower.from_rows(…, checked=False).features(as_of=…)`, every feature ({told['columns']:.0f} columns), "
        f"{told['calls']:,.0f} calls over 500 borrowers of {told['rows']:.0f} rows (median), one thread, the garbage "
        f"collector as it is: p50 **{told['p50_ms']:.2f} ms**, p99 **{told['p99_ms']:.2f} ms** (asked: 1 and 5). "
        f"The forty features alone, as a model asks: p50 {told['p50_40_ms']:.2f} ms, p99 {told['p99_40_ms']:.2f} ms."
    )
