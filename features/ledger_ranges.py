"""What happened on a ledger over ranges of days: its path, what was due and paid, how punctually, which promises held.

A range is told by the distance of its days from the morning where that is the same for all observations; each is
worked out once, and those that features will ask are worked out together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from features.compiled import Amounts, Days, Marks, Positions, steady
from features.conduct_kernels import promise_outcomes, punctuality
from features.event_kernels import any_known
from features.events import Events
from features.ledger_kernels import flow, walk
from features.ledger_windows import Window, Windows
from features.plan_overlay import PlanOverlay
from features.spans import timed
from features.statement_ledger import StatementLedger

if TYPE_CHECKING:
    from features.rows import Rows

PROMISE_GRACE_DAYS = 3
"""Days after its date by which a promise is still kept."""

Timed = tuple[Positions, Days, Days, Days]
Punctuality = tuple[Days, Days, Days, Amounts]
Query = tuple[Days, Days, Days]
"""Loan, morning and knowledge of each observation."""


@dataclass(frozen=True, eq=False)
class Rowsets:
    """The rows that a ledger reads.

    Parameters
    ----------
    instalments, payments, promises
        Rows of these tables.
    parts
        Columns of an instalment in the order in which they are settled.
    """

    instalments: Rows
    payments: Rows
    promises: Rows
    parts: tuple[str, ...]

    @cached_property
    def due(self) -> tuple[Timed, Amounts]:
        """Return the instalments and what each asks."""
        whole = sum(self.instalments.column(part) for part in self.parts)
        return timed(self.instalments), steady(whole, np.int64)

    @cached_property
    def paid(self) -> tuple[Timed, Amounts]:
        """Return the payments and their amounts."""
        return timed(self.payments), steady(self.payments.column("amount"), np.int64)


class Ranges:
    """Figures of a ledger over ranges of days.

    Parameters
    ----------
    rows
        The rows of the ledger.
    query
        Loan, morning and knowledge of each observation.
    has_ledger
        Where an instalment was known; elsewhere statements speak.
    plans, statements
        Figures of loans with plans, and of loans that are known by statements.
    events
        The instalments and the payments of the same observations, when they were made already.
    foreseen
        Ranges that will be asked; they change no answer.
    """

    def __init__(
        self,
        rows: Rowsets,
        query: Query,
        *,
        has_ledger: Callable[[], Marks],
        plans: PlanOverlay,
        statements: StatementLedger,
        events: tuple[Events, Events] | None,
        foreseen: Mapping[str, Sequence[Window]],
    ) -> None:
        self._rows, self._has_ledger, self._plans, self._statements = rows, has_ledger, plans, statements
        self._loan, self._as_of, self._known_by = query
        self._instalments, self._payments = events or (
            _events(rows.instalments, query),
            _events(rows.payments, query),
        )
        self.windows = Windows(self._as_of, foreseen=foreseen)

    def path(self, first: ArrayLike, last: ArrayLike) -> tuple[Days, Days]:
        """Return the worst days past due on the days first … last, and how many of them were past due."""
        return self.windows.answer("path", first, last, self._path)

    def punctuality(self, first: ArrayLike, last: ArrayLike) -> Punctuality:
        """Return, of the instalments due in [first, last): number, missed, settled, delay of the settled."""
        return self.windows.answer("punctuality", first, last, self._punctuality, one_end=True)

    def promises(self, first: ArrayLike, last: ArrayLike) -> tuple[Days, Days]:
        """Return the promises (kept, broken) whose date plus 3 days lies in [first, last)."""
        return self.windows.answer("promises", first, last, self._promises)

    def due(self, first: ArrayLike, last: ArrayLike) -> Amounts:
        """Return what fell due in [first, last) by the instalments."""
        start, end = steady(first, np.int32), steady(last, np.int32)
        days = self._lookback(start, end)
        if days is None:
            rows, amount = self._rows.due
            plain = flow(*rows, amount, self._loan, start, end, self._known_by)
        else:
            plain = self._instalments.total("+".join(sorted(self._rows.parts)), days=days)
        return self._plans.one(
            plain, lambda here, plans: plans.due_between(first=start[here], last=end[here])
        )

    def due_count(self, first: ArrayLike) -> Days:
        """Return how many instalments of anything fell due from ``first`` to the morning."""
        start = steady(first, np.int32)
        rows, amount = self._rows.due
        marks = steady(amount != 0, np.int64)
        plain = flow(*rows, marks, self._loan, start, self._as_of, self._known_by).astype(np.int32)
        return self._plans.one(
            plain, lambda here, plans: plans.punctuality(first=start[here], last=self._as_of[here])[0]
        )

    def paid(self, first: ArrayLike, last: ArrayLike) -> Amounts:
        """Return what was paid in [first, last), reversals deducted."""
        start, end = steady(first, np.int32), steady(last, np.int32)
        days = self._lookback(start, end)
        if days is not None:
            return self._or_stated(self._payments.total("amount", days=days), start, end)
        rows, amount = self._rows.paid
        return self._or_stated(flow(*rows, amount, self._loan, start, end, self._known_by), start, end)

    def paid_ever(self, begin: Days) -> Amounts:
        """Return all that was paid before as_of, reversals deducted; ``begin`` lies before all days."""
        return self._or_stated(self._payments.total("amount"), begin, self._as_of)

    def _path(self, first: Days, last: Days) -> list[tuple[Days, Days]]:
        asked: tuple[Any, ...] = (*self._due_and_paid, self._loan, first, last, self._known_by)
        worst, late = walk(*asked)
        return [self._told_path(worst[at], late[at], first[at], last[at]) for at in range(len(first))]

    def _told_path(self, worst: Days, late: Days, start: Days, end: Days) -> tuple[Days, Days]:
        worst, late = self._plans.several(
            (worst, late), lambda here, plans: plans.path(first=start[here], last=end[here])
        )
        if self._everywhere:
            return worst, late
        has_ledger, (stated_worst, stated_late) = self._has_ledger(), self._statements.path(start, end)
        return np.where(has_ledger, worst, stated_worst), np.where(has_ledger, late, stated_late)

    def _punctuality(self, first: Days, last: Days) -> list[Punctuality]:
        asked: tuple[Any, ...] = (*self._due_and_paid, self._loan, first, last, self._known_by)
        counted, missed, settled, delay = punctuality(*asked)
        return [
            self._with_plans((counted[at], missed[at], settled[at], delay[at]), first[at], last[at])
            for at in range(len(first))
        ]

    def _with_plans(self, plain: Punctuality, start: Days, end: Days) -> Punctuality:
        return self._plans.several(
            plain, lambda here, plans: plans.punctuality(first=start[here], last=end[here])
        )

    def _promises(self, first: Days, last: Days) -> list[tuple[Days, Days]]:
        rows, (payments, amount) = self._rows.promises, self._rows.paid
        promised = steady(rows.column("due_on"), np.int32), steady(rows.column("amount"), np.int64)
        asked: tuple[Any, ...] = (*timed(rows), *promised, *payments, amount, PROMISE_GRACE_DAYS, self._loan)
        each = [(*asked, first[at], last[at], self._known_by) for at in range(len(first))]
        return [promise_outcomes(*one) for one in each]

    @property
    def _due_and_paid(self) -> tuple[Any, ...]:
        (instalments, due), (payments, paid) = self._rows.due, self._rows.paid
        return (*instalments, due, *payments, paid)

    def _lookback(self, first: Days, last: Days) -> int | None:
        """Return how many days before as_of a range begins that ends there; None of any other range."""
        begin, end = self.windows.distance(first), self.windows.distance(last)
        return -begin if end == 0 and begin is not None and begin <= 0 else None

    @cached_property
    def _everywhere(self) -> bool:
        return bool(self._has_ledger().all())

    def _or_stated(self, paid: Amounts, start: Days, end: Days) -> Amounts:
        if self._everywhere:
            return paid
        (offsets, _, seen_from, seen_until), _ = self._rows.paid
        paying = any_known(offsets, seen_from, seen_until, self._loan, self._known_by)
        return np.where(self._has_ledger() | paying, paid, self._statements.paid_between(start, end))


def _events(rows: Rows, query: Query) -> Events:
    owner, as_of, known_by = query
    return Events(rows, owner=owner, as_of=as_of, known_by=known_by)
