"""What became of observations whose window is over and known: one outcome code each, by the label's rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.earlier_loans import first_due_of
from features.event_kernels import NO_DAY
from features.events import Events, Where
from features.history import History
from features.observations import Observations
from models.label_table import Label
from models.windows import Window

GRACE_DAYS = 5
"""Days after the window by which late bookings and reversals of it are known."""
ENDS = ("sold", "written_off", "restructured", "death", "moratorium", "cancelled", "unreported")
FLAGS = ("dispute", "death", "moratorium")

NO_STATEMENT = "no statement in the window"
NO_LOAN = "no loan in the window"
NO_OUTCOME = "no outcome stated in the window"
NO_INSTALMENT = "no instalment known on the morning"
KNOWN_LATE = "first seen after its first due day"


class OutcomeUnclear(ValueError):
    """A source states an outcome that is neither 0 nor 1."""


@dataclass(frozen=True, eq=False)
class Horizon:
    """Until when each observation is looked at.

    Parameters
    ----------
    end
        Day on which the window ends.
    known_on
        Day by which what happened in it is known.
    by_month
        Day on which the last month of the window begins, for what is read from monthly statements.
    untold
        Outcome code of observations that have no window at all; None elsewhere.
    """

    end: NDArray[np.int32]
    known_on: NDArray[np.int32]
    by_month: NDArray[np.int32]
    untold: NDArray[np.object_]

    def take(self, rows: NDArray[np.int64]) -> Horizon:
        """Return the horizon of some observations."""
        return Horizon(self.end[rows], self.known_on[rows], self.by_month[rows], self.untold[rows])


def horizon_of(book: Book, observations: Observations, *, label: Label, window: Window | None) -> Horizon:
    """Return when the window of each observation ends, and by when it is known.

    A window of days or months begins on as_of. That of ``first due`` ends on the day after the first due day, as the
    schedule was known on as_of. What a source states is known when the window ends; all else ``GRACE_DAYS`` later.
    """
    n = len(observations)
    untold = np.full(n, None, dtype=object)
    if window is not None:
        end = window.end_on(observations.as_of)
        months = Window(window.length - 1, "m") if window.unit == "m" and window.length > 1 else None
        begins = observations.as_of if months is None else months.end_on(observations.as_of)
        grace = 0 if label.rule == "stated" else GRACE_DAYS
        return Horizon(end, (end + grace).astype(np.int32), begins, untold)
    due_on, _ = first_due_of(book, loan=observations.loan_no, known_by=observations.as_of)
    untold[due_on < observations.as_of] = KNOWN_LATE
    untold[due_on == NO_DAY] = NO_INSTALMENT
    end = np.where(untold == np.array(None), due_on + 1, observations.as_of).astype(np.int32)
    return Horizon(end, (end + GRACE_DAYS).astype(np.int32), observations.as_of, untold)


def outcomes_of(book: Book, observed: Observations, *, label: Label, horizon: Horizon) -> NDArray[np.object_]:
    """Return the outcome code of observations of the label's population whose window is over and known.

    An end or a flag within the window speaks before everything else, whatever the loan did before it.
    """
    history = History(book, observed, known_by=horizon.known_on)
    positive, untold = _RULES[label.rule](book, history, label, horizon)
    outcome = np.where(positive, label.positive, label.negative).astype(object)
    for code, marked in untold:
        outcome[marked & ~positive] = code
    for kind, marked in reversed(_flagged(book, history, horizon)):
        outcome[marked] = f"flagged: {kind}"
    outcome[_rescheduled(book, history, horizon)] = "ended: restructured"
    ended_on, end_kind = history.loans.day("ended_on"), history.loans.code("end_kind")
    for kind in ENDS:
        outcome[(end_kind == kind) & (ended_on < horizon.end)] = f"ended: {kind}"
    return outcome


Marks = NDArray[np.bool_]
Found = tuple[Marks, list[tuple[str, Marks]]]
"""Where the positive happened; and, by code, where nothing tells that it did not."""


def _reaches(book: Book, history: History, label: Label, horizon: Horizon) -> Found:
    """Look at the days of the window; of a loan read from statements, at those of the window's months."""
    reached, ledger = int(label.reached or 0), history.ledger
    first = (history.as_of + 1).astype(np.int32)
    by_day = ledger.worst_dpd(first=first, last=horizon.end) >= reached
    by_month = ledger.statements.reaching_between(reached, history.as_of, horizon.end) > 0
    positive = np.where(ledger.has_ledger, by_day, by_month)
    return positive, _silent(history, first=history.as_of, last=horizon.end)


