"""The only door to the past: what was known of each observed loan and its borrower on its morning."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from features.compiled import Days, Marks, fixed, steady
from features.earlier_loans import EarlierLoans
from features.event_kernels import NO_DAY
from features.events import Events
from features.facts import Attributes, Facts
from features.ledger import Ledger
from features.observations import Observations, observe, stands_on
from features.other_loans import OtherLoans
from features.requests import NOTHING, Foresight
from features.schedule import Schedule
from features.statement_path import StatementPath

if TYPE_CHECKING:
    from features.book import Book

__all__ = ["History", "KnownBeforeMorning", "Observations", "observe"]


Part = TypeVar("Part")


class KnownBeforeMorning(ValueError):
    """Knowledge was asked for as of a day before the morning itself."""


class History:
    """What was known of each observation: events, facts, attributes and the ledger.

    Each part is made when it is first asked for. Rows count when their business day lies before ``as_of`` and
    they were known; ``known_by`` moves the second condition to a later morning, for labels.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.
    known_by
        First morning that may know a row, per observation; ``as_of`` when None.
    foreseen
        What will be asked (see :mod:`features.foresight`); it changes no answer.

    Raises
    ------
    KnownBeforeMorning
        When ``known_by`` lies before ``as_of`` anywhere.

    Examples
    --------
    >>> import datetime as dt
    >>> import pandas as pd
    >>> from features.book import Book, Manifest
    >>> from features.observations import observe
    >>> first = {"loan_id": ["L-1"], "revision": [1], "known_at": ["2024-01-15T10:00:00+08:00"]}
    >>> tables = {
    ...     "loans": pd.DataFrame(
    ...         {**first, "borrower_id": ["B-1"], "disbursed_on": ["2024-01-15"], "principal": [10000]}
    ...     ),
    ...     "instalments": pd.DataFrame(
    ...         {**first, "number": [1], "due_on": ["2024-02-15"], "principal_due": [10000]}
    ...     ),
    ...     "payments": pd.DataFrame(
    ...         {
    ...             "payment_id": ["P-1"],
    ...             "loan_id": ["L-1"],
    ...             "paid_on": ["2024-02-20"],
    ...             "amount": [9999],
    ...             "revision": [1],
    ...             "known_at": ["2024-02-20T09:00:00+08:00"],
    ...         }
    ...     ),
    ... }
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> book = Book.from_tables(tables, manifest=china)
    >>> seen = observe(book, as_of=[dt.date(2024, 2, 20), dt.date(2024, 2, 21)])
    >>> History(book, seen).payments.total("amount", days=30).tolist()
    [0, 9999]
    >>> History(book, seen).ledger.dpd.tolist()
    [5, 6]
    """

    def __init__(
        self,
        book: Book,
        observations: Observations,
        *,
        known_by: Days | None = None,
        foreseen: Foresight = NOTHING,
    ) -> None:
        self._book = book
        self._foreseen = foreseen
        self.events: dict[str, Events] = {}
        self.loan_no = observations.loan_no
        self.borrower_no = steady(book.borrower_of_loan[observations.loan_no], np.int32)
        self.as_of = observations.as_of
        self.known_by = self.as_of if known_by is None else steady(known_by, np.int32)
        self.n = len(observations)
        early = np.flatnonzero(self.known_by < self.as_of)
        if len(early):
            loans = ", ".join(str(loan) for loan in book.loan_ids[self.loan_no[early[:5]]])
            raise KnownBeforeMorning(
                f"expected known_by on or after as_of, found it earlier for {len(early)} observations "
                f"(loans {loans}). Look at an earlier as_of instead."
            )

    @cached_property
    def payments(self) -> Events:
        """Return the payments of the loan by day paid."""
        return self._of_loan("payments")

    @cached_property
    def contacts(self) -> Events:
        """Return the contacts about the loan by day contacted."""
        return self._of_loan("contacts")

    @cached_property
    def promises(self) -> Events:
        """Return the promises on the loan by day promised; active until their date."""
        return self._of_loan("promises", ends="due_on")

    @cached_property
    def offers(self) -> Events:
        """Return the offers made on the loan by day offered."""
        return self._of_loan("offers")

    @cached_property
    def visits(self) -> Events:
        """Return the visits on the loan by day visited, or planned when not visited yet."""
        return self._of_loan("visits")

    @cached_property
    def instalments(self) -> Events:
        """Return the instalments of the loan by due day."""
        return self._of_loan("instalments")

    @cached_property
    def statements(self) -> Events:
        """Return the monthly statements of the loan by month's end."""
        return self._of_loan("statements")

    @cached_property
    def statement_path(self) -> StatementPath:
        """Return the latest statements of the loan one by one."""
        rows = self._book.rows("statements")
        return StatementPath(rows, loan=self.loan_no, as_of=self.as_of, known_by=self.known_by)

    @cached_property
    def schedule(self) -> Schedule:
        """Return what was agreed to fall due from as_of on."""
        return Schedule(self._book, loan=self.loan_no, as_of=self.as_of, known_by=self.known_by)

    @cached_property
    def plans(self) -> Events:
        """Return the payment plans of the loan by first day; active until their end."""
        return self._of_loan("plans", ends="ends_on")

    @cached_property
    def reviews(self) -> Events:
        """Return the reviews of the loan by day decided."""
        return self._of_loan("reviews")

    @cached_property
    def borrower_flags(self) -> Events:
        """Return the flags of the loan's borrower by first day; active until their end."""
        return self._of_borrower("flags", ends="ends_on")

    @cached_property
    def evidence(self) -> Events:
        """Return the evidence about the loan's borrower by day observed; active until it expires."""
        return self._of_borrower("evidence", ends="expires_on")

    @cached_property
    def consents(self) -> Events:
        """Return the consents of the loan's borrower by day granted; active until withdrawn."""
        return self._of_borrower("consents", ends="withdrawn_on")

    @cached_property
    def loans(self) -> Facts:
        """Return what was known of the loan."""
        return Facts(self._book.rows("loans"), owner=self.loan_no, known_by=self.known_by)

    @cached_property
    def borrowers(self) -> Facts:
        """Return what was known of the loan's borrower."""
        return Facts(self._book.rows("borrowers"), owner=self.borrower_no, known_by=self.known_by)

    @cached_property
    def attributes(self) -> Attributes:
        """Return the lender's own attributes of the loan and its borrower."""
        return Attributes(self._book, loan=self.loan_no, known_by=self.known_by)

    @cached_property
    def ledger(self) -> Ledger:
        """Return what was due and paid on the loan."""
        return Ledger(
            self._book,
            loan=self.loan_no,
            as_of=self.as_of,
            known_by=self.known_by,
            events=(self.instalments, self.payments),
            foreseen=self._foreseen.windows,
        )

    @cached_property
    def other_loans(self) -> OtherLoans:
        """Return the other loans of the loan's borrower."""
        return OtherLoans(self._book, loan=self.loan_no, as_of=self.as_of, known_by=self.known_by)

    @cached_property
    def earlier_loans(self) -> EarlierLoans:
        """Return the loans that the loan's borrower took before it."""
        return EarlierLoans(self._book, loan=self.loan_no, as_of=self.as_of, known_by=self.known_by)

    @cached_property
    def stands(self) -> Marks:
        """Return True where the loan stood: disbursed before as_of and not ended before it."""
        return stands_on(self.loans, self.as_of)

    @cached_property
    def borrower_dpd(self) -> Days:
        """Return the worst days past due over the borrower's loans that stand on the morning, this one included.

        Loans that were sold, written off or otherwise ended before the morning are out; 0 when none stands.
        """
        own = np.where(self.stands, self.ledger.dpd, 0)
        return fixed(np.maximum(own, self.other_loans.worst_dpd).astype(np.int32))

    def days_since(self, day: Days) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the days from a day to as_of; NaN where the day is NO_DAY."""
        return np.where(day == NO_DAY, np.nan, self.as_of - day.astype(np.float64))

    def swept(self, sweep: Callable[..., Part]) -> Part:
        """Return what a sweep of the book makes of these observations, made once: several features share it.

        ``sweep`` is called with the book and ``loan``, ``borrower``, ``as_of``, ``known_by`` of each observation.
        """
        if sweep not in self._swept:
            self._swept[sweep] = sweep(
                self._book,
                loan=self.loan_no,
                borrower=self.borrower_no,
                as_of=self.as_of,
                known_by=self.known_by,
            )
        part: Part = self._swept[sweep]
        return part

    @cached_property
    def _swept(self) -> dict[Any, Any]:
        return {}

    def _of_loan(self, table: str, *, ends: str = "") -> Events:
        return self._events(table, self.loan_no, ends)

    def _of_borrower(self, table: str, *, ends: str = "") -> Events:
        return self._events(table, self.borrower_no, ends)

    def _events(self, table: str, owner: Days, ends: str) -> Events:
        self.events[table] = Events(
            self._book.rows(table),
            owner=owner,
            as_of=self.as_of,
            known_by=self.known_by,
            ends=ends,
            foreseen=self._foreseen.events.get(table, ()),
        )
        return self.events[table]
