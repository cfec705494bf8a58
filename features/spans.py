"""The schedules that speak for a loan, cut into spans of days, each with the rows that belong to it.

A loan without a pause or an instalment of a plan never needs this. Definitions: docs/ledger.md, sections 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.ledger_kernels import NO_DAY
from features.plan_kernels import FAR, FIRST, ORPHAN, any_holding, plan_spans, rows_of_spans

if TYPE_CHECKING:
    from features.book import Book
    from features.rows import Rows

Timed = tuple[Positions, Days, Days, Days]


def timed(rows: Rows) -> Timed:
    """Return offsets, days and days of knowledge of the rows, as kernels take them."""
    return (steady(rows.offsets, np.int64), *steady_days(rows.day, rows.seen_from, rows.seen_until))


def planned_loans(book: Book) -> Marks | None:
    """Return which loans have a pause or an instalment that bears a plan; None when no loan has."""
    instalments, plans = book.rows("instalments"), book.rows("plans")
    bearing = instalments.filled("plan_id") if "plan_id" in instalments.names else np.zeros(0, np.bool_)
    pausing = _of_kind(plans, "pause")
    if not bearing.any() and not pausing.any():
        return None
    marks = np.zeros(len(book.loan_ids), np.bool_)
    for rows, chosen in ((instalments, bearing), (plans, pausing)):
        marks[np.searchsorted(rows.offsets, np.flatnonzero(chosen), side="right") - 1] = True
    return marks


def reschedule_holds(book: Book, *, loan: Days, day: Days, known_by: Days) -> Marks:
    """Return where a known plan of kind ``reschedule`` holds on the day, whether or not its instalments are known."""
    plans = book.rows("plans")
    chosen = _of_kind(plans, "reschedule")
    if not chosen.any():
        return np.zeros(len(loan), np.bool_)
    offsets, starts, seen_from, seen_until = timed(plans)
    return any_holding(
        offsets, starts, _ends(plans), seen_from, seen_until, steady(chosen, np.bool_), *steady_days(loan, day, known_by)
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Spans:
    """Runs of days on which one schedule speaks for a query, each with its rows as those of a loan of its own.

    Parameters
    ----------
    query
        Position of the query; the spans of one query follow each other.
    loan, known_by
        Loan and knowledge of the query.
    first, last
        First day of the run, and the day after its last.
    settled
        What had been settled before the plan that speaks began; 0 without one.
    instalments, rows
        Offsets and days of the schedule's known instalments, and their rows in the table.
    payments, paid
        Offsets and days of the payments that settle it, and their amounts; first of a plan what was overpaid.
    """

    query: Positions
    loan: Days
    known_by: Days
    first: Days
    last: Days
    settled: Amounts
    instalments: tuple[Positions, Days]
    rows: Positions
    payments: tuple[Positions, Days]
    paid: Amounts

    def __len__(self) -> int:
        return len(self.query)

    @cached_property
    def numbers(self) -> Days:
        """Return the number of each span: the loan that the kernels read."""
        return steady(np.arange(len(self)), np.int32)

    @property
    def mornings(self) -> tuple[Days, Days]:
        """Return the first and the last morning on which the schedule of the span speaks."""
        return steady(self.first + 1, np.int32), self.last

    def totals(self, values: NDArray[Any], queries: int) -> NDArray[Any]:
        """Return the sum of the values of each query's spans."""
        total = np.zeros(queries, values.dtype)
        np.add.at(total, self.query, values)
        return total


def all_known(offsets: Positions, day: Days) -> Timed:
    """Return rows whose knowledge is settled, for kernels that look at it: known from ever to ever."""
    always, never = np.full(len(day), NO_DAY, np.int32), np.full(len(day), FAR, np.int32)
    return offsets, day, steady(always, np.int32), steady(never, np.int32)


