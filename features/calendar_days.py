"""Working days and public holidays of a country, for the years that are known; nothing is said of others.

A year is known when the library ``holidays`` has the country, when its holidays need no announcement or were
announced, and when none of their dates is an estimate. Some states (China the best known) move working days by
a decree for each year: of such a country a year is known from the first to the last one the library holds a
decree for. A day of an unknown year is neither a working day nor a holiday: it is unknown.
"""

from __future__ import annotations

import datetime as dt
import inspect
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days
from features.event_kernels import NO_DAY

if TYPE_CHECKING:
    from features.book import Book

UNKNOWN: Final = -1
WORKING: Final = 0
DAY_OFF: Final = 1
HOLIDAY: Final = 2
"""A day off by the calendar of public holidays; a weekend that nobody moved is ``DAY_OFF``."""
FIRST_YEAR: Final = 1950
LAST_YEAR: Final = 2100
"""The years of the days that a book may hold."""
WEEK: Final = 7
HORIZON: Final = 14
"""Days ahead that are looked at. The library does not say on which day a decree came; two weeks keep small what a
morning in December is told of January, and what any morning is told of a change decreed within the year."""

Told = NDArray[np.float64]


class CalendarDays:
    """The days of one country.

    Parameters
    ----------
    country
        Two-letter code (ISO 3166-1).

    Examples
    --------
    >>> china = CalendarDays("CN")
    >>> days = np.array(["2026-02-14", "2026-02-17", "2026-02-21", "2027-02-06"], "M8[D]").astype(np.int32)
    >>> china.kinds(days).tolist()  # a Saturday worked, the New Year, a weekend, a year not announced yet
    [0, 2, 1, -1]
    """

    def __init__(self, country: str) -> None:
        self.country = country

    def kinds(self, day: Days) -> NDArray[np.int8]:
        """Return for each day ``WORKING``, ``DAY_OFF``, ``HOLIDAY`` or ``UNKNOWN``."""
        if not len(day):
            return np.empty(0, np.int8)
        first, last = (int(year) for year in _years(np.array([day.min(), day.max()])))
        years = [year_of_days(self.country, year) for year in range(first, last + 1)]
        begin = np.datetime64(f"{first:04}-01-01", "D").astype(np.int64)
        found: NDArray[np.int8] = np.concatenate(years)[day.astype(np.int64) - begin]
        return found

    def working(self, day: Days) -> Told:
        """Return 1 for a working day, 0 for a day off; NaN where unknown."""
        kinds = self.kinds(day)
        return np.where(kinds == UNKNOWN, np.nan, kinds == WORKING)

    def working_days(self, day: Days, *, ahead: int) -> Told:
        """Return how many of the ``ahead`` days from each day on (included) are worked; NaN where one is unknown."""
        total: Told = sum((self.working(day + np.int32(step)) for step in range(ahead)), np.zeros(len(day)))
        return total

    def holiday_ahead(self, day: Days, *, within: int) -> Told:
        """Return the days to the next public holiday, 0 on one, at most ``within``; NaN where a day before it is unknown."""
        ahead = np.full(len(day), float(within))
        for step in range(within - 1, -1, -1):
            kinds = self.kinds(day + np.int32(step))
            ahead = np.where(kinds == HOLIDAY, step, np.where(kinds == UNKNOWN, np.nan, ahead))
        return ahead


