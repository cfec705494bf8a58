"""What befalls an account besides payments and contacts: flags, deaths, lost numbers, broken promises, the end."""

from __future__ import annotations

import numpy as np

from features.contracts import END_KINDS
from pipelines.simulator.calendar_days import FAR
from pipelines.simulator.capacity import SHOCKS
from pipelines.simulator.collecting import flag
from pipelines.simulator.documents import Consents, consent_number
from pipelines.simulator.evidence import looks_able, note
from pipelines.simulator.population import Ints
from pipelines.simulator.state import LONG_AGO, State, World

SOLD, WRITTEN_OFF, DEATH = (END_KINDS.index(kind) for kind in ("sold", "written_off", "death"))


def draw_deaths(rng: np.random.Generator, world: World) -> Ints:
    """Return the day on which each borrower dies, ``FAR`` for almost everybody; nobody borrows afterwards."""
    monthly = world.parameters.number("flags.death_monthly")
    day = world.months.first_day + rng.exponential(30.4 / max(monthly, 1e-12), len(world.borrowers.ids))
    last_loan = np.zeros(len(day))
    np.maximum.at(last_loan, world.loans.borrower, world.loans.disbursed_on.astype(np.float64))
    return np.where((day < world.months.ends_on) & (day > last_loan), day, FAR).astype(np.int32)


def note_deaths(state: State, deaths: Ints, *, day: int) -> None:
    """Learn of deaths ten days later: a flag, no more contact; the loans end three weeks after that."""
    world = state.world
    known = np.flatnonzero(deaths == day - 10).astype(np.int32)
    if len(known):
        loans = np.flatnonzero(np.isin(world.loans.borrower, known) & (state.ended_on == FAR)).astype(
            np.int32
        )
        flag(state, loans, kind="death", day=day, lasts=None)
        state.no_contact_until[known] = FAR
    settled = np.flatnonzero(deaths == day - 31).astype(np.int32)
    if len(settled):
        ending = np.flatnonzero(np.isin(world.loans.borrower, settled) & (state.ended_on == FAR))
        state.end(ending.astype(np.int32), day=day, kind=DEATH)


def raise_flags(state: State, rng: np.random.Generator, loans: Ints, *, day: int, month: int) -> None:
    """Raise disputes, hardship, moratoria and the other stop flags of overdue borrowers."""
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    shock = world.capacity.shock[month, borrower]
    talked = state.talked_until[loans] >= day
    free = state.no_contact_until[borrower] <= day
    chances = {
        "dispute": (np.full(len(loans), p.number("flags.dispute")), 30),
        "hardship": (np.where((shock >= 0) & talked, p.number("flags.hardship"), 0.0), 45),
        "moratorium": (np.where(shock == SHOCKS.index("disaster"), p.number("flags.moratorium"), 0.0), 60),
        "vulnerable": (np.where(shock == SHOCKS.index("illness"), p.number("flags.vulnerable"), 0.0), 60),
        "lawyer": (np.full(len(loans), p.number("flags.lawyer")), 90),
        "cease": (np.full(len(loans), p.number("flags.cease")), None),
    }
    for kind, (chance, lasts) in chances.items():
        hit = free & (rng.random(len(loans)) < chance)
        if hit.any():
            flag(state, loans[hit], kind=kind, day=day, lasts=lasts)
            state.no_contact_until[borrower[hit]] = FAR if lasts is None else day + lasts
    called = state.last_call[loans] == day - 1
    complains = called & (rng.random(len(loans)) < p.number("flags.complaint"))
    flag(state, loans[complains], kind="complaint", day=day, lasts=None)


def lose_numbers(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Let some numbers go dead; most of those who meant no harm call in with the new one."""
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    strategic = world.borrowers.strategic[borrower]
    late = state.dpd(loans, day=day) > 20
    chance = np.where(
        strategic, p.number("contact.number_dies_unwilling"), p.number("contact.number_dies_willing")
    )
    u = rng.random(len(loans))
    dies = late & (u < chance) & ~state.number_dead[borrower]
    state.number_dead[borrower[dies]] = True
    seen = state.number_dead[borrower] & (state.last_call[loans] == day - 1) & (state.talks[loans] > 0)
    noted = seen & (rng.random(len(loans)) < p.number("evidence.noted") * 0.3)
    note(state, rng, borrower[noted], kind="W2", source="call", day=day, confidence=0.4)
    back = state.number_dead[borrower] & ~strategic & (u > 1 - p.number("contact.number_returns"))
    state.number_dead[borrower[back]] = False


def judge_promises(state: State, rng: np.random.Generator, *, consents: Consents, day: int) -> None:
    """Count the promises whose grace of three days ended yesterday without 90 % of the money."""
    loans = np.flatnonzero(state.promise_due == day - 4).astype(np.int32)
    if not len(loans):
        return
    kept = state.paid[loans] - state.promise_paid_before[loans] >= 0.9 * state.promise_amount[loans]
    broken = loans[~kept]
    state.broken[broken] += 1
    state.promise_due[loans] = LONG_AGO
    twice = broken[(state.broken[broken] >= 2) & (state.oldest_due[broken] < day)]
    borrower = state.world.loans.borrower[twice]
    shows = looks_able(state, rng, twice) & consents.active(borrower, purpose="bank_flow", day=day)
    note(
        state,
        rng,
        borrower[shows],
        kind="W4",
        source="bank_flow",
        day=day,
        confidence=0.7,
        value=state.broken[twice[shows]].astype(np.float64),
        consent=consent_number(borrower[shows], purpose="bank_flow"),
    )


def close_books(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Sell or write off what is long overdue."""
    p = state.world.parameters
    dpd = state.dpd(loans, day=day)
    sale = (dpd == int(p.number("policy.sold_at_dpd"))) & (
        rng.random(len(loans)) < p.number("policy.sold_share")
    )
    state.end(loans[sale], day=day, kind=SOLD)
    state.end(loans[dpd >= int(p.number("policy.written_off_at_dpd"))], day=day, kind=WRITTEN_OFF)
