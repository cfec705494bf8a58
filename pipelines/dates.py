"""Dates as a user types them."""

from __future__ import annotations

import re
from datetime import date, datetime

from features.contracts import EARLIEST_DAY, LATEST_DAY


class DateRefused(ValueError):
    """A text is not a day of the calendar, or a range runs backwards."""


def day_from(text: str, *, option: str) -> date:
    """Return the day that an ISO text names.

    Raises
    ------
    DateRefused
        When the text is not ``YYYY-MM-DD``, or the day lies where no book can.

    Examples
    --------
    >>> day_from("2024-03-01", option="--as-of")
    datetime.date(2024, 3, 1)
    """
    try:
        day = date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "")
    except ValueError:
        raise DateRefused(
            f"Expected {option} to be a day written YYYY-MM-DD, found {text!r}. Write for example 2024-03-01."
        ) from None
    if not EARLIEST_DAY <= text <= LATEST_DAY:
        raise DateRefused(
            f"Expected {option} to be a day from {EARLIEST_DAY} to {LATEST_DAY}, found {text}. Correct the year."
        )
    return day


def moment_from(text: str, *, option: str) -> datetime:
    """Return the instant that an ISO text names; without an offset it is the machine's local time.

    Raises
    ------
    DateRefused
        When the text is no moment, or the moment lies where no book can.

    Examples
    --------
    >>> moment_from("2026-01-01T09:00+08:00", option="--now").isoformat()
    '2026-01-01T09:00:00+08:00'
    """
    try:
        moment = datetime.fromisoformat(text)
        if not EARLIEST_DAY <= str(moment.date()) <= LATEST_DAY:
            raise DateRefused(
                f"Expected {option} to be a moment from {EARLIEST_DAY} to {LATEST_DAY}, found {text!r}. Correct the year."
            )
        return moment if "+" in text else moment.astimezone()
    except DateRefused:
        raise
    except (ValueError, OverflowError):
        raise DateRefused(
            f"Expected {option} to be a moment written YYYY-MM-DDTHH:MM+HH:MM, found {text!r}. "
            "Write for example 2026-01-01T09:00+08:00."
        ) from None


def first_days(first: date, last: date) -> tuple[date, ...]:
    """Return the first days of months from ``first`` to ``last``, both included.

    Raises
    ------
    DateRefused
        When either is not the first day of a month, or ``last`` lies before ``first``.

    Examples
    --------
    >>> [str(day) for day in first_days(date(2024, 11, 1), date(2025, 1, 1))]
    ['2024-11-01', '2024-12-01', '2025-01-01']
    """
    if first.day != 1 or last.day != 1:
        raise DateRefused(
            f"Expected --from and --to to be first days of months, found {first} and {last}. "
            f"Write for example {first.replace(day=1)} and {last.replace(day=1)}."
        )
    if last < first:
        raise DateRefused(f"Expected --to on or after --from, found {first} to {last}. Swap the two.")
    from models.book_samples import first_days_of_months  # here, so that --help loads no model library

    return tuple(first_days_of_months(first, last))
