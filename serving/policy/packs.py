"""Conduct packs: the rules of a country as data, checked when they are loaded."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from serving.decision import ACTIONS, Action
from serving.policy.naming import named

FOLDER = Path(__file__).parent / "packs"
FORMAT = 1

TIGHTER: dict[str, dict[str, int]] = {
    "country": {},
    "hours": {"earliest_hour": +1, "latest_hour": -1},
    "talks_per_day": {"most": -1},
    "talks_per_week": {"most": -1},
    "unanswered_per_number": {"most": -1},
    "stop_flags": {},
    "consent": {},
    "third_party": {"failed_tries": +1},
    "measures": {},
    "amount_split": {},
    "rate_cap": {"most": -1},
    "running_agreement": {},
    "visit_high_risk": {},
    "visit_last": {"other_channels": +1},
    "visit_staff": {"least": +1},
    "visit_identity": {},
    "visit_notice": {"hours": +1},
    "visit_entry": {},
    "visit_approval": {"people": +1},
}
"""Kinds of rules that gates ask, with the sense in which each of their numbers is tighter."""

NEEDED = frozenset(TIGHTER) - {"talks_per_week", "running_agreement", "rate_cap"}
"""Kinds without which a pack is not complete."""


class PackRefused(ValueError):
    """A conduct pack is missing, incomplete or says something that no gate understands."""


@dataclass(frozen=True)
class Rule:
    """One rule of conduct.

    Parameters
    ----------
    id
        Stable name, shown with each check (``CN-hours``).
    kind
        Which gate reads it; ``duty`` when it is kept elsewhere (``kept_by`` says where).
    actions
        The actions it is asked for.
    numbers
        Its limits, by name.
    flags
        Flags that stop contact (kind ``stop_flags``).
    lists
        Values by action or bucket (kinds ``consent``: ``needed/call``; ``measures``: ``31-60``).
    check
        True when the number was read second-hand and needs review.
    """

    id: str
    kind: str
    actions: tuple[Action, ...]
    text_en: str
    text_zh: str
    source: str
    reviewed_on: date
    numbers: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    check: bool = False
    kept_by: str = ""


@dataclass(frozen=True, eq=False)
class Pack:
    """The rules that hold for debtors of some countries, with their version; itself alone equals it."""

    name: str
    version: str
    countries: tuple[str, ...]
    time_zones: tuple[str, ...]
    reviewed_on: date
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of that id."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise PackRefused(
            f"Expected a rule of pack {self.name}, found {rule_id!r}. Known: {[r.id for r in self.rules]}."
        )

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules that one gate reads, in the order of the file."""
        return tuple(rule for rule in self.rules if rule.kind == kind)


def load_pack(country: str, *, folder: Path = FOLDER) -> Pack:
    """Return the checked pack of the country that a debtor lives in.

    Raises
    ------
    PackRefused
        When no pack is written for the country (nobody there is contacted), or a pack is damaged.

    Examples
    --------
    >>> load_pack("CN").rule("CN-hours").numbers["latest_hour"]
    22
    """
    packs = [read_pack(file) for file in sorted(folder.glob("*.toml"))]
    for pack in packs:
        if country in pack.countries:
            return pack
    known = sorted(name for pack in packs for name in pack.countries)
    raise PackRefused(
        f"Expected a country with a conduct pack ({', '.join(known)}), found {country!r}. "
        f"Nobody there is contacted until {folder.name}/ has a reviewed file for it."
    )


def closed_pack(country: str) -> Pack:
    """Return the pack of a country without rules: it refuses every contact, and says why.

    Examples
    --------
    >>> [rule.id for rule in closed_pack("XX").rules]
    ['XX-no-pack']
    """
    name = named("country", [country])
    rule = Rule(
        id=f"{country}-no-pack",
        kind="country",
        actions=("call", "message", "visit"),
        text_en=f"No conduct pack is written for {name[0]}; nobody there is contacted.",
        text_zh=f"尚无适用于{name[1]}的催收行为规则包，不得联系当地债务人。",
        source="house law: gates fail closed",
        reviewed_on=date(2026, 11, 22),
    )
    return Pack(country, f"{country}-none", (), (), rule.reviewed_on, (rule,))


def read_pack(file: Path) -> Pack:
    """Return the checked pack of one file.

    Raises
    ------
    PackRefused
        When the format is unknown, a needed kind is missing or a rule is not understood.
    """
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise PackRefused(
            f"Expected format {FORMAT} in {file.name}, found {raw.get('format')!r}. Convert it."
        )
    rules = tuple(read_rule(row, where=file.name) for row in raw.get("rules", ()))
    ids = [rule.id for rule in rules]
    twice = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if twice:
        raise PackRefused(f"Expected each rule id once in {file.name}, found twice: {twice[:5]}. Rename one.")
    missing = sorted(NEEDED - {rule.kind for rule in rules})
    if missing:
        raise PackRefused(
            f"Expected a rule of every kind in {file.name}, found none of {missing}. "
            "Add it: an unwritten rule would allow everything."
        )
    try:
        return Pack(
            raw["name"],
            raw["version"],
            tuple(raw["countries"]),
            tuple(raw["time_zones"]),
            raw["reviewed_on"],
            rules,
        )
    except KeyError as absent:
        raise PackRefused(f"Expected {absent} in {file.name}, found nothing. Add it.") from absent


def read_rule(row: Mapping[str, Any], *, where: str) -> Rule:
    """Return one checked rule of a TOML file named ``where``."""
    name = row.get("id", "(no id)")
    for column in ("id", "kind", "text_en", "text_zh", "source", "reviewed_on"):
        if not row.get(column):
            raise PackRefused(f"Expected {column} in rule {name} of {where}, found nothing. Write it.")
    kind = row["kind"]
    if kind != "duty" and kind not in TIGHTER:
        raise PackRefused(
            f"Expected one of {sorted(TIGHTER)} in rule {name} of {where}, found {kind!r}. Correct it."
        )
    unknown = sorted(set(row.get("actions", ())) - set(ACTIONS))
    if unknown or (kind != "duty" and not row.get("actions")):
        raise PackRefused(
            f"Expected actions among {ACTIONS} in rule {name} of {where}, found {unknown}. Correct it."
        )
    numbers = row.get("numbers", {})
    for number in TIGHTER.get(kind, {}):
        value = numbers.get(number)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise PackRefused(f"Expected {number} >= 0 in rule {name} of {where}, found {value!r}. Write it.")
    lists = {
        key if group == "permitted" else f"{group}/{key}": tuple(values)
        for group in ("permitted", "needed", "withdrawn")
        for key, values in row.get(group, {}).items()
    }
    if (kind == "stop_flags" and not row.get("flags")) or (kind in ("measures", "consent") and not lists):
        raise PackRefused(f"Expected a list of values in rule {name} of {where}, found none. Write it.")
    return Rule(
        id=name,
        kind=kind,
        actions=tuple(row.get("actions", ())),
        text_en=row["text_en"],
        text_zh=row["text_zh"],
        source=row["source"],
        reviewed_on=row["reviewed_on"],
        numbers=dict(numbers),
        flags=tuple(row.get("flags", ())),
        lists=lists,
        check=bool(row.get("check", False)),
        kept_by=row.get("kept_by", ""),
    )
