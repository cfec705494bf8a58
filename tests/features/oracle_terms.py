"""Features of the loan's terms, of its borrower and of the lender's own attributes again, in plain loops."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import NAN, Past, days, number, over


def terms(p: Past) -> dict[str, Any]:
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
