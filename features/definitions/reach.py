"""When and how the borrower is reached: by part of the day, by weekend, by message.

The part of the day is told by the clock of the book's zone; the night is the time in which nobody may be called.
"""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, ratio
from features.definitions.contacts import ATTEMPT, TALK
from features.events import Where
from features.history import History
from features.rhythm import AnsweredMessages, AttemptsSinceTalk

reached = partial(
    feature,
    purpose="contact history",
    sources=("contacts",),
    group="reachability by time",
    unit="share",
    high=1.0,
)

WEEKEND: Where = {"contacted_at:weekday": ("saturday", "sunday")}


def _rate(history: History, attempt: Where, days: int) -> Column:
    """Return the share of the attempts that reached the borrower; missing without an attempt."""
    talks = history.contacts.count(days=days, where={**attempt, **TALK})
    return ratio(talks, history.contacts.count(days=days, where=attempt))


@reached(
    zh="近 180 天上午外呼接通本人的比例",
    reason_en="{value} of morning calls reached the borrower", reason_zh="上午外呼 {value} 接通本人",
    none=("no morning call in 180 days", "近 180 天上午没有外呼"),
)  # fmt: skip
def connect_rate_morning_180d(history: History) -> Column:
    """Return the share of calls from 8:00 to 12:00 in 180 days that reached the borrower; missing without one."""
    return _rate(history, {**ATTEMPT, "contacted_at:part_of_day": ("morning",)}, 180)


@reached(
    zh="近 180 天下午外呼接通本人的比例",
    reason_en="{value} of afternoon calls reached the borrower", reason_zh="下午外呼 {value} 接通本人",
    none=("no afternoon call in 180 days", "近 180 天下午没有外呼"),
)  # fmt: skip
def connect_rate_afternoon_180d(history: History) -> Column:
    """Return the share of calls from 12:00 to 18:00 in 180 days that reached the borrower; missing without one."""
    return _rate(history, {**ATTEMPT, "contacted_at:part_of_day": ("afternoon",)}, 180)


@reached(
    zh="近 180 天晚间外呼接通本人的比例",
    reason_en="{value} of evening calls reached the borrower", reason_zh="晚间外呼 {value} 接通本人",
    none=("no evening call in 180 days", "近 180 天晚间没有外呼"),
)  # fmt: skip
def connect_rate_evening_180d(history: History) -> Column:
    """Return the share of calls from 18:00 to 22:00 in 180 days that reached the borrower; missing without one."""
    return _rate(history, {**ATTEMPT, "contacted_at:part_of_day": ("evening",)}, 180)


@reached(
    zh="近 180 天周末外呼接通本人的比例",
    reason_en="{value} of weekend calls reached the borrower", reason_zh="周末外呼 {value} 接通本人",
    none=("no weekend call in 180 days", "近 180 天周末没有外呼"),
)  # fmt: skip
def connect_rate_weekend_180d(history: History) -> Column:
    """Return the share of calls on Saturdays and Sundays in 180 days that reached the borrower; missing without one."""
    return _rate(history, {**ATTEMPT, **WEEKEND}, 180)


@reached(
    group="reachability by message", zh="近 180 天发送消息后 3 天内本人来联系的比例",
    reason_en="{value} of messages were answered in 3 days", reason_zh="消息 {value} 在 3 天内得到回应",
    none=("no message in 180 days", "近 180 天没有发送消息"),
)  # fmt: skip
def messages_answered_share_180d(history: History) -> Column:
    """Return the share of days with a message in 180 days after which the borrower got in touch within 3 days."""
    messages = history.swept(AnsweredMessages)
    return ratio(messages.answered_days, messages.sent_days)


@reached(
    unit="count", high=None, group="reachability", zh="自上次与本人通话以来的外呼次数",
    reason_en="{value} calls since the last talk", reason_zh="自上次通话以来外呼 {value} 次",
)  # fmt: skip
def attempts_since_talk_count(history: History) -> Column:
    """Return how many calls were placed since the borrower was last reached; all of them when never."""
    return history.swept(AttemptsSinceTalk).count
