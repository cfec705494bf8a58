"""The borrower's other loans on the same morning: one person, one purse."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from features.compiled import Amounts, Days, Marks, Positions, fixed, steady_days
from features.facts import Facts
from features.ledger import Ledger
from features.observations import stands_on

if TYPE_CHECKING:
    from features.book import Book


class OtherLoans:
    """What was known of the other loans of each observation's borrower that stood on its morning.

    A loan stands when it was disbursed before ``as_of`` and has not ended before it, as far as it was known.

    Parameters
    ----------
    book
        The lender's tables.
    loan
        Loan of each observation; it is left out of its own figures.
    as_of, known_by
        The morning, and the morning whose knowledge counts.
    """

    def __init__(self, book: Book, *, loan: ArrayLike, as_of: ArrayLike, known_by: ArrayLike) -> None:
        own, mornings, known = steady_days(loan, as_of, known_by)
        self._n, self._book = len(own), book
        observation, other = pairs_of_borrower(book, own)
        morning, knowing = mornings[observation], known[observation]
        if len(observation):
            stands = stands_on(Facts(book.rows("loans"), owner=other, known_by=knowing), morning)
            observation, other = observation[stands], other[stands]
            morning, knowing = morning[stands], knowing[stands]
        self._observation = observation
        self._query = (other, morning, knowing)

    @cached_property
    def _ledger(self) -> Ledger:
        loan, as_of, known_by = self._query
        return Ledger(self._book, loan=loan, as_of=as_of, known_by=known_by)

    @cached_property
    def count(self) -> Days:
        """Return how many other loans stood."""
        return fixed(np.bincount(self._observation, minlength=self._n).astype(np.int32))

    @cached_property
    def worst_dpd(self) -> Days:
        """Return the highest days past due among them; 0 when there is none."""
        worst = np.zeros(self._n, np.int32)
        if not len(self._observation):
            return fixed(worst)
        np.maximum.at(worst, self._observation, self._ledger.dpd)
        return fixed(worst)

    @cached_property
    def late_count(self) -> Days:
        """Return how many of them are past due."""
        if not len(self._observation):
            return self.count
        late = self._observation[self._ledger.dpd > 0]
        return fixed(np.bincount(late, minlength=self._n).astype(np.int32))

    @cached_property
    def arrears(self) -> Amounts:
        """Return the sum of their arrears, as far as they are known; 0 when there is none."""
        owed = np.zeros(self._n, np.int64)
        if not len(self._observation):
            return fixed(owed)
        told = np.where(self._ledger.arrears_known, self._ledger.arrears, 0)
        np.add.at(owed, self._observation, told)
        return fixed(owed)

    @cached_property
    def arrears_known(self) -> Marks:
        """Return True where the arrears of at least one other loan are known."""
        if not len(self._observation):
            return fixed(np.zeros(self._n, np.bool_))
        told = self._observation[self._ledger.arrears_known]
        return fixed(np.bincount(told, minlength=self._n) > 0)


def pairs_of_borrower(book: Book, own: Days) -> tuple[Positions, Days]:
    """Return (observation, other loan) for every other loan of each observation's borrower."""
    if len(book.loan_ids) == len(book.borrower_ids):  # nobody has two
        return np.empty(0, np.int64), np.empty(0, np.int32)
    return _pairs(own, *_reach(book.borrower_of_loan))


def _reach(borrower_of_loan: Days) -> tuple[Positions, Positions]:
    """Return, per loan, the first loan of its borrower and their number; loans are sorted by borrower.

    Examples
    --------
    >>> [part.tolist() for part in _reach(np.array([0, 0, 1], np.int32))]
    [[0, 0, 2], [2, 2, 1]]
    """
    first = np.searchsorted(borrower_of_loan, borrower_of_loan, side="left")
    end = np.searchsorted(borrower_of_loan, borrower_of_loan, side="right")
    return first.astype(np.int64), (end - first).astype(np.int64)


def _pairs(own: Days, first: Positions, size: Positions) -> tuple[Positions, Days]:
    """Return (observation, other loan) for every other loan of each observation's borrower."""
    several = size[own]
    observation = np.repeat(np.arange(len(own)), several)
    start = np.repeat(np.cumsum(several) - several, several)
    other = first[own][observation] + np.arange(len(observation)) - start
    kept = other != own[observation]
    return observation[kept], other[kept].astype(np.int32)
