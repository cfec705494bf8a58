"""What happened after as_of: the outcomes that models learn, and the day each one is known.

Rows whose business day lies in the window are read as they are known ``GRACE_DAYS`` after it ended.
A loan that was sold, written off, restructured, cancelled, is reported no longer, or whose borrower died, disputed
or came under a moratorium before the window ended has an outcome of its own and no label, whatever it did
before: leaving out only those that had not yet rolled would raise the rate of the rest. A loan read from
statements of which the window holds none, or only months without a loan, has an outcome of its own too:
silence is not a good outcome. An account that was paid off is one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.book import Book
from features.history import Observations
from models.book_end import BookEnd, book_end
from models.label_mornings import MorningsUnfit, observations_for, population
from models.label_outcomes import ENDS, FLAGS, GRACE_DAYS, OutcomeUnclear, horizon_of, outcomes_of
from models.label_table import LABELS, Label, LabelUnknown, label_named
from models.windows import Window

__all__ = [
    "ENDS",
    "FLAGS",
    "GRACE_DAYS",
    "LABELS",
    "NOT_MATURED",
    "OUTSIDE",
    "Label",
    "LabelUnknown",
    "MorningsUnfit",
    "OutcomeUnclear",
    "WindowUnfit",
    "label_named",
    "label_observations",
    "observations_for",
    "population",
    "window_of",
]

OUTSIDE = "outside the population"
NOT_MATURED = "not matured"


class WindowUnfit(ValueError):
    """A window was asked for that the label does not take, or that the book cannot tell."""


def window_of(label: Label, window: Window | str | None = None) -> Window | None:
    """Return how far a label looks ahead: as asked, else its own; None for one that ends on another day.

    Raises
    ------
    WindowUnclear
        When the text is no window.
    WindowUnfit
        When a window is asked of a label that takes none.

    Examples
    --------
    >>> str(window_of(label_named("roll_60"), "3m")), window_of(label_named("first_instalment_late"))
    ('3m', None)
    """
    if label.window is None:
        if window:
            raise WindowUnfit(
                f"Expected no window with {label.name}, which looks at the day after the first due day, found "
                f"{window}. Leave --window out."
            )
        return None
    return window if isinstance(window, Window) else Window.parse(window or label.window)


def label_observations(
    book: Book, observations: Observations, *, target: str, window: Window | None = None
) -> pd.DataFrame:
    """Return what happened to each observation within the window.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings (``observations_for`` gives those of a label).
    target
        Name of the label.
    window
        How long it looks ahead; the label's own when None.

    Returns
    -------
    DataFrame
        In the order of the observations: ``label`` (1.0, 0.0, NaN when there is none), ``outcome``
        (its code, or why there is none), ``ends_on`` (the day the window ends) and ``label_known_on`` (5 days
        later, or the same day where the source states the outcome).

    Raises
    ------
    LabelUnknown, WindowUnfit, OutcomeUnclear
        When the target is not a label, the window does not fit the label or the book, or an outcome that
        the source states is neither 0 nor 1.
    """
    label = label_named(target)
    length = window_of(label, window)
    last = book_end(book)
    _check_window(label, length, last)
    horizon = horizon_of(book, observations, label=label, window=length)
    outcome = np.full(len(observations), OUTSIDE, dtype=object)
    inside = population(book, observations, label=label)
    told = horizon.untold == np.array(None)
    outcome[inside & ~told] = horizon.untold[inside & ~told]
    ripe = last.matured(horizon.end, known_on=horizon.known_on, window=length)
    outcome[inside & told & ~ripe] = NOT_MATURED
    rows = np.flatnonzero(inside & told & ripe)
    looked_at = Observations(observations.loan_no[rows], observations.as_of[rows])
    outcome[rows] = outcomes_of(book, looked_at, label=label, horizon=horizon.take(rows))
    values = np.select([outcome == label.positive, outcome == label.negative], [1.0, 0.0], default=np.nan)
    days = {"ends_on": horizon.end, "label_known_on": horizon.known_on}
    dates = {
        name: pd.Series(day.astype("datetime64[D]").astype("datetime64[s]")) for name, day in days.items()
    }
    return pd.DataFrame({"label": values, "outcome": outcome, **dates})


def _check_window(label: Label, window: Window | None, last: BookEnd) -> None:
    if last.statements_only and window is None:
        raise WindowUnfit(
            f"Expected instalments and payments for {label.name}, which looks at single days, found a book of "
            "monthly statements. Train a label that counts months, such as stays_30."
        )
    if last.statements_only and window is not None and window.unit == "d":
        raise WindowUnfit(
            f"Expected a window of months for a book of monthly statements, found {window}. "
            "Give one such as 1m."
        )
