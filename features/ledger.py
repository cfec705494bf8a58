"""Arrears, days past due and their path, from what was due and what was paid.

``dpd(D) = D - due_on`` of the oldest instalment due before D that the payments made before D do not cover
in full, less the days paused since; 0 when there is none. Payments settle the oldest instalment first and, inside
it, its parts in the order of the book (fee, interest, principal unless it states another); a reversal is a negative
payment; what is overpaid is carried to the next instalment; net payments below zero count as zero. A revised
instalment replaces the earlier one from the morning it is known, a reschedule all that was unpaid. A loan's end does
not change its arithmetic: sold and written-off loans leave the observations instead. All rules: docs/ledger.md.

A loan without a known instalment is read from its statements: days past due, arrears (amount due less amount
paid, at least 0) and balance of the latest statement known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.event_kernels import any_known
from features.events import Events
from features.ledger_kernels import NO_DAY, standing
from features.ledger_ranges import PROMISE_GRACE_DAYS as PROMISE_GRACE_DAYS
from features.ledger_ranges import Ranges, Rowsets
from features.ledger_windows import Window
from features.plan_overlay import PlanOverlay
from features.settlement import Settlement, Standing
from features.spans import reschedule_holds
from features.statement_ledger import StatementLedger
from features.unpaid import UnpaidInstalments, unpaid_instalments

if TYPE_CHECKING:
    from features.book import Book


class Ledger:
    """What was due and paid on each observed loan; money in minor units.

    Parameters
    ----------
    book
        The lender's tables.
    loan
        Loan of each observation.
    as_of
        The morning: instalments due before it and payments made before it count.
    known_by
        First morning that may know a row.
    events
        The instalments and the payments of the same observations, when they were made already.
    foreseen
        Ranges of days that will be asked; they change no answer.
    """

    def __init__(
        self,
        book: Book,
        *,
        loan: ArrayLike,
        as_of: ArrayLike,
        known_by: ArrayLike,
        events: tuple[Events, Events] | None = None,
        foreseen: Mapping[str, Sequence[Window]] | None = None,
    ) -> None:
        self._loan, self._as_of, self._known_by = query = steady_days(loan, as_of, known_by)
        self._book, self._order = book, book.manifest.settlement_order
        self._rows = Rowsets(
            book.rows("instalments"),
            book.rows("payments"),
            book.rows("promises"),
            tuple(f"{part}_due" for part in self._order),
        )
        self._plans = PlanOverlay(book, loan=self._loan, known_by=self._known_by)
        self._statements = StatementLedger(book.rows("statements"), loan=self._loan, known_by=self._known_by)
        self.ranges = Ranges(
            self._rows,
            query,
            has_ledger=lambda: self.has_ledger,
            plans=self._plans,
            statements=self._statements,
            events=events,
            foreseen=foreseen or {},
        )

    @cached_property
    def has_ledger(self) -> Marks:
        """Return True where an instalment of the loan was known; else its statements speak."""
        (offsets, _, seen_from, seen_until), _ = self._rows.due
        return any_known(offsets, seen_from, seen_until, self._loan, self._known_by)

    @cached_property
    def known(self) -> Marks:
        """Return True where an instalment, or a statement before as_of, was known: else 0 says nothing."""
        return self.has_ledger if self._everywhere else self.has_ledger | self._statements.known(self._as_of)

    @cached_property
    def arrears_known(self) -> Marks:
        """Return True where an instalment was known or the latest statement states an amount due.

        A lender may report days past due by the month and never say how much is due: then nobody knows the arrears.
        """
        return self._told("amount_due")

    @cached_property
    def balance_known(self) -> Marks:
        """Return True where an instalment was known or the latest statement states a balance."""
        return self._told("balance")

    @property
    def statements(self) -> StatementLedger:
        """Return the statements of each loan, which speak where no instalment is known."""
        return self._statements

    @cached_property
    def dpd(self) -> Days:
        """Return the days past due when as_of begins."""
        late = np.where(self._oldest == NO_DAY, 0, self._as_of - self._oldest) - self.paused_days
        return self._either(late.astype(np.int32), lambda: self._statements.dpd_on(self._as_of))

    @cached_property
    def arrears(self) -> Amounts:
        """Return what is due and unpaid; 0 also where ``arrears_known`` says that nobody knows."""
        owed = self.arrears_principal + self.arrears_interest + self.arrears_fee
        return self._either(owed, lambda: self._statements.arrears(self._as_of))

    @cached_property
    def arrears_principal(self) -> Amounts:
        """Return the principal in the arrears; 0 where statements speak."""
        return self._owed("principal")

    @cached_property
    def arrears_interest(self) -> Amounts:
        """Return the interest in the arrears; 0 where statements speak."""
        return self._owed("interest")

    @cached_property
    def arrears_fee(self) -> Amounts:
        """Return the fees in the arrears; 0 where statements speak."""
        return self._owed("fee")

    @cached_property
    def due_total(self) -> Amounts:
        """Return all that fell due before as_of (before a reschedule: was settled); of statements the latest amount due."""
        return self._either(self._standing[0], lambda: self._statements.amount("amount_due", self._as_of))

    @cached_property
    def paid_total(self) -> Amounts:
        """Return all that was paid before as_of, reversals deducted."""
        return self.ranges.paid_ever(steady(np.full(len(self._loan), NO_DAY, np.int32), np.int32))

    @cached_property
    def balance(self) -> Amounts:
        """Return the principal still to be paid, due or not yet due; of statements the latest balance, 0 when not stated."""
        return self._either(self._standing[5], lambda: self._statements.amount("balance", self._as_of))

    @cached_property
    def unpaid_count(self) -> Days:
        """Return how many instalments are due and not fully paid; 0 where statements speak."""
        return self._standing[6]

    @property
    def oldest_unpaid_due_on(self) -> Days:
        """Return the due day of the oldest of them; NO_DAY when none."""
        return self._oldest

    @cached_property
    def arrears_since(self) -> Days:
        """Return the first morning of those past due without a break up to as_of; NO_DAY when not past due."""
        since = np.full(len(self._loan), NO_DAY, np.int32)
        late = self._unpaid_now
        since[late] = self._settlement(late).late_since(self._as_of[late])
        return self._either(since, lambda: self._statements.late_since(self._as_of))

    @cached_property
    def paused_days(self) -> Days:
        """Return the days since the due day of the oldest unpaid instalment on which the clock stood still."""
        nothing = np.zeros(len(self._loan), np.int32)
        return self._plans.one(
            nothing, lambda here, plans: plans.paused(first=self._oldest[here], last=self._as_of[here])
        )

    @cached_property
    def rescheduled(self) -> Marks:
        """Return True where a reschedule known by then was in force on the eve of as_of."""
        return reschedule_holds(
            self._book, loan=self._loan, day=steady(self._as_of - 1, np.int32), known_by=self._known_by
        )

    @cached_property
    def unpaid(self) -> UnpaidInstalments:
        """Return the instalments that are due and not fully paid, by observation and oldest first."""
        late = self._unpaid_now
        return unpaid_instalments(self._settlement(late), as_of=self._as_of[late]).under(late)

    @cached_property
    def penalty_base(self) -> Amounts:
        """Return the principal overdue, each day of each unpaid instalment: minor units × days; 0 where statements speak."""
        return self._overdue_days[0]

    @cached_property
    def penalty_base_with_interest(self) -> Amounts:
        """Return the principal and interest overdue, day by day: minor units × days; 0 where statements speak."""
        return self._overdue_days[0] + self._overdue_days[1]

    def dpd_on(self, day: ArrayLike) -> Days:
        """Return the days past due when each day begins, with the knowledge of ``known_by``."""
        return self.worst_dpd(first=day, last=day)

    def worst_dpd(self, *, first: ArrayLike, last: ArrayLike) -> Days:
        """Return the highest days past due on the days first … last, both included."""
        return self.ranges.path(first, last)[0]

    def days_late(self, *, first: ArrayLike, last: ArrayLike) -> Days:
        """Return how many of the days first … last, both included, were past due."""
        return self.ranges.path(first, last)[1]

    def paid_between(self, *, first: ArrayLike, last: ArrayLike) -> Amounts:
        """Return what was paid in [first, last), reversals deducted."""
        return self.ranges.paid(first, last)

    def due_between(self, *, first: ArrayLike, last: ArrayLike) -> Amounts:
        """Return what fell due in [first, last) by the instalments."""
        return self.ranges.due(first, last)

    def due_count(self, *, days: int) -> Days:
        """Return how many instalments fell due in the days before as_of, each by the schedule that spoke on its day.

        Rows of a schedule that was replaced or holds no more are none, nor is an instalment of nothing.
        """
        return self.ranges.due_count(self._as_of - days)

    def punctuality(self, *, first: ArrayLike, last: ArrayLike) -> tuple[Days, Days, Days, Amounts]:
        """Return, of the instalments due in [first, last): number, missed, settled, delay of the settled.

        Missed: not paid in full when the due day ended. Delay: to the payment after which it stayed paid.
        """
        return self.ranges.punctuality(first, last)

    def promises(self, *, first: ArrayLike, last: ArrayLike) -> tuple[Days, Days]:
        """Return the promises (kept, broken) whose date plus 3 days lies in [first, last).

        Kept: at least nine tenths was paid from the day of the promise to its date plus 3 days.
        """
        return self.ranges.promises(first, last)

    @cached_property
    def _standing(self) -> Standing:
        instalments, (payments, amount) = self._rows.due[0], self._rows.paid
        parts = [steady(self._rows.instalments.column(part), np.int64) for part in self._rows.parts]
        asked: tuple[Any, ...] = (*instalments, *parts, self._order.index("principal"), *payments, amount)
        asked = (*asked, self._loan, self._as_of, self._known_by)
        plain: Standing = standing(*asked)
        return self._plans.several(plain, lambda here, plans: plans.standing(self._as_of[here]))

    @cached_property
    def _overdue_days(self) -> tuple[Amounts, Amounts]:
        late, figures = (
            self._unpaid_now,
            (np.zeros(len(self._loan), np.int64), np.zeros(len(self._loan), np.int64)),
        )
        for figure, days in zip(figures, self._settlement(late).overdue_days(self._as_of[late]), strict=True):
            figure[late] = days
        return figures

    @cached_property
    def _unpaid_now(self) -> Positions:
        """Return the observations with an instalment that is due and not fully paid."""
        return np.flatnonzero(self.unpaid_count > 0)

    def _settlement(self, queries: Positions) -> Settlement:
        return Settlement(self._book, loan=self._loan[queries], known_by=self._known_by[queries])

    def _owed(self, part: str) -> Amounts:
        return steady(self._standing[2 + self._order.index(part)], np.int64)

    @property
    def _oldest(self) -> Days:
        return self._standing[7]

    def _told(self, column: str) -> Marks:
        return self._either(self.has_ledger, lambda: self._statements.states(column, self._as_of))

    def _either(
        self, from_instalments: NDArray[Any], from_statements: Callable[[], NDArray[Any]]
    ) -> NDArray[Any]:
        """Return the first where instalments are known, the second elsewhere."""
        told = from_instalments
        if not self._everywhere:
            told = np.where(self.has_ledger, from_instalments, from_statements())
        return steady(told, told.dtype.type)

    @cached_property
    def _everywhere(self) -> bool:
        return bool(self.has_ledger.all())
