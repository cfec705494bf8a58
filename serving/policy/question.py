"""What a gate is asked, and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from serving.decision import Action, Verdict
from serving.policy.case import Attempt, Case
from serving.policy.hours import known_zones, local_days
from serving.policy.packs import Pack, Rule


@dataclass(frozen=True, slots=True)
class Question:
    """One action for one account at one moment.

    Parameters
    ----------
    zones
        The debtor's possible time zones; empty when nobody knows.
    days
        The calendar days it may be for the debtor at that moment.
    """

    case: Case
    action: Action
    moment: datetime
    pack: Pack
    attempt: Attempt
    zones: tuple[str, ...]
    days: frozenset[date]

    @property
    def agreed_hours(self) -> bool:
        """Return True when a dated agreement about hours stands."""
        return self.case.flags is not None and "agreed_hours" in self.case.flags

    @property
    def is_counted_day(self) -> bool:
        """Return True when the counts of today hold for the moment's day."""
        return self.case.counted_on is not None and self.days == {self.case.counted_on}


def question(case: Case, action: Action, moment: datetime, pack: Pack, *, attempt: Attempt) -> Question:
    """Return the question with the debtor's own days worked out."""
    zones = known_zones(case.time_zone, possible=pack.time_zones)
    return Question(case, action, moment, pack, attempt, zones, local_days(moment, zones))


class Finding(NamedTuple):
    """What a gate found: its verdict, the fact behind it, and when a clock would change it."""

    verdict: Verdict
    found_en: str
    found_zh: str
    earliest: str = ""


def allowed(found_en: str, found_zh: str) -> Finding:
    """Return a finding that allows."""
    return Finding("allowed", found_en, found_zh)


def refused(found_en: str, found_zh: str, *, earliest: datetime | None = None) -> Finding:
    """Return a finding that refuses, with the first instant at which the rule would allow."""
    return Finding("refused", found_en, found_zh, earliest.astimezone(UTC).isoformat() if earliest else "")


def unknown(fact_en: str, fact_zh: str) -> Finding:
    """Return the refusal for a fact that nobody knows.

    Examples
    --------
    >>> unknown("country", "所在国家").verdict
    'refused'
    """
    return Finding("refused", f"not known: {fact_en}", f"未知：{fact_zh}")


def below(rule: Rule, count: int, *, en: str, zh: str) -> Finding:
    """Return allowed while the count is below the most that the rule permits."""
    found = (f"{count} {en}", f"{count}{zh}")
    return allowed(*found) if count < rule.numbers["most"] else refused(*found)
