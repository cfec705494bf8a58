"""Laws that hold for every feature, on any book: what a feature may depend on, and what never."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from features.book import Book
from features.build import FeatureTable, build_features
from features.discovery import discovered_features
from features.observations import Observations, day_number, observe
from features.table import read_features, write_features
from tests.builders import Row
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables, seeded_tables

law = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def built(book: Book, as_of: Sequence[dt.date]) -> pd.DataFrame:
    return build_features(book, observe(book, as_of=as_of)).frame


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """Both frames hold the same bits; an attribute nobody has is as good as none."""

    def keyed(frame: pd.DataFrame) -> pd.DataFrame:
        empty = [
            name
            for name in frame.columns.astype(str)
            if name.startswith("attr_") and frame[name].isna().all()
        ]
        return frame.drop(columns=empty).sort_values(["loan_id", "as_of"], ignore_index=True)

    pd.testing.assert_frame_equal(keyed(left), keyed(right), check_exact=True, check_like=True)


def known_day(row: Row) -> int:
    """Return the local day on which a row was known, 8 hours ahead of UTC."""
    return day_number(dt.datetime.fromisoformat(row["known_at"]).date())


def known_before(tables: Tables, morning: dt.date) -> Tables:
    """Return the rows known before the morning, without those of loans and borrowers not yet known."""
    limit = day_number(morning)
    kept = {name: [row for row in rows if known_day(row) < limit] for name, rows in tables.items()}
    loans = {row["loan_id"] for row in kept["loans"]}
    owners = {row["borrower_id"] for row in kept["loans"]}
    return {
        name: [
            row
            for row in rows
            if (row.get("loan_id", next(iter(loans), "")) in loans)
            and row.get("borrower_id", next(iter(owners), "")) in owners
            and row.get("owner_id", next(iter(owners), "")) in loans | owners
        ]
        for name, rows in kept.items()
    }


@law
@given(tables=raw_tables(), days=mornings())
def test_every_feature_is_blind_to_the_future(tables: Tables, days: list[dt.date]) -> None:
    morning = max(days)
    past = known_before(tables, morning)
    assume(past["loans"])
    assert_same(built(book_of_tables(past), days), built(book_of_tables(tables), days))


@law
@given(tables=raw_tables(), days=mornings(), later=st.integers(0, 30))
def test_late_news_changes_no_earlier_morning(tables: Tables, days: list[dt.date], later: int) -> None:
    morning = max(days)
    news = known_before(tables, morning + dt.timedelta(days=later))
    assume(known_before(tables, morning)["loans"])
    assert_same(built(book_of_tables(news), days), built(book_of_tables(tables), days))


@law
@given(tables=raw_tables(), days=mornings())
def test_every_feature_is_blind_to_row_order(tables: Tables, days: list[dt.date]) -> None:
    reversed_rows = {name: rows[::-1] for name, rows in tables.items()}
    assert_same(built(book_of_tables(reversed_rows), days), built(book_of_tables(tables), days))


@law
@given(tables=raw_tables(), days=mornings())
def test_scoring_one_borrower_equals_scoring_the_book(tables: Tables, days: list[dt.date]) -> None:
    book = book_of_tables(tables)
    whole = built(book, days)
    for borrower in book.borrower_ids:
        mine = whole[whole["borrower_id"] == borrower]
        assert_same(built(book.only([borrower]), days), mine)


@law
@given(tables=raw_tables(), days=mornings())
def test_the_raw_rows_of_one_borrower_give_the_same_features(tables: Tables, days: list[dt.date]) -> None:
    whole = built(book_of_tables(tables), days)
    for borrower in {row["borrower_id"] for row in tables["loans"]}:
        loans = {row["loan_id"] for row in tables["loans"] if row["borrower_id"] == borrower}
        raw = {
            name: [
                row
                for row in rows
                if row.get("loan_id") in loans
                or row.get("borrower_id") == borrower
                or row.get("owner_id") in loans | {borrower}
            ]
            for name, rows in tables.items()
        }
        assert_same(built(book_of_tables(raw), days), whole[whole["borrower_id"] == borrower])


@law
@given(tables=raw_tables(), days=mornings())
def test_observations_may_be_split_in_any_way(tables: Tables, days: list[dt.date]) -> None:
    book = book_of_tables(tables)
    observations = observe(book, as_of=days)
    whole = build_features(book, observations).frame
    for row in range(len(observations)):
        alone = Observations(observations.loan_no[row : row + 1], observations.as_of[row : row + 1])
        assert_same(build_features(book, alone).frame, whole.iloc[[row]])


@law
@given(tables=raw_tables(), days=mornings(), order=st.randoms(use_true_random=False))
def test_observations_may_come_in_any_order(tables: Tables, days: list[dt.date], order: Any) -> None:
    book = book_of_tables(tables)
    observations = observe(book, as_of=days)
    rows = list(range(len(observations)))
    order.shuffle(rows)
    mixed = Observations(observations.loan_no[rows], observations.as_of[rows])
    assert_same(build_features(book, mixed).frame, build_features(book, observations).frame)


@law
@given(tables=raw_tables(), days=mornings())
def test_every_value_lies_in_its_catalogue_range(tables: Tables, days: list[dt.date]) -> None:
    table = build_features(book := book_of_tables(tables), observe(book, as_of=days))
    for spec in table.catalogue:
        if spec.kind == "number":
            values = table.frame[spec.name].to_numpy(dtype=float)
            assert not np.isinf(values).any(), spec.name
            seen = values[~np.isnan(values)]
            assert spec.low is None or (seen >= spec.low).all(), spec.name
            assert spec.high is None or (seen <= spec.high).all(), spec.name


def test_the_number_of_threads_changes_nothing() -> None:
    book = book_of_tables(seeded_tables(4))
    monthly = [dt.date(2024, month, 1) for month in range(1, 13)]
    observations = observe(book, as_of=monthly)
    cuts = np.array_split(np.arange(len(observations)), 4)
    shards = [Observations(observations.loan_no[cut], observations.as_of[cut]) for cut in cuts]
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda shard: build_features(book, shard).frame, shards))
    assert_same(pd.concat(parts, ignore_index=True), build_features(book, observations).frame)


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
    from features.history import History

    book = book_of_tables(seeded_tables(3))
    history = History(book, observe(book, as_of=[dt.date(2024, 6, 1), dt.date(2024, 9, 1)]))
    first = item.compute(history)
    again = item.compute(history)
    np.testing.assert_array_equal(first, again)
    assert len(first) == history.n
