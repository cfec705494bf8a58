"""What each event table adds to a timeline: which rows count on a morning, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.coding import NO_INSTANT
from features.compiled import Days, Positions, steady, steady_days
from features.history import Observations
from features.ledger import PROMISE_GRACE_DAYS
from features.ledger_kernels import flow
from features.rows import Rows
from features.unpaid import UnpaidInstalments
from serving.account_sheet import TIMELINE_KINDS, TimelineKind
from serving.account_sheet_columns import Objects, amounts_of, iso_days, rows_within, texts_of


@dataclass(frozen=True)
class Source:
    """An event table and how its rows stand on a timeline.

    Parameters
    ----------
    table
        The table.
    kind
        What its rows are called.
    moment
        Column of the instant at which it happened; empty when only the day is known.
    owner
        Whose rows they are.
    arranged
        True when rows of days to come are shown too: they were arranged before the morning.
    """

    table: str
    kind: TimelineKind
    moment: str = ""
    owner: Literal["loan", "borrower"] = "loan"
    arranged: bool = False


SOURCES: Final = (
    Source("payments", "payment"),
    Source("contacts", "contact", moment="contacted_at"),
    Source("promises", "promise", moment="promised_at"),
    Source("visits", "visit", moment="visited_at", arranged=True),
    Source("offers", "offer", moment="offered_at"),
    Source("plans", "plan", arranged=True),
    Source("flags", "flag", owner="borrower", arranged=True),
    Source("statements", "statement"),
)


@dataclass(frozen=True, eq=False)
class Happened:
    """Things that happened on several accounts, by account and day.

    Parameters
    ----------
    account
        Position of the account among the observations.
    day
        The day it happened.
    moment
        Instant in microseconds UTC; NO_INSTANT when only the day is known.
    kind
        Place in ``TIMELINE_KINDS``.
    row
        Row in the table it comes from.
    """

    account: Positions
    day: Days
    moment: NDArray[np.int64]
    kind: NDArray[np.int8]
    row: Positions

    def __len__(self) -> int:
        return len(self.account)

    def only(self, which: NDArray[np.bool_] | Positions) -> Happened:
        """Return some of them."""
        return Happened(
            self.account[which], self.day[which], self.moment[which], self.kind[which], self.row[which]
        )


@dataclass(frozen=True, eq=False)
class Telling:
    """What is told of things beside day and kind; a column left out is empty."""

    code: Objects | None = None
    amount: Objects | None = None
    channel: Objects | None = None
    detail: Objects | None = None
    until: Objects | None = None


def happened(book: Book, seen: Observations, source: Source) -> Happened:
    """Return the rows of a table that were known on each morning, by account and day."""
    rows = book.rows(source.table)
    of_borrower = source.owner == "borrower"
    owner = steady(book.borrower_of_loan[seen.loan_no], np.int32) if of_borrower else seen.loan_no
    account, row = rows_within(rows.offsets, owner)
    morning = seen.as_of[account]
    counts = (rows.seen_from[row] <= morning) & (morning < rows.seen_until[row])
    if not source.arranged:
        counts &= rows.day[row] < morning
    account, row = account[counts], row[counts]
    kind = np.full(len(row), _place(source.kind), np.int8)
    if source.table == "payments":
        kind[rows.column("amount")[row] < 0] = _place("reversal")
    moment = rows.column(source.moment)[row] if source.moment else np.full(len(row), NO_INSTANT, np.int64)
    return Happened(account, rows.day[row], moment, kind, row)


def fell_due(unpaid: UnpaidInstalments) -> Happened:
    """Return the due days that passed unpaid."""
    n = len(unpaid)
    return Happened(
        account=unpaid.account,
        day=unpaid.due_on,
        moment=np.full(n, NO_INSTANT, np.int64),
        kind=np.full(n, _place("due"), np.int8),
        row=np.arange(n, dtype=np.int64),
    )


def told_due(unpaid: UnpaidInstalments, row: Positions) -> Telling:
    """Return what is told of due days that passed unpaid."""
    left, due = unpaid.left[row], unpaid.due[row]
    return Telling(
        code=np.where(left < due, "part_paid", "unpaid").astype(object), amount=left.astype(object)
    )


def told(book: Book, seen: Observations, source: Source, these: Happened) -> Telling:
    """Return what is told of rows of a table."""
    rows = book.rows(source.table)
    if source.table == "promises":
        outcome = _promise_outcome(book, seen, these)
        return Telling(
            code=outcome,
            amount=amounts_of(rows, "amount", these.row),
            until=iso_days(rows.column("due_on")[these.row]),
        )
    return _TOLD[source.table](rows, these.row)


def _promise_outcome(book: Book, seen: Observations, these: Happened) -> Objects:
    """Return ``open`` until the promise's date plus grace has passed, then ``kept`` or ``broken`` as the ledger says.

    Kept: at least nine tenths was paid from the day of the promise to its date plus 3 days.
    """
    promises, payments = book.rows("promises"), book.rows("payments")
    morning = seen.as_of[these.account]
    end = promises.column("due_on")[these.row].astype(np.int64) + PROMISE_GRACE_DAYS
    paid = flow(
        steady(payments.offsets, np.int64),
        *steady_days(payments.day, payments.seen_from, payments.seen_until),
        steady(payments.column("amount"), np.int64),
        steady(seen.loan_no[these.account], np.int32),
        *steady_days(these.day, end + 1, morning),
    )
    kept = 10 * paid >= 9 * promises.column("amount")[these.row]
    passed = end < morning
    return np.where(passed, np.where(kept, "kept", "broken"), "open").astype(object)


def _told_visits(rows: Rows, row: Positions) -> Telling:
    outcome = texts_of(rows, "outcome", row)
    ahead = (outcome == "") & (rows.column("visited_at")[row] == NO_INSTANT)
    outcome[ahead] = "planned"
    return Telling(code=outcome, detail=texts_of(rows, "reason", row))


def _told_ending(rows: Rows, row: Positions) -> Telling:
    return Telling(code=texts_of(rows, "kind", row), until=iso_days(rows.column("ends_on")[row]))


_TOLD: Final[Mapping[str, Callable[[Rows, Positions], Telling]]] = {
    "payments": lambda rows, row: Telling(
        amount=amounts_of(rows, "amount", row), channel=texts_of(rows, "channel", row)
    ),
    "contacts": lambda rows, row: Telling(
        code=texts_of(rows, "outcome", row),
        channel=texts_of(rows, "channel", row),
        detail=texts_of(rows, "stated_reason", row),
    ),
    "visits": _told_visits,
    "offers": lambda rows, row: Telling(
        code=texts_of(rows, "kind", row), detail=texts_of(rows, "answer", row)
    ),
    "plans": _told_ending,
    "flags": _told_ending,
    "statements": lambda rows, row: Telling(
        code=texts_of(rows, "status", row), amount=amounts_of(rows, "balance", row)
    ),
}


def _place(kind: TimelineKind) -> int:
    return TIMELINE_KINDS.index(kind)