class Schedules:
    """Instalments, payments and plans of a book, and which of them belong together.

    Parameters
    ----------
    book
        The lender's tables.

    Attributes
    ----------
    instalments, payments, plans
        Offsets, days and days of knowledge of these rows.
    order, parts
        Parts of an instalment in the order in which they are settled, and the amounts of each.
    number
        Number of each instalment within its loan.
    due, paid
        What each instalment asks for, and each payment gave.
    """

    def __init__(self, book: Book) -> None:
        self._instalments, self._plans = book.rows("instalments"), book.rows("plans")
        self.instalments, self.payments = timed(self._instalments), timed(book.rows("payments"))
        self.plans = timed(self._plans)
        self.order = book.manifest.settlement_order
        self.number = self._instalments.column("number")
        first, second, third = (
            steady(self._instalments.column(f"{part}_due"), np.int64) for part in self.order
        )
        self.parts = first, second, third
        self.due: Amounts = steady(first + second + third, np.int64)
        self.paid: Amounts = steady(book.rows("payments").column("amount"), np.int64)

    def spans(self, *, loan: Days, known_by: Days, first: Days, last: Days) -> Spans:
        """Return the spans of the days first … last − 1 of each query, a loan with what was known of it."""
        i_offsets, i_day, i_from, i_until = self.instalments
        l_offsets, starts, l_from, l_until = self.plans
        query, begin, end, speaks, start, over, settled = plan_spans(
            l_offsets, starts, self._ends, l_from, l_until, self._reschedules, self._numbers[0],
            i_offsets, i_day, i_from, i_until, self.due, self._numbers[1], *self.payments, self.paid,
            loan, steady(first, np.int32), steady(last, np.int32), known_by,
        )  # fmt: skip
        loan, known_by, last = steady_days(loan[query], known_by[query], end)
        o_offsets, rows, p_offsets, paying = rows_of_spans(
            i_offsets, i_from, i_until, self._numbers[1], *self.payments, loan, known_by, last,
            steady(speaks, np.int32), steady(start, np.int32),
        )  # fmt: skip
        opening = paying < 0
        p_day, paid = np.full(len(paying), -FAR, np.int32), np.zeros(len(paying), np.int64)
        p_day[~opening] = self.payments[1][paying[~opening]]
        paid[~opening] = self.paid[paying[~opening]]
        paid[opening] = over[speaks != FIRST]
        return Spans(
            query=query, loan=loan, known_by=known_by, first=steady(begin, np.int32), last=last, settled=settled,
            instalments=(steady(o_offsets, np.int64), steady(i_day[rows], np.int32)), rows=rows,
            payments=(steady(p_offsets, np.int64), steady(p_day, np.int32)), paid=steady(paid, np.int64),
        )  # fmt: skip

    @cached_property
    def pauses(self) -> tuple[Positions, Days, Days, Days, Days]:
        """Return offsets, first days, days after the last, and days of knowledge of the pauses of each loan."""
        chosen = np.flatnonzero(_of_kind(self._plans, "pause"))
        offsets = np.searchsorted(chosen, self._plans.offsets)
        starts, seen_from, seen_until = (
            values[chosen] for values in (self._plans.day, self._plans.seen_from, self._plans.seen_until)
        )
        ends = self._ends[chosen]
        return (
            steady(offsets, np.int64),
            *steady_days(starts, ends, seen_from),
            steady(seen_until, np.int32),
        )

    @cached_property
    def _numbers(self) -> tuple[Days, Days]:
        """Return the plan number of each row of plans, then of each instalment."""
        of_plan, names = self._plans.codes("plan_id")
        if "plan_id" not in self._instalments.names:
            return of_plan, steady(np.full(self._instalments.n, FIRST), np.int32)
        borne, named = self._instalments.codes("plan_id")
        number_of = {name: number for number, name in enumerate(names)}
        known = np.array([*(number_of.get(name, ORPHAN) for name in named), FIRST], np.int32)
        return of_plan, steady(known[borne], np.int32)

    @cached_property
    def _reschedules(self) -> Marks:
        return steady(_of_kind(self._plans, "reschedule"), np.bool_)

    @cached_property
    def _ends(self) -> Days:
        return _ends(self._plans)


def _of_kind(plans: Rows, kind: str) -> Marks:
    if not plans.n:
        return np.zeros(0, np.bool_)
    codes, kinds = plans.codes("kind")
    return codes == kinds.index(kind) if kind in kinds else np.zeros(plans.n, np.bool_)


def _ends(plans: Rows) -> Days:
    ends = plans.column("ends_on")
    return steady(np.where(ends == NO_DAY, FAR, ends), np.int32)
