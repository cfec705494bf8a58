"""How the borrower's earlier loans went, and how this one compares with the previous."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column
from features.history import History

earlier = partial(
    feature, purpose="repayment behaviour", group="earlier loans", mutable=False, none=("no earlier loan", "没有更早的借款"),
)  # fmt: skip
paid = partial(earlier, sources=("loans", "instalments", "payments"), group="first payment of earlier loans")


@earlier(
    unit="count", sources=("loans",), none=("", ""), zh="此前借款笔数",
    reason_en="{value} earlier loans", reason_zh="此前有 {value} 笔借款",
)  # fmt: skip
def earlier_loans_count(history: History) -> Column:
    """Return how many loans the borrower took before this one."""
    return history.earlier_loans.count


@earlier(
    unit="days", sources=("loans",), zh="距上一笔借款放款的天数",
    reason_en="taken {value} days after the previous loan", reason_zh="在上一笔借款 {value} 天后借入",
)  # fmt: skip
def earlier_loan_gap_days(history: History) -> Column:
    """Return the days from the disbursal of the borrower's previous loan to that of this one."""
    return history.earlier_loans.days_between


@earlier(
    unit="days", low=None, sources=("loans",), zh="上一笔借款结束至本笔放款的天数",
    reason_en="taken {value} days after the previous loan ended", reason_zh="在上一笔借款结束 {value} 天后借入",
    none=("no earlier loan that ended", "没有已结束的更早借款"),
)  # fmt: skip
def earlier_loan_end_gap_days(history: History) -> Column:
    """Return the days from the end of the previous loan to the disbursal of this one; below 0 when they overlap."""
    return history.earlier_loans.days_since_end


@earlier(
    unit="ratio", sources=("loans",), group="size against the previous loan", zh="本金与上一笔之比",
    reason_en="{value} times the previous loan", reason_zh="本金为上一笔的 {value} 倍",
)  # fmt: skip
def principal_to_earlier_ratio(history: History) -> Column:
    """Return the principal over that of the borrower's previous loan."""
    return history.earlier_loans.principal_ratio


@earlier(
    unit="ratio", sources=("loans", "instalments"), zh="上一笔借款实际期限与约定期限之比",
    reason_en="the previous loan ran {value} of its schedule", reason_zh="上一笔实际期限为约定的 {value} 倍",
    none=("no earlier loan that ended", "没有已结束的更早借款"),
)  # fmt: skip
def earlier_loan_lifetime_ratio(history: History) -> Column:
    """Return the days the previous loan ran until its end over the days to its last due day."""
    return history.earlier_loans.lifetime_ratio


@paid(
    unit="days", low=None, direction=+1, zh="上一笔借款首期还清相对到期日的天数（负数为提前）",
    reason_en="first instalment of the previous loan settled {value} days after it was due",
    reason_zh="上一笔借款首期在到期 {value} 天后还清",
)  # fmt: skip
def earlier_first_delay_latest(history: History) -> Column:
    """Return the days from the first due day of the previous loan to its settlement; below 0 when early."""
    return history.earlier_loans.first_delay


@paid(
    unit="days", low=None, direction=+1, zh="历次借款首期还清相对到期日的平均天数（负数为提前）",
    reason_en="first instalments of earlier loans settled {value} days after they were due on average",
    reason_zh="历次借款首期平均在到期 {value} 天后还清",
)  # fmt: skip
def earlier_first_delay_mean(history: History) -> Column:
    """Return the mean days from first due day to settlement over all earlier loans; below 0 when early."""
    return history.earlier_loans.first_delay_mean


@paid(
    unit="share", high=1.0, direction=+1, zh="历次借款中首期逾期的占比",
    reason_en="first instalment late on {value} of earlier loans", reason_zh="历次借款中 {value} 首期逾期",
)  # fmt: skip
def earlier_first_late_share(history: History) -> Column:
    """Return the share of earlier loans whose first instalment was not settled when its due day ended."""
    return history.earlier_loans.first_late_share


@earlier(
    unit="days", direction=+1, sources=("loans", "instalments", "payments", "statements"), zh="历次借款最高逾期天数",
    reason_en="an earlier loan was {value} days past due at worst", reason_zh="历次借款最高逾期 {value} 天",
)  # fmt: skip
def earlier_loans_dpd_max(history: History) -> Column:
    """Return the highest days past due that any earlier loan of the borrower reached."""
    return history.earlier_loans.worst_dpd
