"""Visits: chosen by a logged policy or at random for audit, what is seen at the door, and the review after."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.contracts import VISIT_OUTCOMES
from pipelines.simulator.answering import NOTHING_SAID, stated_reason
from pipelines.simulator.capacity import SHOCKS
from pipelines.simulator.collecting import AGENTS, may_contact
from pipelines.simulator.evidence import looks_able, note
from pipelines.simulator.paying import bands
from pipelines.simulator.population import Flags, Floats, Ints
from pipelines.simulator.state import State

OUTCOME = {name: np.int8(code) for code, name in enumerate(VISIT_OUTCOMES)}
UNSEEN = np.int8(-1)
REVIEWERS = 8


def visit_propensity(state: State, loans: Ints, *, day: int) -> Floats:
    """Return the daily probability with which the policy sends a visit: by age and size of the arrears."""
    p = state.world.parameters
    dpd = state.dpd(loans, day=day)
    chance = p.numbers("policy.visit_by_band")[bands(dpd)].copy()
    chance *= np.where(state.arrears(loans) > p.number("policy.big_arrears") * 100, 1.5, 1.0)
    chance *= np.where(
        state.refusals[loans] + state.broken[loans] > 0, p.number("policy.visit_suspicious"), 1.0
    )
    return np.where(dpd > 30, np.clip(chance, 0.0005, 0.5), 0.0)


def plan_visits(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Choose today's visits: by the policy, or at random on the day an account reaches 31 days."""
    p = state.world.parameters
    free = (state.visit_open[loans] < 0) & (day - state.visited_until[loans] > 30)
    chance = np.where(free, visit_propensity(state, loans, day=day), 0.0)
    audit_share = np.where(free & (state.dpd(loans, day=day) == 31), p.number("policy.audit_share"), 0.0)
    audit = rng.random(len(loans)) < audit_share
    chosen = (rng.random(len(loans)) < chance) | audit
    loans, audit = loans[chosen], audit[chosen]
    propensity = np.where(audit, audit_share[chosen], chance[chosen])
    journal = state.log["visits"]
    state.visit_open[loans] = np.arange(len(journal), len(journal) + len(loans))
    state.visit_on[loans] = day + rng.integers(2, 6, len(loans))
    state.visit_audit[loans] = audit
    journal.write(
        loan=loans, planned=day, propensity=propensity, audit=audit, staff=rng.integers(0, AGENTS, len(loans))
    )


def make_visits(state: State, rng: np.random.Generator, *, day: int, month: int) -> None:
    """Carry out today's visits: two collectors, reason → identity → income → assets."""
    loans = np.flatnonzero(state.visit_on == day).astype(np.int32)
    if not len(loans):
        return
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    called_off = (state.oldest_due[loans] >= day) | ~may_contact(state, loans, day=day)
    outcome = _door(state, rng, loans, month=month)
    outcome[called_off] = OUTCOME["cancelled"]
    met = outcome == OUTCOME["met"]
    reason = np.where(met, stated_reason(state, rng, loans, day=day, month=month), NOTHING_SAID)
    able = looks_able(state, rng, loans) | (
        world.capacity.able[month, borrower] & (rng.random(len(loans)) < 0.5)
    )
    wealthy = world.borrowers.owns_assets[borrower] ^ (
        rng.random(len(loans)) < p.number("evidence.error_rate")
    )
    state.log["results"].write(
        visit=state.visit_open[loans],
        day=np.where(called_off, -1, day),
        known=np.where(called_off, day, day + 1),
        second=rng.integers(9 * 3600, 19 * 3600, len(loans)),
        outcome=outcome,
        reason=reason,
        identity=np.where(met, 1, UNSEEN),
        income=np.where(met, able, UNSEEN),
        assets=np.where(met, wealthy, UNSEEN),
    )
    audit = state.visit_audit[loans]
    state.visit_open[loans], state.visit_on[loans] = -1, -1
    state.visited_until[loans[met]] = day + int(p.number("effects.visit_days"))
    _note_visit(state, rng, loans[met], able=able[met], wealthy=wealthy[met], day=day, month=month)
    reviewed = met & (audit | (rng.random(len(loans)) < p.number("policy.review_share")))
    reviewed &= (state.talks[loans] > 0) & (state.reviewed_on[loans] < day)
    wait = int(p.number("policy.reply_days")) + rng.integers(1, 6, len(loans))
    state.reviewed_on[loans[reviewed]] = (day + wait)[reviewed]


