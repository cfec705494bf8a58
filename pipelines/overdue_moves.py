"""Where every loan of a book stands on a morning, and how loans moved from one morning to the next.

Each morning is told with what was known on it. So a loan can move without anybody paying or missing anything: a
payment known late changes today's bucket and leaves yesterday's report as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.buckets import BUCKETS, bucket_of
from features.event_kernels import NO_DAY
from features.history import History
from features.observations import Observations

if TYPE_CHECKING:
    from features.book import Book

NOBODY_KNOWS = "nobody_knows"
"""State of a standing loan of which neither an instalment nor a statement is known."""
NEWLY_OBSERVED = "newly_observed"
"""Where a loan comes from that did not stand yesterday."""
SOLD, ENDED, WITHDRAWN = "sold", "ended", "withdrawn"
"""Where a loan goes that no longer stands: sold, ended otherwise, or taken back by a correction of its dates."""
STANDING_STATES = (*BUCKETS, NOBODY_KNOWS)
FROM_STATES = (*STANDING_STATES, NEWLY_OBSERVED)
TO_STATES = (*STANDING_STATES, SOLD, ENDED, WITHDRAWN)
NOT_KNOWN, NOT_DISBURSED = "not_known_yet", "not_disbursed_yet"
UNSTATED_END = "unstated"


class CountsDiffer(RuntimeError):
    """The counts of a report do not add up to the loans of its book."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where every loan of a book stands on one morning.

    Parameters
    ----------
    state
        State of each loan of the book, in the order of ``book.loan_ids``: one of ``STANDING_STATES``, ``sold``,
        ``ended``, ``not_known_yet`` or ``not_disbursed_yet``.
    end_kind
        How it ended; None where it has not.
    seen
        The loans that stand.
    """

    state: NDArray[np.object_]
    end_kind: NDArray[np.object_]
    seen: Observations


@dataclass(frozen=True)
class Tally:
    """Counts of one book, or of all its shards together.

    Parameters
    ----------
    loans
        Loans of the book.
    states
        Loans by state today.
    yesterday
        Loans by state yesterday.
    ended
        Loans that have ended, by how.
    moves
        Loans by (state yesterday, state today).
    """

    loans: int = 0
    states: Counter[str] = field(default_factory=Counter)
    yesterday: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        """Return the counts of two parts together."""
        return Tally(
            self.loans + other.loans,
            self.states + other.states,
            self.yesterday + other.yesterday,
            self.ended + other.ended,
            self.moves + other.moves,
        )

    @property
    def standing(self) -> int:
        """Return how many loans stand today."""
        return sum(self.states[state] for state in STANDING_STATES)

    @property
    def overdue(self) -> int:
        """Return how many loans are overdue today."""
        return sum(self.states[bucket] for bucket in BUCKETS[1:])

    @property
    def cured(self) -> int:
        """Return how many loans were overdue yesterday and are current today."""
        return sum(self.moves[bucket, BUCKETS[0]] for bucket in BUCKETS[1:])


def standing_on(book: Book, *, as_of: int) -> Standing:
    """Return where every loan of the book stands on a morning, by what was known on it."""
    loans = len(book.loan_ids)
    everyone = Observations(np.arange(loans, dtype=np.int32), np.full(loans, as_of, np.int32))
    facts = History(book, everyone)
    ended_on = facts.loans.day("ended_on")
    ended = facts.loans.known & (ended_on != NO_DAY) & (ended_on < as_of)
    end_kind = np.where(ended, facts.loans.code("end_kind"), np.array(None, dtype=object))
    end_kind[ended & (end_kind == np.array(None, dtype=object))] = UNSTATED_END
    state = np.where(facts.loans.known, NOT_DISBURSED, NOT_KNOWN).astype(object)
    state[ended] = np.where(end_kind[ended] == SOLD, SOLD, ENDED)
    places = np.flatnonzero(facts.stands)
    seen = Observations(everyone.loan_no[places], everyone.as_of[places])
    ledger = History(book, seen).ledger
    state[places] = np.where(ledger.known, bucket_of(ledger.dpd), NOBODY_KNOWS)
    return Standing(state, end_kind, seen)


def tally_of(today: Standing, yesterday: Standing) -> Tally:
    """Return the counts of two mornings of one book."""
    origin = np.array([_from(state) for state in yesterday.state.tolist()], dtype=object)
    target = np.array([_to(state) for state in today.state.tolist()], dtype=object)
    concerned = (origin != NEWLY_OBSERVED) | np.isin(target, STANDING_STATES)
    pairs = zip(origin[concerned].tolist(), target[concerned].tolist(), strict=True)
    return Tally(
        loans=len(today.state),
        states=Counter(today.state.tolist()),
        yesterday=Counter(yesterday.state.tolist()),
        ended=Counter(kind for kind in today.end_kind.tolist() if kind is not None),
        moves=Counter(pairs),
    )


def check_tally(tally: Tally, *, rows: int) -> None:
    """Refuse counts that do not add up: rows of the report, loans of the book, margins of the roll matrix.

    Raises
    ------
    CountsDiffer
        When two counts of the same thing differ.
    """
    arrived = {to: sum(tally.moves[origin, to] for origin in FROM_STATES) for to in STANDING_STATES}
    left = {origin: sum(tally.moves[origin, to] for to in TO_STATES) for origin in STANDING_STATES}
    not_standing = (NOT_KNOWN, NOT_DISBURSED, SOLD, ENDED)
    compared: Mapping[str, tuple[int, int]] = {
        "rows of the report": (tally.overdue, rows),
        "loans of the book": (tally.loans, tally.standing + sum(tally.states[one] for one in not_standing)),
        "loans that have ended": (tally.states[SOLD] + tally.states[ENDED], sum(tally.ended.values())),
        **{f"{name} today": (tally.states[name], count) for name, count in arrived.items()},
        **{f"{name} yesterday": (tally.yesterday[name], count) for name, count in left.items()},
    }
    wrong = [f"{name} {a:,} against {b:,}" for name, (a, b) in compared.items() if a != b]
    if wrong:
        raise CountsDiffer(
            f"Expected every count twice the same, found {len(wrong)} that differ ({'; '.join(wrong[:5])}). "
            "Nothing was written; report this as a defect."
        )


def _from(state: str) -> str:
    return state if state in STANDING_STATES else NEWLY_OBSERVED


def _to(state: str) -> str:
    if state in STANDING_STATES or state in (SOLD, ENDED):
        return state
    return WITHDRAWN
