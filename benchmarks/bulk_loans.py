"""Loans and what falls due on them: the first two tables of the bulk book, prepared and in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.draws import Draws, Whole
from benchmarks.prepared_columns import days, derived, ids, instants, words

FIRST_DAY = 19_723
"""2024-01-01: the first loan is disbursed."""
LAST_START = 540
"""Loans are disbursed during 540 days, so that twelve mornings of 2025 see eleven in twelve of all pairs."""
HORIZON = 20_454
"""2026-01-01: nothing that happens on or after it is in the book, save what is agreed to fall due."""
NO_DAY = -1

TERMS = (6, 12, 24)
PRODUCTS = ("cash", "instalment", "card")
PORTFOLIOS = ("north", "south", "west", "online")
RATES = (0.12, 0.18, 0.24)
ENDS = ("written_off", "sold")


@dataclass(frozen=True)
class Loans:
    """The loans of some borrowers as numbers; the position is ``owner_no``.

    Parameters
    ----------
    loan, borrower
        Number of each loan in the whole book, and of its borrower.
    began, term, principal, rate
        Day disbursed, instalments, minor units, annual rate.
    strain
        How hard the loan is to pay, in [0, 1).
    """

    loan: Whole
    borrower: Whole
    began: Whole
    term: Whole
    principal: Whole
    rate: NDArray[np.float64]
    strain: NDArray[np.float64]

    @property
    def due(self) -> Whole:
        """Return the amount of an ordinary instalment."""
        return self.principal // self.term + self.interest

    @property
    def interest(self) -> Whole:
        """Return the interest in each instalment."""
        return np.rint(self.principal * self.rate / 12).astype(np.int64)


def borrowers_of(loans: int) -> int:
    """Return how many borrowers take so many loans, when one in four takes two.

    Examples
    --------
    >>> borrowers_of(5), borrowers_of(6)
    (4, 5)
    """
    return loans // 5 * 4 + min(loans % 5, 4)


def loans_of(draws: Draws, borrowers: Whole, *, loans: int) -> Loans:
    """Return the loans of the borrowers, in their order; the whole book has ``loans`` of them."""
    first = borrowers // 4 * 5 + borrowers % 4
    several = (borrowers % 4 == 3) & (first + 1 < loans)
    loan = np.repeat(first, 1 + several)
    loan[1:] += loan[1:] == loan[:-1]
    return Loans(
        loan=loan,
        borrower=np.repeat(borrowers, 1 + several),
        began=FIRST_DAY + draws.whole("began", loan, low=0, high=LAST_START),
        term=np.array(TERMS)[draws.picked("term", loan, shares=(0.3, 0.5, 0.2))],
        principal=np.exp(12.2 + 2.4 * draws.uniform("principal", loan)).astype(np.int64),
        rate=np.array(RATES)[draws.picked("rate", loan, shares=(0.3, 0.5, 0.2))],
        strain=draws.uniform("strain", loan) ** 4,
    )


def loan_table(draws: Draws, loans: Loans) -> Any:
    """Return the table ``loans``; one in twenty-five is written off or sold in 2025, told by a second revision."""
    ends = draws.uniform("ends", loans.loan) < 0.04
    ended = np.maximum(20_089, loans.began + 90) + draws.whole("ended", loans.loan, low=0, high=200)
    at = np.repeat(np.arange(len(loans.loan)), 1 + ends)
    again = np.r_[False, at[1:] == at[:-1]]
    known = np.where(again, ended[at] + 1, loans.began[at])
    end_kind = np.where(again, draws.picked("end_kind", loans.loan, shares=(0.6, 0.4))[at], 2)
    return pa.table(
        {
            "loan_id": ids("L", loans.loan[at], digits=8),
            "borrower_id": ids("B", loans.borrower[at], digits=8),
            "product": words(draws.picked("product", loans.loan, shares=(0.5, 0.4, 0.1))[at], PRODUCTS),
            "portfolio": words(
                draws.picked("portfolio", loans.loan, shares=(0.4, 0.3, 0.2, 0.1))[at], PORTFOLIOS
            ),
            "disbursed_on": days(loans.began[at]),
            "principal": pa.array(loans.principal[at]),
            "annual_rate": pa.array(loans.rate[at]),
            "term_months": pa.array(loans.term[at]),
            "ended_on": days(np.where(again, ended[at], NO_DAY)),
            "end_kind": words(end_kind.astype(np.int32), (*ENDS, None)),
            "revision": pa.array(1 + again.astype(np.int64)),
            "known_at": instants(known, hour=10),
            **derived(at, loans.began[at], known, np.r_[again[1:], False]),
        }
    )


def instalment_table(draws: Draws, loans: Loans) -> Any:
    """Return the table ``instalments``; one in fifty is moved by 15 days, known 5 days before it was due."""
    owner = np.repeat(np.arange(len(loans.loan)), loans.term)
    number = 1 + np.arange(len(owner)) - np.repeat(np.cumsum(loans.term) - loans.term, loans.term)
    moved = draws.uniform("moved", loans.loan[owner], number) < 0.02
    fee = np.where(draws.uniform("fee", loans.loan[owner], number) < 0.05, 1_000, 0)
    at = np.repeat(np.arange(len(owner)), 1 + moved)
    owner, number, fee = owner[at], number[at], fee[at]
    again = np.r_[False, at[1:] == at[:-1]]
    began, term = loans.began[owner], loans.term[owner]
    due = began + 30 * number
    known = np.where(again, due - 5, began)
    due = due + 15 * again
    return pa.table(
        {
            "loan_id": ids("L", loans.loan[owner], digits=8),
            "number": pa.array(number),
            "due_on": days(due),
            "principal_due": pa.array(
                loans.principal[owner] // term + np.where(number == term, loans.principal[owner] % term, 0)
            ),
            "interest_due": pa.array(loans.interest[owner]),
            "fee_due": pa.array(fee),
            "revision": pa.array(1 + again.astype(np.int64)),
            "known_at": instants(known, hour=10),
            **derived(owner, due, known, np.r_[again[1:], False]),
        }
    )
