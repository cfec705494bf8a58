"""pandas, DuckDB and Polars compute the forty features of the comparison as the engine does: an oracle by strangers."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.bulk import bulk_book, write_bulk
from benchmarks.compared import NAMES, mornings_of, number_of
from benchmarks.equality import EnginesDiffer, check_equal
from benchmarks.peer_inputs import write_inputs
from features.arrow_columns import arrow_features
from features.book import Book
from features.observations import observe

LOANS = 1_500


@pytest.fixture(scope="module")
def book() -> Book:
    return bulk_book(loans=LOANS, seed=11)


@pytest.fixture(scope="module")
def ours(book: Book) -> pd.DataFrame:
    table = arrow_features(book, observe(book, as_of=mornings_of()), names=NAMES).table
    frame: pd.DataFrame = table.to_pandas()
    return frame


@pytest.mark.parametrize("engine", ["pandas", "duckdb", "polars"])
def test_a_peer_agrees_with_the_engine_on_every_cell(
    engine: str, book: Book, ours: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "polars":  # read once, when the first test of this process imports it
        monkeypatch.setenv("POLARS_MAX_THREADS", os.environ.get("POLARS_MAX_THREADS", "1"))
    write_inputs(book, tmp_path)
    peer = importlib.import_module(f"benchmarks.peer_{engine}")
    tables = peer.loaded(tmp_path, threads=1)
    made = peer.features(tables, [number_of(day) for day in mornings_of()], threads=1, ids=True)
    assert check_equal(ours, peer.as_frame(made), engine=engine) == len(ours) * len(NAMES)
    peer.write(made, tmp_path / "out.parquet")
    assert check_equal(ours, pd.read_parquet(tmp_path / "out.parquet"), engine=engine)


def test_the_compared_rows_are_late_revised_and_reversed(book: Book) -> None:
    for name, revised in (("loans", 0.03), ("instalments", 0.015), ("payments", 0.007), ("contacts", 0.007)):
        assert np.mean(np.asarray(book.table(name)["revision"]) > 1) > revised
    payments = book.rows("payments")
    assert np.mean(payments.seen_from > payments.day + 1) > 0.015
    assert np.mean(payments.column("amount") < 0) > 0.005


@pytest.mark.parametrize("name", NAMES)
def test_a_compared_feature_is_not_the_same_everywhere(name: str, ours: pd.DataFrame) -> None:
    assert ours[name].nunique() > 1


@pytest.mark.parametrize("column", ["paid_amount_30d", "connect_rate_60d", "as_of"])
def test_a_cell_that_differs_is_found(column: str, ours: pd.DataFrame) -> None:
    wrong = ours.copy()
    row = int(np.flatnonzero(wrong[column].notna())[0])
    cells = wrong[column].to_numpy(copy=True)
    cells[row] += np.timedelta64(1, "D") if column == "as_of" else 0.01
    wrong[column] = cells
    with pytest.raises(EnginesDiffer, match=r"found (1 of|others)"):
        check_equal(ours, wrong, engine="a wrong one")


def test_a_sharded_run_of_the_comparison_writes_the_same_cells(ours: pd.DataFrame, tmp_path: Path) -> None:
    engine = importlib.import_module("benchmarks.peer_engine")
    write_bulk(tmp_path / "book", loans=LOANS, shards=3, seed=11)
    days = [number_of(day) for day in mornings_of()]
    engine.whole(tmp_path / "book", days, tmp_path / "out", threads=2)
    assert check_equal(ours, engine.written(tmp_path / "out"), engine="the sharded run")
    in_memory = engine.as_table(engine.features(engine.loaded(tmp_path / "book", threads=1), days, threads=2))
    assert check_equal(ours, in_memory, engine="the engine in memory")
