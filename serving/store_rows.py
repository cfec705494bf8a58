"""Decisions as rows of the store: checked, ranked, and given the state they start in."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from serving.decision import Decision, decision_to_json
from serving.tables import State, ticks_of


class DecisionsRefused(ValueError):
    """The decisions cannot be published as one list."""


def rows_of(decisions: Sequence[Decision], *, as_of: date, fence: int) -> list[dict[str, Any]]:
    """Return one row of ``items`` per decision, ranked from 1.

    Raises
    ------
    DecisionsRefused
        When a case appears twice, belongs to another day, or has no lawful window for its action.

    Examples
    --------
    >>> rows_of([], as_of=date(2026, 3, 1), fence=1)
    []
    """
    _check(decisions, as_of=as_of)
    ordered = sorted(decisions, key=lambda d: (d.rank <= 0, d.rank, -d.priority, d.case_id))
    return [_row(decision, rank=rank, fence=fence) for rank, decision in enumerate(ordered, start=1)]


def _row(decision: Decision, *, rank: int, fence: int) -> dict[str, Any]:
    written = json.dumps(decision_to_json(decision), ensure_ascii=False, sort_keys=True, allow_nan=False)
    state: State = "ready"
    if decision.action == "nothing":
        state = "left_alone"
    elif decision.needs_approval:
        state = "awaiting_approval"
    return {
        "case_id": decision.case_id,
        "as_of": decision.as_of,
        "fence": fence,
        "loan_id": decision.loan_id,
        "borrower_id": decision.borrower_id,
        "action": decision.action,
        "bucket": decision.bucket,
        "product": decision.product,
        "portfolio": decision.portfolio,
        "rank": rank,
        "priority": decision.priority,
        "state": state,
        "due_at": _ticks(decision.due_by) or None,
        "lawful_from_at": _ticks(decision.lawful_from),
        "lawful_until_at": _ticks(decision.lawful_until),
        "needs_approval": decision.needs_approval,
        "token": 0,
        "claimed_by": None,
        "claimed_at": None,
        "lease_until": None,
        "digest": hashlib.sha256(written.encode()).hexdigest(),
        "decision": written,
    }


def _check(decisions: Sequence[Decision], *, as_of: date) -> None:
    seen: set[str] = set()
    twice = [d.case_id for d in decisions if d.case_id in seen or seen.add(d.case_id)]  # type: ignore[func-returns-value]
    day = as_of.isoformat()
    elsewhere = [d.case_id for d in decisions if d.as_of != day or d.case_id != f"{d.loan_id}@{day}"]
    unranked = [d.case_id for d in decisions if not math.isfinite(d.priority)]
    # Fail closed: an action without a stated window is never handed out, so it is not published.
    windowless = [d.case_id for d in decisions if d.action != "nothing" and not _window_stands(d)]
    for bad, expected in (
        (twice, "each case once"),
        (elsewhere, f"only cases of {as_of.isoformat()}, named loan_id@as_of"),
        (unranked, "a finite priority"),
        (windowless, "lawful_from before lawful_until, both with an offset, for every action"),
    ):
        if bad:
            raise DecisionsRefused(
                f"Expected {expected}, found {len(bad)} that differ ({', '.join(bad[:5])}). "
                "Correct the decisions; nothing was published."
            )


def _window_stands(decision: Decision) -> bool:
    try:
        return 0 < _ticks(decision.lawful_from) < _ticks(decision.lawful_until)
    except ValueError:
        return False


def _ticks(written: str) -> int:
    return ticks_of(datetime.fromisoformat(written)) if written else 0
