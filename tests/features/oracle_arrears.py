"""Features of arrears, payments and the borrower's other loans again, in plain loops."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import NAN, Past, Row, days, distinct, number, over


def arrears(p: Past) -> dict[str, Any]:
    m, ledger = p.morning, bool(p.all_of("instalments"))
    known = ledger or p.statement(m) is not None
    left = [row for row in p.owed(m) if row[0] < m]
    row = p.statement(m) or {}
    stated = max((row.get("amount_due") or 0) - (row.get("amount_paid") or 0), 0)
    arrears = sum(sum(parts) for _, *parts in left) if ledger else stated
    arrears = arrears if ledger or row.get("amount_due") is not None else NAN
    due = p.account.due_total(m) if ledger else row.get("amount_due") or 0
    balance = sum(parts[2] for _, *parts in p.owed(m)) if ledger else row.get("balance")
    balance = NAN if balance is None else balance
    paid = p.paid_until(m)
    year = p.due_between(m - 365, m)
    year_count = p.due_count(365)
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
        "instalments_due_count": p.due_count(10**6) if ledger else NAN,
        "instalment_amount_mean_365d": over(year, year_count),
        "dpd_change_7d": path[-1] - path[-8] if known else NAN,
        "dpd_change_30d": path[-1] - path[-31] if known else NAN,
    }
    for d in (30, 90, 180, 365):
        out[f"max_dpd_{d}d"] = max(path[-d - 1 :]) if known else NAN
    for d in (30, 90, 365):
        out[f"late_days_{d}d"] = sum(1 for dpd in path[-d:] if dpd > 0) if known else NAN
    count, missed, settled, delay = p.account.punctuality(m - 365, m)
    out["missed_instalments_count_180d"] = p.account.punctuality(m - 180, m)[1] if ledger else NAN
    out["missed_instalments_share_365d"] = over(missed, count)
    out["settlement_delay_mean_365d"] = over(delay, settled)
    held = p.active("consents", "withdrawn_on", purpose="income assessment") > 0
    income = p.fact("borrowers", "declared_income") if held else None
    out["declared_income_latest"] = number(income)
    out["arrears_to_income_ratio"] = over(arrears, income)
    out["due_to_income_ratio_30d"] = over(p.due_between(m - 30, m), income)
    promise = p.before("promises")
    out["promise_to_arrears_ratio_latest"] = over(promise[-1]["amount"] if promise else None, arrears)
    return out


def payments(p: Past) -> dict[str, Any]:
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


def stands(past: Past) -> bool:
    """Return whether the loan is known to be disbursed before the morning and not ended before it."""
    disbursed, ended = days(past.fact("loans", "disbursed_on")), days(past.fact("loans", "ended_on"))
    return disbursed is not None and disbursed < past.morning and (ended is None or ended >= past.morning)


def other_loans(p: Past) -> dict[str, Any]:
    loans = {row["loan_id"] for row in p.rows["loans"] if row["borrower_id"] == p.borrower} - {p.loan}
    pasts = [p.beside(loan) for loan in sorted(loans)]
    owed = [arrears(past)["arrears_amount_latest"] for past in pasts if stands(past)]
    told = [amount for amount in owed if amount == amount]
    return {
        "other_loans_count": len(owed),
        "other_loans_dpd_max": max((past.dpd(p.morning) for past in pasts if stands(past)), default=NAN),
        "other_loans_arrears_amount": sum(told) if told else NAN,
        "other_loans_late_count": sum(past.dpd(p.morning) > 0 for past in pasts if stands(past))
        if owed
        else NAN,
    }
