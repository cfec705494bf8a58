"""Whether two engines tell the same: every cell of every feature, the keys first."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.children import remove
from benchmarks.compared import IDS, NAMES, PEERS

RELATIVE = 1e-6
"""Ratios are float32: they may differ by the order in which two engines divide and multiply."""


class EnginesDiffer(AssertionError):
    """Two engines give different features for the same book."""


def check_equal(ours: pd.DataFrame, theirs: pd.DataFrame, *, engine: str) -> int:
    """Compare two tables of features and return the number of equal cells.

    Amounts, counts and days must be the same to the last bit, ratios within ``RELATIVE``.

    Raises
    ------
    EnginesDiffer
        When the keys or any cell differ; names the column, how many, and the first five pairs.
    """
    one, other = _sorted(ours), _sorted(theirs)
    for key in (*IDS, "as_of"):
        if len(one) != len(other) or not (one[key].to_numpy() == other[key].to_numpy()).all():
            raise EnginesDiffer(
                f"Expected the {len(one):,} observations of the engine, found others in {engine} "
                f"({len(other):,}, {key}). Look at its table of loans."
            )
    for name in NAMES:
        left, right = (frame[name].to_numpy(np.float64) for frame in (one, other))
        same = np.isclose(left, right, rtol=_tolerance(name), atol=0, equal_nan=True)
        if not same.all():
            at = np.flatnonzero(~same)
            pairs = ", ".join(f"{left[row]} and {right[row]}" for row in at[:5])
            raise EnginesDiffer(
                f"Expected {name} to be equal, found {len(at):,} of {len(same):,} cells differ in {engine} "
                f"({pairs}). Look at its definition."
            )
    return len(one) * len(NAMES)


def equal_cells(
    book: Path, inputs: Path, out: Path, *, mornings: Sequence[int], threads: int
) -> dict[str, int]:
    """Have every engine write its table to ``out``, one after another, and compare all cells with the engine's."""
    engine = importlib.import_module("benchmarks.peer_engine")
    engine.whole(book, mornings, out, threads=threads)
    ours = engine.written(out).select([*IDS, "as_of", *NAMES]).to_pandas()
    remove(out)
    told = {}
    for name in PEERS:
        peer = importlib.import_module(f"benchmarks.peer_{name}")
        tables = peer.loaded(inputs, threads=threads)
        peer.write(peer.features(tables, mornings, threads=threads, ids=True), out)
        told[f"{name}_cells"] = check_equal(ours, pd.read_parquet(out), engine=name)
        remove(out)
    return told


def _tolerance(name: str) -> float:
    divided = any(word in name for word in ("_ratio", "_share", "_rate", "_mean"))
    return RELATIVE if divided else 0.0


def _sorted(frame: Any) -> pd.DataFrame:
    table = frame if isinstance(frame, pd.DataFrame) else frame.to_pandas()
    table = table.assign(as_of=table["as_of"].astype("datetime64[s]"))
    return table.sort_values(["loan_id", "as_of"], ignore_index=True)
