"""Working days and public holidays around the morning and around the due days, by the calendar of the book's country.

A year whose holidays are not announced yet is unknown, and so is every day of a country without a calendar: such a
feature is missing, it never says that there is no holiday. None looks further ahead than 14 days.
"""

from __future__ import annotations

from functools import partial

from features.calendar_days import HORIZON, MorningCalendar
from features.catalogue import feature
from features.columns import Column
from features.history import History

calendar = partial(
    feature, purpose="calendar", group="days off", sources=("loans",), mutable=False, unit="days"
)
due = partial(
    feature,
    purpose="calendar",
    group="due days off",
    sources=("instalments",),
    mutable=False,
    unit="yes/no",
    high=1.0,
)


@calendar(
    unit="yes/no", high=1.0, zh="今天是否为工作日（含调休）",
    reason_en="today is a working day: {value}", reason_zh="今天是工作日：{value}",
)  # fmt: skip
def working_day_latest(history: History) -> Column:
    """Return whether the morning begins a working day, days that the state moved included."""
    return history.swept(MorningCalendar).today


@calendar(
    unit="count", high=7.0, zh="未来 7 天（含今天）的工作日数",
    reason_en="{value} working days in the week ahead", reason_zh="未来 7 天有 {value} 个工作日",
)  # fmt: skip
def working_days_ahead_7d(history: History) -> Column:
    """Return how many of the 7 days from this morning on are worked."""
    return history.swept(MorningCalendar).working_ahead


@calendar(
    high=float(HORIZON), zh="距下一个公共假日的天数（最多 14）",
    reason_en="next public holiday in {value} days", reason_zh="{value} 天后有公共假日",
)  # fmt: skip
def public_holiday_ahead_days(history: History) -> Column:
    """Return the days to the next public holiday, 0 on one, 14 when none comes sooner."""
    return history.swept(MorningCalendar).holiday_ahead


@due(
    zh="下一个应还日是否为工作日",
    reason_en="the next due day is a working day: {value}", reason_zh="下一个应还日是工作日：{value}",
    none=("nothing falls due within 14 days, or the calendar is not known", "14 天内没有应还，或日历未公布"),
)  # fmt: skip
def next_due_working_day(history: History) -> Column:
    """Return whether the next due day, at most 14 days ahead, is a working day; missing when none is that near."""
    return history.swept(MorningCalendar).working_on(history.schedule.next_on)


@due(
    sources=("instalments", "payments"), zh="最早未还清一期的应还日是否为工作日",
    reason_en="the oldest unpaid due day was a working day: {value}", reason_zh="最早未还清的应还日是工作日：{value}",
    none=("nothing is overdue, or the calendar is not known", "没有逾期，或日历未公布"),
)  # fmt: skip
def oldest_due_working_day(history: History) -> Column:
    """Return whether the oldest unpaid due day was a working day; missing when nothing is overdue."""
    return history.swept(MorningCalendar).working_on(history.ledger.oldest_unpaid_due_on)
