"""Loans whose schedule a plan replaces or whose clock a pause stops: their arrears, by the same rules.

A loan without such plans never comes here. Of the others the days asked for are cut into spans, on each of which one
schedule speaks; the rows of a span are laid out as those of a loan of its own, and the kernels of the ledger read them.
Definitions: docs/ledger.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from features.compiled import Amounts, Days, Positions, steady
from features.ledger_kernels import NO_DAY, standing
from features.pause_kernels import overdue_days, paused_days, paused_punctuality, paused_walk
from features.plan_kernels import FAR
from features.run_kernels import unbroken
from features.spans import Schedules, Spans, all_known

if TYPE_CHECKING:
    from features.book import Book

Standing = tuple[Amounts, Amounts, Amounts, Amounts, Amounts, Amounts, Days, Days]


class Settlement:
    """The arrears of queries, each a loan with what was known of it, span by span.

    Parameters
    ----------
    book
        The lender's tables, or the schedules made of them.
    loan, known_by
        Loan and knowledge of each query.
    """

    def __init__(self, book: Book | Schedules, *, loan: Days, known_by: Days) -> None:
        self.loan, self.known_by = steady(loan, np.int32), steady(known_by, np.int32)
        self.schedules = book if isinstance(book, Schedules) else Schedules(book)

    def of(self, queries: Positions) -> Settlement:
        """Return the settlement of some of the queries, each as often as it is named."""
        return Settlement(self.schedules, loan=self.loan[queries], known_by=self.known_by[queries])

    def spans(self, *, first: Days, last: Days) -> Spans:
        """Return the spans of the days first … last − 1 of each query."""
        return self.schedules.spans(loan=self.loan, known_by=self.known_by, first=first, last=last)

    def standing(self, on: Days) -> Standing:
        """Return what ``ledger_kernels.standing`` returns, of each query on the morning ``on``."""
        spans = self.spans(first=on - 1, last=on)
        first, second, third = (steady(part[spans.rows], np.int64) for part in self.schedules.parts)
        i_offsets, i_day, i_from, i_until = all_known(*spans.instalments)
        due, paid, owed, owed_next, owed_last, outstanding, unpaid, oldest = standing(
            i_offsets, i_day, i_from, i_until, first, second, third, self.schedules.order.index("principal"),
            *all_known(*spans.payments), spans.paid,
            spans.numbers, steady(on, np.int32), steady(np.zeros(len(spans)), np.int32),
        )  # fmt: skip
        return due + spans.settled, paid, owed, owed_next, owed_last, outstanding, unpaid, oldest

    def path(self, *, first: Days, last: Days) -> tuple[Days, Days]:
        """Return the worst days past due on the mornings first … last, and the number of those past due."""
        spans = self.spans(first=first - 1, last=last)
        worst_of, late_of, _ = self._walk(spans)
        worst = np.zeros(len(self.loan), np.int32)
        np.maximum.at(worst, spans.query, worst_of)
        return worst, spans.totals(late_of, len(self.loan))

    def late_since(self, on: Days) -> Days:
        """Return the first of the mornings past due without a break up to ``on``; NO_DAY when not past due then."""
        offsets, day, _, _ = self.schedules.instalments
        begin = offsets[self.loan]
        some = begin < offsets[self.loan + 1]
        earliest = np.full(len(self.loan), FAR, np.int32)
        earliest[some] = day[begin[some]]
        spans = self.spans(first=np.minimum(earliest, on - 1), last=on)
        run = self._walk(spans)[2]
        return unbroken(spans.query, spans.mornings[0], run, NO_DAY, len(self.loan))

    def due_between(self, *, first: Days, last: Days) -> Amounts:
        """Return what fell due on the days first … last − 1, each day by its own schedule."""
        spans = self.spans(first=first, last=last)
        offsets, day = spans.instalments
        span = np.repeat(np.arange(len(spans)), np.diff(offsets))
        within = (spans.first[span] <= day) & (day < spans.last[span])
        due = np.zeros(len(spans), np.int64)
        np.add.at(due, span[within], self._due_of(spans)[within])
        return spans.totals(due, len(self.loan))

    def punctuality(self, *, first: Days, last: Days) -> tuple[Days, Days, Days, Amounts]:
        """Return what ``Ledger.punctuality`` returns, each instalment within its own span."""
        spans = self.spans(first=first, last=last)
        counted, missed, settled, delay = (
            spans.totals(of_span, len(self.loan))
            for of_span in paused_punctuality(
                *self._of(spans), *self.schedules.pauses, spans.loan, spans.known_by, spans.first, spans.last
            )
        )
        return counted, missed, settled, delay

    def overdue_days(self, on: Days) -> tuple[Amounts, Amounts]:
        """Return the principal and the interest overdue on each day of each unpaid instalment: minor units × days."""
        spans = self.spans(first=on - 1, last=on)
        ahead = np.zeros(len(self.schedules.due), np.int64)
        before, amount = {}, {}
        for part, asked in zip(self.schedules.order, self.schedules.parts, strict=True):
            before[part], amount[part] = (
                steady(ahead[spans.rows], np.int64),
                steady(asked[spans.rows], np.int64),
            )
            ahead = ahead + asked
        return overdue_days(
            *self._of(spans), before["principal"], amount["principal"], before["interest"], amount["interest"],
            *self.schedules.pauses, spans.loan, spans.known_by, spans.last, len(self.loan), spans.query,
        )  # fmt: skip

    def paused(self, *, first: Days, last: Days) -> Days:
        """Return the paused days among first … last − 1; 0 where ``first`` is NO_DAY."""
        days = steady(first, np.int32), steady(last, np.int32)
        return paused_days(*self.schedules.pauses, self.loan, self.known_by, *days)

    def _walk(self, spans: Spans) -> tuple[Days, Days, Days]:
        return paused_walk(
            *self._of(spans), *self.schedules.pauses, spans.loan, spans.known_by, *spans.mornings
        )

    def _of(self, spans: Spans) -> tuple[Positions, Days, Amounts, Positions, Days, Amounts]:
        return (*spans.instalments, self._due_of(spans), *spans.payments, spans.paid)

    def _due_of(self, spans: Spans) -> Amounts:
        return steady(self.schedules.due[spans.rows], np.int64)
