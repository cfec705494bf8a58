"""Loans whose schedule a plan replaces or whose clock a pause stops: their arrears, by the same rules.

A loan without such plans never comes here. Of the others the days asked for are cut into spans, on each of which one
schedule speaks; the rows of a span are laid out as those of a loan of its own, and the kernels of the ledger read them.
Definitions: docs/ledger.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.ledger_kernels import NO_DAY, flow, standing
from features.pause_kernels import overdue_days, paused_days, paused_punctuality, paused_walk
from features.plan_kernels import FAR, FIRST, ORPHAN, any_holding, plan_spans, rows_of_spans
from features.run_kernels import unbroken

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

    def all_known(self, offsets: Positions, day: Days) -> Timed:
        """Return the rows as kernels take them that look at knowledge: all of it is settled here."""
        always, never = np.full(len(day), NO_DAY, np.int32), np.full(len(day), FAR, np.int32)
        return offsets, day, steady(always, np.int32), steady(never, np.int32)


class Settlement:
    """The arrears of queries about loans with plans, span by span.

    Parameters
    ----------
    book
        The lender's tables.
    loan, known_by
        Loan and knowledge of each query.

    Attributes
    ----------
    due
        What each instalment of the book asks for.
    """

    due: Amounts

    def __init__(self, book: Book, *, loan: Days, known_by: Days) -> None:
        self.book = book
        self.loan, self.known_by = steady(loan, np.int32), steady(known_by, np.int32)
        self._instalments, self._payments = book.rows("instalments"), book.rows("payments")
        self._plans = book.rows("plans")
        parts = [self._instalments.column(f"{part}_due") for part in book.manifest.settlement_order]
        self._parts = tuple(steady(part, np.int64) for part in parts)
        self.due = steady(parts[0] + parts[1] + parts[2], np.int64)
        self._paid = steady(self._payments.column("amount"), np.int64)

    def spans(self, *, first: Days, last: Days) -> Spans:
        """Return the spans of the days first … last − 1 of each query."""
        i_timed, p_timed = timed(self._instalments), timed(self._payments)
        l_offsets, starts, l_from, l_until = timed(self._plans)
        query, begin, end, speaks, start, over, settled = plan_spans(
            l_offsets, starts, _ends(self._plans), l_from, l_until,
            steady(_of_kind(self._plans, "reschedule"), np.bool_), self._numbers[0],
            *i_timed, self.due, self._numbers[1], *p_timed, self._paid,
            self.loan, steady(first, np.int32), steady(last, np.int32), self.known_by,
        )  # fmt: skip
        loan, known_by = steady(self.loan[query], np.int32), steady(self.known_by[query], np.int32)
        i_offsets, rows, p_offsets, paying = rows_of_spans(
            i_timed[0], *i_timed[2:], self._numbers[1], *p_timed, loan, known_by,
            *steady_days(end, speaks, start),
        )  # fmt: skip
        opening = paying < 0
        p_day = np.full(len(paying), -FAR, np.int32)
        paid = np.zeros(len(paying), np.int64)
        p_day[~opening], paid[~opening] = p_timed[1][paying[~opening]], self._paid[paying[~opening]]
        paid[opening] = over[speaks != FIRST]
        return Spans(
            query, loan, known_by, steady(begin, np.int32), steady(end, np.int32), settled,
            (steady(i_offsets, np.int64), steady(i_timed[1][rows], np.int32)), rows,
            (steady(p_offsets, np.int64), steady(p_day, np.int32)), steady(paid, np.int64),
        )  # fmt: skip

    def standing(self, on: Days) -> tuple[Amounts, Amounts, Amounts, Amounts, Amounts, Amounts, Days, Days]:
        """Return what ``ledger_kernels.standing`` returns, of each query on the morning ``on``."""
        spans = self.spans(first=on - 1, last=on)
        due, *others = standing(
            *spans.all_known(*spans.instalments), *(steady(part[spans.rows], np.int64) for part in self._parts),
            self.book.manifest.settlement_order.index("principal"),
            *spans.all_known(*spans.payments), spans.paid,
            spans.numbers, steady(on, np.int32), np.zeros(len(spans), np.int32),
        )  # fmt: skip
        return due + spans.settled, *others

    def path(self, *, first: Days, last: Days) -> tuple[Days, Days]:
        """Return the worst days past due on the mornings first … last, and the number of those past due."""
        spans = self.spans(first=first - 1, last=last)
        worst, late = np.zeros(len(self.loan), np.int32), np.zeros(len(self.loan), np.int32)
        worst_of, late_of, _ = self._walk(spans)
        np.maximum.at(worst, spans.query, worst_of)
        np.add.at(late, spans.query, late_of)
        return worst, late

    def late_since(self, on: Days) -> Days:
        """Return the first of the mornings past due without a break up to ``on``; NO_DAY when not past due then."""
        offsets, day = self._instalments.offsets, self._instalments.day
        begin = offsets[self.loan]
        some = begin < offsets[self.loan + 1]
        earliest = np.full(len(self.loan), FAR, np.int64)
        earliest[some] = day[begin[some]]
        spans = self.spans(first=np.minimum(earliest, on - 1).astype(np.int32), last=on)
        run = self._walk(spans)[2]
        return unbroken(spans.query, spans.mornings[0], run, NO_DAY, len(self.loan))

    def due_between(self, *, first: Days, last: Days) -> Amounts:
        """Return what fell due on the days first … last − 1, each day by its own schedule."""
        spans = self.spans(first=first, last=last)
        due = steady(self.due[spans.rows], np.int64)
        none = np.zeros(len(spans), np.int32)
        timed_rows = spans.all_known(*spans.instalments)
        found = np.zeros(len(self.loan), np.int64)
        np.add.at(found, spans.query, flow(*timed_rows, due, spans.numbers, spans.first, spans.last, none))
        return found

    def punctuality(self, *, first: Days, last: Days) -> tuple[Days, Days, Days, Amounts]:
        """Return what ``Ledger.punctuality`` returns, each instalment within its own span."""
        spans = self.spans(first=first, last=last)
        found = paused_punctuality(
            *self._of(spans), *self._pauses, spans.loan, spans.known_by, spans.first, spans.last
        )
        summed = [np.zeros(len(self.loan), values.dtype) for values in found]
        for total, values in zip(summed, found, strict=True):
            np.add.at(total, spans.query, values)
        counted, missed, settled, delay = summed
        return counted, missed, settled, delay

    def overdue_days(self, on: Days) -> tuple[Amounts, Amounts]:
        """Return the principal and the interest left overdue on each day of each unpaid instalment: minor units × days."""
        spans = self.spans(first=on - 1, last=on)
        ahead = np.zeros(self._instalments.n, np.int64)
        parts: dict[str, Amounts] = {}
        for part, amount in zip(self.book.manifest.settlement_order, self._parts, strict=True):
            parts |= {
                f"before_{part}": steady(ahead[spans.rows], np.int64),
                part: steady(amount[spans.rows], np.int64),
            }
            ahead = ahead + amount
        return overdue_days(
            *self._of(spans), parts["before_principal"], parts["principal"], parts["before_interest"], parts["interest"],
            *self._pauses, spans.loan, spans.known_by, steady(on[spans.query], np.int32), len(self.loan), spans.query,
        )  # fmt: skip

    def paused(self, *, first: Days, last: Days) -> Days:
        """Return the paused days among first … last − 1; 0 where ``first`` is NO_DAY."""
        return paused_days(
            *self._pauses, self.loan, self.known_by, steady(first, np.int32), steady(last, np.int32)
        )

    def _walk(self, spans: Spans) -> tuple[Days, Days, Days]:
        return paused_walk(*self._of(spans), *self._pauses, spans.loan, spans.known_by, *spans.mornings)

    def _of(self, spans: Spans) -> tuple[Positions, Days, Amounts, Positions, Days, Amounts]:
        return (*spans.instalments, steady(self.due[spans.rows], np.int64), *spans.payments, spans.paid)

    @cached_property
    def _pauses(self) -> tuple[Positions, Days, Days, Days, Days]:
        chosen = np.flatnonzero(_of_kind(self._plans, "pause"))
        offsets = np.searchsorted(chosen, self._plans.offsets)
        starts, seen_from, seen_until = (
            values[chosen] for values in (self._plans.day, self._plans.seen_from, self._plans.seen_until)
        )
        ends = _ends(self._plans)[chosen]
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


def _of_kind(plans: Rows, kind: str) -> Marks:
    if not plans.n:
        return np.zeros(0, np.bool_)
    codes, kinds = plans.codes("kind")
    return codes == kinds.index(kind) if kind in kinds else np.zeros(plans.n, np.bool_)


def _ends(plans: Rows) -> Days:
    ends = plans.column("ends_on")
    return steady(np.where(ends == NO_DAY, FAR, ends), np.int32)
