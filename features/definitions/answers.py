"""How the borrower answered when reached: the last reaction, refusals, payments after a talk.

What was said at the door, or in a talk in which the debt was disputed, is no answer that counts.
"""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, ratio, within
from features.definitions.contacts import REMOTE, SHOCKS
from features.history import History
from features.rhythm import AnsweredTalks

answer = partial(feature, purpose="contact history", sources=("contacts",), unit="share", high=1.0)


@answer(
    unit="code", kind="code", low=None, high=None, group="last reaction", axis="willingness",
    zh="最近一次与本人通话的反应",
    reason_en="last reaction: {value}", reason_zh="最近一次反应：{value}",
    none=("the borrower was never reached", "至今未联系到本人"),
)  # fmt: skip
def talk_outcome_latest(history: History) -> Column:
    """Return how the borrower reacted when last reached, at the door and in disputes left out; missing when never."""
    return history.contacts.latest("outcome", where=REMOTE)


@answer(
    group="cooperation", axis="willingness", zh="近 180 天通话中拒绝沟通的比例",
    reason_en="declined to talk in {value} of talks", reason_zh="近 180 天通话 {value} 拒绝沟通",
    none=("no talk in 180 days", "近 180 天没有与本人通话"),
)  # fmt: skip
def refusals_share_180d(history: History) -> Column:
    """Return the share of the talks of 180 days that the borrower declined, disputes left out; missing without one."""
    refused = history.contacts.count(days=180, where={**REMOTE, "outcome": ("refused",)})
    return ratio(refused, history.contacts.count(days=180, where=REMOTE))


@answer(
    group="payments after talks", direction=-1, sources=("contacts", "payments"),
    zh="近 180 天通话后 3 天内还款的比例",
    reason_en="{value} of talks were followed by a payment", reason_zh="{value} 的通话后 3 天内有还款",
    none=("no talk in 180 days", "近 180 天没有与本人通话"),
)  # fmt: skip
def talks_paid_share_180d(history: History) -> Column:
    """Return the share of days with a talk in 180 days that a payment followed within 3 days; missing without one."""
    talks = history.swept(AnsweredTalks)
    return ratio(talks.answered_days, talks.talked_days)


@answer(
    unit="days", low=1.0, high=180.0, group="stated reasons", axis="capacity",
    zh="距最近一次陈述失业、疾病、灾害或亲属去世的天数（180 天内）",
    reason_en="a shock to income stated {value} days ago", reason_zh="{value} 天前陈述收入受到冲击",
    none=("no shock stated in 180 days", "近 180 天没有陈述收入受到冲击"),
)  # fmt: skip
def days_since_shock_reason_180d(history: History) -> Column:
    """Return the days since job loss, illness, disaster or a death was last stated; missing when not in 180 days."""
    return within(history.contacts.days_since_last(where={"stated_reason": SHOCKS}), 180)
