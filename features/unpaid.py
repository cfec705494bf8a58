"""Instalments that fell due and are not fully paid, with what is left of each part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.compiled import Amounts, Days, Positions, steady
from features.settlement import Settlement


@dataclass(frozen=True, eq=False)
class UnpaidInstalments:
    """Unpaid instalments of several observed loans, by observation and oldest first; money in minor units.

    Parameters
    ----------
    account
        Position of the observation.
    row
        Row of the instalment in the book's table.
    number, due_on
        Number and due day of the instalment.
    days_late
        Days past due of it, paused days left out.
    due
        What was to be paid.
    principal, interest, fee
        What is left of each part.
    """

    account: Positions
    row: Positions
    number: Amounts
    due_on: Days
    days_late: Days
    due: Amounts
    principal: Amounts
    interest: Amounts
    fee: Amounts

    def __len__(self) -> int:
        return len(self.account)

    def under(self, account: Positions) -> UnpaidInstalments:
        """Return the same instalments under other positions of their observations."""
        return replace(self, account=account[self.account])

    @property
    def left(self) -> Amounts:
        """Return what is left of each instalment."""
        return self.principal + self.interest + self.fee


def unpaid_instalments(settlement: Settlement, *, as_of: Days) -> UnpaidInstalments:
    """Return the instalments due before each morning that are not fully paid, of the schedule that speaks then.

    Their parts add up to the parts of ``Ledger.arrears``; the first of an observation is as old as ``Ledger.dpd``.

    Parameters
    ----------
    settlement
        Of the loans looked at.
    as_of
        Morning of each.

    Examples
    --------
    >>> import pandas as pd
    >>> from features.book import Book, Manifest
    >>> first = {"loan_id": ["L-1"], "revision": [1], "known_at": ["2024-01-15T10:00:00+08:00"]}
    >>> loans = pd.DataFrame({**first, "borrower_id": ["B-1"], "disbursed_on": ["2024-01-15"], "principal": [100]})
    >>> due = pd.DataFrame({**first, "number": [1], "due_on": ["2024-02-15"], "principal_due": [100]})
    >>> paid = pd.DataFrame({**first, "payment_id": ["P-1"], "paid_on": ["2024-01-15"], "amount": [30]})
    >>> book = Book.from_tables(
    ...     {"loans": loans, "instalments": due, "payments": paid},
    ...     manifest=Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY"),
    ... )
    >>> morning = np.array([19769], np.int32)  # 2024-02-16
    >>> settlement = Settlement(book, loan=np.zeros(1, np.int32), known_by=morning)
    >>> found = unpaid_instalments(settlement, as_of=morning)
    >>> found.number.tolist(), found.principal.tolist(), found.days_late.tolist()
    ([1], [70], [1])
    """
    spans = settlement.spans(first=as_of - 1, last=as_of)
    rows, offsets = spans.rows, spans.instalments[0]
    due = settlement.schedules.due[rows]
    span = np.repeat(np.arange(len(spans)), np.diff(offsets))
    purse = np.zeros(len(spans), np.int64)
    np.add.at(purse, np.repeat(np.arange(len(spans)), np.diff(spans.payments[0])), spans.paid)
    running = np.concatenate([[0], np.cumsum(due)])
    before = running[:-1] - running[offsets[:-1]][span]
    reached = np.clip(purse[span] - before, 0, due)
    account, schedules = spans.query[span], settlement.schedules
    owing = (reached < due) & (schedules.instalments[1][rows] < as_of[account])
    account, row, due, reached = account[owing], rows[owing], due[owing], reached[owing]
    due_on = schedules.instalments[1][row]
    left = {}
    for part, amount in zip(schedules.order, schedules.parts, strict=True):
        settled = np.minimum(reached, amount[row])
        left[part] = amount[row] - settled
        reached = reached - settled
    paused = settlement.of(account).paused(first=due_on, last=as_of[account])
    return UnpaidInstalments(
        account=account,
        row=row,
        number=schedules.number[row],
        due_on=due_on,
        days_late=steady(as_of[account] - due_on - paused, np.int32),
        due=due,
        **left,
    )
