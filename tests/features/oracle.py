"""Every feature again, from the past of one loan in plain loops: nothing of the engine is used here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from tests.features.oracle_loans import earlier_loans, schedule
from tests.features.oracle_panel import panel, statement_amounts, statement_path
from tests.features.oracle_past import NAN, Past, Row, dated, days, number, over

TALKS = ("talked", "promised", "refused", "asked_for_plan", "called_back")
UNANSWERED = ("no_answer", "busy", "dead_number", "voicemail")


def distinct(rows: Iterable[Row], column: str) -> int:
    return len({row.get(column) for row in rows} - {None})


def features_of(past: Past) -> dict[str, Any]:
    """Return every feature of one loan on one morning."""
    topics = (
        _arrears, _payments, _contacts, _treatment, _terms, schedule, panel, statement_path,
        statement_amounts,
    )  # fmt: skip
    return {name: value for topic in topics for name, value in topic(past).items()}


def _arrears(p: Past) -> dict[str, Any]:
    m, ledger = p.morning, bool(p.all_of("instalments"))
    known = ledger or p.statement(m) is not None
    left = [row for row in p.owed(m) if row[0] < m]
    row = p.statement(m) or {}
    stated = max((row.get("amount_due") or 0) - (row.get("amount_paid") or 0), 0)
    arrears = sum(sum(parts) for _, *parts in left) if ledger else stated
    arrears = arrears if ledger or row.get("amount_due") is not None else NAN
    due = p.due_between(-(10**9), m) if ledger else row.get("amount_due") or 0
    balance = sum(parts[2] for _, *parts in p.owed(m)) if ledger else row.get("balance")
    balance = NAN if balance is None else balance
    paid = p.paid_until(m)
    year = p.due_between(m - 365, m)
    year_count = len(p.before("instalments", 365))
    path = [p.dpd(day) for day in range(m - 365, m + 1)]
    out: dict[str, Any] = {
        "dpd_latest": path[-1] if known else NAN,
        "arrears_amount_latest": arrears,
        "unpaid_instalments_count": sum(1 for _, *parts in left if sum(parts)) if ledger else NAN,
        "arrears_to_instalment_ratio": over(arrears * year_count, year),
        "arrears_share_of_due": over(arrears, due) if ledger else NAN,
        "arrears_fee_share": over(sum(r[1] for r in left), arrears) if ledger else NAN,
        "arrears_interest_share": over(sum(r[2] for r in left), arrears) if ledger else NAN,
        "prepaid_amount_latest": max(paid - due, 0) if ledger else NAN,
        "balance_amount_latest": balance,
        "balance_to_principal_ratio": over(balance, p.fact("loans", "principal")),
        "arrears_to_balance_ratio": over(arrears, balance),
        "instalments_due_count": len(p.before("instalments")) if ledger else NAN,
        "instalment_amount_mean_365d": over(year, year_count),
        "dpd_change_7d": path[-1] - path[-8] if known else NAN,
        "dpd_change_30d": path[-1] - path[-31] if known else NAN,
    }
    for d in (30, 90, 180, 365):
        out[f"max_dpd_{d}d"] = max(path[-d - 1 :]) if known else NAN
    for d in (30, 90, 365):
        out[f"late_days_{d}d"] = sum(1 for dpd in path[-d:] if dpd > 0) if known else NAN
    count, missed, delays = p.punctuality(m - 365)
    out["missed_instalments_count_180d"] = p.punctuality(m - 180)[1] if ledger else NAN
    out["missed_instalments_share_365d"] = over(missed, count)
    out["settlement_delay_mean_365d"] = over(sum(delays), len(delays))
    held = p.active("consents", "withdrawn_on", purpose="income assessment") > 0
    income = p.fact("borrowers", "declared_income") if held else None
    out["declared_income_latest"] = number(income)
    out["arrears_to_income_ratio"] = over(arrears, income)
    out["due_to_income_ratio_30d"] = over(p.due_between(m - 30, m), income)
    promise = p.before("promises")
    out["promise_to_arrears_ratio_latest"] = over(promise[-1]["amount"] if promise else None, arrears)
    return out


def _payments(p: Past) -> dict[str, Any]:
    m = p.morning

    def received(lookback: int | None) -> list[Row]:
        return p.before("payments", lookback, amount=lambda a: a >= 1)

    out: dict[str, Any] = {f"paid_amount_{d}d": p.paid_between(m - d, m) for d in (30, 90, 365)}
    for d in (30, 90, 180):
        out[f"paid_to_due_ratio_{d}d"] = over(p.paid_between(m - d, m), p.due_between(m - d, m))
    return out | {
        "payments_count_30d": len(received(30)),
        "payments_count_90d": len(received(90)),
        "days_since_payment": p.since_last(received(None)),
        "payment_largest_180d": max((row["amount"] for row in received(180)), default=NAN),
        "reversals_count_180d": len(p.before("payments", 180, amount=lambda a: a < 0)),
        "payment_channels_distinct_180d": distinct(received(180), "channel"),
    }


def _contacts(p: Past) -> dict[str, Any]:
    def calls(lookback: int, **where: Any) -> int:
        return len(p.before("contacts", lookback, channel="call", direction="out", **where))

    def met(lookback: int | None, **where: Any) -> list[Row]:
        return p.before("contacts", lookback, **where)

    return {
        "attempts_count_7d": calls(7),
        "attempts_count_30d": calls(30),
        "right_party_contacts_count_30d": len(met(30, outcome=TALKS)),
        "right_party_contacts_count_90d": len(met(90, outcome=TALKS)),
        "connect_rate_60d": over(calls(60, outcome=TALKS), calls(60)),
        "days_since_right_party_contact": p.since_last(met(None, outcome=TALKS)),
        "unanswered_count_30d": calls(30, outcome=UNANSWERED),
        "bad_number_count_180d": len(met(180, outcome=("dead_number", "wrong_number"))),
        "numbers_distinct_180d": distinct(met(180), "number_id"),
        "contact_channels_distinct_90d": distinct(met(90), "channel"),
        "inbound_count_90d": len(met(90, direction="in")),
        "plan_requests_count_180d": len(met(180, outcome="asked_for_plan")),
        "refusals_count_90d": len(met(90, outcome="refused")),
        "shock_reasons_count_180d": len(
            met(180, stated_reason=("job_loss", "illness", "disaster", "death_in_family"))
        ),
        "cash_short_reasons_count_90d": len(met(90, stated_reason="cash_short")),
        "no_reason_count_90d": len(met(90, outcome=TALKS, stated_reason="none_given")),
    }


def _treatment(p: Past) -> dict[str, Any]:
    kept, broken = p.promises(p.morning - 180)
    seen = p.before("visits", None, outcome="met")
    return {
        "promises_count_90d": len(p.before("promises", 90)),
        "broken_promises_count_180d": broken,
        "kept_promises_share_180d": over(kept, kept + broken),
        "days_since_promise": p.since_last(p.before("promises")),
        "promise_open_latest": float(p.active("promises", "due_on") > 0),
        "offers_count_180d": len(p.before("offers", 180)),
        "offers_accepted_count_180d": len(p.before("offers", 180, answer="accepted")),
        "instalment_offers_refused_count_180d": len(
            p.before("offers", 180, answer="refused", kind="instalments")
        ),
        "visits_met_count_180d": len(p.before("visits", 180, outcome="met")),
        "visit_income_seen_latest": number(seen[-1].get("income_seen") if seen else None),
        "visit_assets_seen_latest": number(seen[-1].get("assets_seen") if seen else None),
        "plan_active_latest": float(p.active("plans", "ends_on") > 0),
        "plans_count_365d": len(p.before("plans", 365)),
        "means_evidence_count": p.active("evidence", "expires_on", kind=("C1", "C2", "C3", "C4")),
        "shock_evidence_count": p.active("evidence", "expires_on", kind="C5"),
        "doubt_evidence_count": p.active(
            "evidence", "expires_on", kind=("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8")
        ),
        "goodwill_evidence_count": p.active("evidence", "expires_on", kind="W9"),
        "hardship_active_latest": float(p.active("flags", "ends_on", kind="hardship") > 0),
        "moratorium_active_latest": float(
            p.active("flags", "ends_on", kind=("moratorium", "bankruptcy")) > 0
        ),
        "hardship_count_365d": len(p.before("flags", 365, kind="hardship")),
    }


def _terms(p: Past) -> dict[str, Any]:
    disbursed, opened = days(p.fact("loans", "disbursed_on")), days(p.fact("borrowers", "opened_on"))
    months = p.fact("loans", "term_months")
    age = p.morning - disbursed if disbursed is not None else NAN
    out: dict[str, Any] = {
        "principal_amount": number(p.fact("loans", "principal")),
        "annual_rate_latest": number(p.fact("loans", "annual_rate")),
        "term_months_latest": number(months),
        "guarantor_latest": number(p.fact("loans", "guarantor")),
        "collateral_latest": number(p.fact("loans", "collateral")),
        "loan_age_days": age,
        "term_elapsed_ratio": over(age, None if months is None else months * 365.25 / 12),
        "customer_tenure_days": NAN if opened is None else p.morning - opened,
        "employment_kind": p.fact("borrowers", "employment"),
    }
    for name, column in (("score", "value"), ("grade", "code")):
        told = None
        for kind, owner in (("borrower", p.borrower), ("loan", p.loan)):
            for row in sorted(p.rows.get("attributes", []), key=lambda r: r["revision"]):
                if (row["owner_kind"], row["owner_id"], row["name"]) == (kind, owner, name):
                    latest = [
                        r["revision"]
                        for r in p.rows["attributes"]
                        if (r["owner_kind"], r["owner_id"], r["name"]) == (kind, owner, name)
                        and r["_known"] < p.known_by
                    ]
                    if row["_known"] < p.known_by and row["revision"] == max(latest):
                        told = row[column] if row[column] is not None else told
        out[f"attr_{name}"] = number(told) if column == "value" else told
    return out


def stands(past: Past) -> bool:
    """Return whether the loan is known to be disbursed before the morning and not ended before it."""
    disbursed, ended = days(past.fact("loans", "disbursed_on")), days(past.fact("loans", "ended_on"))
    return disbursed is not None and disbursed < past.morning and (ended is None or ended >= past.morning)


def _others(p: Past) -> dict[str, Any]:
    loans = {row["loan_id"] for row in p.rows["loans"] if row["borrower_id"] == p.borrower} - {p.loan}
    pasts = [Past(p.rows, loan, p.borrower, p.morning, p.known_by) for loan in sorted(loans)]
    owed = [_arrears(past)["arrears_amount_latest"] for past in pasts if stands(past)]
    told = [amount for amount in owed if amount == amount]
    return {
        "other_loans_count": len(owed),
        "other_loans_dpd_max": max((past.dpd(p.morning) for past in pasts if stands(past)), default=NAN),
        "other_loans_arrears_amount": sum(told) if told else NAN,
        "other_loans_late_count": sum(past.dpd(p.morning) > 0 for past in pasts if stands(past))
        if owed
        else NAN,
    }


def oracle_frame(tables: dict[str, list[Row]], mornings: list[dt.date]) -> pd.DataFrame:
    """Return every feature of every loan that stood on each morning, by (loan_id, as_of)."""
    rows = dated(tables)
    found = []
    for loan in sorted({row["loan_id"] for row in rows["loans"]}):
        for morning in sorted({days(day.isoformat()) or 0 for day in mornings}):
            borrower = next(row["borrower_id"] for row in rows["loans"] if row["loan_id"] == loan)
            past = Past(rows, loan, borrower, morning, morning)
            if stands(past):
                found.append(
                    {"loan_id": loan, "as_of": morning}
                    | features_of(past)
                    | _others(past)
                    | earlier_loans(past)
                )
    return pd.DataFrame(found)
