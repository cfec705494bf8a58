"""The smallest case that every rule allows to call, and moments to ask about it."""

from __future__ import annotations

import copy
import tomllib
from datetime import UTC, date, datetime, timedelta
from typing import Any

from serving.policy.case import Attempt, Case, VisitPlan
from serving.policy.lender import FILE, LenderPolicy, load_policy, read_policy
from serving.policy.packs import Pack, load_pack

AS_OF = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CN: Pack = load_pack("CN")
POLICY: LenderPolicy = load_policy()


def case(**changes: Any) -> Case:
    """Return an account 40 days past due that may be called, messaged and, announced, visited."""
    base: dict[str, Any] = {
        "case_id": "L-1@2026-03-02",
        "loan_id": "L-1",
        "borrower_id": "B-1",
        "as_of": AS_OF,
        "day_start": MIDNIGHT,
        "country": "CN",
        "time_zone": "Asia/Shanghai",
        "product": "instalment",
        "portfolio": "own",
        "currency": "CNY",
        "bucket": "31-60",
        "dpd": 40,
        "arrears": 900_000,
        "arrears_principal": 800_000,
        "arrears_interest": 100_000,
        "arrears_fee": 0,
        "balance": 1_000_000,
        "annual_rate": 0.18,
        "counted_on": AS_OF,
        "identified_on": date(2026, 1, 22),
        "tried": True,
        "contacted": True,
        "talked": True,
        "channels_tried": frozenset({"call", "sms"}),
        "last_right_party_on": date(2026, 2, 1),
        "risk_band": "high",
        "scores": {"roll_60": 0.6},
        "bands": {"roll_60": "high"},
        "models": {"roll_60": "ab12"},
    }
    return Case(**{**base, **changes})


def many(count: int, **changes: Any) -> list[Case]:
    """Return that many debtors with one loan each."""
    return [
        case(loan_id=f"L-{n}", borrower_id=f"B-{n}", case_id=f"L-{n}@{AS_OF.isoformat()}", **changes)
        for n in range(count)
    ]


def visit(**changes: Any) -> Attempt:
    """Return a visit prepared as the rules want it, announced a day before ``NOON``."""
    base: dict[str, Any] = {
        "staff": 2,
        "identity_shown": True,
        "entry_asked": True,
        "notice_at": NOON - timedelta(hours=24),
        "departing": True,
        "approvals": 2,
    }
    return Attempt(visit=VisitPlan(**{**base, **changes}))


def policy(**changes: Any) -> LenderPolicy:
    """Return the house policy with some values replaced: ``policy(**{"capacity.visits": 0})``."""
    raw = copy.deepcopy(tomllib.loads(FILE.read_text(encoding="utf-8")))
    for path, value in changes.items():
        *sections, name = path.split(".")
        place = raw
        for section in sections:
            place = place.setdefault(section, {})
        place[name] = value
    return read_policy(raw, where="lender.toml")


def local(clock: str, *, day: str = "2026-03-02") -> datetime:
    """Return the instant of a wall clock in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00")
