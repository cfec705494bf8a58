"""Figures of plain loans, with those of loans that have plans laid over them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from features.compiled import Days, Positions
from features.settlement import Settlement
from features.spans import planned_loans

if TYPE_CHECKING:
    from features.book import Book

One = TypeVar("One", bound=NDArray[Any])
Several = TypeVar("Several", bound=tuple[Any, ...])


class PlanOverlay:
    """Where a pause or a reschedule changes the arithmetic, and the figures there.

    The plain kernels run over every query and stay as fast as if no plan existed; the few queries about loans with plans
    are asked again here.

    Parameters
    ----------
    book
        The lender's tables.
    loan, known_by
        Loan and knowledge of each query.
    """

    def __init__(self, book: Book, *, loan: Days, known_by: Days) -> None:
        self._book, self._loan, self._known_by = book, loan, known_by

    @cached_property
    def here(self) -> Positions:
        """Return the queries about loans with a plan that can change the arithmetic."""
        marks = planned_loans(self._book)
        return np.zeros(0, np.int64) if marks is None else np.flatnonzero(marks[self._loan])

    def one(self, plain: One, planned: Callable[[Positions, Settlement], One]) -> One:
        """Return the plain figures with those of the loans with plans written over them."""
        return self.several((plain,), lambda here, plans: (planned(here, plans),))[0]

    def several(self, plain: Several, planned: Callable[[Positions, Settlement], Several]) -> Several:
        """Return several plain figures with those of the loans with plans written over them."""
        if not len(self.here):
            return plain
        laid = []
        for figures, changed in zip(plain, planned(self.here, self._settlement), strict=True):
            laid.append(figures.copy())
            laid[-1][self.here] = changed
        return cast(Several, tuple(laid))

    @cached_property
    def _settlement(self) -> Settlement:
        return Settlement(self._book, loan=self._loan[self.here], known_by=self._known_by[self.here])
