"""What was agreed to fall due from a morning on, as far as the schedule was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from features.compiled import Amounts, Days, fixed, steady, steady_days
from features.loan_kernels import schedule_ahead
from features.plan_overlay import PlanOverlay
from features.settlement import Settlement
from features.spans import all_known, timed

if TYPE_CHECKING:
    from features.book import Book


class Schedule:
    """The instalments of the schedule that speaks for each observed loan, paid or not; money in minor units.

    Parameters
    ----------
    book
        The lender's tables.
    loan
        Loan of each observation.
    as_of, known_by
        The morning, and the morning whose knowledge counts.

    Attributes
    ----------
    next_on
        Next day from as_of on (included) on which money falls due; NO_DAY when none does.
    next_amount
        What falls due on it; 0 when none does.
    whole_amount
        All that the schedule asks over its life.
    """

    next_on: Days
    next_amount: Amounts
    whole_amount: Amounts

    def __init__(self, book: Book, *, loan: ArrayLike, as_of: ArrayLike, known_by: ArrayLike) -> None:
        loan_no, mornings, known = steady_days(loan, as_of, known_by)
        rows = book.rows("instalments")
        due = rows.column("principal_due") + rows.column("interest_due") + rows.column("fee_due")
        plain = schedule_ahead(*timed(rows), steady(due, np.int64), loan_no, mornings, known)
        overlay = PlanOverlay(book, loan=loan_no, known_by=known)
        self.next_on, self.next_amount, self.whole_amount = (
            fixed(values)
            for values in overlay.several(plain, lambda here, plans: _planned(mornings[here], plans))
        )


def _planned(mornings: Days, plans: Settlement) -> tuple[Days, Amounts, Amounts]:
    """Return the same of loans with plans, by the schedule that speaks on each morning."""
    spans = plans.spans(first=mornings - 1, last=mornings)
    due = steady(plans.schedules.due[spans.rows], np.int64)
    known = steady(np.zeros(len(spans), np.int32), np.int32)
    asked: tuple[Any, ...] = (
        *all_known(*spans.instalments),
        due,
        spans.numbers,
        steady(mornings, np.int32),
        known,
    )
    return schedule_ahead(*asked)