class MorningCalendar:
    """The calendar of the book's country around each observation's morning; NaN where a year is not known.

    Nothing lies further ahead than ``HORIZON``, so that a morning is not told what nobody knew on it.

    Attributes
    ----------
    today
        1 on a working day, 0 on a day off.
    working_ahead
        Working days among the ``WEEK`` days from as_of on.
    holiday_ahead
        Days to the next public holiday, ``HORIZON`` when none comes sooner.
    """

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del loan, borrower, known_by  # one calendar for all of a book
        self._calendar, self._as_of = CalendarDays(book.manifest.country), as_of
        first = as_of.min() if len(as_of) else np.int32(0)
        last = as_of.max() if len(as_of) else first
        today, working_ahead, holiday_ahead = _around(self._calendar.country, int(first), int(last))
        at = as_of - first
        self.today: Told = today[at]
        self.working_ahead: Told = working_ahead[at]
        self.holiday_ahead: Told = holiday_ahead[at]

    def working_on(self, day: Days) -> Told:
        """Return 1 where a day up to ``HORIZON`` ahead is worked, 0 where it is off; NaN where it is neither."""
        asked = (day != NO_DAY) & (day <= self._as_of + HORIZON)
        told = self._calendar.working(np.where(asked, day, self._as_of).astype(np.int32))
        return np.where(asked, told, np.nan)


@lru_cache(maxsize=256)
def _around(country: str, first: int, last: int) -> tuple[Told, Told, Told]:
    """Return what the calendar says around each morning first … last; kept, as it is the same for everybody."""
    calendar, mornings = CalendarDays(country), np.arange(first, last + 1, dtype=np.int32)
    return (
        calendar.working(mornings),
        calendar.working_days(mornings, ahead=WEEK),
        calendar.holiday_ahead(mornings, within=HORIZON),
    )


def year_is_known(country: str, year: int) -> bool:
    """Return whether the public holidays of a year are law or announced, as far as the library tells.

    Examples
    --------
    >>> year_is_known("CN", 2026), year_is_known("CN", 2027), year_is_known("PL", 2027)
    (True, False, True)
    """
    return bool(year_of_days(country, year)[0] != UNKNOWN)


@lru_cache(maxsize=1024)
def year_of_days(country: str, year: int) -> NDArray[np.int8]:
    """Return the kind of every day of a year, ``UNKNOWN`` throughout when the year is not known."""
    length = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
    kinds = np.full(length, UNKNOWN, np.int8)
    calendar = _calendar(country, year) if FIRST_YEAR <= year <= LAST_YEAR else None
    if calendar is not None:
        for number in range(length):
            on = dt.date(year, 1, 1) + dt.timedelta(days=number)
            off = HOLIDAY if on in calendar else DAY_OFF
            kinds[number] = WORKING if calendar.is_working_day(on) else off
    kinds.flags.writeable = False
    return kinds


def _calendar(country: str, year: int) -> Any:
    """Return the library's calendar of the year and the next, whose decree may move its last days; None if unknown."""
    import holidays  # a tenth of a second: only where a calendar is asked for

    if country not in holidays.list_supported_countries():
        return None
    entity = getattr(holidays, country)
    asked = inspect.signature(entity.__init__).parameters
    estimates = {name: True for name in asked if name.endswith("show_estimated")}
    with warnings.catch_warnings(record=True) as told:  # the library warns of years it has no lunar table for
        warnings.simplefilter("always")
        calendar = entity(years=year, **estimates)
    if told or not (calendar.start_year <= year <= calendar.end_year) or _estimated(calendar):
        return None
    decrees = _decrees(calendar)
    if decrees and not min(decrees) <= year <= max(decrees):
        return None
    return entity(years=(year, year + 1), **estimates) if year + 1 in decrees else calendar


def _decrees(calendar: Any) -> frozenset[int]:
    """Return the years for which the state moved working days; none where it does not do so."""
    if not getattr(calendar, "has_substituted_holidays", False):
        return frozenset()
    return frozenset(getattr(calendar, "special_public_holidays", None) or {})


def _estimated(calendar: Any) -> bool:
    """Return whether the date of any holiday is an estimate: the moon has not been seen yet."""
    labels = (getattr(calendar, f"{kind}_label", None) for kind in ("estimated", "observed_estimated"))
    marks = [calendar.tr(label).replace("%s", "").strip() for label in labels if label]
    return any(mark in name for name in calendar.values() for mark in marks)


def _years(day: NDArray[Any]) -> NDArray[np.int64]:
    return day.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
