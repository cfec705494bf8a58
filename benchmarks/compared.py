"""What every engine of the comparison computes: forty features of the catalogue, and the codes they look for."""

from __future__ import annotations

import datetime as dt

IDS = ("loan_id", "borrower_id")
"""Texts that name an observation beside its morning; a computation in memory keeps ``owner_no`` instead."""

PEERS = ("pandas", "duckdb", "polars")

NAMES = (
    "dpd_latest", "arrears_amount_latest", "unpaid_instalments_count", "arrears_share_of_due",
    "arrears_to_instalment_ratio", "prepaid_amount_latest", "instalments_due_count",
    "instalment_amount_mean_365d", "loan_age_days", "term_elapsed_ratio",
    "paid_amount_30d", "paid_amount_90d", "paid_amount_365d",
    "paid_to_due_ratio_30d", "paid_to_due_ratio_90d", "paid_to_due_ratio_180d",
    "payments_count_30d", "payments_count_90d", "days_since_payment", "payment_largest_180d",
    "reversals_count_180d", "payment_channels_distinct_180d",
    "attempts_count_7d", "attempts_count_30d", "right_party_contacts_count_30d",
    "right_party_contacts_count_90d", "connect_rate_60d", "days_since_right_party_contact",
    "unanswered_count_30d", "bad_number_count_180d", "numbers_distinct_180d",
    "contact_channels_distinct_90d", "inbound_count_90d", "plan_requests_count_180d",
    "refusals_count_90d", "no_reason_count_90d", "shock_reasons_count_180d",
    "promises_count_90d", "days_since_promise", "promise_open_latest",
)  # fmt: skip
"""The forty features."""

MONEY = frozenset(name for name in NAMES if "_amount_" in name or name.startswith("payment_largest"))
"""Features in minor units: float64; all others are float32, as in the engine's own table."""

TALKS = ("talked", "promised", "refused", "asked_for_plan", "called_back")
UNANSWERED = ("no_answer", "busy", "dead_number", "voicemail")
BAD_NUMBERS = ("dead_number", "wrong_number")
SHOCKS = ("job_loss", "illness", "disaster", "death_in_family")

COLUMNS = {
    "loans": ("term_months", "ended_on", *IDS),
    "instalments": ("principal_due", "interest_due", "fee_due"),
    "payments": ("amount", "channel"),
    "contacts": ("channel", "direction", "number_id", "outcome", "stated_reason"),
    "promises": ("due_on",),
}
"""Columns that the features need of each table, beside the derived ones."""

DERIVED = ("owner_no", "day", "seen_from", "seen_until")
CODES = ("channel", "direction", "number_id", "outcome", "stated_reason")
DAYS_PER_MONTH = 365.25 / 12

EPOCH = dt.date(1970, 1, 1)


def mornings_of(count: int = 12) -> tuple[dt.date, ...]:
    """Return the first days of the months of 2025, the first ``count`` of them.

    Examples
    --------
    >>> mornings_of(2)
    (datetime.date(2025, 1, 1), datetime.date(2025, 2, 1))
    """
    return tuple(dt.date(2025, month, 1) for month in range(1, count + 1))


def number_of(day: dt.date) -> int:
    """Return a day as days since 1970-01-01."""
    return (day - EPOCH).days
