"""What was decided for one account on one night, and why: the record between policy, store and screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Action = Literal["call", "message", "visit", "nothing"]
ACTIONS: tuple[Action, ...] = ("call", "message", "visit", "nothing")
Verdict = Literal["allowed", "refused"]


@dataclass(frozen=True)
class GateCheck:
    """One rule that was asked, and its answer.

    Parameters
    ----------
    rule
        Id of the rule in the pack (``CN-hours``).
    action
        The action it was asked for.
    verdict
        ``allowed`` or ``refused``. A missing fact is a refusal.
    text_en, text_zh
        The rule and its number, in words.
    source
        Where the rule comes from.
    """

    rule: str
    action: Action
    verdict: Verdict
    text_en: str
    text_zh: str
    source: str


@dataclass(frozen=True)
class ActionValue:
    """What one action is worth for one account.

    Parameters
    ----------
    action
        The action.
    recovery
        Expected incremental recovery over the horizon, minor units.
    cost
        Staff time, travel and message cost, minor units.
    allowed
        False when a gate refuses it today.
    """

    action: Action
    recovery: float
    cost: float
    allowed: bool

    @property
    def value(self) -> float:
        """Return expected recovery minus cost, in minor units."""
        return self.recovery - self.cost


@dataclass(frozen=True)
class ReasonText:
    """One reason of a score in words, with its size on the margin (log-odds)."""

    feature: str
    contribution: float
    text_en: str
    text_zh: str


@dataclass(frozen=True)
class Decision:
    """What to do with one account tonight.

    Parameters
    ----------
    case_id
        Stable id: ``<loan_id>@<as_of>``.
    as_of
        ISO date of the morning it holds for.
    scores
        Probabilities by name (``roll_30``, ``p_willful`` …); empty when unscored.
    bands
        Band by score name (``low``, ``medium``, ``high``).
    action
        The action assigned. ``nothing`` means the account is left alone.
    why_en, why_zh
        One sentence: why this action.
    propensity
        Probability that the policy would choose this action for this account (exploration included).
    arm
        ``policy``, ``holdout`` (left alone by design) or ``audit`` (random audit visit proposal).
    needs_approval
        True when two people must agree before it is done (visits to a home).
    models
        Content hash of each model that spoke, by score name.
    """

    case_id: str
    loan_id: str
    borrower_id: str
    as_of: str
    product: str
    portfolio: str
    bucket: str
    dpd: int
    arrears: int
    currency: str
    scores: dict[str, float]
    bands: dict[str, str]
    reasons: tuple[ReasonText, ...]
    action: Action
    priority: float
    values: tuple[ActionValue, ...]
    gates: tuple[GateCheck, ...]
    why_en: str
    why_zh: str
    propensity: float
    arm: Literal["policy", "holdout", "audit"] = "policy"
    needs_approval: bool = False
    tier: str = "T0"
    lawful_from: str = ""
    lawful_until: str = ""
    due_by: str = ""
    policy_version: str = ""
    models: dict[str, str] = field(default_factory=dict)
    facts: dict[str, str | int | float | bool] = field(default_factory=dict)
