"""What happened after as_of: the outcomes that models learn, and the day each one is known.

Rows whose business day lies in the window are read as they are known ``GRACE_DAYS`` after it ended.
A loan that was sold, written off, restructured, cancelled, or whose borrower died, disputed or came
under a moratorium before the window ended has an outcome of its own and no label, whatever it did
before: leaving out only those that had not yet rolled would raise the rate of the rest.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.book import Book
from features.history import History, Observations
from models.book_end import book_end
from models.windows import Window

GRACE_DAYS = 5
"""Days after the window by which late bookings and reversals of it are known."""
ENDS = ("sold", "written_off", "restructured", "death", "moratorium", "cancelled")
FLAGS = ("dispute", "death", "moratorium")

OUTSIDE = "outside the population"
NOT_MATURED = "not matured"


class LabelUnknown(ValueError):
    """A target is not one of the labels."""


class WindowUnfit(ValueError):
    """A window of days was asked of a book that knows months only."""


@dataclass(frozen=True)
class Label:
    """One outcome: of whom, what, and within which time.

    Parameters
    ----------
    name
        Registered name.
    risk_sign
        +1 when positive is bad, -1 when positive is good.
    low, high
        Days past due on as_of of those it is observed on; no upper end when None.
    window
        Default window.
    positive, negative
        Outcome codes.
    meaning_en, meaning_zh
        In a sentence.
    reached
        Days past due that make it positive; None for the label on payments.
    """

    name: str
    risk_sign: int
    low: int
    high: int | None
    window: str
    positive: str
    negative: str
    meaning_en: str
    meaning_zh: str
    reached: int | None = None


LABELS: dict[str, Label] = {
    label.name: label
    for label in (
        Label(
            "roll_30", 1, 1, 30, "30d", "rolled", "did not roll",
            "An account 1–30 days past due is 31 or more days past due on a day of the window.",
            "逾期1至30天的账户在观察期内某日逾期达到31天或以上。", reached=31,
        ),
        Label(
            "roll_60", 1, 31, 60, "30d", "rolled", "did not roll",
            "An account 31–60 days past due is 61 or more days past due on a day of the window.",
            "逾期31至60天的账户在观察期内某日逾期达到61天或以上。", reached=61,
        ),
        Label(
            "pays_within", -1, 1, None, "90d", "paid", "did not pay",
            "An overdue account pays something in the window; payments less reversals are above zero.",
            "逾期账户在观察期内有还款（还款扣除冲正后大于零）。",
        ),
    )
}  # fmt: skip
"""The labels of a book, by name."""


def label_named(target: str) -> Label:
    """Return the label of that name.

    Raises
    ------
    LabelUnknown
        When there is none.

    Examples
    --------
    >>> label_named("pays_within").risk_sign
    -1
    """
    if target in LABELS:
        return LABELS[target]
    near = difflib.get_close_matches(target, LABELS, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise LabelUnknown(
        f"Expected one of the labels {', '.join(LABELS)}, found {target!r}.{hint} Name a label."
    )


def label_observations(
    book: Book, observations: Observations, *, target: str, window: Window | None = None
) -> pd.DataFrame:
    """Return what happened to each observation within the window.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.
    target
        Name of the label.
    window
        How long it looks ahead; the label's own when None.

    Returns
    -------
    DataFrame
        In the order of the observations: ``label`` (1.0, 0.0, NaN when there is none), ``outcome``
        (its code, or why there is none) and ``label_known_on`` (5 days after the window's end).

    Raises
    ------
    LabelUnknown, WindowUnfit
        When the target is not a label, or days are asked of a book of monthly statements.
    """
    label = label_named(target)
    window = window or Window.parse(label.window)
    last = book_end(book)
    if last.statements_only and window.unit == "d":
        raise WindowUnfit(
            f"Expected a window of months for a book of monthly statements, found {window}. "
            "Give one such as 1m."
        )
    end = window.end_on(observations.as_of)
    known_on = (end + GRACE_DAYS).astype(np.int32)
    dpd = History(book, observations).ledger.dpd
    outcome = np.full(len(observations), OUTSIDE, dtype=object)
    inside = (dpd >= label.low) & (dpd <= (np.iinfo(np.int32).max if label.high is None else label.high))
    ripe = last.matured(end, known_on=known_on, window=window)
    outcome[inside & ~ripe] = NOT_MATURED
    rows = np.flatnonzero(inside & ripe)
    outcome[rows] = _outcomes(
        book,
        Observations(observations.loan_no[rows], observations.as_of[rows]),
        label,
        end[rows],
        known_on[rows],
    )
    values = np.select([outcome == label.positive, outcome == label.negative], [1.0, 0.0], default=np.nan)
    days = pd.Series(known_on.astype("datetime64[D]").astype("datetime64[s]"))
    return pd.DataFrame({"label": values, "outcome": outcome, "label_known_on": days})


def _outcomes(
    book: Book, observed: Observations, label: Label, end: NDArray[np.int32], known_on: NDArray[np.int32]
) -> NDArray[np.object_]:
    """Return the outcome code of observations in the population whose window is over and known."""
    history = History(book, observed, known_by=known_on)
    if label.reached is None:
        positive = _net_paid(book, history, end, known_on) > 0
    else:
        first = (observed.as_of + 1).astype(np.int32)
        positive = history.ledger.worst_dpd(first=first, last=end) >= label.reached
    outcome = np.where(positive, label.positive, label.negative).astype(object)
    for kind, marked in reversed(_flagged(book, history, end, known_on)):
        outcome[marked] = f"flagged: {kind}"
    ended_on, end_kind = history.loans.day("ended_on"), history.loans.code("end_kind")
    for kind in ENDS:
        outcome[(end_kind == kind) & (ended_on < end)] = f"ended: {kind}"
    return outcome


def _net_paid(
    book: Book, history: History, end: NDArray[np.int32], known_on: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return payments less reversals of the window, less what was reversed in the days of grace after it."""
    net = history.ledger.paid_between(first=history.as_of, last=end)
    later = History(book, Observations(history.loan_no, known_on)).payments
    taken_back = np.minimum(later.total("amount", days=GRACE_DAYS), 0)
    return np.asarray(net + taken_back, dtype=np.int64)


def _flagged(
    book: Book, history: History, end: NDArray[np.int32], known_on: NDArray[np.int32]
) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return for each kind of flag which windows it touches: open at as_of, or begun before the end."""
    at_end = History(book, Observations(history.loan_no, end), known_by=known_on).borrower_flags
    length = end - history.as_of
    found = []
    for kind in FLAGS:
        where = {"kind": (kind,)}
        touched = history.borrower_flags.active(where=where).copy()
        for days in np.unique(length):  # months have 28 to 31 days
            same = length == days
            touched[same] |= at_end.count(days=int(days), where=where)[same] > 0
        found.append((kind, touched))
    return found
