"""Account sheets from a book: what a collector must see of each account, as it was known on a morning.

Everything is read through the ledger and the tables' known rows of that morning. Nothing that a person wrote
(terms, notes, reasons in words) and no protected attribute is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from features.compiled import steady
from features.history import History, observe
from features.observations import Observations, day_number
from features.unpaid import UnpaidInstalments
from serving.account_sheet import AccountSheet, OtherOverdueLoan, UnpaidInstalment
from serving.account_sheet_columns import iso_days, known_amounts
from serving.account_sheet_timeline import timelines_of


class LoansUnknown(ValueError):
    """Sheets are asked for of loans that the book did not know on the morning."""


def sheets_from_book(book: Book, *, as_of: date, loan_ids: Sequence[str]) -> list[AccountSheet]:
    """Return the sheet of each loan, in the order asked for, as it was known before ``as_of``.

    Parameters
    ----------
    as_of
        The morning: things before it count, as far as they were known before it; of a corrected row the
        latest correction. Visits, plans and flags arranged for later days are shown.
    loan_ids
        Loans of the book.

    Raises
    ------
    LoansUnknown
        When the book has no such loan, or learnt of it on the morning or later.

    Examples
    --------
    >>> import pandas as pd
    >>> from features.manifest import Manifest
    >>> known = {"loan_id": ["L-1"], "revision": [1], "known_at": ["2024-01-15T10:00:00+08:00"]}
    >>> loans = pd.DataFrame(
    ...     {**known, "borrower_id": ["B-1"], "disbursed_on": ["2024-01-15"], "principal": [10000]}
    ... )
    >>> due = pd.DataFrame({**known, "number": [1], "due_on": ["2024-02-15"], "principal_due": [10000]})
    >>> paid = pd.DataFrame(
    ...     {
    ...         "payment_id": ["P-1"],
    ...         "loan_id": ["L-1"],
    ...         "paid_on": ["2024-02-20"],
    ...         "amount": [4000],
    ...         "revision": [1],
    ...         "known_at": ["2024-02-20T09:00:00+08:00"],
    ...     }
    ... )
    >>> book = Book.from_tables(
    ...     {"loans": loans, "instalments": due, "payments": paid},
    ...     manifest=Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY"),
    ... )
    >>> (sheet,) = sheets_from_book(book, as_of=date(2024, 3, 1), loan_ids=["L-1"])
    >>> sheet.arrears_principal, sheet.unpaid[0].days_late
    (6000, 15)
    >>> [(item.on, item.kind, item.amount) for item in sheet.timeline]
    [('2024-02-20', 'payment', 4000), ('2024-02-15', 'due', 6000)]
    """
    asked = list(dict.fromkeys(loan_ids))
    if not asked:
        return []
    seen = _observed(book, asked, as_of)
    history = History(book, seen)
    _check_known(book, history, as_of)
    unpaid = history.ledger.unpaid
    columns = {
        **_loan_facts(book, history, as_of),
        **_money(history),
        "unpaid": _unpaid_by_account(unpaid, seen),
        **_timelines(book, seen, unpaid),
        **_borrower_facts(book, history),
        "other_overdue_loans": list(_others(book, seen, as_of)),
    }
    names = list(columns)
    made = [
        AccountSheet(**dict(zip(names, values, strict=True)))
        for values in zip(*columns.values(), strict=True)
    ]
    by_loan = {sheet.loan_id: sheet for sheet in made}
    return [by_loan[loan] for loan in loan_ids]


def _observed(book: Book, loan_ids: list[str], as_of: date) -> Observations:
    number_of = {loan: number for number, loan in enumerate(book.loan_ids.tolist())}
    unknown = [loan for loan in loan_ids if loan not in number_of]
    if unknown:
        raise _refusal(unknown, as_of)
    numbers = np.sort(np.array([number_of[loan] for loan in loan_ids], np.int32))
    return Observations(numbers, np.full(len(numbers), day_number(as_of), np.int32))


def _check_known(book: Book, history: History, as_of: date) -> None:
    unknown = [str(loan) for loan in book.loan_ids[history.loan_no[~history.loans.known]]]
    if unknown:
        raise _refusal(unknown, as_of)


def _refusal(unknown: list[str], as_of: date) -> LoansUnknown:
    return LoansUnknown(
        f"Expected loans that the book knew before {as_of}, found {len(unknown)} others "
        f"({', '.join(unknown[:5])}). Ask for loans that stood on that morning."
    )


def _loan_facts(book: Book, history: History, as_of: date) -> dict[str, list[Any]]:
    loans = book.loan_ids[history.loan_no].tolist()
    facts = history.loans
    principal = facts.money("principal")
    return {
        "case_id": [f"{loan}@{as_of.isoformat()}" for loan in loans],
        "loan_id": loans,
        "borrower_id": book.borrower_ids[history.borrower_no].tolist(),
        "as_of": [as_of.isoformat()] * len(loans),
        "currency": [code or book.manifest.currency for code in facts.code("currency")],
        "product": _texts(facts.code("product")),
        "disbursed_on": iso_days(facts.day("disbursed_on")).tolist(),
        "principal": [None if np.isnan(amount) else int(amount) for amount in principal.tolist()],
    }


def _money(history: History) -> dict[str, list[Any]]:
    ledger = history.ledger
    parts = {
        name: known_amounts(getattr(ledger, name), ledger.has_ledger).tolist()
        for name in ("arrears_principal", "arrears_interest", "arrears_fee")
    }
    return {"balance": known_amounts(ledger.balance, ledger.balance_known).tolist(), **parts}


def _unpaid_by_account(unpaid: UnpaidInstalments, seen: Observations) -> list[tuple[UnpaidInstalment, ...]]:
    columns = (
        unpaid.number, iso_days(unpaid.due_on), unpaid.due, unpaid.left,
        unpaid.principal, unpaid.interest, unpaid.fee, unpaid.days_late,
    )  # fmt: skip
    every = [
        UnpaidInstalment(*values) for values in zip(*(column.tolist() for column in columns), strict=True)
    ]
    ends = np.searchsorted(unpaid.account, np.arange(len(seen) + 1)).tolist()
    return [tuple(every[begin:end]) for begin, end in pairwise(ends)]


def _timelines(book: Book, seen: Observations, unpaid: UnpaidInstalments) -> dict[str, list[Any]]:
    told = timelines_of(book, seen, unpaid=unpaid)
    return {"timeline": [one.items for one in told], "timeline_older": [one.older for one in told]}


def _borrower_facts(book: Book, history: History) -> dict[str, list[Any]]:
    """Return the borrower's facts; the book's zone where the borrower lives in the book's country."""
    facts, home = history.borrowers, book.manifest
    countries = [code or home.country for code in facts.code("country")]
    zones = [
        own or (home.time_zone if country == home.country else "")
        for own, country in zip(facts.code("time_zone"), countries, strict=True)
    ]
    return {
        "country": countries,
        "time_zone": zones,
        "language": _texts(facts.code("language")),
        "employment": _texts(facts.code("employment")),
        "opened_on": iso_days(facts.day("opened_on")).tolist(),
    }


