"""A case in the order in which a person reads it: whose hand, how much, why, what is allowed, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final

from serving.account_sheet import AccountSheet
from serving.console.acts import HOLD
from serving.console.session import Person
from serving.decision import ActionValue, Decision, GateCheck
from serving.policy.spoken import GOOD_SCORES
from serving.store_approvals import APPROVALS_NEEDED
from serving.store_leases import Hand, hand_of
from serving.store_worklist import Item, Story

_BAR_STEPS: Final = 100
_SCORES_IN_ORDER: Final = ("p_able", "p_willing", "p_willful")


@dataclass(frozen=True)
class ReasonBar:
    """A reason in words, whether it raises the risk, and the length of its bar from 1 to 100."""

    text_en: str
    text_zh: str
    raises: bool
    length: int


@dataclass(frozen=True)
class ScoreLine:
    """A probability by name, its band when it has one, and whether a high one is good news."""

    name: str
    probability: float
    band: str
    good_when_high: bool


@dataclass(frozen=True)
class CaseView:
    """Everything the page of a case shows.

    Parameters
    ----------
    item, decision
        The case and what was decided.
    sheet
        The account as it was known; None when it was published without one.
    hand
        Whose hand it lies in: this person's with a running lease (``mine``) or one that ran out and that
        nobody took over (``spent``), another's, or nobody's.
    minutes_left
        Minutes until the lease ends, rounded up.
    parts
        Principal, interest and fee of the arrears; None when the lender's data do not split them.
    scores, willful
        Scores about repayment, and those about ability and willingness.
    refused, allowed
        Rules that forbid something, then those that allow.
    may_claim, may_keep, may_record, may_go_on, may_approve, has_approved
        What this person can do now; keeping is offered once it would make the lease longer, the next case once
        this person has finished this one.
    time_zone
        The zone in which times are shown; empty when unknown.
    """

    item: Item
    decision: Decision
    sheet: AccountSheet | None
    hand: Hand
    minutes_left: int
    parts: Mapping[str, int] | None
    scores: tuple[ScoreLine, ...]
    willful: tuple[ScoreLine, ...]
    reasons: tuple[ReasonBar, ...]
    values: tuple[ActionValue, ...]
    refused: tuple[GateCheck, ...]
    allowed: tuple[GateCheck, ...]
    approved_by: tuple[str, ...]
    approvals_needed: int
    events: tuple[Mapping[str, Any], ...]
    may_claim: bool
    may_keep: bool
    may_record: bool
    may_go_on: bool
    may_approve: bool
    has_approved: bool
    time_zone: str


def case_view(told: Story, sheet: AccountSheet | None, *, person: Person, now: datetime) -> CaseView:
    """Return a case in order, for this person at this moment."""
    item, decision = told.item, told.item.decision
    hand = hand_of(item, by=person.name, at=now)
    lines = _score_lines(decision)
    left = 0 if item.lease_until is None else (item.lease_until - now).total_seconds() / 60
    return CaseView(
        item=item,
        decision=decision,
        sheet=sheet,
        hand=hand,
        minutes_left=max(0, ceil(left)),
        parts=_parts(decision, sheet),
        scores=tuple(line for line in lines if line.name not in _SCORES_IN_ORDER),
        willful=tuple(line for name in _SCORES_IN_ORDER for line in lines if line.name == name),
        reasons=reason_bars(decision),
        values=decision.values,
        refused=tuple(gate for gate in decision.gates if gate.verdict == "refused"),
        allowed=tuple(gate for gate in decision.gates if gate.verdict == "allowed"),
        approved_by=told.approved_by,
        approvals_needed=APPROVALS_NEEDED,
        events=tuple(reversed(told.events)),
        may_claim=item.state == "ready" and person.may("work"),
        may_keep=hand == "mine" and left * 60 < HOLD.total_seconds() - 60,
        may_record=hand in ("mine", "spent") and person.may("work"),
        may_go_on=item.state == "done" and item.claimed_by == person.name and person.may("work"),
        may_approve=(
            item.state == "awaiting_approval"
            and person.may("approve")
            and person.name not in told.approved_by
        ),
        has_approved=person.name in told.approved_by,
        time_zone=zone_name(decision, sheet),
    )


def reason_bars(decision: Decision) -> tuple[ReasonBar, ...]:
    """Return the reasons with bars as long as their part, the longest 100.

    Examples
    --------
    >>> from tests.serving.worklist_builders import decision
    >>> [bar.length for bar in reason_bars(decision())]
    [100]
    """
    largest = max((abs(reason.contribution) for reason in decision.reasons), default=0.0)
    return tuple(
        ReasonBar(
            text_en=reason.text_en,
            text_zh=reason.text_zh,
            raises=reason.contribution > 0,
            length=max(1, round(_BAR_STEPS * abs(reason.contribution) / largest)) if largest else 1,
        )
        for reason in decision.reasons
    )


def zone_name(decision: Decision, sheet: AccountSheet | None) -> str:
    """Return the time zone of the debtor, as the sheet or the decision knows it."""
    return (sheet.time_zone if sheet is not None else "") or str(decision.facts.get("time_zone", ""))


def _score_lines(decision: Decision) -> list[ScoreLine]:
    """Return every score with its band; the band of the willful model is that of its last score."""
    bands = {**decision.bands, "p_willful": decision.bands.get("willful", "")}
    return [
        ScoreLine(name, value, bands.get(name, ""), good_when_high=name in GOOD_SCORES)
        for name, value in sorted(decision.scores.items())
    ]


def _parts(decision: Decision, sheet: AccountSheet | None) -> Mapping[str, int] | None:
    """Return the arrears split into what they are made of, where somebody knows."""
    names = ("principal", "interest", "fee")
    found = {name: decision.facts.get(f"arrears_{name}") for name in names}
    if sheet is not None and sheet.arrears_split is not None:
        found = {name: getattr(sheet, f"arrears_{name}") for name in names}
    parts = {name: value for name, value in found.items() if isinstance(value, int)}
    return parts if len(parts) == len(names) else None
