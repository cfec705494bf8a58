"""What is foreseen, chosen or shared between threads changes no value of any feature."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.arrow_columns import arrow_features, build_arrow
from features.build import build_features
from features.conditions import MOST, AtLeast, Below, Where
from features.discovery import discovered_features
from features.events import Events
from features.foresight import foreseen
from features.history import History
from features.observations import observe
from features.requests import Foresight, Sum, requests_of
from tests.builders import attribute, book_of, consent
from tests.features.strategies import Tables, book_of_tables, mornings, raw_tables, seeded_tables

law = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
MORNINGS = [dt.date(2024, month, 1) for month in (3, 5, 8, 12)]


def values_of(history: History) -> dict[str, Any]:
    return {item.spec.name: item.compute(history) for item in discovered_features()}


@law
@given(tables=raw_tables(), days=mornings())
def test_what_is_foreseen_changes_no_value(tables: Tables, days: list[dt.date]) -> None:
    book = book_of_tables(tables)
    seen = observe(book, as_of=days)
    ahead = foreseen(tuple(item.compute for item in discovered_features()))
    alone, together = values_of(History(book, seen)), values_of(History(book, seen, foreseen=ahead))
    for name, values in alone.items():
        np.testing.assert_array_equal(np.asarray(together[name]), np.asarray(values), err_msg=name)


@law
@given(tables=raw_tables(), days=mornings(), chance=st.randoms(use_true_random=False))
def test_some_features_are_those_of_all(tables: Tables, days: list[dt.date], chance: Any) -> None:
    book = book_of_tables(tables)
    seen = observe(book, as_of=days)
    names = chance.sample([item.spec.name for item in discovered_features()], 7)
    whole = build_arrow(book, seen)
    some = arrow_features(book, seen, names=names)
    assert set(some.catalogue.names) == set(names)
    assert some.table.equals(whole.select(some.table.column_names))


@pytest.mark.parametrize("seed", range(6))
def test_the_arrow_table_is_that_of_the_frame(seed: int) -> None:
    book = book_of_tables(seeded_tables(seed))
    seen = observe(book, as_of=MORNINGS)
    made = build_features(book, seen)
    expected = pa.Table.from_pandas(made.frame, preserve_index=False)
    found = arrow_features(book, seen)
    assert found.table.schema.equals(expected.schema)
    assert found.table.equals(expected)
    assert (found.catalogue, found.notes) == (made.catalogue, made.notes)


def test_two_threads_give_the_bits_of_one() -> None:
    books = [book_of_tables(seeded_tables(seed)) for seed in range(6)]
    one = [build_arrow(book, observe(book, as_of=MORNINGS)) for book in books]
    with ThreadPoolExecutor(2) as threads:
        two = list(threads.map(lambda book: build_arrow(book, observe(book, as_of=MORNINGS)), books))
    assert all(left.equals(right) for left, right in zip(one, two, strict=True))


CONDITIONS: tuple[Where, ...] = (
    {}, {"amount": AtLeast(500)}, {"amount": Below(0)}, {"channel": ("bank",)}, {"channel": ("app", "cash")},
    {"channel": ("bank",), "amount": AtLeast(1)},
)  # fmt: skip


@law
@given(tables=raw_tables(), days=mornings(), later=st.integers(0, 40))
def test_the_sweep_counts_and_adds_as_a_plain_loop_does(
    tables: Tables, days: list[dt.date], later: int
) -> None:
    book = book_of_tables(tables)
    seen = observe(book, as_of=days)
    rows, known_by = book.rows("payments"), seen.as_of + np.int32(later)
    asked = [Sum(column, span, tuple(where.items())) for column in ("", "amount") for span in (0, 7, 90, None)
             for where in CONDITIONS]  # fmt: skip
    events = Events(
        rows, owner=seen.loan_no, as_of=seen.as_of, known_by=known_by, foreseen=requests_of(asked)
    )
    channel, names = rows.codes("channel")
    for at, (loan, morning, known) in enumerate(zip(seen.loan_no, seen.as_of, known_by, strict=True)):
        mine = range(rows.offsets[loan], rows.offsets[loan + 1])
        held = [row for row in mine if rows.seen_from[row] <= known < rows.seen_until[row]]
        for one in asked:
            begin = -(2**40) if one.days is None else int(morning) - one.days
            met = [row for row in held if begin <= rows.day[row] < morning]
            amounts = [int(rows.column("amount")[row]) for row in met]
            words = [names[channel[row]] if channel[row] >= 0 else None for row in met]
            kept = [amount for amount, word in zip(amounts, words, strict=True) if meets(one, amount, word)]
            where = dict(one.where)
            found = events.total("amount", days=one.days, where=where) if one.column else events.count(
                days=one.days, where=where
            )  # fmt: skip
            assert found[at] == (sum(kept) if one.column else len(kept)), one


def meets(one: Sum, amount: int, word: str | None) -> bool:
    for column, condition in one.where:
        if isinstance(condition, AtLeast) and amount < condition.limit:
            return False
        if isinstance(condition, Below) and amount >= condition.limit:
            return False
        if column == "channel" and isinstance(condition, tuple) and word not in condition:
            return False
    return True


def test_more_conditions_than_bits_are_swept_in_parts() -> None:
    many = [Sum("", 30, (("amount", AtLeast(limit)),)) for limit in range(MOST + 3)]
    assert [len(part.counts) for part in requests_of(many)] == [MOST, 3]


def test_answers_are_kept_and_nobody_may_write_to_them() -> None:
    history = History(book := book_of(), observe(book, as_of=[dt.date(2024, 3, 1)]))
    assert history.payments.count(days=30) is history.payments.count(days=30)
    with pytest.raises(ValueError, match="read-only"):
        history.payments.count(days=30)[0] = 5


def test_a_feature_that_fails_on_nobody_is_computed_all_the_same() -> None:
    def first_payment(history: History) -> Any:
        return history.payments.latest("amount") / int(history.payments.count().min() > 0 or 1 // 0)

    assert isinstance(foreseen((first_payment,)), Foresight)


def test_attributes_are_those_that_were_known_on_the_mornings_looked_at() -> None:
    later = attribute(name="score", value=7.0, known_at="2024-09-01T12:00:00+08:00")
    before, after = book_of(attributes=[attribute()]), book_of(attributes=[attribute(), later])
    morning = [dt.date(2024, 3, 1)]
    was, now = (build_features(book, observe(book, as_of=morning)) for book in (before, after))
    pd.testing.assert_frame_equal(was.frame, now.frame, check_exact=True)
    assert "attr_score" in build_features(after, observe(after, as_of=[dt.date(2024, 10, 1)])).frame


def test_consents_entered_later_change_no_note_of_an_earlier_morning() -> None:
    later = consent(known_at="2024-09-01T12:00:00+08:00", granted_on="2024-09-01")
    morning = [dt.date(2024, 3, 1)]
    was, now = (
        build_features(book, observe(book, as_of=morning)) for book in (book_of(), book_of(consents=[later]))
    )
    assert was.notes == now.notes
