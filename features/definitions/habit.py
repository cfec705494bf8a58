"""When money comes in: how regularly, on which day of the month, and when that day comes next."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.event_kernels import NO_DAY
from features.history import History
from features.rhythm import PayingRhythm, days_of_month
from features.rhythm_kernels import MONTH

habit = partial(
    feature, purpose="repayment behaviour", sources=("payments",), unit="days", group="payday",
    none=("too few payments in a year", "近一年还款次数过少"),
)  # fmt: skip
regular = partial(habit, group="regularity of payments")


@regular(
    low=1.0, high=182.0, zh="近 365 天还款的平均间隔天数",
    reason_en="paid every {value} days on average", reason_zh="平均每 {value} 天还款一次",
)  # fmt: skip
def payment_gap_mean_365d(history: History) -> Column:
    """Return the mean days between payments of 365 days; missing with fewer than 3 days of payment."""
    rhythm = history.swept(PayingRhythm)
    return known_where(ratio(rhythm.span, rhythm.count - 1), rhythm.known)


@regular(
    unit="ratio", direction=+1, zh="近 365 天还款间隔的变异系数（越大越不规律）",
    reason_en="days between payments vary by {value} of their mean", reason_zh="还款间隔的变异系数为 {value}",
)  # fmt: skip
def payment_gap_variation_365d(history: History) -> Column:
    """Return the spread of the days between payments of 365 days over their mean: 0 is clockwork."""
    rhythm = history.swept(PayingRhythm)
    spread = np.sqrt(
        np.maximum(rhythm.gap_squares * (rhythm.count - 1) - rhythm.span.astype(np.int64) ** 2, 0)
    )
    return known_where(ratio(spread, rhythm.span), rhythm.known)


@habit(
    unit="count", low=1.0, high=31.0, zh="近 365 天最常还款的日期（每月几号）",
    reason_en="usually pays on day {value} of the month", reason_zh="通常在每月 {value} 号还款",
)  # fmt: skip
def payday_number_365d(history: History) -> Column:
    """Return the day of the month on which payments of 365 days came most often; missing with fewer than 3."""
    rhythm = history.swept(PayingRhythm)
    return known_where(rhythm.usual_day, rhythm.known)


@habit(
    unit="share", high=1.0, zh="近 365 天在惯常还款日前后 2 天内还款的比例",
    reason_en="{value} of payments came near the usual day", reason_zh="{value} 的还款在惯常日前后",
)  # fmt: skip
def payday_share_365d(history: History) -> Column:
    """Return the share of days of payment in 365 days at most 2 days from the usual day of the month."""
    rhythm = history.swept(PayingRhythm)
    return known_where(ratio(rhythm.near_count, rhythm.count), rhythm.known)


@habit(
    high=30.0, zh="距下一个惯常还款日的天数",
    reason_en="the usual day of payment comes in {value} days", reason_zh="{value} 天后为惯常还款日",
)  # fmt: skip
def payday_ahead_days(history: History) -> Column:
    """Return the days to the next usual day of payment, 0 when it is today; missing with fewer than 3 payments."""
    rhythm = history.swept(PayingRhythm)
    return known_where(rhythm.days_ahead, rhythm.known)


@habit(
    high=30.0, sources=("payments", "instalments"), zh="惯常还款日比下一期应还日晚的天数（0 至 30）",
    reason_en="the usual day of payment lies {value} days after the due day",
    reason_zh="惯常还款日在应还日之后 {value} 天",
    none=("no due day or no habit to compare", "没有应还日或还款习惯可比"),
)  # fmt: skip
def payday_after_due_days(history: History) -> Column:
    """Return how many days of the month the usual day of payment lies after the next due day, past the 31st from 1 on."""
    due, rhythm = history.schedule.next_on, history.swept(PayingRhythm)
    after = (rhythm.usual_day - days_of_month(np.where(due == NO_DAY, history.as_of, due))) % MONTH
    return known_where(after, rhythm.known & (due != NO_DAY))
