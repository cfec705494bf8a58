"""What the schedule asks from this morning on."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.event_kernels import NO_DAY
from features.history import History

agreed = partial(
    feature, purpose="loan terms", group="next instalment", sources=("instalments",),
    none=("nothing falls due any more", "没有待到期的应还"),
)  # fmt: skip


@agreed(
    unit="days", zh="距下一个还款日的天数",
    reason_en="next instalment in {value} days", reason_zh="{value} 天后有下一期应还",
)  # fmt: skip
def next_due_days(history: History) -> Column:
    """Return the days from this morning to the next day on which money falls due; missing when none does."""
    next_on = history.schedule.next_on
    return np.where(next_on == NO_DAY, np.nan, next_on.astype(np.float64) - history.as_of)


@agreed(
    unit="minor units", zh="下一期应还额",
    reason_en="next instalment of {value}", reason_zh="下一期应还 {value}",
)  # fmt: skip
def next_due_amount(history: History) -> Column:
    """Return what falls due on the next due day; missing when nothing does."""
    return known_where(history.schedule.next_amount, history.schedule.next_on != NO_DAY)


@agreed(
    unit="ratio", group="loan terms", mutable=False, none=("", ""), zh="约定应还总额与本金之比",
    reason_en="the schedule asks {value} times the principal", reason_zh="约定应还总额为本金的 {value} 倍",
)  # fmt: skip
def scheduled_to_principal_ratio(history: History) -> Column:
    """Return all that the schedule asks over its life over the principal lent."""
    whole = known_where(history.schedule.whole_amount, history.ledger.has_ledger)
    return ratio(whole, history.loans.money("principal"))
