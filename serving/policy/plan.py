"""Tonight's choices: who is audited, what is owed, and how the rest of the day's capacity is shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from serving.policy.allocate import NONE, allocate
from serving.policy.arms import audit_draw, propensity
from serving.policy.duties import OUTRANKING
from serving.policy.lender import CONTACTS
from serving.policy.night import Night

AUDIT_MOST = 0.5
"""At most this share of a day's visits goes to random audits (assumed)."""

OWED_ABOVE = 1e12
"""What is owed ranks above any gain: what can still be in time first, the earliest before the others."""

LATE_ABOVE = 5e11
"""Then what is owed and late already, by gain."""

CALL, MESSAGE, VISIT = (CONTACTS.index(action) for action in ("call", "message", "visit"))


@dataclass(frozen=True)
class Plan:
    """Arrays over the accounts of a night.

    Parameters
    ----------
    choice
        0 call, 1 message, 2 visit, -1 nothing.
    audited
        True where a random draw, not the policy, proposes a visit.
    owed
        True where a contact is owed whatever the score.
    rank
        1 first; 0 where nothing is done.
    used, prices
        Capacity taken and worth of one more unit, by action; ``gap`` as in ``Allocation``.
    """

    choice: NDArray[np.int8]
    audited: NDArray[np.bool_]
    owed: NDArray[np.bool_]
    priority: NDArray[np.float64]
    rank: NDArray[np.int64]
    propensity: NDArray[np.float64]
    used: NDArray[np.float64]
    prices: NDArray[np.float64]
    gap: float


def plan_of(night: Night, *, salt: str) -> Plan:
    """Return the choices of the night: audits, then what is owed, then what is worth most.

    Parameters
    ----------
    salt
        Decides the audit draw together with the loan ids.
    """
    usage = np.array([night.policy.usage[action] for action in CONTACTS])
    capacity = np.array([night.policy.capacity[action] for action in CONTACTS])
    free = ~night.held_out & night.is_lead
    loans = [case.loan_id for case in night.cases]
    audited, p_audit = audit_draw(
        loans,
        eligible=free & night.allowed[:, VISIT],
        share=night.policy.audit_share,
        most=int(capacity[VISIT] * AUDIT_MOST // usage[VISIT]),
        salt=salt,
    )
    owed = night.is_lead & np.array([bool(row) and row[0].kind in OUTRANKING for row in night.duties], bool)
    owed &= night.allowed[:, CALL] | night.allowed[:, MESSAGE]
    left = capacity - usage * [0, 0, int(audited.sum())]
    choice = _owed_choice(night, owed & free & ~audited, usage=usage, left=left)
    for action in (CALL, MESSAGE):
        left[action] -= usage[action] * np.count_nonzero(choice == action)
    rest = free & ~audited & ~owed
    gains = np.where(night.is_worthy & rest[:, None], night.worth.value, -np.inf)
    shared = allocate(gains, usage=usage, capacity=left, tie=night.tie)
    choice = np.where(shared.choice != NONE, shared.choice, choice)
    policy_choice = _without_draws(
        night, choice, shared.prices * usage, owed=owed, drawn=audited | night.held_out
    )
    choice = np.where(audited, VISIT, choice).astype(np.int8)
    eligible = free & night.allowed[:, VISIT]
    priority = _priority(night, choice, owed=owed & free & ~audited)
    return Plan(
        choice=choice,
        audited=audited,
        owed=owed,
        priority=priority,
        rank=_rank(priority, night.tie),
        propensity=propensity(
            action_is_policy=choice == policy_choice,
            action_is_nothing=choice == NONE,
            action_is_visit=choice == VISIT,
            audit=np.where(eligible, p_audit, 0.0),
            holdout=night.policy.holdout_share,
        ),
        used=np.array([usage[a] * np.count_nonzero(choice == a) for a in range(len(CONTACTS))]),
        prices=shared.prices,
        gap=shared.gap,
    )


def _owed_choice(
    night: Night, owed: NDArray[np.bool_], *, usage: NDArray[np.float64], left: NDArray[np.float64]
) -> NDArray[np.int8]:
    """Return a call for what falls due first while calls last, then a message where one is allowed.

    What is late already comes after what can still be in time, the largest gain first.
    """
    choice = np.full(len(night.cases), NONE, dtype=np.int8)
    order = np.lexsort((night.tie, -night.worth.value[:, CALL], _due(night)))
    order = order[owed[order]]
    for action in (CALL, MESSAGE):
        open_rows = order[(choice[order] == NONE) & night.allowed[order, action]]
        choice[open_rows[: int(left[action] // usage[action])]] = action
    return choice


def _without_draws(
    night: Night,
    choice: NDArray[np.int8],
    charge: NDArray[np.float64],
    *,
    owed: NDArray[np.bool_],
    drawn: NDArray[np.bool_],
) -> NDArray[np.int8]:
    """Return what the policy itself would choose, at tonight's prices, for those a draw took away."""
    margins = np.where(night.is_worthy, night.worth.value - charge, -np.inf)
    best = np.where(margins.max(axis=1, initial=-np.inf) > 0, margins.argmax(axis=1), NONE)
    by_duty = np.where(night.allowed[:, CALL], CALL, MESSAGE)
    best = np.where(owed, by_duty, best)
    best = np.where(night.is_lead, best, NONE)
    return np.where(drawn, best, choice).astype(np.int8)


def _priority(night: Night, choice: NDArray[np.int8], *, owed: NDArray[np.bool_]) -> NDArray[np.float64]:
    rows = np.arange(len(choice))
    gain = np.maximum(night.worth.value[rows, np.maximum(choice, 0)], 0.0) + 1.0
    due = _due(night)
    priority = np.where(owed, np.where(np.isinf(due), LATE_ABOVE + gain, OWED_ABOVE - due), gain)
    return np.where(choice == NONE, 0.0, priority)


def _due(night: Night) -> NDArray[np.float64]:
    """Return the instant at which the most urgent contact falls due; infinity where it is late or none is owed."""
    due = [row[0].due_by if row else None for row in night.duties]
    return np.array(
        [
            by.timestamp() if by is not None and by > case.day_start else np.inf
            for by, case in zip(due, night.cases, strict=True)
        ],
        dtype=np.float64,
    )


def _rank(priority: NDArray[np.float64], tie: NDArray[np.float64]) -> NDArray[np.int64]:
    rank = np.zeros(len(priority), dtype=np.int64)
    listed = np.lexsort((tie, -priority))
    listed = listed[priority[listed] > 0]
    rank[listed] = np.arange(1, len(listed) + 1)
    return rank
