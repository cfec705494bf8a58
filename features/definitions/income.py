"""Declared income against the debt: only with the borrower's consent."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

income = partial(
    feature, purpose="income assessment", lawful_basis="consent", group="income", axis="capacity",
    sources=("borrowers", "consents"),
)  # fmt: skip


@income(
    unit="minor units", zh="申报月收入", reason_en="declared income {value}", reason_zh="申报收入 {value}",
)  # fmt: skip
def declared_income_latest(history: History) -> Column:
    """Return the income the borrower declared last."""
    return history.borrowers.money("declared_income")


@income(
    unit="ratio", zh="逾期金额与申报收入之比",
    reason_en="arrears are {value} times the declared income", reason_zh="逾期金额为申报收入的 {value} 倍",
)  # fmt: skip
def arrears_to_income_ratio(history: History) -> Column:
    """Return the arrears over the declared income; missing without income."""
    owed = known_where(history.ledger.arrears, history.ledger.arrears_known)
    return ratio(owed, history.borrowers.money("declared_income"))


@income(
    unit="ratio", zh="近 30 天到期额与申报收入之比",
    reason_en="{value} of the declared income fell due in 30 days",
    reason_zh="近 30 天到期额为申报收入的 {value} 倍",
)  # fmt: skip
def due_to_income_ratio_30d(history: History) -> Column:
    """Return what fell due in the last 30 days over the declared income; missing without income."""
    due = history.ledger.due_between(first=history.as_of - 30, last=history.as_of)
    return ratio(due, history.borrowers.money("declared_income"))


@income(
    unit="ratio", low=None, zh="剩余本金与申报收入之比",
    reason_en="{value} times the declared income is left to pay", reason_zh="剩余本金为申报收入的 {value} 倍",
)  # fmt: skip
def balance_to_income_ratio(history: History) -> Column:
    """Return the principal still to be paid over the declared income; missing without income."""
    left = known_where(history.ledger.balance, history.ledger.balance_known)
    return ratio(left, history.borrowers.money("declared_income"))


@income(
    unit="ratio", zh="平均每期应还额与申报收入之比",
    reason_en="an instalment is {value} of the declared income", reason_zh="每期应还额为申报收入的 {value} 倍",
)  # fmt: skip
def instalment_to_income_ratio(history: History) -> Column:
    """Return the mean instalment due in the last 365 days over the declared income; missing without either."""
    due = history.ledger.due_between(first=history.as_of - 365, last=history.as_of)
    mean = ratio(due.astype(np.float64), history.ledger.due_count(days=365))
    return ratio(mean, history.borrowers.money("declared_income"))


@income(
    unit="days", low=1.0, sources=("consents",), zh="距最近一次同意收入评估的天数",
    reason_en="consented to the look at income {value} days ago", reason_zh="{value} 天前同意收入评估",
)  # fmt: skip
def income_consent_age_days(history: History) -> Column:
    """Return the days since the borrower last consented to the assessment of income: how old what it rests on may be."""
    return history.consents.days_since_last(where={"purpose": ("income assessment",)})
