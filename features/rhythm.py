"""What a loan's payments and answers keep to: the day of the month, talks and messages before them, promises made.

Reached from a definition through ``history.swept``: one sweep serves all features that read it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from features.codes import CHANNELS, RIGHT_PARTY_OUTCOMES
from features.compiled import Amounts, Days, Marks, Positions, steady, steady_days
from features.event_kernels import NO_DAY
from features.ledger import PROMISE_GRACE_DAYS
from features.rhythm_kernels import count_since, followed_days, paying_rhythm, promised_amounts

if TYPE_CHECKING:
    from features.book import Book
    from features.rows import Rows

RHYTHM_DAYS = 365
"""How far back a habit is looked for."""
FEWEST_PAYMENTS = 3
"""Days with a payment from which a habit may be read."""
NEAR_DAYS = 2
"""Days around the usual one that still count as it: a weekend moves a transfer that far."""
ANSWER_DAYS = 3
"""Days after a talk within which a payment counts as its answer."""
ANSWER_LOOKBACK = 180
MESSAGES = tuple(channel for channel in CHANNELS if channel not in ("call", "visit"))
"""Channels on which something is sent and nobody talks."""
PROMISE_LOOKBACK = 180


class PayingRhythm:
    """The different days of the last 365 on which money came in.

    Attributes
    ----------
    count
        Number of those days.
    usual_day
        Day of the month met most often, of equals the smallest; 0 where fewer than 3 days are known.
    near_count
        Days at most 2 from the usual day of the month.
    span, gap_squares
        Days from the first to the last of them; sum of the squares of the days between neighbours.
    """

    count: Days
    usual_day: Days
    near_count: Days
    span: Days
    gap_squares: Amounts

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # payments are the loan's
        rows = book.rows("payments")
        self.count, usual, self.near_count, self.span, self.gap_squares = paying_rhythm(
            *_timed(rows), _received(rows), steady(days_of_month(rows.day), np.int32), NEAR_DAYS,
            steady(loan, np.int32), steady(as_of - np.int32(RHYTHM_DAYS), np.int32), *_mornings(as_of, known_by),
        )  # fmt: skip
        self.usual_day = np.where(self.count >= FEWEST_PAYMENTS, usual, 0).astype(np.int32)
        self._as_of = as_of

    @property
    def known(self) -> Marks:
        """Return True where payments are enough to speak of a habit."""
        return self.usual_day > 0

    @cached_property
    def days_ahead(self) -> Days:
        """Return the days from as_of to the next usual day, 0 when it is today; 0 too where none is known.

        In a month that lacks the day its last one stands in.
        """
        today, (length, following) = days_of_month(self._as_of), month_lengths(self._as_of)
        this, after = np.minimum(self.usual_day, length), np.minimum(self.usual_day, following)
        ahead = np.where(this >= today, this - today, length - today + after)
        return np.where(self.known, ahead, 0).astype(np.int32)


class AnsweredTalks:
    """Payments within 3 days after a talk with the borrower, over the last 180 days.

    Attributes
    ----------
    talked_days, answered_days
        Days with a talk whose 3 days are over, and those of them that a payment followed.
    """

    talked_days: Days
    answered_days: Days

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # contacts and payments are the loan's
        contacts, payments = book.rows("contacts"), book.rows("payments")
        self.talked_days, self.answered_days = followed_days(
            *_timed(contacts), _saying(contacts, "outcome", RIGHT_PARTY_OUTCOMES), *_timed(payments),
            steady(payments.column("amount"), np.int64), ANSWER_DAYS,
            steady(loan, np.int32), steady(as_of - np.int32(ANSWER_LOOKBACK), np.int32),
            *_mornings(as_of, known_by),
        )  # fmt: skip


class AnsweredMessages:
    """Days with a message to the borrower, and whether the borrower got in touch within 3 days, over 180 days.

    Attributes
    ----------
    sent_days, answered_days
        Days with a message whose 3 days are over, and those of them after which the borrower got in touch.
    """

    sent_days: Days
    answered_days: Days

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # contacts are the loan's
        rows = book.rows("contacts")
        sent = _saying(rows, "channel", MESSAGES) & _saying(rows, "direction", ("out",))
        came = _saying(rows, "direction", ("in",)) | _saying(rows, "outcome", ("called_back",))
        self.sent_days, self.answered_days = followed_days(
            *_timed(rows), steady(sent, np.bool_), *_timed(rows), steady(came, np.int64), ANSWER_DAYS,
            steady(loan, np.int32), steady(as_of - np.int32(ANSWER_LOOKBACK), np.int32),
            *_mornings(as_of, known_by),
        )  # fmt: skip


class PromisedAmounts:
    """The promises whose date plus 3 days passed in the last 180 days, by their amounts.

    Attributes
    ----------
    asked, kept
        Sum of the amounts promised, and of what was paid of each up to its amount.
    partial_count
        Promises that were broken although something was paid.
    """

    asked: Amounts
    kept: Amounts
    partial_count: Days

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # promises are the loan's
        promises, payments = book.rows("promises"), book.rows("payments")
        self.asked, self.kept, self.partial_count, self._kept_on, self._broken_on = promised_amounts(
            *_timed(promises), steady(promises.column("due_on"), np.int32),
            steady(promises.column("amount"), np.int64), *_timed(payments),
            steady(payments.column("amount"), np.int64), PROMISE_GRACE_DAYS,
            steady(loan, np.int32), steady(as_of - np.int32(PROMISE_LOOKBACK), np.int32),
            *_mornings(as_of, known_by),
        )  # fmt: skip
        self._as_of = as_of

    @cached_property
    def last_kept(self) -> NDArray[np.float64]:
        """Return whether the promise that came due last was kept (of one day: all); NaN when none came due."""
        none = (self._kept_on == NO_DAY) & (self._broken_on == NO_DAY)
        return np.where(none, np.nan, self._kept_on > self._broken_on)

    @cached_property
    def days_since_broken(self) -> NDArray[np.float64]:
        """Return the days since a promise was broken, its 3 days of grace over; NaN when none was."""
        return np.where(self._broken_on == NO_DAY, np.nan, self._as_of - self._broken_on.astype(np.float64))


class AttemptsSinceTalk:
    """Calls placed since the borrower was last reached.

    Attributes
    ----------
    count
        Calls after the last talk on whatever channel; all calls where there was no talk.
    """

    count: Days

    def __init__(self, book: Book, *, loan: Days, borrower: Days, as_of: Days, known_by: Days) -> None:
        del borrower  # contacts are the loan's
        rows = book.rows("contacts")
        placed = _saying(rows, "channel", ("call",)) & _saying(rows, "direction", ("out",))
        self.count = count_since(
            *_timed(rows), steady(placed, np.bool_), _saying(rows, "outcome", RIGHT_PARTY_OUTCOMES),
            steady(loan, np.int32), *_mornings(as_of, known_by),
        )  # fmt: skip


def days_of_month(day: Days) -> Days:
    """Return the day of the month, 1 to 31, of each day since 1970-01-01.

    Examples
    --------
    >>> days_of_month(np.array([0, 30, 31], np.int32)).tolist()
    [1, 31, 1]
    """
    every, at = _calendar(day)
    number: Days = (every - every.astype("M8[M]").astype("M8[D]") + 1).astype(np.int32)[at]
    return number


def month_lengths(day: Days) -> tuple[Days, Days]:
    """Return the days of the month of each day since 1970-01-01, and of the month after it.

    Examples
    --------
    >>> [part.tolist() for part in month_lengths(np.array([0, 31], np.int32))]  # 1 January, 1 February 1970
    [[31, 28], [28, 31]]
    """
    every, at = _calendar(day)
    begin, end, further = ((every.astype("M8[M]") + step).astype("M8[D]") for step in range(3))
    return (end - begin).astype(np.int32)[at], (further - end).astype(np.int32)[at]


def _calendar(day: Days) -> tuple[NDArray[np.datetime64], Days]:
    """Return the run of days that holds all of these, and where each lies in it: few days in many rows."""
    first = day.min() if len(day) else np.int32(0)
    last = day.max() if len(day) else first
    return np.arange(first, last + 1).astype("M8[D]"), day - first


def _saying(rows: Rows, column: str, words: tuple[str, ...]) -> Marks:
    """Return True for the rows whose code is one of the words."""
    codes, names = rows.codes(column)
    return steady(np.array([*(name in words for name in names), False], np.bool_)[codes], np.bool_)


def _received(rows: Rows) -> Marks:
    return steady(rows.filled("amount") & (rows.column("amount") >= 1), np.bool_)


def _timed(rows: Rows) -> tuple[Positions, Days, Days, Days]:
    return (steady(rows.offsets, np.int64), *steady_days(rows.day, rows.seen_from, rows.seen_until))


def _mornings(as_of: Days, known_by: Days) -> tuple[Days, Days]:
    return steady(as_of, np.int32), steady(known_by, np.int32)
