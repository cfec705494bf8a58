"""One account as the gates see it: what is known, and None where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from serving.decision import ReasonText

Party = Literal["borrower", "third_party"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """How a visit is to be made, or was prepared.

    Parameters
    ----------
    staff
        Number of collectors who go.
    identity_shown, entry_asked
        The visitors are bound to show their papers, and to ask before they enter a home.
    notice_at
        When time and purpose were (or will be) announced.
    departing
        False for a proposal; True at the last check before the door, when approvals count.
    approvals
        Number of different people who approved.
    """

    staff: int | None = None
    identity_shown: bool | None = None
    entry_asked: bool | None = None
    notice_at: datetime | None = None
    departing: bool = True
    approvals: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Whom one action would reach: the borrower unless said otherwise, on which number, how visited."""

    party: Party = "borrower"
    number_id: str | None = None
    visit: VisitPlan | None = None


TO_BORROWER = Attempt()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything a decision may rest on, known before ``as_of``; None means that it is not known.

    Counts are per *debtor*: over all loans, the lender and its agencies. Money in minor units.

    Parameters
    ----------
    day_start
        The instant (UTC) at which ``as_of`` begins in the book's time zone.
    time_zone
        The debtor's own, else the book's; None when neither is known to hold for this debtor.
    counted_on
        The debtor's local day for which ``talks_today`` and ``unanswered_today`` hold.
    talks_today, talks_7d
        Effective interactive calls, bots included.
    unanswered_today
        Unanswered dial attempts by number; the number ``*`` stands for any.
    failed_tries
        Tries in a row without reaching the debtor, since the last talk.
    channels_tried
        Channels used towards the debtor in this overdue episode.
    consents
        By purpose: True granted, False withdrawn; purposes never asked for are absent.
    identified_on
        First as_of with dpd >= 1 of the current episode.
    tried, contacted, talked
        Whether, since ``identified_on``, the debtor was tried, reached in any way, spoken with.
    promise_due_on
        Day of the latest promise; None when there is none.
    agreement
        Kind of a running ``grace``, ``extension`` or ``pause``; empty when none runs.
    unable_shock
        True while evidence C5 (job loss, illness, disaster, death in the family) stands.
    risk_band
        ``low``, ``medium``, ``high`` of the delinquency score; None when unscored.
    """

    case_id: str
    loan_id: str
    borrower_id: str
    as_of: date
    day_start: datetime
    country: str | None
    time_zone: str | None
    product: str = ""
    portfolio: str = ""
    currency: str = ""
    bucket: str | None
    dpd: int | None
    arrears: int | None
    arrears_principal: int | None
    arrears_interest: int | None
    arrears_fee: int | None
    balance: int | None = None
    annual_rate: float | None = None
    flags: frozenset[str] | None = frozenset()
    consents: Mapping[str, bool] | None = field(default_factory=dict)
    counted_on: date | None = None
    talks_today: int | None = 0
    talks_7d: int | None = 0
    unanswered_today: Mapping[str, int] | None = field(default_factory=dict)
    failed_tries: int | None = 0
    channels_tried: frozenset[str] | None = frozenset()
    last_right_party_on: date | None = None
    identified_on: date | None = None
    contacted: bool | None = False
    talked: bool | None = False
    tried: bool | None = False
    promise_due_on: date | None = None
    agreement: str | None = ""
    unable_shock: bool | None = False
    visits_made: int | None = 0
    last_visit_on: date | None = None
    tier: str | None = "T0"
    risk_band: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    bands: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[ReasonText, ...] = ()
