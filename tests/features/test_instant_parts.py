"""The part of the day is told by the clock on the wall of the book's zone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from features.book import Book
from features.contracts import TABLES
from features.history import History
from features.instant_parts import PARTS, PARTS_OF_DAY, ZoneNotStated, part_codes
from features.observations import observe
from features.rows import rows_of
from tests.builders import at, borrower, contact, instalments, loan, manifest, tables_of

ZONES = ("Asia/Shanghai", "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


def book_of_contacts(*contacts: dict[str, Any], zone: str = "Asia/Shanghai") -> Book:
    tables = tables_of(
        loans=[loan()],
        borrowers=[borrower()],
        instalments=instalments(),
        payments=[],
        contacts=list(contacts),
    )
    return Book.from_tables(tables, manifest=manifest(time_zone=zone))


@pytest.mark.parametrize(
    ("clock", "part"),
    [
        pytest.param("07:59", "night", id="a minute to eight is still night"),
        pytest.param("08:00", "morning", id="eight is morning"),
        pytest.param("11:59", "morning", id="a minute to noon is morning"),
        pytest.param("12:00", "afternoon", id="noon is afternoon"),
        pytest.param("17:59", "afternoon", id="a minute to six is afternoon"),
        pytest.param("18:00", "evening", id="six is evening"),
        pytest.param("21:59", "evening", id="a minute to ten is evening"),
        pytest.param("22:00", "night", id="ten is night"),
        pytest.param("00:00", "night", id="midnight is night"),
    ],
)
def test_the_parts_of_the_day_meet_at_their_hours(clock: str, part: str) -> None:
    book = book_of_contacts(contact(contacted_at=at("2024-03-01", clock), known_at=at("2024-03-01", "23:00")))
    history = History(book, observe(book, as_of=[dt.date(2024, 4, 1)]))
    found = [p for p in PARTS_OF_DAY if history.contacts.count(where={"contacted_at:part_of_day": (p,)})[0]]
    assert found == [part]


def test_one_instant_is_morning_in_warsaw_and_afternoon_in_shanghai() -> None:
    instant = np.array([pd.Timestamp("2024-07-01T09:00:00+02:00").value // 1000])
    told = {
        zone: PARTS["part_of_day"][part_codes(instant, part="part_of_day", time_zone=zone)[0]]
        for zone in ("Europe/Warsaw", "Asia/Shanghai")
    }
    assert told == {"Europe/Warsaw": "morning", "Asia/Shanghai": "afternoon"}


@pytest.mark.parametrize("zone", ZONES)
def test_parts_equal_the_standard_library_through_every_change_of_clocks(zone: str) -> None:
    hours = np.arange(0, 3 * 365 * 24, 5, dtype=np.int64) + (54 * 365 * 24)
    local = [dt.datetime.fromtimestamp(int(hour) * 3600, ZoneInfo(zone)) for hour in hours]
    weekday = part_codes(hours * 3_600_000_000, part="weekday", time_zone=zone)
    part = part_codes(hours * 3_600_000_000, part="part_of_day", time_zone=zone)
    assert [PARTS["weekday"][code] for code in weekday] == [moment.strftime("%A").lower() for moment in local]
    hours_of = [PARTS_OF_DAY[PARTS["part_of_day"][code]] for code in part]
    assert all(moment.hour in hours for moment, hours in zip(local, hours_of, strict=True))


def test_a_weekday_is_a_condition_and_can_be_counted() -> None:
    days = ("2024-03-01", "2024-03-02", "2024-03-03", "2024-03-09")  # Friday, Saturday, Sunday, Saturday
    book = book_of_contacts(*(contact(contact_id=f"C-{day}", contacted_at=at(day)) for day in days))
    contacts = History(book, observe(book, as_of=[dt.date(2024, 4, 1)])).contacts
    assert contacts.count(where={"contacted_at:weekday": ("saturday", "sunday")}).tolist() == [3]
    assert contacts.distinct("contacted_at:weekday").tolist() == [3]
    assert contacts.latest("contacted_at:weekday").tolist() == ["saturday"]


def test_an_instant_that_is_not_stated_has_no_part() -> None:
    visit = {"visit_id": "V-1", "loan_id": "L-1", "planned_on": "2024-03-01", "visited_at": None}
    rows = {"revision": 1, "known_at": at("2024-03-01")}
    tables = tables_of(
        loans=[loan()],
        borrowers=[borrower()],
        instalments=instalments(),
        payments=[],
        visits=[{**visit, **rows}],
    )
    book = Book.from_tables(tables, manifest=manifest())
    assert book.rows("visits").codes("visited_at:weekday")[0].tolist() == [-1]


def test_a_part_that_nothing_has_is_refused() -> None:
    book = book_of_contacts(contact())
    for name in ("contacted_at:decade", "outcome:weekday", "nothing:weekday"):
        with pytest.raises(KeyError, match="has no column"):
            book.rows("contacts").codes(name)


def test_rows_without_a_zone_refuse_to_guess_the_clock() -> None:
    book = book_of_contacts(contact())
    rows = rows_of(book.table("contacts"), TABLES["contacts"], owners=1)
    with pytest.raises(ZoneNotStated, match="expected the book's time zone"):
        rows.codes("contacted_at:weekday")
