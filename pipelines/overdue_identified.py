"""The first morning on which the system would have found an account overdue, with what it knew on that morning.

The present spell is the unbroken run of mornings past due up to ``as_of``, by what is known on ``as_of``. On some
of its first mornings the account may still have looked current: a payment had been booked and was reversed later.
So every morning of the spell is evaluated with its own knowledge, the earliest first, until one finds it overdue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from features.compiled import Days, Marks
from features.history import History
from features.observations import Observations

if TYPE_CHECKING:
    from features.book import Book

WIDTHS = (1, 2, 5, 14)
"""Mornings looked at together in the first rounds; then ``WIDEST`` in each: nearly all are found on the first."""
WIDEST = 60
MOST_PAIRS = 400_000
"""Accounts × mornings evaluated at a time, so that memory stays bounded."""


def identified_on(book: Book, overdue: Observations) -> Days:
    """Return for each overdue account the day it was identified: the first morning that found it overdue.

    Parameters
    ----------
    overdue
        Accounts that are past due on their morning.
    """
    spell = spell_began(book, overdue)
    found: Days = overdue.as_of.copy()
    open_ = np.flatnonzero(spell < overdue.as_of)
    looked, turn = spell.copy(), 0
    while len(open_):
        width = WIDTHS[turn] if turn < len(WIDTHS) else WIDEST
        still = []
        for part in np.array_split(open_, max(1, -(-len(open_) * width // MOST_PAIRS))):
            hit = _found(book, overdue, part, first=looked[part], width=width)
            met = hit.any(axis=1)
            found[part[met]] = looked[part[met]] + hit[met].argmax(axis=1)
            looked[part] += width
            still.append(part[~met & (looked[part] < overdue.as_of[part])])
        open_, turn = np.concatenate(still), turn + 1
    return np.minimum(found, overdue.as_of)


def spell_began(book: Book, overdue: Observations) -> Days:
    """Return the first morning of the present spell, by what is known on ``as_of``."""
    since: Days = np.asarray(History(book, overdue).ledger.arrears_since, dtype=np.int32)
    return since


def _found(book: Book, overdue: Observations, part: np.ndarray, *, first: Days, width: int) -> Marks:
    """Return for each account of the part and each of ``width`` mornings whether that morning found it overdue."""
    mornings = first[:, None] + np.arange(width, dtype=np.int32)[None, :]
    mornings = np.minimum(mornings, overdue.as_of[part][:, None]).astype(np.int32)
    loans = np.repeat(overdue.loan_no[part], width)
    history = History(book, Observations(loans, mornings.ravel()))
    marks: Marks = ((history.ledger.dpd > 0) & history.stands).reshape(len(part), width)
    return marks
