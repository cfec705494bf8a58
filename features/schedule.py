"""What was agreed to fall due from a morning on, as far as the schedule was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from features.compiled import Amounts, Days, steady, steady_days
from features.loan_kernels import schedule_ahead

if TYPE_CHECKING:
    from features.rows import Rows


class Schedule:
    """The instalments of each observed loan that were agreed, paid or not; money in minor units.

    Parameters
    ----------
    rows
        Rows of ``instalments``.
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

    def __init__(self, rows: Rows, *, loan: ArrayLike, as_of: ArrayLike, known_by: ArrayLike) -> None:
        timed = (steady(rows.offsets, np.int64), *steady_days(rows.day, rows.seen_from, rows.seen_until))
        due = rows.column("principal_due") + rows.column("interest_due") + rows.column("fee_due")
        query = steady_days(loan, as_of, known_by)
        self.next_on, self.next_amount, self.whole_amount = schedule_ahead(
            *timed, steady(due, np.int64), *query
        )
