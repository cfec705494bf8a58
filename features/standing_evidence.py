"""The evidence about a borrower that stands on a morning: what for, how fresh, how sure, from how many sources.

Evidence counts while it has not expired and while the consent it rests on holds. A row that names a consent
counts while that consent holds; one of a kind that rests on data of others and names none does not count at all,
unless it comes from the lender's own work. A book without a register of consents names no consent that holds: a register
that begins later changes no earlier morning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from features.codes import CAPACITY_EVIDENCE, WILLINGNESS_EVIDENCE
from features.compiled import Days, Marks, steady, steady_days
from features.event_kernels import NO_DAY
from features.evidence_kernels import CONSENT_MISSING, NO_CONSENT_NEEDED, standing_evidence

if TYPE_CHECKING:
    from features.book import Book
    from features.rows import Rows

CONSENTED_KINDS: Final = frozenset({"C1", "C2", "C3", "W8"})
"""Kinds that rest on data of others (bank, registry, other lenders)."""
OWN_SOURCES: Final = frozenset({"call", "visit", "payments", "offer", "flags"})
"""Sources that are the lender's own work and need no further consent."""
SOURCE_ALIASES: Final = {
    "calls": "call",
    "contact": "call",
    "contacts": "call",
    "phone": "call",
    "payment": "payments",
    "promises": "payments",
    "offers": "offer",
    "visits": "visit",
}
"""Other names of those sources."""

MEANS: Final = tuple(kind for kind in CAPACITY_EVIDENCE if kind != "C5")
SHOCK: Final = ("C5",)
DOUBTS: Final = tuple(kind for kind in WILLINGNESS_EVIDENCE if kind != "W9")
GOODWILL: Final = ("W9",)
STRONG_MEANS: Final = ("C1", "C2", "C4")
"""Means that contradict a shock; that other lenders are paid (C3) does not."""

_GROUPS: Final = (("C1",), ("C2", "C4"), ("C3",), SHOCK, DOUBTS, GOODWILL)


class StandingEvidence:
    """What stands about each observation's borrower; kinds are asked for as whole ideas."""

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del loan  # evidence is about the borrower
        rows, consents = book.rows("evidence"), book.rows("consents")
        source, names = _sources(rows)
        self._as_of = as_of
        self._count, self._sources, self._latest, self._highest = standing_evidence(
            steady(rows.offsets, np.int64), *steady_days(rows.day, rows.seen_from, rows.seen_until),
            steady(rows.column("expires_on"), np.int32), _groups(rows),
            steady(rows.column("confidence"), np.float64), source,
            _consents(rows, consents, source, names),
            steady(consents.offsets, np.int64), *steady_days(consents.day, consents.seen_from, consents.seen_until),
            steady(consents.column("withdrawn_on"), np.int32), steady(consents.codes("consent_id")[0], np.int32),
            len(_GROUPS), steady(borrower, np.int32), steady(as_of, np.int32), steady(known_by, np.int32),
        )  # fmt: skip

    def count(self, kinds: tuple[str, ...]) -> Days:
        """Return how many pieces stand."""
        found: Days = sum((self._count[at] for at in _places(kinds)), np.zeros_like(self._count[0]))
        return found

    def age(self, kinds: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the days since the freshest of them was observed; NaN where none stands."""
        latest = np.max([self._latest[at] for at in _places(kinds)], axis=0)
        return np.where(latest == NO_DAY, np.nan, self._as_of - latest.astype(np.float64))

    def confidence(self, kinds: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the highest confidence among them; NaN where none stands."""
        highest: NDArray[np.float64] = np.fmax.reduce([self._highest[at] for at in _places(kinds)])
        return highest

    def doubt_sources(self) -> Days:
        """Return from how many different sources the doubts about willingness come."""
        sources: Days = self._sources[_GROUPS.index(DOUBTS)]
        return sources

    def conflict(self, one: tuple[str, ...], other: tuple[str, ...]) -> NDArray[np.float64]:
        """Return 1 where both ideas stand together, 0 where only one does; NaN where neither does."""
        first, second = self.count(one) > 0, self.count(other) > 0
        return np.where(first | second, first & second, np.nan)


def _places(kinds: tuple[str, ...]) -> list[int]:
    """Return the groups that make up the kinds.

    Raises
    ------
    KeyError
        When the kinds cut through a group.
    """
    places = [at for at, group in enumerate(_GROUPS) if set(group) <= set(kinds)]
    if {kind for at in places for kind in _GROUPS[at]} != set(kinds):
        raise KeyError(f"expected whole ideas of evidence {_GROUPS}, found {kinds}. Name one of them.")
    return places


def _groups(rows: Rows) -> Days:
    codes, names = rows.codes("kind")
    group_of = {kind: at for at, group in enumerate(_GROUPS) for kind in group}
    return steady(np.array([*(group_of.get(name, -1) for name in names), -1], np.int32)[codes], np.int32)


def _sources(rows: Rows) -> tuple[Days, tuple[str, ...]]:
    """Return each row's source by its place among the different sources, and these: two names of one are one."""
    codes, names = rows.codes("source")
    plain = [SOURCE_ALIASES.get(name.strip().lower(), name.strip().lower()) for name in names]
    known = tuple(sorted(set(plain)))
    place = np.array([*(known.index(name) for name in plain), -1], np.int32)
    return steady(place[codes], np.int32), known


def _consents(rows: Rows, consents: Rows, source: Days, sources: tuple[str, ...]) -> Days:
    """Return the code of the consent each row rests on, or that it needs none, or that it lacks the one it needs."""
    named, ids = rows.codes("consent_id")
    register = {name: code for code, name in enumerate(consents.codes("consent_id")[1])}
    code_of = np.array([*(register.get(name, CONSENT_MISSING) for name in ids), CONSENT_MISSING], np.int32)
    says = np.array([*(bool(name) for name in ids), False], np.bool_)[named]
    kinds, kind_names = rows.codes("kind")
    others: Marks = np.array([*(kind in CONSENTED_KINDS for kind in kind_names), False], np.bool_)[kinds]
    own: Marks = np.array([*(name in OWN_SOURCES for name in sources), False], np.bool_)[source]
    unnamed = np.where(others & ~own, CONSENT_MISSING, NO_CONSENT_NEEDED)
    return steady(np.where(says, code_of[named], unnamed), np.int32)
