"""Features of when and how the borrower is reached again, and the single ones of other topics, in plain loops."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tests.features.oracle_conduct import TALKS
from tests.features.oracle_past import NAN, Past, Row, days, over

MESSAGES = ("sms", "email", "app", "letter", "message")
HOURS = {"morning": range(8, 12), "afternoon": range(12, 18), "evening": range(18, 22)}


def local(row: Row) -> pd.Timestamp:
    return pd.Timestamp(row["contacted_at"]).tz_convert("Asia/Shanghai")


def rate(rows: list[Row]) -> float:
    """Return the share of the attempts that reached the borrower."""
    return over(sum(row["outcome"] in TALKS for row in rows), len(rows))


def reach(p: Past) -> dict[str, Any]:
    calls = p.before("contacts", 180, channel="call", direction="out")
    out = {
        f"connect_rate_{part}_180d": rate([row for row in calls if local(row).hour in hours])
        for part, hours in HOURS.items()
    }
    came = [
        r["_day"] for r in p.before("contacts") if r["direction"] == "in" or r["outcome"] == "called_back"
    ]
    sent = {row["_day"] for row in p.before("contacts", 180, channel=MESSAGES, direction="out")}
    sent = {day for day in sent if day + 3 < p.morning}
    answered = [day for day in sent if any(day <= on <= day + 3 for on in came)]
    since = 0
    for row in p.before("contacts"):
        if row["outcome"] in TALKS:
            since = 0
        elif row["channel"] == "call" and row["direction"] == "out":
            since += 1
    return out | {
        "connect_rate_weekend_180d": rate([row for row in calls if local(row).weekday() >= 5]),
        "messages_answered_share_180d": over(len(answered), len(sent)),
        "attempts_since_talk_count": since,
    }


def answers(p: Past) -> dict[str, Any]:
    talks = [
        row
        for row in p.before("contacts", None, outcome=TALKS)
        if row["channel"] != "visit" and row["stated_reason"] != "dispute"
    ]
    recent = [row for row in talks if row["_day"] >= p.morning - 180]
    refused = [row for row in talks if row["outcome"] == "refused"]
    days_with_talk = {
        row["_day"] for row in p.before("contacts", 180, outcome=TALKS) if row["_day"] + 3 < p.morning
    }
    paid_on = [row["_day"] for row in p.all_of("payments") if row["amount"] >= 1]
    answered = [day for day in days_with_talk if any(day <= on <= day + 3 for on in paid_on)]
    shocks = p.before("contacts", 180, stated_reason=("job_loss", "illness", "disaster", "death_in_family"))
    return {
        "refusals_count_90d": sum(row["_day"] >= p.morning - 90 for row in refused),
        "talk_outcome_latest": talks[-1]["outcome"] if talks else None,
        "refusals_share_180d": over(sum(row in recent for row in refused), len(recent)),
        "talks_paid_share_180d": over(len(answered), len(days_with_talk)),
        "days_since_shock_reason_180d": p.since_last(shocks),
    }


def standing(p: Past) -> tuple[float, float]:
    """Return arrears and balance, missing where nobody states them."""
    if p.all_of("instalments"):
        owed = p.owed(p.morning)
        left = sum(sum(parts) for due, *parts in owed if due < p.morning)
        return left, sum(parts[2] for _, *parts in owed)
    row = p.statement(p.morning) or {}
    asked, balance = row.get("amount_due"), row.get("balance")
    stated = NAN if asked is None else max(asked - (row.get("amount_paid") or 0), 0)
    return stated, NAN if balance is None else balance


def further(p: Past) -> dict[str, Any]:
    """Return what stands alone in its topic: visits met, hardship, the term, income, bills paid in full."""
    m = p.morning
    held = p.active("consents", "withdrawn_on", purpose="income assessment") > 0
    income = p.fact("borrowers", "declared_income") if held else None
    count = p.due_count(365)
    disbursed, months = days(p.fact("loans", "disbursed_on")), p.fact("loans", "term_months")
    six = p.before("statements")[-6:]
    asked = [row for row in six if (row.get("amount_due") or 0) > 0 and row.get("amount_paid") is not None]
    given = p.before("consents", None, purpose="income assessment")
    paid, (owed, balance) = max(p.paid_between(m - 30, m), 0), standing(p)
    return {
        "paid_share_of_owed_30d": over(paid, paid + owed),
        "balance_to_income_ratio": over(balance, income),
        "days_since_visit_met": p.since_last(p.before("visits", None, outcome="met")),
        "days_since_hardship_365d": p.since_last(p.before("flags", 365, kind="hardship")),
        "term_left_months": NAN
        if months is None or disbursed is None
        else max(months - (m - disbursed) / (365.25 / 12), 0),
        "instalment_to_income_ratio": over(over(p.due_between(m - 365, m), count), income),
        "income_consent_age_days": p.since_last(given) if held else NAN,
        "statements_paid_in_full_share_6": over(
            sum(row["amount_paid"] >= row["amount_due"] for row in asked), len(asked)
        ),
    }
