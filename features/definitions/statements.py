"""Monthly panels: balance, utilisation and what was paid of each bill."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, ratio
from features.events import AtLeast
from features.history import History

statement = partial(feature, purpose="repayment behaviour", sources=("statements",), group="statements")


@statement(
    unit="minor units", low=None, zh="最近账单余额",
    reason_en="statement balance {value}", reason_zh="最近账单余额 {value}",
)  # fmt: skip
def statement_balance_latest(history: History) -> Column:
    """Return the balance of the latest statement."""
    return history.statements.latest("balance")


@statement(
    unit="ratio", low=None, group="utilisation", direction=+1, zh="最近账单额度使用率",
    reason_en="{value} of the limit is used", reason_zh="额度使用率 {value}",
)  # fmt: skip
def statement_utilisation_latest(history: History) -> Column:
    """Return balance over limit of the latest statement; missing without a limit."""
    return ratio(history.statements.latest("balance"), history.statements.latest("limit"))


@statement(
    unit="days", direction=+1, group="worst days past due", zh="近 190 天账单最高逾期天数",
    reason_en="at worst {value} days past due on six statements", reason_zh="近六期账单最高逾期 {value} 天",
)  # fmt: skip
def statement_dpd_max_190d(history: History) -> Column:
    """Return the highest days past due on the statements of the last 190 days."""
    return history.statements.largest("dpd", days=190)


@statement(
    unit="count", direction=+1, group="days late", zh="近 370 天出现逾期的账单数",
    reason_en="{value} statements past due in a year", reason_zh="近一年 {value} 期账单逾期",
)  # fmt: skip
def statements_late_count_370d(history: History) -> Column:
    """Return how many statements of the last 370 days were past due."""
    return history.statements.count(days=370, where={"dpd": AtLeast(1)})


@statement(
    unit="ratio", low=None, direction=-1, group="paid against due", zh="近 100 天账单实还与应还之比",
    reason_en="paid {value} times what three statements asked", reason_zh="近三期账单实还为应还的 {value} 倍",
)  # fmt: skip
def statement_paid_ratio_100d(history: History) -> Column:
    """Return paid over due on the statements of the last 100 days; missing when nothing was due."""
    return ratio(
        history.statements.total("amount_paid", days=100), history.statements.total("amount_due", days=100)
    )


@statement(
    unit="minor units", low=None, group="paid amount", zh="近 190 天账单还款总额",
    reason_en="{value} paid on six statements", reason_zh="近六期账单共还款 {value}",
)  # fmt: skip
def statement_paid_amount_190d(history: History) -> Column:
    """Return what was paid on the statements of the last 190 days."""
    return history.statements.total("amount_paid", days=190).astype(np.float64)


@statement(
    unit="days", group="statement age", zh="距最近账单的天数",
    reason_en="latest statement {value} days ago", reason_zh="最近账单在 {value} 天前",
    none=("no statement so far", "至今没有账单"),
)  # fmt: skip
def days_since_statement(history: History) -> Column:
    """Return the days since the latest statement; missing when none."""
    return history.statements.days_since_last()


@statement(
    unit="minor units", group="limit", zh="最近账单授信额度",
    reason_en="limit of {value}", reason_zh="授信额度 {value}",
)  # fmt: skip
def statement_limit_latest(history: History) -> Column:
    """Return the limit of the latest statement."""
    return history.statements.latest("limit")
