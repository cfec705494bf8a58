"""The lender's own policy file: costs, capacities, effects and shares, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serving.decision import Action
from serving.policy.packs import Rule, read_rule

FILE = Path(__file__).parent / "lender.toml"
FORMAT = 1
CONTACTS: tuple[Action, ...] = ("call", "message", "visit")
OVERDUE_BUCKETS = ("1-30", "31-60", "61-90", "91+")
CELLS = ("willing_able", "willing_unable", "unwilling_able", "unwilling_unable", "unknown")


class PolicyRefused(ValueError):
    """A lender's policy file lacks a number, has an unlawful one, or would loosen a rule."""


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix of ability and willingness: factor per action, relief to offer."""

    factors: Mapping[str, float]
    offer: str


@dataclass(frozen=True)
class LenderPolicy:
    """What the lender decided beforehand; money in minor units of ``currency``.

    Parameters
    ----------
    capacity
        What one day holds: minutes for ``call``, pieces for ``message`` and ``visit``.
    usage
        What one action takes of it.
    cost
        Staff, travel and harm of one action.
    recovered, at_stake
        By bucket: share of the arrears, and of the balance not yet due, that an account brought
        back pays within the horizon instead of losing it.
    restraint
        ``p_bad_below``: likelier than that to pay by itself and it is left alone; ``least_gain``
        (minor units): an action must gain more.
    effects
        ``effects[action][bucket]``: share of those who would not pay by themselves that pays because of it.
    tightenings
        ``rule id → {numbers, flags, permitted, …}``: applied to a pack by ``tighten.tightened``.
    sources
        Where each section's numbers come from, or ``assumed``.
    """

    version: str
    currency: str
    currencies: Mapping[str, float]
    holdout_share: float
    audit_share: float
    salt: str
    first_contact_hours: float
    assessment_dpd: int
    assessment_open_days: int
    review: Mapping[str, float]
    capacity: Mapping[Action, float]
    usage: Mapping[Action, float]
    cost: Mapping[Action, float]
    visit: Mapping[str, Any]
    probability: Mapping[str, str]
    base_rate: Mapping[str, float]
    recovered: Mapping[str, float]
    at_stake: Mapping[str, float]
    restraint: Mapping[str, float]
    effects: Mapping[Action, Mapping[str, float]]
    matrix: Mapping[str, Cell]
    tightenings: Mapping[str, Mapping[str, Any]]
    rules: tuple[Rule, ...]
    sources: Mapping[str, str]


def load_policy(file: Path = FILE) -> LenderPolicy:
    """Return the checked policy of a lender.

    Raises
    ------
    PolicyRefused
        When a section, its source or a number is missing or out of range.

    Examples
    --------
    >>> load_policy().holdout_share
    0.02
    """
    return read_policy(tomllib.loads(file.read_text(encoding="utf-8")), where=file.name)


def read_policy(raw: Mapping[str, Any], *, where: str) -> LenderPolicy:
    """Return the checked policy from the parsed file named ``where``."""
    if raw.get("format") != FORMAT:
        raise PolicyRefused(f"Expected format {FORMAT} in {where}, found {raw.get('format')!r}. Convert it.")
    ask = _Asker(raw, where)
    effects = {action: ask.by_bucket(f"effects.{action}", high=1.0) for action in CONTACTS}
    costs, harm, capacity = ask.numbers("costs"), ask.numbers("harm"), ask.numbers("capacity")
    experiment = ask.section("experiment")
    ask.share("experiment", "holdout_share", low=0.0, high=0.5)
    ask.share("experiment", "audit_share", low=0.0, high=0.05)
    staff_cost = costs["visit_minutes"] * costs["visit_staff"] * costs["visit_staff_minute"]
    return LenderPolicy(
        version=str(raw.get("version", "")),
        currency=str(raw.get("currency", "")),
        currencies=ask.numbers("currencies"),
        holdout_share=float(experiment["holdout_share"]),
        audit_share=float(experiment["audit_share"]),
        salt=str(experiment["salt"]),
        first_contact_hours=ask.number("first_contact", "hours", high=48.0),
        assessment_dpd=int(ask.number("assessment", "dpd")),
        assessment_open_days=int(ask.number("assessment", "open_days")),
        review={name: ask.share("review", name) for name in ("p_willful", "p_able", "p_willing")},
        capacity={
            "call": capacity["call_minutes"],
            "message": capacity["messages"],
            "visit": capacity["visits"],
        },
        usage={"call": costs["call_minutes"], "message": 1.0, "visit": 1.0},
        cost={
            "call": costs["call_minutes"] * costs["call_minute"] + harm["call_share"] * harm["complaint"],
            "message": costs["message"] + harm["message_share"] * harm["complaint"],
            "visit": staff_cost + costs["visit_travel"] + harm["visit_share"] * harm["complaint"],
        },
        visit=dict(ask.section("visit")),
        probability=ask.senses("probability"),
        base_rate=ask.by_bucket("base_rate", high=1.0),
        recovered=ask.by_bucket("recovered", high=1.0),
        at_stake=ask.by_bucket("at_stake", high=1.0),
        restraint={name: ask.number("restraint", name) for name in ("p_bad_below", "least_gain")},
        effects=effects,
        matrix={cell: ask.cell(cell) for cell in CELLS},
        tightenings=dict(raw.get("tighten", {})),
        rules=tuple(read_rule(row, where=where) for row in raw.get("rules", ())),
        sources=ask.sources,
    )


class _Asker:
    """Reads sections of a parsed policy file and names what is missing or unlawful."""

    def __init__(self, raw: Mapping[str, Any], where: str) -> None:
        self.raw, self.where = raw, where
        self.sources: dict[str, str] = {}

    def section(self, name: str) -> Mapping[str, Any]:
        found: Any = self.raw
        for part in name.split("."):
            found = found.get(part, {}) if isinstance(found, Mapping) else {}
        if not found or not found.get("source"):
            raise PolicyRefused(
                f"Expected section [{name}] with its source in {self.where}, found none. "
                'Write it; source = "assumed" is lawful.'
            )
        self.sources[name] = found["source"]
        return {key: value for key, value in found.items() if key != "source"}

    def number(self, section: str, name: str, *, low: float = 0.0, high: float = float("inf")) -> float:
        value = self.section(section).get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise PolicyRefused(
                f"Expected {section}.{name} between {low:g} and {high:g} in {self.where}, "
                f"found {value!r}. Correct it."
            )
        return float(value)

    def share(self, section: str, name: str, *, low: float = 0.0, high: float = 1.0) -> float:
        return self.number(section, name, low=low, high=high)

    def numbers(self, section: str) -> dict[str, float]:
        return {name: self.number(section, name) for name in self.section(section)}

    def by_bucket(self, section: str, *, high: float) -> dict[str, float]:
        return {bucket: self.number(section, bucket, high=high) for bucket in OVERDUE_BUCKETS}

    def senses(self, section: str) -> dict[str, str]:
        found = self.section(section)
        wrong = {name: sense for name, sense in found.items() if sense not in ("bad", "good")}
        if wrong:
            raise PolicyRefused(
                f"Expected good or bad in [{section}] of {self.where}, found {wrong}. Correct it."
            )
        return dict(found)

    def cell(self, name: str) -> Cell:
        found = self.section("matrix").get(name, {})
        factors = {action: found.get(action) for action in CONTACTS}
        if any(not isinstance(f, (int, float)) or f < 0 for f in factors.values()) or "offer" not in found:
            raise PolicyRefused(
                f"Expected matrix.{name} with call, message, visit >= 0 and offer in {self.where}, "
                f"found {found}. Write it."
            )
        return Cell({action: float(factor) for action, factor in factors.items()}, str(found["offer"]))
