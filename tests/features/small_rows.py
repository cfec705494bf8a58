"""The rows of small random books: loans, what falls due, what is paid, and the plans that change it.

Rows are late, revised, reversed, back-dated and tied. Every choice comes from one source of chance, so a book can
be drawn by Hypothesis (which shrinks it) or from a seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

import pandas as pd

from features.contracts import END_KINDS, PLAN_KINDS
from tests.builders import Row

START = dt.date(2024, 1, 1)
DAYS = 300
Tables = dict[str, list[Row]]
KINDS = (*PLAN_KINDS, "pause", "reschedule")


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


def add_loan(tables: Tables, write: Writer, loan: str, owner: str, began: int) -> None:
    """Add the rows of one loan itself; its end is told at once, later, or taken back."""
    pick, number = write.chance.choice, write.chance.randint

    def terms() -> Row:
        ended = pick((None, None, None, began + pick((3, 90, 200))))
        return {
            "loan_id": loan,
            "borrower_id": owner,
            "product": pick(("cash", "card", None)),
            "portfolio": "own",
            "disbursed_on": day(began),
            "principal": number(0, 90_000),
            "annual_rate": pick((0.12, 0.24, None)),
            "penalty_rate": pick((0.18, 0.36, None)),
            "term_months": pick((0, 6, 12)),
            "guarantor": pick((True, False, None)),
            "collateral": pick((True, False, None)),
            "ended_on": None if ended is None else day(ended),
            "end_kind": None if ended is None else pick(END_KINDS),
        }

    tables["loans"] += write.versions(began, terms)


def add_money_rows(tables: Tables, write: Writer, loan: str, began: int) -> None:
    """Add what falls due on a loan and what is paid."""
    chance, pick, number = write.chance, write.chance.choice, write.chance.randint
    if chance.random() < 0.8:
        for n in range(number(0, 5)):
            add_instalment(tables, write, loan, n, began, began + 1 + number(0, 60) + 30 * n, plan=None)
    for n in range(number(0, 6)):
        on = number(began, DAYS)
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


def add_instalment(
    tables: Tables, write: Writer, loan: str, number: int, known: int, due: int, *, plan: str | None
) -> None:
    """Add one instalment of the loan's schedule, or of a plan that replaces it."""
    pick = write.chance.choice
    tables["instalments"] += write.versions(
        known,
        lambda: {
            "loan_id": loan,
            "number": number,
            "due_on": day(due + pick((0, 0, 15))),
            "principal_due": pick((0, 100, 1000)),
            "interest_due": pick((0, 7, None)),
            "fee_due": pick((None, 0, 5)),
            "plan_id": plan,
        },
    )


def add_plans(tables: Tables, write: Writer, loan: str, began: int) -> None:
    """Add plans of every kind: known ahead or late, open, ended, ended early; a new schedule brings instalments."""
    pick, number = write.chance.choice, write.chance.randint
    for n in range(number(0, 2)):
        plan, kind = f"N-{loan}-{n}", pick(KINDS)
        starts = number(began, DAYS)
        known = max(starts + pick((0, 0, -10, 30)), began)
        lasts = pick((None, None, 0, 10, 30, 90))
        tables["plans"] += write.versions(
            known,
            lambda plan=plan, kind=kind, starts=starts, lasts=lasts: {
                "plan_id": plan,
                "loan_id": loan,
                "kind": kind,
                "starts_on": day(starts),
                "ends_on": None if lasts is None else day(starts + pick((lasts, lasts, 20))),
            },
        )
        if kind == "reschedule":
            for step in range(number(1, 3)):
                due = starts + pick((0, 1, 20)) + 30 * step
                add_instalment(tables, write, loan, 100 * (n + 1) + step, known, due, plan=plan)


def add_statements(tables: Tables, write: Writer, loan: str) -> None:
    """Add monthly statements, gaps included."""
    pick, number = write.chance.choice, write.chance.randint
    first_month = number(0, 4)
    for month in range(first_month, first_month + pick((0, 3, 9, 11))):
        if write.chance.random() < 0.1:
            continue
        first = (pd.Timestamp(START) + pd.DateOffset(months=month)).date()
        end = ((pd.Timestamp(first) + pd.offsets.MonthEnd(0)).date() - START).days
        tables["statements"] += write.versions(
            end,
            lambda first=first: {
                "loan_id": loan,
                "month": first.isoformat(),
                "balance": pick((None, -50, 0, 2500, 4000)),
                "limit": pick((None, 0, 5000, 5000, 5000)),
                "amount_due": pick((None, 0, 300)),
                "amount_paid": pick((None, 0, 100, 300, -20)),
                "dpd": pick((None, 0, 12, 45, 75)),
                "status": pick((None, "C", "2", "31-60", "current", "no_loan")),
            },
        )
