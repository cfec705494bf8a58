"""What is owed to an account whatever its score says, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from serving.policy.case import Case
from serving.policy.gates import lawful_window
from serving.policy.lender import LenderPolicy
from serving.policy.packs import Pack

OUTRANKING = ("first_contact", "broken_promise", "day_5_assessment")
BROKEN_PROMISE_DAYS = 7
"""A promise that passed its day is followed up for a week (assumed); later it is history."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Something owed, and the instant by which it must have been done."""

    kind: str
    due_by: datetime


def duties_of(case: Case, *, pack: Pack, policy: LenderPolicy) -> tuple[Duty, ...]:
    """Return the contacts owed to the account, the most urgent first; they outrank every score.

    - ``first_contact``: within 48 hours of identification on the wall clock, which never pauses.
      Where no lawful window remains before the end, it falls due at the last one's end. It stays
      owed when late as long as nobody has tried.
    - ``day_5_assessment``: from dpd 5, for a week, while the debtor has not been spoken with: the
      call asks for the reason. It begins the gathering of evidence and is never a label.
    - ``broken_promise``: a promise that passed its day unpaid.
    """
    owed = (_first_contact(case, pack, policy), _assessment(case, policy), _broken_promise(case))
    return tuple(sorted((duty for duty in owed if duty), key=lambda duty: (duty.due_by, duty.kind)))


def first_contact_by(case: Case, *, policy: LenderPolicy) -> datetime | None:
    """Return the end of the first-contact clock: 48 hours after the account was identified.

    ``identified_on`` began as many local days before ``as_of`` as the calendar says; the hours
    then run on the wall clock without pause.
    """
    if case.identified_on is None:
        return None
    days = (case.as_of - case.identified_on).days
    return case.day_start.astimezone(UTC) - timedelta(days=days) + timedelta(hours=policy.first_contact_hours)


def needs_human_review(case: Case, *, policy: LenderPolicy) -> bool:
    """Return True when a person must look at the file; no contact and no measure follows from it."""
    willful = case.scores.get("p_willful", 0.0) >= policy.review["p_willful"]
    return willful or case.tier == "T2"


def _first_contact(case: Case, pack: Pack, policy: LenderPolicy) -> Duty | None:
    deadline = first_contact_by(case, policy=policy)
    if deadline is None or case.contacted is not False:
        return None
    if deadline <= case.day_start:
        return None if case.tried else Duty("first_contact", deadline)
    last_lawful = None
    for back in range(-1, 3):
        span = lawful_window(case, "call", (deadline - timedelta(days=back)).date(), pack)
        if span and span[0] < deadline:
            last_lawful = min(span[1], deadline)
            break
    return Duty("first_contact", last_lawful or deadline)


def _assessment(case: Case, policy: LenderPolicy) -> Duty | None:
    if case.dpd is None or case.talked is not False:
        return None
    since = case.dpd - policy.assessment_dpd
    if not 0 <= since < policy.assessment_open_days:
        return None
    left = policy.assessment_open_days - since
    return Duty("day_5_assessment", case.day_start.astimezone(UTC) + timedelta(days=left))


def _broken_promise(case: Case) -> Duty | None:
    if case.promise_due_on is None:
        return None
    passed = (case.as_of - case.promise_due_on).days
    spoken_since = case.last_right_party_on is not None and case.last_right_party_on > case.promise_due_on
    if not 1 <= passed <= BROKEN_PROMISE_DAYS or spoken_since:
        return None
    left = BROKEN_PROMISE_DAYS + 1 - passed
    return Duty("broken_promise", case.day_start.astimezone(UTC) + timedelta(days=left))
