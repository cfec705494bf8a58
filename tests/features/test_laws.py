"""What holds of every table of features: equal bytes, read back the same, every column without rows, nothing touched.

The laws of what a feature may depend on stand in ``test_laws_past``, ``test_laws_rows`` and ``test_laws_values``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.build import FeatureTable, build_features
from features.discovery import discovered_features
from features.history import History
from features.observations import observe
from features.table import read_features, write_features
from tests.features.strategies import book_of_tables, seeded_tables


def test_equal_tables_are_written_as_equal_bytes(tmp_path: Any) -> None:
    written = []
    for turn in (1, 2):
        book = book_of_tables(seeded_tables(7))
        path = tmp_path / str(turn) / "night.parquet"
        write_features(build_features(book, observe(book, as_of=[dt.date(2024, 9, 1)])), path)
        written.append([file.read_bytes() for file in sorted(path.parent.iterdir())])
    assert written[0] == written[1]
    assert len(written[0]) == 2


def test_a_written_table_comes_back_the_same(tmp_path: Any) -> None:
    book = book_of_tables(seeded_tables(7))
    table = build_features(book, observe(book, as_of=[dt.date(2024, 9, 1)]))
    write_features(table, tmp_path / "night.parquet")
    back = read_features(tmp_path / "night.parquet")
    pd.testing.assert_frame_equal(back.frame, table.frame, check_exact=True)
    assert (back.catalogue, back.book_digest, back.notes) == (table.catalogue, table.book_digest, table.notes)


def test_a_book_without_observations_gives_an_empty_table_with_every_column() -> None:
    book = book_of_tables(seeded_tables(1))
    table: FeatureTable = build_features(book, observe(book, as_of=[dt.date(2020, 1, 1)]))
    assert len(table.frame) == 0
    assert {item.spec.name for item in discovered_features()} <= set(table.frame.columns)


@pytest.mark.parametrize("item", discovered_features(), ids=lambda item: item.spec.name)
def test_a_feature_leaves_its_history_as_it_was(item: Any) -> None:
    book = book_of_tables(seeded_tables(3))
    history = History(book, observe(book, as_of=[dt.date(2024, 6, 1), dt.date(2024, 9, 1)]))
    first = item.compute(history)
    again = item.compute(history)
    np.testing.assert_array_equal(first, again)
    assert len(first) == history.n
