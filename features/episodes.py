"""How often a loan fell behind and caught up in the last year, by its instalments; reschedules and pauses counted in.

A morning is past due when the days past due on it are above 0. The loan falls behind on a morning past due after one
that was not, and is cured on a morning not past due after one that was.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days, Marks, steady
from features.episode_kernels import episodes
from features.event_kernels import NO_DAY, any_known
from features.settlement import Settlement
from features.spans import Schedules, all_known, planned_loans

if TYPE_CHECKING:
    from features.book import Book

EPISODE_DAYS = 365
"""Mornings before as_of that are looked at, beside as_of itself."""

Walk = tuple[Marks, Marks, Days, Days, Days, Days]


class ArrearsEpisodes:
    """The mornings as_of − 365 … as_of of each observation.

    Attributes
    ----------
    known
        Whether an instalment was known: else nobody can tell.
    cures
        How often the loan caught up.
    """

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # instalments are the loan's
        schedules = Schedules(book)
        offsets, _, seen_from, seen_until = schedules.instalments
        self.known: Marks = any_known(offsets, seen_from, seen_until, loan, known_by)
        self._as_of = as_of
        first = steady(as_of - np.int32(EPISODE_DAYS), np.int32)
        walk = _plain(schedules, loan, known_by, first, as_of)
        marks = planned_loans(book)
        here = np.zeros(0, np.int64) if marks is None else np.flatnonzero(marks[loan])
        if len(here):
            settlement = Settlement(book, loan=loan[here], known_by=known_by[here])
            for figures, changed in zip(walk, _planned(settlement, first[here], as_of[here]), strict=True):
                figures[here] = changed
        self._late_first, self._late_last, self._fell, self.cures, self._fell_on, self._cured_on = walk

    @cached_property
    def lapses(self) -> Days:
        """Return how often the loan fell behind again after it had been cured within the year."""
        return np.where(self._late_first, self._fell, np.maximum(self._fell - 1, 0)).astype(np.int32)

    @cached_property
    def days_since_cure(self) -> NDArray[np.float64]:
        """Return the days since it last caught up, 0 when this morning; NaN when not within the year."""
        return np.where(self._cured_on == NO_DAY, np.nan, self._as_of - self._cured_on.astype(np.float64))

    @cached_property
    def run_days(self) -> Days:
        """Return the mornings past due without a break up to this one, at most 366; 0 when it is not past due."""
        begun = np.where(self._fell_on == NO_DAY, self._as_of - EPISODE_DAYS, self._fell_on)
        return np.where(self._late_last, self._as_of - begun + 1, 0).astype(np.int32)


def _plain(schedules: Schedules, loan: Days, known_by: Days, first: Days, last: Days) -> Walk:
    """Return the walk of every observation as if no plan existed."""
    none = steady(np.zeros(0, np.int32), np.int32)
    nowhere = steady(np.zeros(len(schedules.instalments[0]), np.int64), np.int64)
    return episodes(
        *schedules.instalments, schedules.due, *schedules.payments, schedules.paid,
        nowhere, none, none, none, none, loan, known_by, loan, known_by, first, last,
    )  # fmt: skip


def _planned(settlement: Settlement, first: Days, last: Days) -> Walk:
    """Return the walk of observations of loans with plans: span by span, joined where one schedule hands over."""
    spans = settlement.spans(first=first - 1, last=last)
    schedules, queries = settlement.schedules, len(first)
    i_offsets, i_day, i_from, i_until = all_known(*spans.instalments)
    p_offsets, p_day, p_from, p_until = all_known(*spans.payments)
    mornings = spans.mornings
    late_first, late_last, fell, cured, fell_on, cured_on = episodes(
        i_offsets, i_day, i_from, i_until, steady(schedules.due[spans.rows], np.int64),
        p_offsets, p_day, p_from, p_until, spans.paid, *schedules.pauses,
        spans.numbers, steady(np.zeros(len(spans)), np.int32), spans.loan, spans.known_by, *mornings,
    )  # fmt: skip
    follows = np.append(False, spans.query[1:] == spans.query[:-1])
    before = np.append(False, late_last[:-1])
    for turned, count, day in (
        (follows & late_first & ~before, fell, fell_on),
        (follows & ~late_first & before, cured, cured_on),
    ):
        count += turned
        day[turned & (day == NO_DAY)] = mornings[0][turned & (day == NO_DAY)]
    latest = [np.full(queries, NO_DAY, np.int32) for _ in range(2)]
    for found, day in zip(latest, (fell_on, cured_on), strict=True):
        np.maximum.at(found, spans.query, day)
    begin, end = np.zeros(queries, np.bool_), np.zeros(queries, np.bool_)
    begin[spans.query[~follows]] = late_first[~follows]
    end[spans.query] = late_last  # of equals the last one stays: spans of a query follow each other
    return begin, end, spans.totals(fell, queries), spans.totals(cured, queries), latest[0], latest[1]
