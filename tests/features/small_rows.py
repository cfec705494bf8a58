"""The rows of small random books: late, revised, reversed, tied, of loans that share a borrower.

Every choice comes from one source of chance, so a book can be drawn by Hypothesis (which shrinks it) or from a seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

import pandas as pd

from features.contracts import (
    CAPACITY_EVIDENCE,
    CHANNELS,
    CONTACT_OUTCOMES,
    OFFER_ANSWERS,
    OFFER_KINDS,
    STATED_REASONS,
    VISIT_OUTCOMES,
    WILLINGNESS_EVIDENCE,
)
from tests.builders import Row

START = dt.date(2024, 1, 1)
DAYS = 300
CLOCKS = ("00:10", "12:00", "23:40")
Tables = dict[str, list[Row]]


def day(number: int) -> str:
    """Return the ISO date of a day counted from the start of the random books."""
    return (START + dt.timedelta(days=number)).isoformat()


def instant(number: int, clock: str) -> str:
    """Return an instant in Shanghai, 8 hours ahead of UTC."""
    return f"{day(number)}T{clock}:00+08:00"


class Writer:
    """Writes the rows of one thing: known at once or late, revised or not."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def lag(self) -> int:
        return self.chance.choice((0, 0, 0, 1, 7, 40))

    def versions(self, on: int, row: Callable[..., Row]) -> list[Row]:
        """Return a row first known on or after its day, and at times a newer revision of it."""
        known = on + self.lag()
        rows = [{**row(), "revision": 1, "known_at": instant(known, "23:50")}]
        while self.chance.random() < 0.2 and len(rows) < 3:
            known += self.chance.choice((0, 1, 20, 60))
            rows.append({**row(), "revision": len(rows) + 1, "known_at": instant(known, f"23:5{len(rows)}")})
        return rows


