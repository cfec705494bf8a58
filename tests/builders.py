"""The smallest lawful book and its rows as plain functions; every value can be overridden by keyword."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from features.book import Book
from features.contracts import TABLES
from features.manifest import Manifest

CHINA = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")

Row = dict[str, Any]


def manifest(**changes: Any) -> Manifest:
    """Return the manifest of a Chinese lender."""
    base = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
    return Manifest(**{**base, **changes})


def at(day: str, clock: str = "12:00", zone: str = "+08:00") -> str:
    """Return an instant as text: ``at("2024-03-01")`` is noon in Shanghai."""
    return f"{day}T{clock}:00{zone}"


def _row(base: Row, changes: Row, *, known_on: str) -> Row:
    """Return the row, known at the instant it reports, or at noon of the day it reports."""
    row = {**base, "revision": 1, **changes}
    reported = row[known_on]
    row.setdefault("known_at", reported if known_on.endswith("_at") else at(str(reported)[:10]))
    return row


def borrower(**changes: Any) -> Row:
    """Return a borrower known since 2023-12-01."""
    base = {"borrower_id": "B-1", "language": "zh", "employment": "employed", "declared_income": 800_000}
    return {**base, "revision": 1, "known_at": at("2023-12-01"), **changes}


def protected(**changes: Any) -> Row:
    """Return the protected attributes of a borrower."""
    base = {"borrower_id": "B-1", "age_band": "30-39", "sex": "F", "region": "north"}
    return {**base, "revision": 1, "known_at": at("2023-12-01"), **changes}


def loan(**changes: Any) -> Row:
    """Return a loan of 1200.00 disbursed on 2024-01-15, known the same day."""
    base = {
        "loan_id": "L-1",
        "borrower_id": "B-1",
        "product": "instalment",
        "portfolio": "own",
        "disbursed_on": "2024-01-15",
        "principal": 120_000,
        "annual_rate": 0.18,
        "term_months": 12,
    }
    return _row(base, changes, known_on="disbursed_on")


def instalment(**changes: Any) -> Row:
    """Return the instalment of 100.00 + 5.00 due on 2024-02-15, known since 2024-01-15."""
    base = {
        "loan_id": "L-1",
        "number": 1,
        "due_on": "2024-02-15",
        "principal_due": 10_000,
        "interest_due": 500,
        "fee_due": 0,
    }
    return {**base, "revision": 1, "known_at": at("2024-01-15"), **changes}


def instalments(count: int = 12, **changes: Any) -> list[Row]:
    """Return monthly instalments due on the 15th from 2024-02 on."""
    first = pd.Timestamp("2024-02-15")
    return [
        instalment(number=n + 1, due_on=str((first + pd.DateOffset(months=n)).date()), **changes)
        for n in range(count)
    ]


def payment(**changes: Any) -> Row:
    """Return a payment of 105.00 made and known on 2024-02-15."""
    base = {
        "payment_id": "P-1",
        "loan_id": "L-1",
        "paid_on": "2024-02-15",
        "amount": 10_500,
        "channel": "bank",
    }
    return _row(base, changes, known_on="paid_on")


def statement(**changes: Any) -> Row:
    """Return the statement of February 2024, known at the month's end."""
    base = {
        "loan_id": "L-1",
        "month": "2024-02-01",
        "balance": 110_000,
        "amount_due": 10_500,
        "amount_paid": 10_500,
        "dpd": 0,
    }
    row = {**base, "revision": 1, **changes}
    end = (pd.Timestamp(row["month"]) + pd.offsets.MonthEnd(0)).date()
    row.setdefault("known_at", at(str(end), "23:00"))
    return row


def attribute(**changes: Any) -> Row:
    """Return the number 2 named ``dependants`` of borrower B-1."""
    base = {"owner_kind": "borrower", "owner_id": "B-1", "name": "dependants", "value": 2.0}
    return {**base, "revision": 1, "known_at": at("2024-01-15"), **changes}


def contact(**changes: Any) -> Row:
    """Return an answered call at noon of 2024-03-01."""
    base = {
        "contact_id": "C-1",
        "loan_id": "L-1",
        "contacted_at": at("2024-03-01"),
        "channel": "call",
        "direction": "out",
        "party": "borrower",
        "number_id": "N-1",
        "outcome": "talked",
        "stated_reason": "cash_short",
    }
    return _row(base, changes, known_on="contacted_at")


def promise(**changes: Any) -> Row:
    """Return a promise of 105.00 by 2024-03-08, made on 2024-03-01."""
    base = {
        "promise_id": "PR-1",
        "loan_id": "L-1",
        "promised_at": at("2024-03-01"),
        "due_on": "2024-03-08",
        "amount": 10_500,
    }
    return _row(base, changes, known_on="promised_at")


