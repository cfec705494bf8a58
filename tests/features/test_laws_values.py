"""Laws of values: every feature in its range; money in another unit; the same story told on other days."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import Catalogue
from features.contracts import TABLES
from features.discovery import discovered_features
from features.manifest import Manifest
from tests.builders import CHINA
from tests.features.laws import (
    BOOKS_LOOKED_AT,
    also_on_rich_books,
    assert_same,
    book_as_known,
    built,
    built_with_catalogue,
    floats,
    law,
    manifests,
    moved_cells,
)
from tests.features.strategies import Tables, joined, mornings, seeded_tables, several_books

CALENDAR = "calendar"
"""Purpose of the features that read the calendar itself: weekdays and holidays."""
WEEKEND = "connect_rate_weekend_180d"
"""It asks on which days of the week calls were answered."""
PAYDAY = "payday"
"""Group of the features that read the day of the month on which somebody pays."""
CYCLE_YEARS = 28
"""After this many years (1901 to 2099) every day bears the same weekday and lies in the same place of its month."""
AS_MONEY = frozenset({"minor units"})
SEEDED_MORNINGS = [dt.date(2024, month, 1) for month in (3, 6, 9, 12)]


def test_every_value_lies_in_its_catalogue_range_and_money_scales_by_its_unit_alone() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books()
    @given(books=several_books(), days=mornings(), said=manifests())
    def holds(books: list[Tables], days: list[dt.date], said: Manifest) -> None:
        tables = joined(books)
        whole, catalogue = built_with_catalogue(book_as_known(tables, said), days)
        assert_in_range(whole, catalogue)
        hundredfold = built(book_as_known(scaled(tables, 100), said), days)
        assert_scaled(whole, hundredfold, catalogue, 100)
        seen["books"] += len(books)
        seen["with arrears"] += int((whole["arrears_now"] > 0).sum())
        for spec in catalogue:
            seen[f"filled {spec.name}"] += int(whole[spec.name].notna().sum())

    holds()
    for seed in range(40):  # rich books, so that the ranges of rare features are looked at as well
        whole, catalogue = built_with_catalogue(book_as_known(seeded_tables(seed), CHINA), SEEDED_MORNINGS)
        assert_in_range(whole, catalogue)
        for spec in catalogue:
            seen[f"filled {spec.name}"] += int(whole[spec.name].notna().sum())
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["with arrears"] >= 60
    assert [item.spec.name for item in discovered_features() if not seen[f"filled {item.spec.name}"]] == []


def test_the_same_story_on_other_days_changes_calendar_features_only() -> None:
    seen: Counter[str] = Counter()

    @law
    @also_on_rich_books(
        by=lambda chance: chance.randint(-400, 400), cycles=lambda chance: chance.choice((0, 0, -1, 1, 2))
    )
    @given(
        books=several_books(),
        days=mornings(),
        said=manifests(),
        by=st.integers(-400, 400),
        cycles=st.sampled_from((0, 0, -1, 1, 2)),
    )
    def holds(books: list[Tables], days: list[dt.date], said: Manifest, by: int, cycles: int) -> None:
        tables = joined(books)
        if cycles == 0:
            tables = {**tables, "statements": []}
        monthly = bool(tables["statements"])  # the last day of a month moves by whole cycles alone
        step = by if not monthly else 0
        whole, catalogue = built_with_catalogue(book_as_known(tables, said), days)
        dates = [moved_day(day, days=step, cycles=cycles if monthly else 0) for day in days]
        moved = moved_tables(tables, days=step, cycles=cycles if monthly else 0)
        again = built(book_as_known(moved, said), dates)
        kept = [name for name in whole.columns if name != "as_of" and name not in calendar(catalogue)]
        assert_same(again[kept].assign(as_of=0), whole[kept].assign(as_of=0), law=f"shift by {step} days")
        seen["books"] += len(books)
        seen["calendar moved"] += bool(moved_cells(again.assign(as_of=0), whole.assign(as_of=0)))
        seen["monthly"] += len(books) * monthly
        seen["shifted events"] += len(books) * (not monthly and step != 0 and len(whole) > 0)

    holds()
    assert seen["books"] >= BOOKS_LOOKED_AT
    assert seen["monthly"] >= 30
    assert seen["calendar moved"] >= 15
    assert seen["shifted events"] >= 60


def calendar(catalogue: Catalogue) -> set[str]:
    by_nature = {spec.name for spec in catalogue if spec.purpose == CALENDAR or spec.group == PAYDAY}
    return by_nature | {WEEKEND}


def assert_in_range(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """Every number lies in the range of its catalogue row, and none is infinite; missing is lawful."""
    for spec in catalogue:
        if spec.kind == "number":
            values = floats(frame[spec.name])
            seen = values[~np.isnan(values)]
            assert not np.isinf(seen).any(), spec.name
            assert spec.low is None or (seen >= np.float32(spec.low)).all(), spec.name
            assert spec.high is None or (seen <= np.float32(spec.high)).all(), spec.name


def assert_scaled(left: pd.DataFrame, right: pd.DataFrame, catalogue: Catalogue, by: int) -> None:
    """Money is ``by`` times what it was, to the last bit where it is whole; everything else is the same bits."""
    money = [spec.name for spec in catalogue if spec.unit in AS_MONEY] + ["arrears_now"]
    rest = [name for name in left.columns if name not in money]
    assert_same(left[rest], right[rest], law="money in another unit")
    for name in money:
        before, after = floats(left[name]), floats(right[name])
        whole = before == np.round(before)
        np.testing.assert_array_equal(after[whole], by * before[whole], err_msg=name)
        np.testing.assert_allclose(after[~whole], by * before[~whole], rtol=2**-51, err_msg=name)


def scaled(tables: Tables, by: int) -> Tables:
    """Return the tables with every amount of money times ``by``."""
    return {
        name: [
            {
                key: value * by if key in MONEY[name] and value is not None else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }


MONEY = {name: {c.name for c in table.columns if c.kind == "money"} for name, table in TABLES.items()}
DATED = {
    name: {c.name for c in table.columns if c.kind in ("day", "instant")} for name, table in TABLES.items()
}


def moved_tables(tables: Tables, *, days: int, cycles: int) -> Tables:
    """Return the tables with every day and instant moved."""
    return {
        name: [
            {
                key: moved_text(value, days=days, cycles=cycles) if key in DATED[name] and value else value
                for key, value in row.items()
            }
            for row in rows
        ]
        for name, rows in tables.items()
    }


def moved_text(text: str, *, days: int, cycles: int) -> str:
    return moved_day(dt.date.fromisoformat(text[:10]), days=days, cycles=cycles).isoformat() + text[10:]


def moved_day(day: dt.date, *, days: int, cycles: int) -> dt.date:
    return (day + dt.timedelta(days=days)).replace(
        year=(day + dt.timedelta(days=days)).year + CYCLE_YEARS * cycles
    )


@pytest.mark.parametrize("cycles", [-1, 1, 2])
def test_a_cycle_keeps_weekdays_and_months(cycles: int) -> None:
    for number in range(800):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=number)
        moved = moved_day(day, days=0, cycles=cycles)
        assert (moved.weekday(), moved.month, moved.day) == (day.weekday(), day.month, day.day)
        assert moved - moved_day(dt.date(2024, 1, 1), days=0, cycles=cycles) == dt.timedelta(days=number)


def test_the_laws_of_units_and_of_days_can_fail() -> None:
    tables = seeded_tables(4)
    days = [dt.date(2024, 6, 1), dt.date(2024, 9, 1)]
    said = book_as_known(tables, _china()).manifest
    whole, catalogue = built_with_catalogue(book_as_known(tables, said), days)
    with pytest.raises(AssertionError):
        assert_scaled(whole, whole, catalogue, 100)
    with pytest.raises(AssertionError):
        assert_in_range(whole.assign(dpd_latest=np.float32(-1)), catalogue)
    with pytest.raises(AssertionError):
        assert_same(whole.assign(loan_age_days=whole["loan_age_days"] + 1), whole)


def _china() -> Manifest:
    return Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