def review(state: State, rng: np.random.Generator, *, day: int, month: int) -> None:
    """Let two people decide, after the reply period, whether the borrower was able and unwilling."""
    loans = np.flatnonzero(state.reviewed_on == day).astype(np.int32)
    if not len(loans):
        return
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    able = world.capacity.able[month, borrower]
    willful = able & world.borrowers.strategic[borrower]
    hit = np.where(
        willful, p.number("evidence.review_sensitivity"), 1 - p.number("evidence.review_specificity")
    )
    common = rng.random(len(loans)) < hit
    differ = rng.random(len(loans)) < p.number("evidence.reviewers_differ")
    first = rng.integers(0, REVIEWERS, len(loans))
    second = (first + rng.integers(1, REVIEWERS, len(loans))) % REVIEWERS
    number = np.arange(len(loans)) + len(state.log["reviews"]) // 2
    for reviewer, verdict, after in ((first, common, 0), (second, common ^ differ, 5400)):
        state.log["reviews"].write(
            loan=loans,
            day=day,
            second=rng.integers(9 * 3600, 15 * 3600, len(loans)) + after,
            willful=verdict,
            reviewer=reviewer,
            review=number,
            able=able,
        )


def _door(state: State, rng: np.random.Generator, loans: Ints, *, month: int) -> NDArray[np.int8]:
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    strategic = world.borrowers.strategic[borrower]
    absent = world.capacity.shock[month, borrower] == SHOCKS.index("absence")
    opens = np.where(
        absent,
        0.08,
        np.where(strategic, p.number("contact.opens_unwilling"), p.number("contact.opens_willing")),
    )
    u, v = rng.random(len(loans)), rng.random(len(loans))
    closed = np.where(
        v < 0.55,
        OUTCOME["absent"],
        np.where(v < 0.7, OUTCOME["third_party"], np.where(v < 0.85, OUTCOME["refused"], OUTCOME["moved"])),
    )
    return np.where(u < opens, OUTCOME["met"], closed).astype(np.int8)


def _note_visit(
    state: State, rng: np.random.Generator, loans: Ints, *, able: Flags, wealthy: Flags, day: int, month: int
) -> None:
    world = state.world
    borrower = world.loans.borrower[loans]
    strategic = world.borrowers.strategic[borrower]
    u = rng.random(len(loans))
    note(state, rng, borrower[able], kind="C4", source="visit", day=day, confidence=0.75)
    note(state, rng, borrower[wealthy], kind="C2", source="visit", day=day, confidence=0.65)
    wrong = rng.random(len(loans)) < world.parameters.number("evidence.error_rate") / 2
    struck = (world.capacity.shock[month, borrower] >= 0) ^ wrong
    note(state, rng, borrower[struck & (u < 0.8)], kind="C5", source="visit", day=day, confidence=0.8)
    note(state, rng, borrower[~strategic & (u < 0.35)], kind="W9", source="visit", day=day, confidence=0.7)
    hides = u > np.where(strategic, 0.9, 0.99)
    note(state, rng, borrower[hides], kind="W6", source="visit", day=day, confidence=0.55)
    forged = (u < 0.5) & (u > np.where(strategic, 0.45, 0.497))
    note(state, rng, borrower[forged], kind="W7", source="papers", day=day, confidence=0.7)
