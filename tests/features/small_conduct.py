"""The rows of small random books about people: talks, promises, offers, visits, evidence, flags, consents."""

from __future__ import annotations

from features.contracts import (
    CAPACITY_EVIDENCE,
    CHANNELS,
    CONTACT_OUTCOMES,
    FLAG_KINDS,
    OFFER_ANSWERS,
    OFFER_KINDS,
    PARTIES,
    STATED_REASONS,
    TIERS,
    VISIT_OUTCOMES,
    WILLINGNESS_EVIDENCE,
)
from tests.features.small_rows import DAYS, Tables, Writer, day, instant

CLOCKS = ("00:10", "09:30", "12:00", "19:15", "23:40")


def add_borrower(tables: Tables, write: Writer, owner: str) -> None:
    """Add what a borrower states, revised at times."""
    pick = write.chance.choice
    tables["borrowers"] += write.versions(
        0,
        lambda: {
            "borrower_id": owner,
            "country": pick(("CN", None)),
            "language": pick(("zh", "en", None)),
            "employment": pick(("employed", "none", None)),
            "declared_income": pick((None, 0, 50_000, 80_000)),
            "opened_on": day(0),
        },
    )


def add_talks(tables: Tables, write: Writer, loan: str, began: int) -> None:
    """Add contacts, promises and offers of a loan."""
    pick, number = write.chance.choice, write.chance.randint
    for n in range(number(0, 8)):
        on, clock = number(began, DAYS), pick(CLOCKS)
        tables["contacts"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock: {
                "contact_id": f"C-{loan}-{n}",
                "loan_id": loan,
                "contacted_at": instant(on, clock),
                "channel": pick((*CHANNELS, "call", "call", "call", "call")),
                "direction": pick(("out", "out", "in", None)),
                "party": pick((*PARTIES, "borrower", None)),
                "number_id": pick(("a", "b", None)),
                "agency": pick(("own", "other", None)),
                "agent_id": pick(("A-1", "A-2", None)),
                "outcome": pick((*CONTACT_OUTCOMES, None)),
                "stated_reason": pick((*STATED_REASONS, None)),
                "identity_ok": pick((True, False, None)),
                "propensity": pick((0.0, 0.5, 1.0, None)),
            },
        )
    for n in range(number(0, 3)):
        on, clock, ahead = number(began, DAYS), pick(CLOCKS), number(0, 30)
        tables["promises"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock, ahead=ahead: {
                "promise_id": f"M-{loan}-{n}",
                "loan_id": loan,
                "promised_at": instant(on, clock),
                "due_on": day(on + ahead),
                "amount": pick((0, 100, 1000, 1111)),
            },
        )
    for n in range(number(0, 3)):
        on, clock = number(began, DAYS), pick(CLOCKS)
        tables["offers"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock: {
                "offer_id": f"O-{loan}-{n}",
                "loan_id": loan,
                "offered_at": instant(on, clock),
                "kind": pick((*OFFER_KINDS, "instalments", None)),
                "answer": pick((*OFFER_ANSWERS, "refused", None)),
            },
        )


def add_visits(tables: Tables, write: Writer, loan: str, began: int) -> None:
    """Add visits, made or only planned, and what reviewers decided."""
    pick, number = write.chance.choice, write.chance.randint
    for n in range(number(0, 2)):
        on = number(began, DAYS)
        tables["visits"] += write.versions(
            on,
            lambda n=n, on=on: {
                "visit_id": f"V-{loan}-{n}",
                "loan_id": loan,
                "planned_on": pick((day(on), day(on + 5), None)),
                "visited_at": pick((instant(on, "09:00"), instant(on, "00:10"), None)),
                "outcome": pick((*VISIT_OUTCOMES, "met", "met")),
                "reason": pick((*STATED_REASONS, None)),
                "identity_ok": pick((True, False, None)),
                "income_seen": pick((True, False, None)),
                "assets_seen": pick((True, False, None)),
                "propensity": pick((0.04, 1.0, None)),
            },
        )
    for n in range(number(0, 1)):
        on = number(began, DAYS)
        tables["reviews"] += write.versions(
            on,
            lambda n=n, on=on: {
                "review_id": f"R-{loan}-{n}",
                "decided_by": "ana",
                "loan_id": loan,
                "tier": pick(TIERS),
                "decided_at": instant(on, "15:00"),
                "reasons": "as written",
            },
        )


def add_circumstances(tables: Tables, write: Writer, owner: str, *, suffix: str) -> None:
    """Add evidence, flags and consents of a borrower: open, ended, withdrawn."""
    pick, number = write.chance.choice, write.chance.randint
    for n in range(number(0, 9)):
        on = number(0, DAYS)
        tables["evidence"] += write.versions(
            on,
            lambda n=n, on=on: {
                "evidence_id": f"E-{suffix}-{n}",
                "borrower_id": owner,
                "kind": pick((*CAPACITY_EVIDENCE * 2, *WILLINGNESS_EVIDENCE, "C5", "W9", "W9")),
                "value": pick((None, 0.0, 1.5)),
                "source": pick(("visit", "payslip")),
                "confidence": pick((0.0, 0.5, 0.9)),
                "observed_on": day(on),
                "expires_on": pick((None, None, day(on), day(on + 50))),
                "consent_id": pick((None, f"K-{suffix}", f"K2-{suffix}")),
            },
        )
        on = number(0, DAYS)
        starts = on + pick((-20, 0, 10))
        tables["flags"] += write.versions(
            on,
            lambda n=n, starts=starts: {
                "flag_id": f"F-{suffix}-{n}",
                "borrower_id": owner,
                "kind": pick((*FLAG_KINDS, "hardship", "hardship", "bankruptcy")),
                "starts_on": day(starts),
                "ends_on": pick((None, day(starts), day(starts + 40))),
            },
        )
    purposes = ("income assessment", "bank_flow", "credit_report", "marketing")
    for key, likely in ((f"K-{suffix}", "income assessment"), (f"K2-{suffix}", "credit_report")):
        on = number(0, 200)
        tables["consents"] += write.versions(
            on + 20,
            lambda key=key, likely=likely, on=on: {
                "consent_id": key,
                "borrower_id": owner,
                "purpose": pick((*purposes, likely)),
                "granted_on": day(on),
                "withdrawn_on": pick((None, None, day(on + 20))),
            },
        )


def add_attributes(tables: Tables, write: Writer, *, kind: str, owner: str, known: int) -> None:
    """Add a number and a code of a loan or a borrower."""
    pick = write.chance.choice
    told = (("score", (None, 1.5, 2.0, 7.0), (None,)), ("grade", (None,), ("A", "B", None)))
    for name, values, codes in told:
        if write.chance.random() < 0.6:
            tables["attributes"] += write.versions(
                known,
                lambda name=name, values=values, codes=codes: {
                    "owner_kind": kind,
                    "owner_id": owner,
                    "name": name,
                    "value": pick(values),
                    "code": pick(codes),
                },
            )
