"""A module that a team may write, as text: one decorated function."""

from __future__ import annotations

OWN_MODULE = '''"""Payments of a team's own counting."""

from features.catalogue import feature
from features.columns import Column
from features.history import History


@feature(
    unit="count", purpose="repayment behaviour", group="own payments", sources=("payments",), direction=-1,
    zh="近四十五天的还款次数", reason_en="{value} payments in 45 days", reason_zh="近45天还款 {value} 次",
)
def own_payments_45d(history: History) -> Column:
    """Return how many payments made in 45 days."""
    return history.payments.count(days=45)
'''
