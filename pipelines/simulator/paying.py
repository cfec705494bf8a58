"""Who pays, when and how much: on the due day, late, in part, ahead, too much, and what bounces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.simulator.population import Flags, Floats, Ints
from pipelines.simulator.state import State

CHANNELS = ("debit", "app", "transfer", "shop")
Money = NDArray[np.int64]

BAND_EDGES = np.array([6, 16, 31, 46, 61, 91], dtype=np.int32)
"""First dpd of the second to the last band: 1-5, 6-15, 16-30, 31-45, 46-60, 61-90, 91 and more."""


def bands(dpd: Ints) -> NDArray[np.int64]:
    """Return the position of each dpd among the bands of the parameter file.

    Examples
    --------
    >>> bands(np.array([1, 5, 6, 30, 31, 46, 200], dtype=np.int32)).tolist()
    [0, 0, 1, 2, 3, 4, 6]
    """
    return np.searchsorted(BAND_EDGES, dpd, side="right")


@dataclass(frozen=True)
class Intent:
    """What the overdue accounts would do today.

    Parameters
    ----------
    intensity
        Hazard of a payment today, per day.
    able
        Whether the money set aside carries what is missing on the oldest instalment.
    missing
        What is missing on the oldest instalment, minor units.
    unpaid
        How many instalments have fallen due and are not fully paid.
    """

    intensity: Floats
    able: Flags
    missing: Money
    unpaid: Ints


def receive_income(state: State, loans: Ints, *, month: int) -> None:
    """Set aside the free cash of the month for the loans whose borrower is paid today."""
    world = state.world
    borrower = world.loans.borrower[loans]
    instalment = world.loans.instalment[loans]
    burden = np.maximum(world.capacity.burden[month, borrower], instalment)
    fresh = world.capacity.free_cash[month, borrower] * (instalment / burden)
    state.budget[loans] = world.parameters.number("payment.carried_over") * state.budget[loans] + fresh


def pay_when_due(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Pay the instalment that is due today, up to three days early, or let it become overdue.

    Only accounts without arrears come here; ``loans`` are those whose oldest unpaid instalment is due today.
    """
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    instalment = world.loans.instalment[loans]
    missing = _missing(state, loans)
    punctual = 1.0 - world.borrowers.forgetfulness[borrower]
    p_pay = np.where(world.borrowers.strategic[borrower], p.number("payment.strategic_punctual"), punctual)
    u = rng.random(len(loans))
    pays = (state.budget[loans] >= missing) & (u < p_pay)
    left = (world.loans.term[loans] - state.paid[loans] // instalment).astype(np.int64)
    spare = np.maximum((state.budget[loans] - missing) // instalment, 0).astype(np.int64)
    v = rng.random(len(loans))
    ahead = np.where(v < p.number("payment.settles_early"), left - 1, 0)
    some = (v >= p.number("payment.settles_early")) & (v < p.number("payment.pays_ahead"))
    ahead = np.minimum(np.where(some, 1 + (v * 1e6).astype(np.int64) % 2, ahead), np.minimum(spare, left - 1))
    amount = missing + np.maximum(ahead, 0) * instalment
    over: Flags = (rng.random(len(loans)) < p.number("payment.overpays")) & (left > 1)
    amount = np.where(over, -(-amount // 10_000) * 10_000, amount).astype(np.int64)
    lead = np.searchsorted(np.cumsum(p.numbers("payment.lead_shares")), rng.random(len(loans)))
    lead = np.where(state.paid[loans] % instalment == 0, np.minimum(lead, 3), 0)
    earliest = world.loans.disbursed_on[loans] + 1
    paid_on = np.maximum(day - lead, earliest).astype(np.int32)
    _book(state, rng, loans[pays], amount=amount[pays].astype(np.int64), paid_on=paid_on[pays], day=day)
    short = ~pays & (u < p_pay * p.number("payment.part_on_due_day"))
    _pay_part(state, rng, loans[short], day=day)


def intent_of(state: State, loans: Ints, *, day: int, since_payday: Ints) -> Intent:
    """Return what the overdue accounts would do today: the behavioural core of the model.

    Able and willing: attention × age of the arrears × what collectors did. Able and unwilling: only
    pressure moves them, and then by one instalment. Willing and short: family helps, or a part is paid.
    """
    world, p = state.world, state.world.parameters
    people = world.borrowers
    borrower = world.loans.borrower[loans]
    band = bands(state.dpd(loans, day=day))
    missing = _missing(state, loans)
    able = state.budget[loans] >= missing
    settled = (state.paid[loans] // world.loans.instalment[loans]).astype(np.int32)
    unpaid = np.maximum(state.fallen_due[loans] - settled, 1)
    strategic = people.strategic[borrower]
    talked = state.talked_until[loans] >= day
    messaged = state.messaged_until[loans] >= day
    visited = state.visited_until[loans] >= day
    worn = np.exp(-p.number("effects.wear_per_message") * np.minimum(state.messages[loans], 12))
    lift = np.where(
        talked, np.where(strategic, p.number("effects.talk_unwilling"), p.number("effects.talk")), 1.0
    )
    lift = lift * np.where(messaged, 1.0 + (p.number("effects.message") - 1.0) * worn, 1.0)
    lift = lift * np.where(visited, p.number("effects.visit"), 1.0)
    lift = lift * np.where(state.planned_until[loans] >= day, p.number("effects.plan"), 1.0) * worn
    fresh = np.where(since_payday <= 2, p.number("payment.payday_boost"), 1.0)
    willing = people.attention[borrower] * fresh * p.numbers("payment.band_willing")[band]
    pressed = people.resistance[borrower] * p.numbers("payment.band_unwilling")[band]
    helped = people.support[borrower] * p.numbers("payment.band_help")[band]
    due_today = state.promise_due[loans] == day
    kept = due_today & state.promise_meant[loans] & able
    intensity = np.where(able, np.where(strategic, pressed, willing), np.where(strategic, 0.0, helped)) * lift
    intensity = np.where(state.rests_until[loans] > day, 0.0, intensity)
    return Intent(intensity + kept * p.number("effects.promise_due"), able, missing, unpaid)


def pay_late(state: State, rng: np.random.Generator, loans: Ints, *, intent: Intent, day: int) -> None:
    """Let the overdue accounts pay: everything when income is back, one instalment, or a part."""
    world, p = state.world, state.world.parameters
    strategic = world.borrowers.strategic[world.loans.borrower[loans]]
    pays = rng.random(len(loans)) < -np.expm1(-intent.intensity)
    instalment = world.loans.instalment[loans]
    spare = np.maximum((state.budget[loans] - intent.missing) // instalment, 0).astype(np.int64)
    band = bands(state.dpd(loans, day=day))
    u = rng.random(len(loans))
    catches_up = (u < p.numbers("payment.catches_up")[band]) & ~strategic & intent.able
    cleared = (u < p.numbers("payment.help_clears")[band]) & ~strategic & ~intent.able
    others = (intent.unpaid - 1).astype(np.int64)
    more = np.where(catches_up, np.minimum(spare, others), np.where(cleared, others, 0))
    amount = (intent.missing + more * instalment).astype(np.int64)
    _book(state, rng, loans[pays], amount=amount[pays], paid_on=np.full(int(pays.sum()), day), day=day)
    # Who pays one instalment of several has set aside no more for this lender until the next payday.
    once = pays & ~catches_up & ~cleared & (intent.unpaid > 1)
    state.budget[loans[once]] = 0.0
    rests = once & (intent.unpaid > 2)
    state.rests_until[loans[rests]] = day + int(p.number("payment.rest_days"))
    parts = ~pays & ~intent.able & (rng.random(len(loans)) < p.number("payment.part_hazard"))
    parts &= (state.budget[loans] > 0.15 * instalment) & (~strategic | (intent.unpaid > 1))
    _pay_part(state, rng, loans[parts], day=day)


def bounce(state: State, rng: np.random.Generator, *, day: int) -> None:
    """Take back the payments that bounce today: a negative row, or the same payment corrected to nothing."""
    p = state.world.parameters
    for loans, amount, number in state.bounces.pop(day, []):
        alive = state.ended_on[loans] > day
        loans, amount, number = loans[alive], amount[alive], number[alive]
        state.settle(loans, amount=-amount, day=day)
        corrected = rng.random(len(loans)) < p.number("payment.corrected_share")
        second = rng.integers(9 * 3600, 17 * 3600, len(loans))
        state.log["corrections"].write(no=number[corrected], known=day, second=second[corrected])
        back = ~corrected
        _write(
            state,
            loans[back],
            amount=-amount[back],
            paid_on=np.full(int(back.sum()), day),
            known=day,
            second=second[back],
        )


def _missing(state: State, loans: Ints) -> Money:
    instalment = state.world.loans.instalment[loans]
    return instalment - state.paid[loans] % instalment


def _pay_part(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    instalment = state.world.loans.instalment[loans]
    share = rng.uniform(0.5, 0.95, len(loans))
    part = np.minimum((state.budget[loans] * share).astype(np.int64), _missing(state, loans) - 1)
    part = part // 1_000 * 1_000
    some = part >= instalment // 20
    _book(state, rng, loans[some], amount=part[some], paid_on=np.full(int(some.sum()), day), day=day)


def _book(
    state: State, rng: np.random.Generator, loans: Ints, *, amount: Money, paid_on: Ints, day: int
) -> None:
    if not len(loans):
        return
    p = state.world.parameters
    state.budget[loans] = np.maximum(state.budget[loans] - amount, 0.0)
    finished = state.settle(loans, amount=amount, day=day)
    late = rng.random(len(loans)) < p.number("payment.booked_late_share")
    known = np.where(late, paid_on + rng.integers(1, 8, len(loans)), paid_on)
    second = rng.integers(18 * 3600, 23 * 3600, len(loans))
    number = _write(state, loans, amount=amount, paid_on=paid_on, known=known, second=second)
    bounces = (rng.random(len(loans)) < p.number("payment.bounces")) & ~finished & ~late
    if bounces.any():
        after = rng.integers(1, 5, int(bounces.sum()))
        for days in range(1, 5):
            some = np.flatnonzero(bounces)[after == days]
            if len(some):
                state.bounces.setdefault(day + days, []).append((loans[some], amount[some], number[some]))


def _write(
    state: State, loans: Ints, *, amount: Money, paid_on: Ints, known: Ints | int, second: Ints
) -> Money:
    journal = state.log["payments"]
    number = np.arange(len(journal), len(journal) + len(loans), dtype=np.int64)
    channel = (number * 2654435761 >> 7) % 10
    journal.write(
        loan=loans,
        day=paid_on,
        known=known,
        second=second,
        amount=amount,
        channel=np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 3], dtype=np.int8)[channel],
    )
    return number
