"""Tonight's facts about every account, side by side: rules asked, duties owed, worth and arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from features.progress import counted
from serving.decision import Action, GateCheck
from serving.policy.arms import is_held_out, stable_draws
from serving.policy.case import Attempt, Case, VisitPlan
from serving.policy.duties import OUTRANKING, Duty, duties_of
from serving.policy.gates import check, earliest_lawful, is_allowed, lawful_window
from serving.policy.hours import Span
from serving.policy.lender import CONTACTS, LenderPolicy
from serving.policy.packs import Pack
from serving.policy.value import Worth, worth_of


@dataclass(frozen=True)
class Asked:
    """What the rules said about one action for one account, and between which instants it is lawful."""

    checks: tuple[GateCheck, ...]
    span: Span | None

    @property
    def is_allowed(self) -> bool:
        """Return True when no rule refuses it."""
        return self.span is not None and is_allowed(self.checks)


@dataclass(frozen=True)
class Night:
    """One row per overdue account; columns of two-dimensional arrays are call, message, visit.

    Parameters
    ----------
    lead
        Position of the account through which this debtor is contacted tonight.
    held_out
        True for debtors of the permanent holdout.
    tie
        Stable number in [0, 1) that orders equals.
    """

    cases: tuple[Case, ...]
    pack: Pack
    policy: LenderPolicy
    asked: tuple[dict[Action, Asked], ...]
    allowed: NDArray[np.bool_]
    duties: tuple[tuple[Duty, ...], ...]
    worth: Worth
    held_out: NDArray[np.bool_]
    tie: NDArray[np.float64]
    lead: NDArray[np.int64]

    @property
    def is_lead(self) -> NDArray[np.bool_]:
        """Return True where the debtor is contacted through this account."""
        return np.asarray(self.lead == np.arange(len(self.cases)))

    @property
    def is_worthy(self) -> NDArray[np.bool_]:
        """Return True where an action is allowed, gains enough and the account needs it to pay."""
        restraint = self.policy.restraint
        enough = self.worth.value > restraint["least_gain"]
        needed = self.worth.p_bad >= restraint["p_bad_below"]
        return np.asarray(self.allowed & enough & needed[:, None])


def night_of(cases: Sequence[Case], *, pack: Pack, policy: LenderPolicy, as_of: date, seed: int) -> Night:
    """Return everything known about the overdue accounts before capacity is shared out."""
    asked = tuple(
        ask_all(case, pack=pack, policy=policy, on=as_of) for case in counted(cases, stage="accounts")
    )
    allowed = np.array([[row[action].is_allowed for action in CONTACTS] for row in asked], dtype=np.bool_)
    allowed = allowed.reshape(len(cases), len(CONTACTS))
    duties = tuple(duties_of(case, pack=pack, policy=policy) for case in cases)
    worth = worth_of(cases, policy=policy)
    borrowers = [case.borrower_id for case in cases]
    tie = stable_draws([case.loan_id for case in cases], salt=f"{policy.salt}:tie:{seed}:{as_of.isoformat()}")
    held_out = is_held_out(borrowers, share=policy.holdout_share, salt=policy.salt)
    lead = _leads(borrowers, allowed=allowed, duties=duties, worth=worth, tie=tie)
    return Night(tuple(cases), pack, policy, asked, allowed, duties, worth, held_out, tie, lead)


def ask_all(case: Case, *, pack: Pack, policy: LenderPolicy, on: date) -> dict[Action, Asked]:
    """Return the rules' answers for a call and a message on that day, and for a visit after its notice."""
    answers: dict[Action, Asked] = {}
    for action in CONTACTS:
        attempt, span = Attempt(), lawful_window(case, action, on, pack)
        if action == "visit":
            plan, span = _visit_proposal(case, pack, policy, on)
            attempt = Attempt(visit=plan)
        moment = span[0] if span else case.day_start
        answers[action] = Asked(check(case, action, moment, pack, attempt=attempt), span)
    return answers


def _visit_proposal(
    case: Case, pack: Pack, policy: LenderPolicy, on: date
) -> tuple[VisitPlan | None, Span | None]:
    """Return the visit as the house would make it: announced at once, made when the notice has run."""
    announced = lawful_window(case, "message", on, pack)
    if announced is None:
        return None, None
    plan = VisitPlan(
        staff=policy.visit.get("staff"),
        identity_shown=policy.visit.get("identity_shown"),
        entry_asked=policy.visit.get("entry_asked"),
        notice_at=announced[0],
        departing=False,
    )
    ready = announced[0] + timedelta(hours=float(policy.visit["notice_hours"]))
    return plan, _span_from(case, ready, pack, on)


def _span_from(case: Case, ready: datetime, pack: Pack, on: date) -> Span | None:
    soonest = earliest_lawful(case, "visit", ready, pack)
    if soonest is None:
        return None
    for ahead in range((soonest.date() - on).days + 2):
        span = lawful_window(case, "visit", on + timedelta(days=ahead), pack)
        if span and span[0] <= soonest < span[1]:
            return soonest, span[1]
    return None


def _leads(
    borrowers: list[str],
    *,
    allowed: NDArray[np.bool_],
    duties: tuple[tuple[Duty, ...], ...],
    worth: Worth,
    tie: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return for each account the one through which its debtor is contacted: owed first, then worth most."""
    lead = np.arange(len(borrowers))
    if not len(borrowers):
        return lead
    codes, first = np.unique(np.array(borrowers, dtype=object), return_inverse=True)
    if len(codes) == len(borrowers):
        return lead
    best = np.where(allowed, worth.value, -np.inf).max(axis=1)
    owed = np.array([bool(row) and row[0].kind in OUTRANKING for row in duties]) & allowed.any(axis=1)
    due = np.array([row[0].due_by.timestamp() if row else np.inf for row in duties])
    order = np.lexsort((tie, -best, due, ~owed, first))
    starts = np.r_[True, first[order][1:] != first[order][:-1]]
    lead_of_borrower = order[starts]
    return np.asarray(lead_of_borrower[first], dtype=np.int64)
