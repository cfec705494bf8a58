"""Monthly papers about overdue borrowers: bank flow and credit report with consent, part payments, lost numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.simulator.calendar_days import FAR
from pipelines.simulator.evidence import looks_able, note
from pipelines.simulator.parameters import Parameters
from pipelines.simulator.population import Borrowers, Flags, Ints
from pipelines.simulator.state import State

PURPOSES = ("income assessment", "bank_flow", "credit_report")
"""What a borrower may consent to; consent number = borrower × 3 + position of the purpose."""


@dataclass(frozen=True)
class Consents:
    """Per purpose (row) and borrower (column)."""

    granted: NDArray[np.bool_]
    withdrawn_on: Ints

    def active(self, borrower: Ints, *, purpose: str, day: int) -> Flags:
        """Return whose consent to the purpose holds on the day."""
        row = PURPOSES.index(purpose)
        holds: Flags = self.granted[row, borrower] & (self.withdrawn_on[row, borrower] > day)
        return holds


def draw_consents(
    rng: np.random.Generator, *, borrowers: Borrowers, first_day: int, ends_on: int, parameters: Parameters
) -> Consents:
    """Return who consents to what, and who withdraws when."""
    shape = (len(PURPOSES), len(borrowers.ids))
    granted = rng.random(shape) < parameters.numbers("consents.granted_share")[:, None]
    withdraws = rng.random(shape) < parameters.number("consents.withdrawn_share")
    earliest = np.maximum(borrowers.opened_on + 1, first_day)
    day = earliest + (rng.random(shape) * np.maximum(ends_on - earliest, 1)).astype(np.int32)
    return Consents(granted, np.where(granted & withdraws, day, FAR).astype(np.int32))


def gather_documents(
    state: State, rng: np.random.Generator, loans: Ints, *, consents: Consents, day: int
) -> None:
    """Ask for papers of some overdue borrowers and note what they show, with the stated error rate."""
    world, p = state.world, state.world.parameters
    loans = loans[state.dpd(loans, day=day) >= 10]
    borrower = world.loans.borrower[loans]
    strategic = world.borrowers.strategic[borrower]
    looked = rng.random(len(loans)) < p.number("policy.bank_flow_share")
    able = looks_able(state, rng, loans)
    flow = looked & able & consents.active(borrower, purpose="bank_flow", day=day)
    inflow = np.maximum(state.budget[loans] / world.loans.instalment[loans], 1.0)
    inflow = np.round(inflow * np.exp(rng.normal(0.0, 0.3, len(loans))), 2)
    note(
        state,
        rng,
        borrower[flow],
        kind="C1",
        source="bank_flow",
        day=day,
        confidence=0.85,
        value=inflow[flow],
        consent=consent_number(borrower[flow], purpose="bank_flow"),
    )
    asked = rng.random(len(loans)) < p.number("policy.credit_report_share")
    asked &= consents.active(borrower, purpose="credit_report", day=day)
    number = consent_number(borrower, purpose="credit_report")
    u, v = rng.random(len(loans)), rng.random(len(loans))
    others = asked & (u < np.where(strategic, 0.6, 0.12))
    note(
        state,
        rng,
        borrower[others],
        kind="C3",
        source="credit_report",
        day=day,
        confidence=0.8,
        consent=number[others],
    )
    alone = asked & (v < np.where(strategic, 0.35, 0.05))
    note(
        state,
        rng,
        borrower[alone],
        kind="W8",
        source="credit_report",
        day=day,
        confidence=0.5,
        consent=number[alone],
    )
    part = (state.paid[loans] % world.loans.instalment[loans] > 0) & (rng.random(len(loans)) < 0.5)
    note(state, rng, borrower[part], kind="W9", source="payments", day=day, confidence=0.6)


def consent_number(borrower: Ints, *, purpose: str) -> Ints:
    """Return the number of the borrowers' consents to the purpose."""
    return (borrower * len(PURPOSES) + PURPOSES.index(purpose)).astype(np.int32)
