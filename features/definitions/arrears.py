"""What is owed this morning, and since when."""

from __future__ import annotations

from functools import partial

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

LEDGER = ("instalments", "payments", "statements")
standing = partial(feature, purpose="repayment behaviour", group="arrears", sources=LEDGER)


@standing(
    unit="days", direction=+1, zh="当前逾期天数",
    reason_en="{value} days past due", reason_zh="已逾期 {value} 天",
)  # fmt: skip
def dpd_latest(history: History) -> Column:
    """Return the days past due this morning."""
    return known_where(history.ledger.dpd, history.ledger.known)


@standing(
    unit="minor units", direction=+1, zh="当前逾期金额",
    reason_en="{value} overdue", reason_zh="逾期金额 {value}",
)  # fmt: skip
def arrears_amount_latest(history: History) -> Column:
    """Return the amount due and unpaid this morning."""
    return known_where(history.ledger.arrears, history.ledger.arrears_known)


@standing(
    unit="count", direction=+1, zh="未结清的到期期数",
    reason_en="{value} instalments unpaid", reason_zh="{value} 期未结清",
)  # fmt: skip
def unpaid_instalments_count(history: History) -> Column:
    """Return how many due instalments are not fully paid."""
    return known_where(history.ledger.unpaid_count, history.ledger.has_ledger)


@standing(
    unit="ratio", direction=+1, zh="逾期金额相当于一期应还额的倍数",
    reason_en="arrears are {value} times an instalment", reason_zh="逾期金额为一期应还额的 {value} 倍",
)  # fmt: skip
def arrears_to_instalment_ratio(history: History) -> Column:
    """Return the arrears over the mean instalment due in the last year."""
    due = history.ledger.due_between(first=history.as_of - 365, last=history.as_of)
    return ratio(history.ledger.arrears * history.ledger.due_count(days=365), due)


@standing(
    unit="share", high=1.0, direction=+1, zh="到期应还总额中未还的比例",
    reason_en="{value} of all that fell due is unpaid", reason_zh="到期总额中 {value} 未还",
)  # fmt: skip
def arrears_share_of_due(history: History) -> Column:
    """Return the unpaid share of all that fell due so far."""
    return known_where(ratio(history.ledger.arrears, history.ledger.due_total), history.ledger.has_ledger)


@standing(
    unit="share", high=1.0, zh="逾期金额中费用的占比",
    reason_en="fees are {value} of the arrears", reason_zh="费用占逾期金额 {value}",
)  # fmt: skip
def arrears_fee_share(history: History) -> Column:
    """Return the share of fees in the arrears."""
    return known_where(ratio(history.ledger.arrears_fee, history.ledger.arrears), history.ledger.has_ledger)


@standing(
    unit="share", high=1.0, zh="逾期金额中利息的占比",
    reason_en="interest is {value} of the arrears", reason_zh="利息占逾期金额 {value}",
)  # fmt: skip
def arrears_interest_share(history: History) -> Column:
    """Return the share of interest in the arrears."""
    return known_where(
        ratio(history.ledger.arrears_interest, history.ledger.arrears), history.ledger.has_ledger
    )


@standing(
    unit="minor units", zh="已多付并结转到下一期的金额",
    reason_en="{value} paid ahead", reason_zh="已提前支付 {value}",
)  # fmt: skip
def prepaid_amount_latest(history: History) -> Column:
    """Return what was paid beyond all that fell due, carried forward."""
    ahead = history.ledger.paid_total - history.ledger.due_total
    return known_where(ahead.clip(min=0), history.ledger.has_ledger)
