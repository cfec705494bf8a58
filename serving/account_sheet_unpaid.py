"""Instalments that fell due and are not fully paid, with what is left of each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.book import Book
from features.compiled import Amounts, Days, Positions
from features.history import Observations
from features.ledger import Ledger
from serving.account_sheet_columns import rows_within, running_total

SETTLED_FIRST: Final = ("fee", "interest", "principal")
"""The parts of an instalment in the order in which payments settle them; instalments themselves oldest first.

Source: ``features.ledger``, which states the same law for the arrears; Civil Code of China, art. 560 (debts due
first are settled first) and art. 561 (costs, then interest, then principal).
"""


@dataclass(frozen=True, eq=False)
class Unpaid:
    """Unpaid instalments of several accounts, by account and oldest first; money in minor units.

    Parameters
    ----------
    account
        Position of the account among the observations.
    number, due_on
        Number and due day of the instalment.
    due
        What was to be paid.
    principal, interest, fee
        What is left of each part.
    """

    account: Positions
    number: Amounts
    due_on: Days
    due: Amounts
    principal: Amounts
    interest: Amounts
    fee: Amounts

    def __len__(self) -> int:
        return len(self.account)

    @property
    def left(self) -> Amounts:
        """Return what is left of each instalment."""
        return self.principal + self.interest + self.fee


def unpaid_of(book: Book, seen: Observations, *, ledger: Ledger) -> Unpaid:
    """Return the instalments due before each morning that the payments before it do not cover, as known then.

    Parameters
    ----------
    ledger
        The ledger of the same observations.
    """
    rows = book.rows("instalments")
    account, row = rows_within(rows.offsets, seen.loan_no)
    morning = seen.as_of[account]
    counts = (rows.day[row] < morning) & (rows.seen_from[row] <= morning) & (morning < rows.seen_until[row])
    account, row = account[counts], row[counts]
    fee, interest, principal = (rows.column(f"{part}_due")[row] for part in SETTLED_FIRST)
    due = fee + interest + principal
    # Cut at what was due: net payments below zero settle nothing, and owe nothing more.
    left = np.clip(running_total(due, account) - ledger.paid_total[account], 0, due)
    settled = due - left
    fee_left = np.maximum(fee - settled, 0)
    interest_left = np.maximum(interest - np.maximum(settled - fee, 0), 0)
    owing = left > 0
    return Unpaid(
        account=account[owing],
        number=rows.column("number")[row][owing],
        due_on=rows.day[row][owing],
        due=due[owing],
        principal=(left - fee_left - interest_left)[owing],
        interest=interest_left[owing],
        fee=fee_left[owing],
    )
