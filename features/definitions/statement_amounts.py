"""Amounts of the latest statements: balance, use of the limit, and what was paid of the bill before."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

statement = partial(feature, purpose="repayment behaviour", sources=("statements",), group="statements")


@statement(
    unit="minor units", low=None, group="statement balance", zh="最近六期账单平均余额",
    reason_en="{value} balance on average of six statements", reason_zh="最近六期平均余额 {value}",
)  # fmt: skip
def statement_balance_mean_6(history: History) -> Column:
    """Return the mean balance of the latest six statements."""
    return _mean(history.statement_path.numbers("balance"))


@statement(
    unit="ratio", low=None, group="utilisation", direction=+1, zh="最近六期平均额度使用率",
    reason_en="{value} of the limit used on average of six statements", reason_zh="最近六期平均额度使用率 {value}",
)  # fmt: skip
def statement_utilisation_mean_6(history: History) -> Column:
    """Return the mean of balance over limit on the latest six statements; missing without a limit."""
    return _mean(np.array(_utilisation(history)))


@statement(
    unit="ratio", low=None, group="utilisation", zh="最近六期最高额度使用率",
    reason_en="at most {value} of the limit used on six statements", reason_zh="最近六期最高额度使用率 {value}",
)  # fmt: skip
def statement_utilisation_max_6(history: History) -> Column:
    """Return the highest balance over limit on the latest six statements; missing without a limit."""
    highest: Column = np.fmax.reduce(_utilisation(history))
    return highest


@statement(
    unit="ratio", low=None, group="utilisation trend", zh="额度使用率较上一期的变化",
    reason_en="use of the limit changed by {value} in a statement", reason_zh="额度使用率较上一期变化 {value}",
)  # fmt: skip
def statement_utilisation_change_1(history: History) -> Column:
    """Return the utilisation of the latest statement less that of the one before."""
    latest, before, *_ = _utilisation(history)
    change: Column = latest - before
    return change


@statement(
    unit="ratio", low=None, group="utilisation trend", zh="额度使用率较五期前的变化",
    reason_en="use of the limit changed by {value} in five statements", reason_zh="额度使用率较五期前变化 {value}",
)  # fmt: skip
def statement_utilisation_change_5(history: History) -> Column:
    """Return the utilisation of the latest statement less that five statements earlier."""
    latest, *_, earliest = _utilisation(history)
    change: Column = latest - earliest
    return change


@statement(
    unit="minor units", low=None, group="paid amount", zh="最近账单还款额",
    reason_en="{value} paid on the latest statement", reason_zh="最近账单还款 {value}",
)  # fmt: skip
def statement_paid_amount_latest(history: History) -> Column:
    """Return what was paid on the latest statement."""
    return history.statements.latest("amount_paid")


@statement(
    unit="minor units", low=None, group="paid amount", zh="上一期账单还款额",
    reason_en="{value} paid on the statement before", reason_zh="上一期账单还款 {value}",
)  # fmt: skip
def statement_paid_amount_2(history: History) -> Column:
    """Return what was paid on the second latest statement."""
    return history.statement_path.number("amount_paid", 2)


@statement(
    unit="minor units", low=None, group="paid amount", zh="最近六期最低账单还款额",
    reason_en="at least {value} paid on each of six statements", reason_zh="最近六期每期至少还款 {value}",
)  # fmt: skip
def statement_paid_amount_min_6(history: History) -> Column:
    """Return the smallest amount paid on any of the latest six statements."""
    lowest: Column = np.fmin.reduce(history.statement_path.numbers("amount_paid"))
    return lowest


@statement(
    unit="count", high=6.0, direction=+1, group="unpaid statements", zh="最近六期中没有还款的账单数",
    reason_en="nothing paid on {value} of six statements", reason_zh="最近六期中 {value} 期没有还款",
)  # fmt: skip
def statements_unpaid_count_6(history: History) -> Column:
    """Return on how many of the latest six statements nothing was paid; missing when none states a payment."""
    paid = history.statement_path.numbers("amount_paid")
    stated = (~np.isnan(paid)).sum(axis=0)
    return known_where((paid <= 0).sum(axis=0), stated > 0)


@statement(
    unit="share", high=1.0, direction=-1, group="bills paid in full", zh="最近六期中按应还额还足的账单占比",
    reason_en="{value} of six bills were paid in full", reason_zh="最近六期账单 {value} 已还足",
    none=("no bill asked for anything", "账单没有应还额"),
)  # fmt: skip
def statements_paid_in_full_share_6(history: History) -> Column:
    """Return the share of the latest six statements that asked for money on which all of it was paid."""
    asked, paid = history.statement_path.numbers("amount_due"), history.statement_path.numbers("amount_paid")
    stated = (asked > 0) & ~np.isnan(paid)
    return ratio((stated & (paid >= asked)).sum(axis=0), stated.sum(axis=0))


@statement(
    unit="ratio", low=None, group="paid against billed", zh="最近账单还款与上期余额之比",
    reason_en="paid {value} of the balance billed before", reason_zh="还款为上期余额的 {value} 倍",
)  # fmt: skip
def statement_paid_to_billed_1(history: History) -> Column:
    """Return what was paid on the latest statement over the balance of the one before; missing without a balance."""
    return _paid_to_billed(history)[0]


@statement(
    unit="ratio", low=None, group="paid against billed", zh="上一期账单还款与其前期余额之比",
    reason_en="a statement earlier, paid {value} of the balance billed before",
    reason_zh="上一期还款为其前期余额的 {value} 倍",
)  # fmt: skip
def statement_paid_to_billed_2(history: History) -> Column:
    """Return what was paid on the second latest statement over the balance of the one before it."""
    return _paid_to_billed(history)[1]


@statement(
    unit="ratio", low=None, group="paid against billed", zh="最近六期还款与前期余额合计之比",
    reason_en="paid {value} of the balances billed over six statements",
    reason_zh="最近六期还款为前期余额合计的 {value} 倍",
)  # fmt: skip
def statement_paid_to_billed_6(history: History) -> Column:
    """Return what was paid on the latest five statements over the balances of those before them, in sum."""
    paid, billed = _paid_after_billed(history)
    return ratio(paid.sum(axis=0), billed.sum(axis=0))


def _utilisation(history: History) -> Column:
    """Return balance over limit of the latest six statements, newest first."""
    used = zip(
        history.statement_path.numbers("balance"), history.statement_path.numbers("limit"), strict=True
    )
    return np.stack([ratio(balance, limit) for balance, limit in used])


def _paid_after_billed(history: History) -> tuple[Column, Column]:
    """Return what was paid on each of five statements and the balance of the one before it; 0 unless both are known."""
    paid = history.statement_path.numbers("amount_paid")[:-1]
    billed = history.statement_path.numbers("balance")[1:]
    both = ~np.isnan(paid) & ~np.isnan(billed)
    return np.where(both, paid, 0.0), np.where(both, billed, 0.0)


def _paid_to_billed(history: History) -> list[Column]:
    """Return, newest first, what was paid on each statement over the balance of the one before it."""
    paid, billed = history.statement_path.numbers("amount_paid"), history.statement_path.numbers("balance")
    return [ratio(now, before) for now, before in zip(paid[:-1], billed[1:], strict=True)]


def _mean(rows: Column) -> Column:
    """Return the mean over the statements that state the amount; missing when none does."""
    seen = ~np.isnan(rows)
    return ratio(np.where(seen, rows, 0.0).sum(axis=0), seen.sum(axis=0))
