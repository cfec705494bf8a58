"""What a call meets: nobody, a wrong number, somebody else, or the borrower and what the borrower says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.contracts import CONTACT_OUTCOMES, PARTIES, RIGHT_PARTY_OUTCOMES, STATED_REASONS
from pipelines.simulator.capacity import SHOCKS
from pipelines.simulator.population import Flags, Ints
from pipelines.simulator.state import State

OUTCOME = {name: np.int8(code) for code, name in enumerate(CONTACT_OUTCOMES)}
REASON = {name: np.int8(code) for code, name in enumerate(STATED_REASONS)}
PARTY = {name: np.int8(code) for code, name in enumerate(PARTIES)}
NOTHING_SAID = np.int8(-1)
_SHOCK_REASON = np.array(
    [REASON[name] for name in ("job_loss", "illness", "disaster", "death_in_family", "other")],
    dtype=np.int8,
)
_RIGHT_PARTY = np.array([name in RIGHT_PARTY_OUTCOMES for name in CONTACT_OUTCOMES])
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Answers:
    """One entry per call: codes of ``CONTACT_OUTCOMES``, ``PARTIES`` and ``STATED_REASONS`` (-1: none)."""

    outcome: Codes
    party: Codes
    reason: Codes

    @property
    def right_party(self) -> Flags:
        """Return which calls reached the borrower."""
        reached: Flags = _RIGHT_PARTY[self.outcome]
        return reached

    @property
    def answered(self) -> Flags:
        """Return which calls anybody answered."""
        somebody: Flags = self.party != PARTY["unknown"]
        return somebody


def answers(
    state: State, rng: np.random.Generator, loans: Ints, *, second: Ints, day: int, month: int
) -> Answers:
    """Return what the calls meet.

    Refusing and not answering are more likely for the unwilling, but an illness, an absence or a dead
    number look the same from outside.
    """
    world, p = state.world, state.world.parameters
    people, borrower = world.borrowers, world.loans.borrower[loans]
    strategic = people.strategic[borrower]
    shock = world.capacity.shock[month, borrower]
    away = (shock == SHOCKS.index("illness")) | (shock == SHOCKS.index("absence"))
    hour = np.clip(second // 3600, 8, 21) - 8
    log_odds = people.reach[borrower] + p.numbers("contact.answer_by_hour")[hour]
    log_odds = log_odds + p.number("contact.answer_away") * away
    log_odds = log_odds + p.number("contact.answer_unwilling") * strategic
    log_odds = log_odds + p.number("contact.answer_per_refusal") * np.minimum(state.refusals[loans], 4)
    up = rng.random(len(loans)) < 1.0 / (1.0 + np.exp(-log_odds))
    dead = state.number_dead[borrower]
    up &= ~dead
    v = rng.random(len(loans))
    silent = np.where(
        v < 0.72, OUTCOME["no_answer"], np.where(v < 0.85, OUTCOME["busy"], OUTCOME["voicemail"])
    )
    outcome = np.where(up, np.int8(0), np.where(dead, OUTCOME["dead_number"], silent)).astype(np.int8)
    party = np.where(up, PARTY["borrower"], PARTY["unknown"]).astype(np.int8)
    w = rng.random(len(loans))
    other = up & (w < p.number("contact.third_party_answers"))
    wrong = up & people.wrong_number[borrower]
    outcome[other], party[other] = OUTCOME["third_party"], PARTY["third_party"]
    outcome[wrong], party[wrong] = OUTCOME["wrong_number"], PARTY["third_party"]
    reason = np.full(len(loans), NOTHING_SAID, dtype=np.int8)
    talk = np.flatnonzero(party == PARTY["borrower"])
    outcome[talk] = _said(state, rng, loans[talk], strategic=strategic[talk], shock=shock[talk])
    reason[talk] = stated_reason(state, rng, loans[talk], day=day, month=month)
    return Answers(outcome, party, reason)


def stated_reason(state: State, rng: np.random.Generator, loans: Ints, *, day: int, month: int) -> Codes:
    """Return the reason the borrowers give: mostly the true one, sometimes none, sometimes a false one."""
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    strategic = world.borrowers.strategic[borrower]
    shock = world.capacity.shock[month, borrower]
    short = state.budget[loans] < world.loans.instalment[loans]
    dpd = state.dpd(loans, day=day)
    u, v = rng.random(len(loans)), rng.random(len(loans))
    plain = np.where(short | (dpd > 15), REASON["cash_short"], REASON["forgot"])
    true = np.where(shock >= 0, _SHOCK_REASON[shock], plain)
    other = np.where(v < 0.6, REASON["other"], np.where(v < 0.75, REASON["dispute"], REASON["forgot"]))
    candid = p.number("contact.reason_candid")
    honest = np.where(u < candid, true, np.where(u < candid + 0.12, REASON["none_given"], other))
    lie = p.number("contact.reason_false_shock")
    false = np.where(v < 0.5, REASON["illness"], REASON["job_loss"])
    none = p.number("contact.reason_none_unwilling")
    evasive = np.where(
        u < none, REASON["none_given"], np.where(v < 0.7, REASON["cash_short"], REASON["other"])
    )
    evasive = np.where(u > 1 - lie, false, evasive)
    return np.where(strategic, evasive, honest).astype(np.int8)


def _said(state: State, rng: np.random.Generator, loans: Ints, *, strategic: Flags, shock: Codes) -> Codes:
    p = state.world.parameters
    short = state.budget[loans] < state.world.loans.instalment[loans]
    u = rng.random(len(loans))
    refuses = np.where(strategic, p.number("contact.refuses_unwilling"), p.number("contact.refuses_willing"))
    refuses = np.minimum(refuses * (1 + 0.15 * np.minimum(state.talks[loans], 4)), 0.8)
    asks = np.where(
        strategic, 0.02, np.where(short | (shock >= 0), p.number("contact.asks_for_plan_short"), 0.03)
    )
    promises = np.where(
        strategic, p.number("contact.promises_unwilling"), p.number("contact.promises_willing")
    )
    outcome = np.full(len(loans), OUTCOME["talked"], dtype=np.int8)
    outcome[u < refuses + asks + promises] = OUTCOME["promised"]
    outcome[u < refuses + asks] = OUTCOME["asked_for_plan"]
    outcome[u < refuses] = OUTCOME["refused"]
    return outcome
