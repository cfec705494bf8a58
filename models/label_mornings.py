"""Whom a label is observed on, and on which mornings.

Most labels look at every loan that stands on the mornings asked for. A label with mornings of its own looks at
each loan once, on its first morning; a first day of a month then stands for the loans disbursed in that month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.earlier_loans import first_mornings
from features.history import History
from features.observations import Observations, day_number, observe
from models.label_table import Label


class MorningsUnfit(ValueError):
    """A label that counts by the month of disbursal was asked for another day than a month's first."""


def observations_for(book: Book, *, label: Label, as_of: Sequence[dt.date]) -> Observations:
    """Return the loans and mornings at which a label looks when asked for some days.

    Parameters
    ----------
    book
        The lender's tables.
    label
        The label.
    as_of
        Mornings; for a label with mornings of its own, first days of the months of disbursal.

    Raises
    ------
    MorningsUnfit
        When a label with mornings of its own is asked for another day than a month's first.
    """
    if not label.own_mornings:
        return observe(book, as_of=as_of)
    odd = sorted({str(day) for day in as_of if day.day != 1})
    if odd:
        raise MorningsUnfit(
            f"Expected first days of months for {label.name}, each of which stands for the loans disbursed in that "
            f"month, found {', '.join(odd[:5])}. Write for example {odd[0][:8]}01."
        )
    seen, disbursed_on = first_mornings(book)
    asked = np.array([day_number(day) for day in as_of], np.int32).astype("datetime64[D]")
    chosen = np.isin(
        disbursed_on.astype("datetime64[D]").astype("datetime64[M]"), asked.astype("datetime64[M]")
    )
    return Observations(seen.loan_no[chosen], seen.as_of[chosen])


def population(book: Book, observations: Observations, *, label: Label) -> NDArray[np.bool_]:
    """Return which observations the label is about, from what was known on their mornings alone."""
    history = History(book, observations)
    if label.population == "overdue":
        dpd = history.ledger.dpd
        return np.asarray((dpd >= label.low) & (dpd <= _highest(label)), dtype=bool)
    if label.population == "statements":
        return np.asarray(history.statements.count() > 0, dtype=bool)
    return np.asarray(history.earlier_loans.count > 0, dtype=bool)


def _highest(label: Label) -> int:
    return int(np.iinfo(np.int32).max) if label.high is None else label.high