def offer(**changes: Any) -> Row:
    """Return a refused offer of instalments made on 2024-04-01."""
    base = {
        "offer_id": "O-1",
        "loan_id": "L-1",
        "offered_at": at("2024-04-01"),
        "kind": "instalments",
        "answer": "refused",
    }
    return _row(base, changes, known_on="offered_at")


def visit(**changes: Any) -> Row:
    """Return a visit of 2024-04-10 that met the borrower."""
    base = {
        "visit_id": "V-1",
        "loan_id": "L-1",
        "planned_on": "2024-04-10",
        "visited_at": at("2024-04-10"),
        "staff": "S-1,S-2",
        "outcome": "met",
        "reason": "cash_short",
        "identity_ok": True,
        "income_seen": False,
        "assets_seen": False,
        "propensity": 0.04,
    }
    row = {**base, "revision": 1, **changes}
    row.setdefault("known_at", row["visited_at"] or at(str(row["planned_on"])[:10]))
    return row


def evidence(**changes: Any) -> Row:
    """Return strong income evidence (C1) observed on 2024-04-10."""
    base = {
        "evidence_id": "E-1",
        "borrower_id": "B-1",
        "kind": "C1",
        "value": 1.0,
        "source": "payslip",
        "confidence": 0.9,
        "observed_on": "2024-04-10",
        "consent_id": "K-1",
    }
    return _row(base, changes, known_on="observed_on")


def review(**changes: Any) -> Row:
    """Return one person's decision for tier T3 on 2024-05-20."""
    base = {
        "review_id": "R-1",
        "decided_by": "ana",
        "loan_id": "L-1",
        "tier": "T3",
        "decided_at": at("2024-05-20"),
        "reasons": "inflow on the promised dates, three promises broken",
    }
    return _row(base, changes, known_on="decided_at")


def plan(**changes: Any) -> Row:
    """Return an extension from 2024-04-15 to 2024-06-15."""
    base = {
        "plan_id": "PL-1",
        "loan_id": "L-1",
        "kind": "extension",
        "starts_on": "2024-04-15",
        "ends_on": "2024-06-15",
    }
    return _row(base, changes, known_on="starts_on")


def flag(**changes: Any) -> Row:
    """Return a dispute that began on 2024-04-01 and is open."""
    base = {
        "flag_id": "F-1",
        "borrower_id": "B-1",
        "kind": "dispute",
        "starts_on": "2024-04-01",
        "ends_on": None,
    }
    return _row(base, changes, known_on="starts_on")


def consent(**changes: Any) -> Row:
    """Return the consent to assess income, granted on 2024-01-10."""
    base = {
        "consent_id": "K-1",
        "borrower_id": "B-1",
        "purpose": "income assessment",
        "granted_on": "2024-01-10",
        "withdrawn_on": None,
    }
    return _row(base, changes, known_on="granted_on")


def agent(**changes: Any) -> Row:
    """Return an agent trained until the end of 2025."""
    base = {"agent_id": "A-1", "skills": "call,visit", "languages": "zh", "trained_until": "2025-12-31"}
    return {**base, "revision": 1, "known_at": at("2023-12-01"), **changes}


def table_of(name: str, rows: Sequence[Row]) -> pa.Table:
    """Return the Arrow table of dict rows; columns missing from a row are empty there."""
    names = [c.name for c in TABLES[name].columns] if name in TABLES else []
    used = [n for n in names if any(n in row for row in rows)]
    used += [n for row in rows for n in row if n not in used and n not in names]
    return pa.table({n: pa.array([row.get(n) for row in rows]) for n in dict.fromkeys(used)})


def tables_of(**tables: Sequence[Row]) -> dict[str, pa.Table]:
    """Return raw tables of dict rows: one loan with one instalment and no payment unless given."""
    if "loans" not in tables:
        tables["loans"] = [loan()]
    if "statements" not in tables:
        tables.setdefault("instalments", [instalment()])
        tables.setdefault("payments", [])
    made = {name: table_of(name, rows) for name, rows in tables.items()}
    return {name: table if table.num_columns else _empty(name) for name, table in made.items()}


def book_of(manifest: Manifest = CHINA, /, **tables: Sequence[Row]) -> Book:
    """Return the book of dict rows: ``book_of(payments=[payment(amount=500)])``."""
    return Book.from_tables(tables_of(**tables), manifest=manifest)


def _empty(name: str) -> pa.Table:
    return pa.table({c.name: pa.array([], pa.null()) for c in TABLES[name].columns})
