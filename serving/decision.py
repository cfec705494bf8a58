"""What was decided for one account on one night, and why: the record between policy, store and screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeVar

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
    found_en, found_zh
        What was found that led to the verdict (``2 calls today``); no text a borrower wrote.
    earliest
        First instant (ISO, UTC) at which this rule would allow the action; empty when it allows it
        now or no clock alone will change its mind.
    """

    rule: str
    action: Action
    verdict: Verdict
    text_en: str
    text_zh: str
    source: str
    found_en: str = ""
    found_zh: str = ""
    earliest: str = ""


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
    arrears
        Due and unpaid, in minor units; None when the lender's data do not say how much is due.
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
    lawful_from, lawful_until
        Instants (ISO, UTC) between which the action is lawful; the end is not included.
    due_by
        Instant (ISO, UTC) by which the action must have been done; empty when nothing is due.
    priority
        Sorts the worklist, largest first: expected gain in minor units, and above every gain what
        is owed whatever the score, the most urgent first. 0 for accounts that are left alone.
    priority
        Sorts the worklist, largest first: expected gain in minor units, and above every gain what
        is owed whatever the score, the most urgent first. 0 for accounts that are left alone.
    rank
        Place on tonight's list, 1 first; 0 for accounts that are left alone.
    duties
        What is owed to the account whatever its score: ``first_contact`` (48 hours),
        ``day_5_assessment``, ``broken_promise``; and ``human_review``, which orders no contact.
    offer
        Relief to talk about (``grace``, ``instalments`` …); empty when none.
    """

    case_id: str
    loan_id: str
    borrower_id: str
    as_of: str
    product: str
    portfolio: str
    bucket: str
    dpd: int
    arrears: int | None
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
    rank: int = 0
    duties: tuple[str, ...] = ()
    offer: str = ""


class DecisionUnreadable(ValueError):
    """A stored decision lacks a field or has one that this version does not know."""


_Record = TypeVar("_Record", GateCheck, ActionValue, ReasonText, Decision)


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return the decision as plain dicts, lists, strings and numbers, ready for ``json.dumps``.

    Examples
    --------
    >>> visit = ActionValue(action="visit", recovery=900.0, cost=400.0, allowed=False)
    >>> _record(visit)["recovery"]
    900.0
    """
    return _record(decision)


def decision_from_json(stored: Mapping[str, Any]) -> Decision:
    """Return the decision that ``decision_to_json`` wrote.

    Raises
    ------
    DecisionUnreadable
        When a field is missing or unknown: written by another version.
    """
    nested = {
        "reasons": tuple(_read(ReasonText, row) for row in stored.get("reasons", ())),
        "values": tuple(_read(ActionValue, row) for row in stored.get("values", ())),
        "gates": tuple(_read(GateCheck, row) for row in stored.get("gates", ())),
        "duties": tuple(stored.get("duties", ())),
    }
    return _read(Decision, {**stored, **{name: rows for name, rows in nested.items() if name in stored}})


def _record(row: GateCheck | ActionValue | ReasonText | Decision) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(row).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _read(kind: type[_Record], row: Mapping[str, Any]) -> _Record:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(row) - known)
    if unknown:
        raise DecisionUnreadable(
            f"Expected the fields of {kind.__name__}, found {len(unknown)} unknown: {unknown[:5]}. "
            "Read it with the version that wrote it."
        )
    try:
        return kind(**row)
    except TypeError as missing:
        raise DecisionUnreadable(
            f"Expected every required field of {kind.__name__}: {missing}. Read it with its own version."
        ) from missing
