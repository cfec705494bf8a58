"""Attempts to reach the borrower, their answers and the reasons they stated: facts of the past alone."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, ratio
from features.contracts import CHANNELS, RIGHT_PARTY_OUTCOMES, STATED_REASONS, UNANSWERED_OUTCOMES
from features.events import Where
from features.history import History

contact = partial(feature, purpose="contact history", sources=("contacts",))
reached = partial(contact, group="reachability")
stated = partial(contact, unit="count", group="stated reasons")

ATTEMPT: Where = {"channel": ("call",), "direction": ("out",)}
TALK: Where = {"outcome": RIGHT_PARTY_OUTCOMES}
UNDISPUTED = (*(reason for reason in STATED_REASONS if reason != "dispute"), None)
REMOTE: Where = {
    **TALK, "channel": tuple(name for name in CHANNELS if name != "visit"), "stated_reason": UNDISPUTED,
}  # fmt: skip
"""Talks that may speak of willingness: not at the door, and not those in which the debt was disputed."""
SHOCKS = ("job_loss", "illness", "disaster", "death_in_family")


@contact(
    unit="count", group="attempts", zh="近 7 天外呼次数",
    reason_en="{value} calls placed in 7 days", reason_zh="近 7 天外呼 {value} 次",
)  # fmt: skip
def attempts_count_7d(history: History) -> Column:
    """Return how many calls were placed in the last 7 days."""
    return history.contacts.count(days=7, where=ATTEMPT)


@contact(
    unit="count", group="attempts", zh="近 30 天外呼次数",
    reason_en="{value} calls placed in 30 days", reason_zh="近 30 天外呼 {value} 次",
)  # fmt: skip
def attempts_count_30d(history: History) -> Column:
    """Return how many calls were placed in the last 30 days."""
    return history.contacts.count(days=30, where=ATTEMPT)


@reached(
    unit="count", zh="近 30 天与本人有效通话次数",
    reason_en="{value} talks with the borrower in 30 days", reason_zh="近 30 天与本人通话 {value} 次",
)  # fmt: skip
def right_party_contacts_count_30d(history: History) -> Column:
    """Return how many contacts reached the borrower in the last 30 days."""
    return history.contacts.count(days=30, where=TALK)


@reached(
    unit="count", zh="近 90 天与本人有效通话次数",
    reason_en="{value} talks with the borrower in 90 days", reason_zh="近 90 天与本人通话 {value} 次",
)  # fmt: skip
def right_party_contacts_count_90d(history: History) -> Column:
    """Return how many contacts reached the borrower in the last 90 days."""
    return history.contacts.count(days=90, where=TALK)


@reached(
    unit="share", high=1.0, zh="近 60 天外呼接通本人的比例",
    reason_en="{value} of calls in 60 days reached the borrower", reason_zh="近 60 天外呼 {value} 接通本人",
    none=("no call in 60 days", "近 60 天没有外呼"),
)  # fmt: skip
def connect_rate_60d(history: History) -> Column:
    """Return the share of calls of the last 60 days that reached the borrower; missing without calls."""
    talks = history.contacts.count(days=60, where={**ATTEMPT, **TALK})
    return ratio(talks, history.contacts.count(days=60, where=ATTEMPT))


@reached(
    unit="days", zh="距最近一次与本人通话的天数",
    reason_en="last talk {value} days ago", reason_zh="最近一次与本人通话在 {value} 天前",
    none=("the borrower was never reached", "至今未联系到本人"),
)  # fmt: skip
def days_since_right_party_contact(history: History) -> Column:
    """Return the days since the borrower was last reached; missing when never."""
    return history.contacts.days_since_last(where=TALK)


@reached(
    unit="count", zh="近 30 天未接通次数",
    reason_en="{value} calls unanswered in 30 days", reason_zh="近 30 天 {value} 次未接通",
)  # fmt: skip
def unanswered_count_30d(history: History) -> Column:
    """Return how many calls went unanswered in the last 30 days."""
    return history.contacts.count(days=30, where={**ATTEMPT, "outcome": UNANSWERED_OUTCOMES})


@reached(
    unit="count", zh="近 180 天空号或错号次数",
    reason_en="{value} dead or wrong numbers in 180 days", reason_zh="近 180 天 {value} 次空号或错号",
)  # fmt: skip
def bad_number_count_180d(history: History) -> Column:
    """Return how many contacts of the last 180 days met a dead or wrong number."""
    return history.contacts.count(days=180, where={"outcome": ("dead_number", "wrong_number")})


@reached(
    unit="count", zh="近 180 天拨打过的号码数",
    reason_en="{value} numbers tried in 180 days", reason_zh="近 180 天拨打过 {value} 个号码",
)  # fmt: skip
def numbers_distinct_180d(history: History) -> Column:
    """Return how many different numbers were tried in the last 180 days."""
    return history.contacts.distinct("number_id", days=180)


@contact(
    unit="count", group="attempts", zh="近 90 天使用过的联系渠道数",
    reason_en="{value} channels tried in 90 days", reason_zh="近 90 天使用过 {value} 种联系渠道",
)  # fmt: skip
def contact_channels_distinct_90d(history: History) -> Column:
    """Return how many different channels were tried in the last 90 days."""
    return history.contacts.distinct("channel", days=90)


@contact(
    unit="count", group="cooperation", axis="willingness", zh="近 90 天借款人主动来电次数",
    reason_en="borrower called in {value} times in 90 days", reason_zh="近 90 天借款人主动来电 {value} 次",
)  # fmt: skip
def inbound_count_90d(history: History) -> Column:
    """Return how often the borrower got in touch in the last 90 days."""
    return history.contacts.count(days=90, where={"direction": ("in",)})


@contact(
    unit="count", group="cooperation", axis="willingness", zh="近 180 天询问还款方案的次数",
    reason_en="asked for a plan {value} times in 180 days", reason_zh="近 180 天询问还款方案 {value} 次",
)  # fmt: skip
def plan_requests_count_180d(history: History) -> Column:
    """Return how often the borrower asked for a plan in the last 180 days."""
    return history.contacts.count(days=180, where={"outcome": ("asked_for_plan",)})


@contact(
    unit="count", group="cooperation", axis="willingness", zh="近 90 天通话中拒绝沟通的次数",
    reason_en="declined to talk {value} times in 90 days", reason_zh="近 90 天 {value} 次拒绝沟通",
)  # fmt: skip
def refusals_count_90d(history: History) -> Column:
    """Return how many talks of the last 90 days the borrower declined, at the door or in a dispute not counted."""
    return history.contacts.count(days=90, where={**REMOTE, "outcome": ("refused",)})


@stated(
    axis="capacity", zh="近 180 天陈述失业、疾病、灾害或亲属去世的次数",
    reason_en="stated a shock to income {value} times in 180 days",
    reason_zh="近 180 天 {value} 次陈述收入受到冲击",
)  # fmt: skip
def shock_reasons_count_180d(history: History) -> Column:
    """Return how often job loss, illness, disaster or a death was stated in the last 180 days."""
    return history.contacts.count(days=180, where={"stated_reason": SHOCKS})


@stated(
    axis="capacity", zh="近 90 天陈述资金紧张的次数",
    reason_en="stated short cash {value} times in 90 days", reason_zh="近 90 天 {value} 次陈述资金紧张",
)  # fmt: skip
def cash_short_reasons_count_90d(history: History) -> Column:
    """Return how often short cash was stated in the last 90 days."""
    return history.contacts.count(days=90, where={"stated_reason": ("cash_short",)})


@stated(
    axis="willingness", zh="近 90 天未说明逾期原因的通话次数",
    reason_en="no reason given in {value} talks in 90 days", reason_zh="近 90 天 {value} 次通话未说明原因",
)  # fmt: skip
def no_reason_count_90d(history: History) -> Column:
    """Return how many talks of the last 90 days ended without a reason given."""
    return history.contacts.count(days=90, where={**TALK, "stated_reason": ("none_given",)})
