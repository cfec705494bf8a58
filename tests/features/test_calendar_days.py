"""Working days and holidays are told for known years alone; of any other year nothing is said."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from features.book import Book
from features.build import build_features
from features.calendar_days import (
    DAY_OFF,
    HOLIDAY,
    HORIZON,
    UNKNOWN,
    WORKING,
    CalendarDays,
    year_is_known,
    year_of_days,
)
from features.observations import observe
from tests.builders import instalment, loan, manifest, payment, tables_of

CALENDAR = ("working_day_latest", "working_days_ahead_7d", "public_holiday_ahead_days")


def day(text: str) -> Any:
    return np.array([text], "M8[D]").astype(np.int32)


def told(as_of: str, *, country: str = "CN", due_on: str | None = None) -> dict[str, float]:
    """Return the features of the calendar of one loan of 2024 on a morning."""
    rows = [instalment(due_on=due_on)] if due_on else [instalment()]
    tables = tables_of(loans=[loan()], instalments=rows, payments=[payment(amount=1)])
    zone = {"CN": "Asia/Shanghai", "PL": "Europe/Warsaw"}.get(country, "Asia/Shanghai")
    book = Book.from_tables(tables, manifest=manifest(country=country, time_zone=zone))
    frame = build_features(book, observe(book, as_of=[dt.date.fromisoformat(as_of)])).frame
    names = (*CALENDAR, "next_due_working_day", "oldest_due_working_day")
    return {name: float(frame[name].iloc[0]) for name in names}


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        pytest.param("2026-02-14", WORKING, id="a Saturday worked before the New Year"),
        pytest.param("2026-02-17", HOLIDAY, id="the New Year itself"),
        pytest.param("2026-02-20", HOLIDAY, id="a Friday given in exchange"),
        pytest.param("2026-02-21", DAY_OFF, id="the weekend in between"),
        pytest.param("2026-02-28", WORKING, id="a Saturday worked afterwards"),
        pytest.param("2026-03-07", DAY_OFF, id="a Saturday nobody moved"),
        pytest.param("2026-10-10", WORKING, id="the last Saturday worked that is announced"),
        pytest.param("2026-12-31", WORKING, id="the last day announced"),
        pytest.param("2027-01-01", UNKNOWN, id="the New Year's Day of a year not announced"),
        pytest.param("2027-06-15", UNKNOWN, id="a Tuesday of a year not announced"),
    ],
)  # Source: the State Council's notice for 2026; the library holds none for 2027.
def test_a_day_in_china_is_what_was_decreed(on: str, kind: int) -> None:
    assert CalendarDays("CN").kinds(day(on)).tolist() == [kind]


@pytest.mark.parametrize(
    ("country", "year", "known"),
    [
        pytest.param("CN", 2001, True, id="China from its first decree"),
        pytest.param("CN", 2000, False, id="China before it"),
        pytest.param("CN", 2026, True, id="China to its last decree"),
        pytest.param("CN", 2027, False, id="China after it"),
        pytest.param("PL", 2030, True, id="holidays by law need no announcement"),
        pytest.param("NG", 2025, True, id="feasts of the moon once they were seen"),
        pytest.param("NG", 2027, False, id="feasts of the moon that are estimates"),
        pytest.param("TW", 2027, False, id="a year without a decree where there was one each year"),
        pytest.param("XX", 2026, False, id="a country the library lacks"),
        pytest.param("IN", 1990, False, id="a year without a lunar table"),
    ],
)
def test_a_year_is_known_or_it_is_not(country: str, year: int, known: bool) -> None:  # noqa: FBT001
    assert year_is_known(country, year) is known
    assert (year_of_days(country, year) == UNKNOWN).all() == (not known)


def test_a_year_that_is_not_announced_is_missing_and_never_without_holidays() -> None:
    last, following = told("2026-06-01"), told("2027-06-01")
    assert [last[name] for name in CALENDAR] == [1.0, 5.0, HORIZON]
    assert all(np.isnan(following[name]) for name in CALENDAR)


def test_the_week_that_reaches_into_a_year_not_announced_is_missing() -> None:
    december = told("2026-12-28")
    assert december["working_day_latest"] == 1.0
    assert np.isnan(december["working_days_ahead_7d"])
    assert np.isnan(december["public_holiday_ahead_days"])


def test_a_holiday_before_the_unknown_days_is_told() -> None:
    assert CalendarDays("CN").holiday_ahead(day("2026-09-30"), within=200).tolist() == [1.0]
    assert np.isnan(CalendarDays("CN").holiday_ahead(day("2026-10-08"), within=200)).all()


@pytest.mark.parametrize(
    ("due_on", "as_of", "working"),
    [
        pytest.param("2024-10-03", "2024-10-01", 0.0, id="in the National Day week"),
        pytest.param("2024-10-12", "2024-10-01", 1.0, id="on a Saturday worked"),
        pytest.param("2024-10-15", "2024-10-01", 1.0, id="fourteen days ahead"),
        pytest.param("2024-10-16", "2024-10-01", np.nan, id="fifteen days ahead is not told"),
    ],
)
def test_the_next_due_day_may_be_a_day_off(due_on: str, as_of: str, working: float) -> None:
    np.testing.assert_equal(told(as_of, due_on=due_on)["next_due_working_day"], working)


def test_the_oldest_due_day_is_looked_up_in_its_own_year() -> None:
    assert told("2024-10-20", due_on="2024-10-05")["oldest_due_working_day"] == 0.0
    assert told("2027-02-01", due_on="2024-10-08")["oldest_due_working_day"] == 1.0


def test_a_country_the_library_lacks_has_nothing_told() -> None:
    nowhere = CalendarDays("XX")
    assert np.isnan(nowhere.working(day("2024-10-01"))).all()
    assert np.isnan(nowhere.working_days(day("2024-10-01"), ahead=7)).all()
    assert np.isnan(nowhere.holiday_ahead(day("2024-10-01"), within=HORIZON)).all()


def test_poland_knows_its_own_days() -> None:
    assert told("2024-11-11", country="PL")["working_day_latest"] == 0.0
    assert told("2024-11-11", country="CN")["working_day_latest"] == 1.0


def test_the_library_is_not_loaded_until_a_calendar_is_asked_for() -> None:
    code = "import sys, features.build, features.online; assert 'holidays' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_no_day_at_all_is_nothing_to_tell() -> None:
    assert len(CalendarDays("CN").kinds(np.empty(0, np.int32))) == 0
