"""What a collector sees of one account beside its decision: arrears, instalments, what happened, other loans.

Codes and numbers only: no text that a person wrote, no protected attribute. Money is in minor units, days are
ISO dates (an empty text when unknown).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, TypeVar

TimelineKind = Literal[
    "payment", "reversal", "contact", "promise", "visit", "offer", "plan", "flag", "statement", "due"
]
TIMELINE_KINDS: Final[tuple[TimelineKind, ...]] = (
    "payment",
    "reversal",
    "contact",
    "promise",
    "visit",
    "offer",
    "plan",
    "flag",
    "statement",
    "due",
)
TIMELINE_LENGTH: Final = 40
"""Most items a timeline shows; ``timeline_older`` counts what it leaves out."""


@dataclass(frozen=True, slots=True)
class UnpaidInstalment:
    """One instalment that fell due and is not paid in full.

    Parameters
    ----------
    number
        Number of the instalment.
    due_on
        The day it fell due.
    due
        What was to be paid: principal, interest and fee together.
    unpaid
        What is left of it.
    principal, interest, fee
        What is left of each part; together they are ``unpaid``.
    days_late
        Days from ``due_on`` to the morning of the sheet.
    """

    number: int
    due_on: str
    due: int
    unpaid: int
    principal: int
    interest: int
    fee: int
    days_late: int


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened, or is arranged, on an account.

    Parameters
    ----------
    on
        The day; after the morning of the sheet for a visit, a plan or a flag that was arranged before it.
    kind
        ``payment``, ``reversal``, ``contact``, ``promise``, ``visit``, ``offer``, ``plan``, ``flag``,
        ``statement`` or ``due`` (a due day that passed unpaid).
    code
        Contact and visit: outcome. Promise: ``open``, ``kept`` or ``broken``. Offer, plan and flag: kind.
        Statement: status. Due: ``unpaid`` or ``part_paid``. Empty when unknown.
    amount
        Payment and reversal: what was paid (a reversal below zero). Promise: what was promised. Statement:
        the balance. Due: what is left to pay. None elsewhere and when unknown.
    channel
        Channel of a payment or contact; empty elsewhere.
    detail
        A second code: the reason stated in a contact or visit, the answer to an offer; else empty.
    until
        The day a promise was for, or a plan or flag ends; empty when open or not applicable.
    """

    on: str
    kind: TimelineKind
    code: str = ""
    amount: int | None = None
    channel: str = ""
    detail: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class OtherOverdueLoan:
    """Another loan of the same borrower that is past due on the same morning; arrears None when nobody knows them."""

    loan_id: str
    product: str
    dpd: int
    arrears: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """An account as it was known on a morning.

    Parameters
    ----------
    case_id
        ``<loan_id>@<as_of>``, as of the decision.
    as_of
        The morning.
    product
        Code of the product; empty when unknown.
    principal
        Amount lent; None when unknown.
    balance
        Principal still to be paid, due or not yet due; of statements the latest balance; None when unknown.
    arrears_principal, arrears_interest, arrears_fee
        Parts of the arrears; they add up to the arrears of the decision. None where only statements speak,
        which do not split them.
    unpaid
        Instalments due and not fully paid, oldest first; empty where only statements speak.
    timeline
        The newest things that happened, newest first, at most 40.
    country, time_zone, language, employment
        Codes of the borrower; country and zone of the book where the borrower's own are not stated, empty
        when unknown.
    opened_on
        Since when the borrower is a customer.
    other_overdue_loans
        The borrower's other loans that are past due, the latest first.
    timeline_older
        How many older items the timeline leaves out.
    """

    case_id: str
    loan_id: str
    borrower_id: str
    as_of: str
    currency: str
    product: str
    disbursed_on: str
    principal: int | None
    balance: int | None
    arrears_principal: int | None
    arrears_interest: int | None
    arrears_fee: int | None
    unpaid: tuple[UnpaidInstalment, ...]
    timeline: tuple[TimelineItem, ...]
    country: str
    time_zone: str
    language: str
    employment: str
    opened_on: str
    other_overdue_loans: tuple[OtherOverdueLoan, ...]
    timeline_older: int = 0

    @property
    def arrears_split(self) -> int | None:
        """Return the sum of the parts of the arrears; None when they are not known."""
        parts = (self.arrears_principal, self.arrears_interest, self.arrears_fee)
        known = [part for part in parts if part is not None]
        return sum(known) if len(known) == len(parts) else None


class SheetUnreadable(ValueError):
    """A stored sheet lacks a field or has one that this version does not know."""


_Part = TypeVar("_Part", UnpaidInstalment, TimelineItem, OtherOverdueLoan, AccountSheet)

_FIELDS: Final = {
    kind: tuple(one.name for one in fields(kind))
    for kind in (UnpaidInstalment, TimelineItem, OtherOverdueLoan, AccountSheet)
}


def sheet_to_json(sheet: AccountSheet) -> dict[str, Any]:
    """Return the sheet as plain dicts, lists, strings and numbers, ready for ``json.dumps``.

    Examples
    --------
    >>> late = UnpaidInstalment(3, "2024-03-15", 10500, 4000, 4000, 0, 0, 17)
    >>> _record(late)["unpaid"]
    4000
    """
    written = _record(sheet)
    for name in ("unpaid", "timeline", "other_overdue_loans"):
        written[name] = [_record(part) for part in written[name]]
    return written


def sheet_from_json(stored: Mapping[str, Any]) -> AccountSheet:
    """Return the sheet that ``sheet_to_json`` wrote.

    Raises
    ------
    SheetUnreadable
        When a field is missing or unknown: written by another version.
    """
    parts = {
        "unpaid": _all_of(UnpaidInstalment, stored.get("unpaid", ())),
        "timeline": _all_of(TimelineItem, stored.get("timeline", ())),
        "other_overdue_loans": _all_of(OtherOverdueLoan, stored.get("other_overdue_loans", ())),
    }
    return _read(AccountSheet, {**stored, **{name: rows for name, rows in parts.items() if name in stored}})


def _record(part: UnpaidInstalment | TimelineItem | OtherOverdueLoan | AccountSheet) -> dict[str, Any]:
    return {name: getattr(part, name) for name in _FIELDS[type(part)]}


def _all_of(kind: type[_Part], rows: Any) -> tuple[_Part, ...]:
    if not isinstance(rows, list | tuple):
        raise SheetUnreadable(
            f"Expected a list of {kind.__name__}, found {type(rows).__name__}. Read it with the version that wrote it."
        )
    return tuple(_read(kind, row) for row in rows)


def _read(kind: type[_Part], row: Mapping[str, Any]) -> _Part:
    try:
        return kind(**row)
    except TypeError as unlike:
        found = sorted(row) if isinstance(row, Mapping) else [type(row).__name__]
        known = _FIELDS[kind]
        wrong = sorted(set(found) - set(known)) or sorted(set(known) - set(found))
        raise SheetUnreadable(
            f"Expected the fields of {kind.__name__}, found {len(wrong)} unknown or missing: {wrong[:5]}. "
            "Read it with the version that wrote it."
        ) from unlike
