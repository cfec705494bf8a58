"""Evidence about ability and willingness, from talks, offers, payments and papers, with stated errors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.contracts import CAPACITY_EVIDENCE, WILLINGNESS_EVIDENCE
from pipelines.simulator.answering import OUTCOME, REASON
from pipelines.simulator.population import Flags, Floats, Ints
from pipelines.simulator.state import State

KINDS = CAPACITY_EVIDENCE + WILLINGNESS_EVIDENCE
SOURCES = ("call", "visit", "bank_flow", "credit_report", "payments", "offer", "papers")
LASTS_DAYS = {"C5": 90, "C1": 120}
_SHOCK_REASONS = np.array([REASON[n] for n in ("job_loss", "illness", "disaster", "death_in_family")])
NO_CONSENT = np.int32(-1)


def note(
    state: State,
    rng: np.random.Generator,
    borrower: Ints,
    *,
    kind: str,
    source: str,
    day: int,
    confidence: float,
    value: Floats | float = 1.0,
    consent: Ints | None = None,
) -> None:
    """Write evidence of one kind with a confidence that scatters around what the source deserves."""
    if not len(borrower):
        return
    scatter = np.clip(confidence + rng.normal(0.0, 0.06, len(borrower)), 0.05, 0.99)
    state.log["evidence"].write(
        borrower=borrower,
        kind=KINDS.index(kind),
        value=value,
        source=SOURCES.index(source),
        confidence=np.round(scatter, 3),
        day=day,
        lasts=LASTS_DAYS.get(kind, 365),
        consent=np.full(len(borrower), NO_CONSENT) if consent is None else consent,
    )


def evidence_of_talk(
    state: State,
    rng: np.random.Generator,
    loans: Ints,
    *,
    outcome: NDArray[np.int8],
    reason: NDArray[np.int8],
    day: int,
) -> None:
    """Note what a talk shows: refusals after two talks, no reason, a shock, good will."""
    p = state.world.parameters
    borrower = state.world.loans.borrower[loans]
    noted = rng.random(len(loans)) < p.number("evidence.noted")
    refused = (outcome == OUTCOME["refused"]) & (state.talks[loans] > 2)
    note(state, rng, borrower[refused & noted], kind="W1", source="call", day=day, confidence=0.6)
    silent = (reason == REASON["none_given"]) & (state.dpd(loans, day=day) >= 5)
    note(state, rng, borrower[silent & noted], kind="W3", source="call", day=day, confidence=0.5)
    struck = np.isin(reason, _SHOCK_REASONS)
    note(state, rng, borrower[struck & noted], kind="C5", source="call", day=day, confidence=0.55)
    helpful = (outcome == OUTCOME["called_back"]) | (outcome == OUTCOME["asked_for_plan"])
    note(state, rng, borrower[helpful & noted], kind="W9", source="call", day=day, confidence=0.7)


def evidence_of_offer(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Note refused offers that looked affordable to the agent."""
    able = looks_able(state, rng, loans)
    borrower = state.world.loans.borrower[loans]
    note(state, rng, borrower[able], kind="W5", source="offer", day=day, confidence=0.65)


def looks_able(state: State, rng: np.random.Generator, loans: Ints) -> Flags:
    """Return whether the borrowers look able to carry an instalment, with the stated error rate."""
    truly = state.budget[loans] >= state.world.loans.instalment[loans]
    wrong = rng.random(len(loans)) < state.world.parameters.number("evidence.error_rate")
    return truly ^ wrong
