"""The smallest lawful decision, list and store, as plain functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from serving.decision import ActionValue, Decision, GateCheck, ReasonText
from serving.store import Store, open_store
from serving.store_publish import Provenance, Published, next_fence, publish

AS_OF = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in Shanghai
PROVENANCE = Provenance(policy_version="CN-1", book_digest="b" * 64, models={"roll_30": "a" * 64})


def decision(number: int = 1, *, as_of: date = AS_OF, **changes: Any) -> Decision:
    """Return a lawful call of loan L-number, whose window is 08:00 to 22:00 in Shanghai."""
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) - timedelta(hours=8)
    loan = changes.pop("loan_id", f"L-{number}")
    plain = Decision(
        case_id=f"{loan}@{as_of.isoformat()}",
        loan_id=loan,
        borrower_id=f"B-{number}",
        as_of=as_of.isoformat(),
        product="cash",
        portfolio="P1",
        bucket="1-30",
        dpd=12,
        arrears=150_000,
        currency="CNY",
        scores={"roll_30": 0.42},
        bands={"roll_30": "high"},
        reasons=(
            ReasonText("max_dpd_180d", 0.7, "Was 40 days late within six months", "近半年最长逾期40天"),
        ),
        action="call",
        priority=float(1000 - number),
        values=(
            ActionValue("call", 900.0, 30.0, allowed=True),
            ActionValue("nothing", 0.0, 0.0, allowed=True),
        ),
        gates=(GateCheck("CN-hours", "call", "allowed", "08:00 to 22:00", "8时至22时", "GB/T 45251-2025"),),
        why_en="A call is worth most here.",
        why_zh="电话收益最高。",
        propensity=0.95,
        lawful_from=(midnight + timedelta(hours=8)).isoformat(),
        lawful_until=(midnight + timedelta(hours=22)).isoformat(),
        policy_version="CN-1",
        models={"roll_30": "a" * 64},
        rank=number,
    )
    return dataclasses.replace(plain, **changes)


def visit(number: int = 1, **changes: Any) -> Decision:
    """Return a home visit that two people must approve."""
    return decision(number, **{"action": "visit", "needs_approval": True, **changes})


def left_alone(number: int = 1, **changes: Any) -> Decision:
    """Return an account that needs no action."""
    return decision(number, **{"action": "nothing", "lawful_from": "", "lawful_until": "", **changes})


def published(
    decisions: Sequence[Decision], *, store: Store | None = None, as_of: date = AS_OF, at: datetime = NOON
) -> tuple[Store, Published]:
    """Return a store in which the decisions are in force."""
    store = store or open_store("sqlite://")
    done = publish(store, decisions, as_of=as_of, fence=next_fence(store), at=at, provenance=PROVENANCE)
    return store, done
