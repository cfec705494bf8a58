"""Features of monthly statements again, in plain loops."""

from __future__ import annotations

from typing import Any

from tests.features.oracle_past import NAN, STATUS, Past, Row, number, over


def panel(p: Past) -> dict[str, Any]:
    m = p.morning

    def total(column: str, lookback: int) -> int:
        return sum(row.get(column) or 0 for row in p.before("statements", lookback))

    row: Row = (p.before("statements") or [{}])[-1]
    dpds = [r["dpd"] for r in p.before("statements", 190) if r.get("dpd") is not None]
    return {
        "statement_balance_latest": number(row.get("balance")),
        "statement_utilisation_latest": over(row.get("balance"), row.get("limit")),
        "statement_dpd_max_190d": max(dpds, default=NAN),
        "statements_late_count_370d": len(p.before("statements", 370, dpd=lambda d: d >= 1)),
        "statement_paid_ratio_100d": over(total("amount_paid", 100), total("amount_due", 100)),
        "statement_paid_amount_190d": total("amount_paid", 190),
        "days_since_statement": m - row["_day"] if row else NAN,
    }


def statement_dpd(row: Row) -> int | None:
    """Return the days past due that one statement tells; None when it tells none."""
    if row.get("status") == "no_loan":
        return None
    if row.get("dpd") is not None:
        return int(row["dpd"])
    status = row.get("status")
    if status is None:
        return None
    return STATUS.get(status, 30 * int(status) if status.isdigit() else 0)


def statement_path(p: Past) -> dict[str, Any]:
    rows = p.before("statements")[::-1]
    newest = [*rows, {}, {}, {}, {}, {}, {}][:6]
    dpds = [statement_dpd(row) for row in newest]
    told = [dpd for row in reversed(rows) if (dpd := statement_dpd(row)) is not None]
    runs = [len(run) for run in "".join("x" if dpd else " " for dpd in told).split()]
    now = len(told) - len("".join("x" if dpd else " " for dpd in told).rstrip("x"))
    ended = runs[:-1] if now else runs
    status = newest[0].get("status")
    same = 0
    while status is not None and same < 6 and newest[same].get("status") == status:
        same += 1
    late = [place for place, dpd in enumerate(reversed(told)) if dpd]

    def of_told(value: Any) -> float:
        return number(value) if told else NAN

    return {f"statement_status_{place}": row.get("status") for place, row in enumerate(newest, start=1)} | {
        "statement_status_run": same or NAN,
        "statement_dpd_2": number(dpds[1]),
        "statement_dpd_3": number(dpds[2]),
        "statement_dpd_change_3": number(dpds[0]) - number(dpds[3]),
        "statement_dpd_max": of_told(max(told, default=0)),
        "statements_count": len(rows),
        "statements_late_share": over(sum(1 for dpd in told if dpd), len(told)),
        "statements_late_31_count": of_told(sum(dpd >= 31 for dpd in told)),
        "statements_late_61_count": of_told(sum(dpd >= 61 for dpd in told)),
        "statements_late_run": of_told(now),
        "statements_late_run_earlier_max": of_told(max(ended, default=0)),
        "statements_late_runs_count": of_told(len(runs)),
        "statements_since_late": late[0] if late else NAN,
    }


def statement_amounts(p: Past) -> dict[str, Any]:
    newest = [*p.before("statements")[::-1], {}, {}, {}, {}, {}, {}][:6]
    used = [over(row.get("balance"), row.get("limit")) for row in newest]
    paid = [number(row.get("amount_paid")) for row in newest]
    balance = [number(row.get("balance")) for row in newest]
    against = [over(now, before) for now, before in zip(paid, balance[1:], strict=False)]
    both = [(a, b) for a, b in zip(paid, balance[1:], strict=False) if a == a and b == b]

    def held(values: list[float]) -> list[float]:
        return [value for value in values if value == value]

    return {
        "statement_limit_latest": number(newest[0].get("limit")),
        "statement_balance_mean_6": over(sum(held(balance)), len(held(balance))),
        "statement_utilisation_mean_6": over(sum(held(used)), len(held(used))),
        "statement_utilisation_max_6": max(held(used), default=NAN),
        "statement_utilisation_change_1": used[0] - used[1],
        "statement_utilisation_change_5": used[0] - used[5],
        "statement_paid_amount_latest": paid[0],
        "statement_paid_amount_2": paid[1],
        "statement_paid_amount_min_6": min(held(paid), default=NAN),
        "statements_unpaid_count_6": sum(value <= 0 for value in held(paid)) if held(paid) else NAN,
        "statement_paid_to_billed_1": against[0],
        "statement_paid_to_billed_2": against[1],
        "statement_paid_to_billed_6": over(sum(a for a, _ in both), sum(b for _, b in both)),
    }
