"""What happens on the loans of the bulk book: payments, contacts and promises, prepared and in order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.bulk_loans import HORIZON, Loans
from benchmarks.draws import Draws, Whole
from benchmarks.prepared_columns import days, derived, ids, instants, words

PAYMENT_CHANNELS = ("bank", "app", "cash")
CHANNELS = ("call", "sms", "app")
DIRECTIONS = ("out", "in")
PARTIES = ("borrower", "third_party", "unknown")
NUMBERS = ("n1", "n2", "n3")
OUTCOMES = (
    "talked", "promised", "refused", "asked_for_plan", "called_back",
    "no_answer", "busy", "dead_number", "voicemail", "wrong_number", "delivered",
)  # fmt: skip
OUTCOME_SHARES = (0.16, 0.09, 0.04, 0.02, 0.02, 0.33, 0.1, 0.04, 0.06, 0.04, 0.1)
REASONS = ("forgot", "cash_short", "job_loss", "illness", "dispute", "none_given", None)
REASON_SHARES = (0.3, 0.25, 0.06, 0.05, 0.04, 0.3)

WHOLE, PART, REVERSED, REPAID = range(4)
"""A payment of an instalment, its second part, its reversal, and the payment after the reversal."""


def payment_table(draws: Draws, loans: Loans) -> Any:
    """Return the table ``payments``.

    One in twenty loans stops paying for good. Of the payments one in ten comes in two parts, one in fifty is known
    a week late, one in a hundred is halved by a later revision, one in a hundred is reversed and paid anew.
    """
    owner, number, day = _paid(draws, loans)
    loan = loans.loan[owner]
    due = loans.due[owner]
    parted = draws.uniform("parted", loan, number) < 0.1
    bounced = draws.uniform("bounced", loan, number) < 0.01
    later = draws.whole("later", loan, number, low=5, high=45)
    amount = np.where(parted, due * 2 // 5, due)
    kinds = (
        (np.arange(len(owner)), WHOLE, day, amount),
        (np.flatnonzero(parted), PART, day + later, due - amount),
        (np.flatnonzero(bounced), REVERSED, day + 3, -amount),
        (np.flatnonzero(bounced), REPAID, day + 3 + later, amount),
    )
    at = np.concatenate([rows for rows, _, _, _ in kinds])
    kind = np.concatenate([np.full(len(rows), one) for rows, one, _, _ in kinds])
    day = np.concatenate([on[rows] for rows, _, on, _ in kinds])
    amount = np.concatenate([money[rows] for rows, _, _, money in kinds])
    held = day < HORIZON
    owner, within = owner[at[held]], 4 * number[at[held]] + kind[held]
    day, amount = day[held], amount[held]
    order = np.argsort((owner << 40) | (day << 16) | within)
    return _payment_rows(draws, loans, owner[order], within[order], day[order], amount[order])


def contact_tables(draws: Draws, loans: Loans) -> dict[str, Any]:
    """Return the tables ``contacts`` and ``promises``: about six contacts a loan, promises where one was promised.

    One contact in thirty is known two days late, one in a hundred has its outcome corrected.
    """
    many = np.minimum(-6.0 * np.log1p(-draws.uniform("contacts", loans.loan)), 90).astype(np.int64)
    owner = np.repeat(np.arange(len(loans.loan)), many)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
    room = HORIZON - loans.began[owner] - 20
    share = draws.uniform("contacted", loans.loan[owner], number)
    day = loans.began[owner] + 20 + (share * room).astype(np.int64)
    order = np.argsort((owner << 40) | (day << 16) | number)
    owner, number, day = owner[order], number[order], day[order]
    outcome = draws.picked("outcome", loans.loan[owner], number, shares=OUTCOME_SHARES)
    hour = draws.whole("hour", loans.loan[owner], number, low=8, high=21)
    promised = outcome == OUTCOMES.index("promised")
    return {
        "contacts": _contact_rows(draws, loans, owner, number, day, hour, outcome),
        "promises": _promise_rows(
            draws, loans, owner[promised], number[promised], day[promised], hour[promised]
        ),
    }


def _paid(draws: Draws, loans: Loans) -> tuple[Whole, Whole, Whole]:
    """Return owner, number and day of the instalments that are paid at all."""
    owner = np.repeat(np.arange(len(loans.loan)), loans.term)
    number = 1 + np.arange(len(owner)) - np.repeat(np.cumsum(loans.term) - loans.term, loans.term)
    loan, strain = loans.loan[owner], loans.strain[owner]
    gives_up = draws.uniform("gives up", loans.loan) < 0.05
    last = np.where(gives_up, draws.whole("last", loans.loan, low=0, high=7), 99)
    late = draws.uniform("late", loan, number) < 0.05 + 0.8 * strain
    delay = (1 - 18.0 * np.log1p(-draws.uniform("delay", loan, number))).astype(np.int64)
    early = draws.whole("early", loan, number, low=0, high=4)
    day = loans.began[owner] + 30 * number + np.where(late, delay, -early)
    paid = (number <= last[owner]) & (day < HORIZON)
    return owner[paid], number[paid], day[paid]


def _payment_rows(draws: Draws, loans: Loans, owner: Whole, within: Whole, day: Whole, amount: Whole) -> Any:
    loan = loans.loan[owner]
    halved = (draws.uniform("halved", loan, within) < 0.01) & (amount > 0)
    late = draws.uniform("told late", loan, within) < 0.02
    channel = draws.picked("paid by", loan, within, shares=(0.6, 0.35, 0.05))
    at, again = _twice(halved)
    known = day[at] + np.where(late[at], 7, 0) + np.where(again, 20, 0)
    return pa.table(
        {
            "payment_id": ids("P", loan[at] * 1000 + within[at], digits=11),
            "loan_id": ids("L", loan[at], digits=8),
            "paid_on": days(day[at]),
            "amount": pa.array(np.where(again, amount[at] // 2, amount[at])),
            "channel": words(channel[at], PAYMENT_CHANNELS),
            "revision": pa.array(1 + again.astype(np.int64)),
            "known_at": instants(known, hour=20),
            **derived(owner[at], day[at], known, np.r_[again[1:], False]),
        }
    )


def _contact_rows(
    draws: Draws,
    loans: Loans,
    owner: Whole,
    number: Whole,
    day: Whole,
    hour: Whole,
    outcome: NDArray[np.int32],
) -> Any:
    loan = loans.loan[owner]
    talked = outcome < OUTCOMES.index("no_answer")
    reason = np.where(talked, draws.picked("reason", loan, number, shares=REASON_SHARES), len(REASONS) - 1)
    late = draws.uniform("reported late", loan, number) < 0.03
    at, again = _twice(draws.uniform("corrected", loan, number) < 0.01)
    told = np.where(again, OUTCOMES.index("wrong_number"), outcome[at])
    known = day[at] + np.where(late[at], 2, 0) + np.where(again, 5, 0)
    return pa.table(
        {
            "contact_id": ids("C", loan[at] * 1000 + number[at], digits=11),
            "loan_id": ids("L", loan[at], digits=8),
            "contacted_at": instants(day[at], hour=hour[at]),
            "channel": words(draws.picked("by", loan, number, shares=(0.7, 0.2, 0.1))[at], CHANNELS),
            "direction": words(draws.picked("way", loan, number, shares=(0.93, 0.07))[at], DIRECTIONS),
            "party": words(draws.picked("who", loan, number, shares=(0.6, 0.1, 0.3))[at], PARTIES),
            "number_id": words(draws.picked("number", loan, number, shares=(0.7, 0.2, 0.1))[at], NUMBERS),
            "outcome": words(told.astype(np.int32), OUTCOMES),
            "stated_reason": words(reason[at].astype(np.int32), REASONS),
            "revision": pa.array(1 + again.astype(np.int64)),
            "known_at": instants(known, hour=22),
            **derived(owner[at], day[at], known, np.r_[again[1:], False]),
        }
    )


def _promise_rows(draws: Draws, loans: Loans, owner: Whole, number: Whole, day: Whole, hour: Whole) -> Any:
    loan = loans.loan[owner]
    until = day + draws.whole("until", loan, number, low=1, high=15)
    known = day + (draws.uniform("noted late", loan, number) < 0.03)
    return pa.table(
        {
            "promise_id": ids("M", loan * 1000 + number, digits=11),
            "loan_id": ids("L", loan, digits=8),
            "promised_at": instants(day, hour=hour),
            "due_on": days(until),
            "amount": pa.array(loans.due[owner]),
            "revision": pa.array(np.ones(len(owner), np.int64)),
            "known_at": instants(known, hour=22),
            **derived(owner, day, known, np.zeros(len(owner), np.bool_)),
        }
    )


def _twice(revised: NDArray[np.bool_]) -> tuple[Whole, NDArray[np.bool_]]:
    """Return the position of each row, revised ones twice, and True where it is a second revision."""
    at = np.repeat(np.arange(len(revised)), 1 + revised)
    return at, np.r_[False, at[1:] == at[:-1]][: len(at)]