def _stands(book: Book, history: History, label: Label, horizon: Horizon) -> Found:
    silent = _silent(history, first=horizon.by_month, last=horizon.end)
    told = ~np.logical_or.reduce([marked for _, marked in silent])
    return (history.ledger.dpd_on(horizon.end) >= int(label.reached or 0)) & told, silent


def _pays(book: Book, history: History, label: Label, horizon: Horizon) -> Found:
    """Count payments less reversals of the window, less what was reversed in the days of grace after it."""
    net = history.ledger.paid_between(first=history.as_of, last=horizon.end)
    later = History(book, Observations(history.loan_no, horizon.known_on)).payments
    taken_back = np.minimum(later.total("amount", days=GRACE_DAYS), 0)
    silent = _silent(history, first=history.as_of, last=horizon.end)
    return net + taken_back > 0, [(code, marked & (later.count() == 0)) for code, marked in silent]


def _stated(book: Book, history: History, label: Label, horizon: Horizon) -> Found:
    """Take the last that was stated in the window; what was known on the morning is no outcome."""
    value, since = history.attributes.of_loan(label.name)
    within = (since > history.as_of) & ~np.isnan(value)
    odd = np.flatnonzero(within & (value != 0) & (value != 1))
    if len(odd):
        named = ", ".join(f"{book.loan_ids[history.loan_no[row]]}: {value[row]:g}" for row in odd[:5])
        raise OutcomeUnclear(
            f"Expected 0 or 1 in the attribute {label.name}, found something else for {len(odd):,} loans ({named}). "
            "Correct the attribute."
        )
    return within & (value == 1), [(NO_OUTCOME, ~within)]


def _first_due(book: Book, history: History, label: Label, horizon: Horizon) -> Found:
    return history.ledger.dpd_on(horizon.end) > 0, []


_RULES = {"reaches": _reaches, "stands": _stands, "pays": _pays, "stated": _stated, "first due": _first_due}


def _silent(
    history: History, *, first: NDArray[np.int32], last: NDArray[np.int32]
) -> list[tuple[str, Marks]]:
    """Return where a loan read from statements has none in [first, last) that tells how it stands."""
    statements, stated = history.ledger.statements, ~history.ledger.has_ledger
    if not stated.any():
        nothing = np.zeros(history.n, dtype=bool)
        return [(NO_STATEMENT, nothing), (NO_LOAN, nothing)]
    untold = stated & (statements.told_between(first, last) == 0)
    gone = untold & (statements.without_loan_between(first, last) > 0)
    return [(NO_STATEMENT, untold & ~gone), (NO_LOAN, gone)]


def _flagged(book: Book, history: History, horizon: Horizon) -> list[tuple[str, Marks]]:
    """Return for each kind of flag which windows it touches: open at as_of, or begun before the end."""
    found = []
    for kind in FLAGS:
        where: Where = {"kind": (kind,)}
        begun = _begun_within(book, history, horizon, table="borrower_flags", where=where)
        found.append((kind, history.borrower_flags.active(where=where) | begun))
    return found


def _rescheduled(book: Book, history: History, horizon: Horizon) -> Marks:
    """Return which loans got another schedule in their window: what follows is another debt's story."""
    return _begun_within(book, history, horizon, table="plans", where={"kind": ("reschedule",)})


def _begun_within(book: Book, history: History, horizon: Horizon, *, table: str, where: Where) -> Marks:
    """Return where something of the kind began in [as_of, end)."""
    at_end = History(book, Observations(history.loan_no, horizon.end), known_by=horizon.known_on)
    begun: Events = getattr(at_end, table)
    length = horizon.end - history.as_of
    found = np.zeros(history.n, np.bool_)
    for days in np.unique(length):  # months have 28 to 31 days
        same = length == days
        found[same] = begun.count(days=int(days), where=where)[same] > 0
    return found