def add_loan_rows(tables: Tables, write: Writer, loan: str, began: int) -> None:
    chance, pick, number = write.chance, write.chance.choice, write.chance.randint

    def later() -> int:
        return number(began, DAYS)

    if chance.random() < 0.8:
        for n in range(number(0, 5)):
            due = began + 1 + number(0, 60) + 30 * n
            for row in write.versions(
                began,
                lambda n=n, due=due: {
                    "loan_id": loan,
                    "number": n,
                    "due_on": day(due + pick((0, 0, 15))),
                    "principal_due": pick((0, 100, 1000)),
                    "interest_due": pick((0, 7, None)),
                    "fee_due": pick((None, 0, 5)),
                },
            ):
                tables["instalments"].append(row)
    for n in range(number(0, 6)):
        on = later()
        tables["payments"] += write.versions(
            on,
            lambda n=n, on=on: {
                "payment_id": f"P-{loan}-{n}",
                "loan_id": loan,
                "paid_on": day(on),
                "amount": pick((-1000, -500, 0, 1, 105, 999, 1000, 1012, 2500)),
                "channel": pick(("bank", "app", None)),
            },
        )
    if chance.random() < 0.5:
        for month in range(number(0, 9)):
            first = (pd.Timestamp(START) + pd.DateOffset(months=month)).date()
            end = ((pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date() - START).days
            tables["statements"] += write.versions(
                end,
                lambda first=first: {
                    "loan_id": loan,
                    "month": first.isoformat(),
                    "balance": pick((None, -50, 0, 2500, 4000)),
                    "limit": pick((None, 0, 5000, 5000)),
                    "amount_due": pick((None, 0, 300)),
                    "amount_paid": pick((None, 0, 100, 300, -20)),
                    "dpd": pick((None, 0, 12, 45, 75)),
                    "status": pick((None, "C", "2", "31-60", "current", "no_loan")),
                },
            )
    for n in range(number(0, 5)):
        on, clock = later(), pick(CLOCKS)
        tables["contacts"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock: {
                "contact_id": f"C-{loan}-{n}",
                "loan_id": loan,
                "contacted_at": instant(on, clock),
                "channel": pick((*CHANNELS, "call", "call", "call", "call")),
                "direction": pick(("out", "out", "in", None)),
                "number_id": pick(("a", "b", None)),
                "outcome": pick((*CONTACT_OUTCOMES, None)),
                "stated_reason": pick((*STATED_REASONS, None)),
            },
        )
    for n in range(number(0, 3)):
        on, clock = later(), pick(CLOCKS)
        tables["promises"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock: {
                "promise_id": f"M-{loan}-{n}",
                "loan_id": loan,
                "promised_at": instant(on, clock),
                "due_on": day(on + number(0, 30)),
                "amount": pick((0, 100, 1000, 1111)),
            },
        )
    for n in range(number(0, 2)):
        on, clock = later(), pick(CLOCKS)
        tables["offers"] += write.versions(
            on,
            lambda n=n, on=on, clock=clock: {
                "offer_id": f"O-{loan}-{n}",
                "loan_id": loan,
                "offered_at": instant(on, clock),
                "kind": pick((*OFFER_KINDS, None)),
                "answer": pick((*OFFER_ANSWERS, None)),
            },
        )
        on = later()
        tables["visits"] += write.versions(
            on,
            lambda n=n, on=on: {
                "visit_id": f"V-{loan}-{n}",
                "loan_id": loan,
                "planned_on": day(on),
                "visited_at": pick((instant(on, "09:00"), None)),
                "outcome": pick((*VISIT_OUTCOMES, "met", "met")),
                "income_seen": pick((True, False, None)),
                "assets_seen": pick((True, False, None)),
            },
        )
        on = later()
        tables["plans"] += write.versions(
            on,
            lambda n=n, on=on: {
                "plan_id": f"N-{loan}-{n}",
                "loan_id": loan,
                "kind": "extension",
                "starts_on": day(on + pick((0, 10))),
                "ends_on": pick((None, day(on + 30))),
            },
        )
    if chance.random() < 0.5:
        tables["attributes"] += write.versions(
            began,
            lambda: {
                "owner_kind": "loan",
                "owner_id": loan,
                "name": "score",
                "value": pick((None, 1.5, 2.0)),
                "code": None,
            },
        )


def add_borrower_rows(tables: Tables, write: Writer, owner: str, *, suffix: str) -> None:
    pick, number = write.chance.choice, write.chance.randint
    for n in range(number(0, 2)):
        on = number(0, DAYS)
        tables["evidence"] += write.versions(
            on,
            lambda n=n, on=on: {
                "evidence_id": f"E-{suffix}-{n}",
                "borrower_id": owner,
                "kind": pick((*CAPACITY_EVIDENCE, *WILLINGNESS_EVIDENCE, "C5", "W9", "W9")),
                "source": "visit",
                "confidence": 0.5,
                "observed_on": day(on),
                "expires_on": pick((None, day(on + 50))),
            },
        )
        on = number(0, DAYS)
        tables["flags"] += write.versions(
            on,
            lambda n=n, on=on: {
                "flag_id": f"F-{suffix}-{n}",
                "borrower_id": owner,
                "kind": pick(("hardship", "dispute", "bankruptcy")),
                "starts_on": day(on + pick((0, 10))),
                "ends_on": pick((None, day(on + 40))),
            },
        )
    on = number(0, 200)
    tables["consents"] += write.versions(
        on + 20,
        lambda: {
            "consent_id": f"K-{suffix}",
            "borrower_id": owner,
            "purpose": pick(("income assessment", "marketing")),
            "granted_on": day(on),
            "withdrawn_on": pick((None, None, day(on + 20))),
        },
    )
    known = {row["owner_id"] for row in tables["attributes"]}
    if owner not in known:
        tables["attributes"] += write.versions(
            0,
            lambda: {
                "owner_kind": "borrower",
                "owner_id": owner,
                "name": pick(("score",)),
                "value": pick((7.0, None)),
                "code": None,
            },
        )
        tables["attributes"] += write.versions(
            5,
            lambda: {
                "owner_kind": "borrower",
                "owner_id": owner,
                "name": "grade",
                "value": None,
                "code": pick(("A", "B", None)),
            },
        )