def _others(book: Book, seen: Observations, as_of: date) -> Iterator[tuple[OtherOverdueLoan, ...]]:
    """Yield the other overdue loans of each account's borrower, the latest first."""
    people = np.zeros(len(book.borrower_ids), np.bool_)
    people[book.borrower_of_loan[seen.loan_no]] = True
    standing = observe(book, as_of=[as_of])
    theirs = people[book.borrower_of_loan[standing.loan_no]]
    standing = Observations(standing.loan_no[theirs], standing.as_of[theirs])
    owed: dict[int, list[OtherOverdueLoan]] = defaultdict(list)
    for person, loan in _overdue(book, standing):
        owed[person].append(loan)
    for loans in owed.values():
        loans.sort(key=lambda one: (-one.dpd, one.loan_id))
    for number in steady(seen.loan_no, np.int32).tolist():
        mine = str(book.loan_ids[number])
        person = int(book.borrower_of_loan[number])
        yield tuple(one for one in owed.get(person, ()) if one.loan_id != mine)


def _overdue(book: Book, standing: Observations) -> Iterator[tuple[int, OtherOverdueLoan]]:
    if not len(standing):
        return
    history = History(book, standing)
    ledger, facts = history.ledger, history.loans
    late = np.flatnonzero(ledger.dpd >= 1)
    products, currencies = _texts(facts.code("product")[late]), facts.code("currency")[late].tolist()
    for place, product, currency in zip(late.tolist(), products, currencies, strict=True):
        yield (
            int(history.borrower_no[place]),
            OtherOverdueLoan(
                loan_id=str(book.loan_ids[history.loan_no[place]]),
                product=product,
                dpd=int(ledger.dpd[place]),
                arrears=int(ledger.arrears[place]) if ledger.arrears_known[place] else None,
                currency=currency or book.manifest.currency,
            ),
        )


def _texts(codes: NDArray[np.object_]) -> list[str]:
    return [code or "" for code in codes.tolist()]
