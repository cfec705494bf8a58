"""Size, price and age of the loan, and what is left of it."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

EVER = 36_500
"""Days of a lookback that leaves nothing out: a hundred years."""

term = partial(feature, purpose="loan terms", group="loan terms", sources=("loans",), mutable=False)
exposure = partial(
    feature, purpose="exposure", group="exposure", sources=("loans", "instalments", "payments", "statements")
)
tenure = partial(
    feature, purpose="loan terms", group="tenure", sources=("loans",), unit="days", mutable=False
)

DAYS_PER_MONTH = 365.25 / 12


@term(
    unit="minor units", zh="放款本金", reason_en="loan of {value}", reason_zh="借款本金 {value}",
)  # fmt: skip
def principal_amount(history: History) -> Column:
    """Return the principal that was lent."""
    return history.loans.money("principal")


@term(
    unit="ratio", high=20.0, zh="年化利率",
    reason_en="annual rate {value}", reason_zh="年化利率 {value}",
)  # fmt: skip
def annual_rate_latest(history: History) -> Column:
    """Return the annual rate of the loan as a fraction."""
    return history.loans.number("annual_rate")


@term(
    unit="months", high=1200.0, zh="借款期限（月）",
    reason_en="term of {value} months", reason_zh="期限 {value} 个月",
)  # fmt: skip
def term_months_latest(history: History) -> Column:
    """Return the agreed term in months."""
    return history.loans.number("term_months")


@term(
    unit="yes/no", high=1.0, zh="是否有担保人",
    reason_en="guarantor: {value}", reason_zh="有担保人：{value}",
)  # fmt: skip
def guarantor_latest(history: History) -> Column:
    """Return whether somebody stands surety."""
    return history.loans.number("guarantor")


@term(
    unit="yes/no", high=1.0, zh="是否有抵押物",
    reason_en="collateral: {value}", reason_zh="有抵押物：{value}",
)  # fmt: skip
def collateral_latest(history: History) -> Column:
    """Return whether the loan is secured."""
    return history.loans.number("collateral")


@exposure(
    unit="minor units", low=None, zh="剩余本金",
    reason_en="{value} principal left", reason_zh="剩余本金 {value}",
)  # fmt: skip
def balance_amount_latest(history: History) -> Column:
    """Return the principal still to be paid, or the balance of the latest statement."""
    return known_where(history.ledger.balance, history.ledger.balance_known)


@exposure(
    unit="ratio", low=None, zh="剩余本金与放款本金之比",
    reason_en="{value} of the principal is left", reason_zh="剩余本金为放款本金的 {value} 倍",
)  # fmt: skip
def balance_to_principal_ratio(history: History) -> Column:
    """Return the principal still to be paid over the principal lent."""
    left = known_where(history.ledger.balance, history.ledger.balance_known)
    return ratio(left, history.loans.money("principal"))


@exposure(
    unit="ratio", zh="逾期金额与剩余本金之比",
    reason_en="arrears are {value} of the balance", reason_zh="逾期金额为剩余本金的 {value} 倍",
)  # fmt: skip
def arrears_to_balance_ratio(history: History) -> Column:
    """Return the arrears over the principal still to be paid."""
    return ratio(known_where(history.ledger.arrears, history.ledger.arrears_known), history.ledger.balance)


@tenure(
    low=1.0, zh="放款至今的天数", reason_en="loan is {value} days old", reason_zh="放款已 {value} 天",
)  # fmt: skip
def loan_age_days(history: History) -> Column:
    """Return the days since the loan was disbursed."""
    return history.days_since(history.loans.day("disbursed_on"))


@tenure(
    unit="ratio", zh="已过期限与约定期限之比",
    reason_en="{value} of the term has passed", reason_zh="已过期限为约定期限的 {value} 倍",
)  # fmt: skip
def term_elapsed_ratio(history: History) -> Column:
    """Return the age of the loan over its agreed term; above 1 past the term."""
    age = history.days_since(history.loans.day("disbursed_on"))
    return ratio(age, history.loans.number("term_months") * DAYS_PER_MONTH)


@tenure(
    unit="months", high=1200.0, group="loan terms", zh="剩余期限（月）",
    reason_en="{value} months of the term are left", reason_zh="剩余期限 {value} 个月",
)  # fmt: skip
def term_left_months(history: History) -> Column:
    """Return the months left of the agreed term; 0 past it."""
    gone = history.days_since(history.loans.day("disbursed_on")) / DAYS_PER_MONTH
    return (history.loans.number("term_months") - gone).clip(min=0)


@tenure(
    sources=("borrowers",), zh="成为客户的天数",
    low=None, reason_en="customer for {value} days", reason_zh="成为客户 {value} 天",
)  # fmt: skip
def customer_tenure_days(history: History) -> Column:
    """Return the days since the borrower became a customer."""
    return history.days_since(history.borrowers.day("opened_on"))


@tenure(
    unit="count", sources=("instalments",), group="instalments passed", zh="已到期期数",
    reason_en="{value} instalments fell due so far", reason_zh="已到期 {value} 期",
)  # fmt: skip
def instalments_due_count(history: History) -> Column:
    """Return how many instalments fell due so far."""
    return known_where(history.ledger.due_count(days=EVER), history.ledger.has_ledger)


@tenure(
    unit="code", kind="code", low=None, sources=("borrowers",), group="employment", axis="capacity",
    purpose="ability to pay", zh="就业状态",
    reason_en="employment: {value}", reason_zh="就业状态：{value}",
)  # fmt: skip
def employment_kind(history: History) -> Column:
    """Return the employment that the borrower stated."""
    return history.borrowers.code("employment")


@exposure(
    unit="minor units", zh="近 365 天平均每期应还额",
    reason_en="instalments of {value} on average", reason_zh="平均每期应还 {value}",
    none=("nothing fell due in a year", "近一年没有到期应还"),
)  # fmt: skip
def instalment_amount_mean_365d(history: History) -> Column:
    """Return the mean instalment due in the last 365 days; missing when none fell due."""
    due = history.ledger.due_between(first=history.as_of - 365, last=history.as_of)
    return ratio(due.astype(np.float64), history.ledger.due_count(days=365))
