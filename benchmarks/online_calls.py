"""One borrower after another, answered from rows in hand: how long each call takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compared import NAMES, mornings_of
from features.online import OneBorrower
from features.prepare import DERIVED
from features.shards import open_shard

BORROWERS = 500
"""So many borrowers take turns, so that no call finds the rows of the last one."""


def measured_calls(book: Path, *, calls: int) -> Callable[[], dict[str, Any]]:
    """Return the work of asking ``calls`` times for every feature of a borrower; the collector runs as it does."""
    shard = open_shard(book, shard=0)
    people = shard.borrower_ids[:: max(len(shard.borrower_ids) // BORROWERS, 1)][:BORROWERS]
    hands = [_rows_in_hand(shard.only([str(one)])) for one in people]
    as_of = mornings_of()[-1]

    def ask(rows: dict[str, list[dict[str, Any]]], names: tuple[str, ...] | None) -> int:
        borrower = OneBorrower.from_rows(rows, manifest=shard.manifest, checked=False)
        return len(borrower.features(as_of=as_of, names=names).catalogue.names)

    def seconds(names: tuple[str, ...] | None) -> tuple[float, float]:
        taken = np.empty(calls)
        for call in range(calls):
            began = time.perf_counter()
            ask(hands[call % len(hands)], names)
            taken[call] = time.perf_counter() - began
        median, high = np.quantile(taken, [0.5, 0.99]) * 1000
        return float(median), float(high)

    columns = max(ask(rows, None) for rows in hands[:50])
    rows = [sum(len(table) for table in hand.values()) for hand in hands]

    def work() -> dict[str, Any]:
        every, forty = seconds(None), seconds(NAMES)
        told = {"columns": columns, "calls": calls, "rows": float(np.median(rows))}
        return {"p50_ms": every[0], "p99_ms": every[1], "p50_40_ms": forty[0], "p99_40_ms": forty[1], **told}

    return work


def _rows_in_hand(book: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: book.table(name).drop_columns(list(DERIVED)).to_pylist() for name in book.table_names}
