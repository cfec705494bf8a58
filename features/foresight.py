"""What some features will ask of the event tables, learned by asking each of them about nobody.

A feature says what it needs by asking for it, one question at a time. A sweep over a table costs the same for one
question as for twenty, so all questions of all features are known before the first is answered. Nothing depends on
it: what was not foreseen is asked alone and has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np

from features.history import History
from features.manifest import Manifest
from features.observations import Observations
from features.requests import Foresight, requests_of
from features.small_book import SmallBook

Compute = Callable[[History], Any]

_NOWHERE = Manifest(country="CN", time_zone="UTC", currency="CNY")


@lru_cache(maxsize=64)
def foreseen(computes: tuple[Compute, ...]) -> Foresight:
    """Return what the functions ask of the event tables and of the ledger.

    Examples
    --------
    >>> def talks(history):
    ...     return history.contacts.count(days=30, where={"outcome": ("talked",)})
    >>> (part,) = foreseen((talks,)).events["contacts"]
    >>> part.counts
    (Sum(column='', days=30, where=(('outcome', ('talked',)),)),)
    """
    history = _history_of_nobody()
    for compute in computes:
        with suppress(Exception):  # what fails here fails on the book as well, and says so there
            compute(history)
    events = {table: requests_of(events.asked) for table, events in history.events.items()}
    return Foresight(events, history.ledger.ranges.windows.asked)


def _history_of_nobody() -> History:
    """Return the history of one loan of which nothing was ever known."""
    book = SmallBook(manifest=_NOWHERE, loan_ids=[""], borrower_ids=[""], borrower_of_loan=[0], rows={})
    return History(book, Observations(np.zeros(1, np.int32), np.zeros(1, np.int32)))
