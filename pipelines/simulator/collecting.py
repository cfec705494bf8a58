"""The collectors' policy: messages, calls, promises and offers, each choice with its logged propensity."""

from __future__ import annotations

import numpy as np

from features.contracts import CHANNELS, FLAG_KINDS, OFFER_ANSWERS, OFFER_KINDS, PLAN_KINDS
from pipelines.simulator.answering import NOTHING_SAID, OUTCOME, PARTY, Answers, answers, stated_reason
from pipelines.simulator.evidence import evidence_of_offer, evidence_of_talk
from pipelines.simulator.paying import bands
from pipelines.simulator.population import Flags, Floats, Ints
from pipelines.simulator.state import State

CALL, SMS, APP = (np.int8(CHANNELS.index(name)) for name in ("call", "sms", "app"))
AGENTS = 40
IN_HOUSE = 28
"""Agents 0 to 27 are the lender's own; the others belong to an agency and call from dpd 61 on."""
OPENS, CLOSES = 8 * 3600, 22 * 3600
"""Lawful seconds of the local day (GB/T 45251-2025)."""


def may_contact(state: State, loans: Ints, *, day: int) -> Flags:
    """Return whom the collectors may approach today: no holdout, no stop flag."""
    borrower = state.world.loans.borrower[loans]
    return ~state.world.borrowers.holdout[borrower] & (state.no_contact_until[borrower] <= day)


def send_messages(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    """Send a message to some of the accounts: the cheap channel."""
    p = state.world.parameters
    chance = p.numbers("policy.message_by_band")[bands(state.dpd(loans, day=day))]
    sent = rng.random(len(loans)) < chance
    loans, chance = loans[sent], chance[sent]
    arrives = rng.random(len(loans)) < p.number("contact.message_arrives")
    arrives &= ~state.number_dead[state.world.loans.borrower[loans]]
    state.log["contacts"].write(
        loan=loans,
        day=day,
        second=rng.integers(9 * 3600, 20 * 3600, len(loans)),
        channel=np.where(rng.random(len(loans)) < 0.7, SMS, APP),
        inbound=False,
        party=PARTY["unknown"],
        agent=-1,
        outcome=np.where(arrives, OUTCOME["delivered"], OUTCOME["failed"]),
        reason=NOTHING_SAID,
        propensity=chance,
    )
    state.messages[loans] += 1
    state.messaged_until[loans[arrives]] = day + int(p.number("effects.message_days"))


def call(state: State, rng: np.random.Generator, loans: Ints, *, day: int, month: int) -> None:
    """Call some of the accounts, up to three attempts a day, and stop at the first answer."""
    p = state.world.parameters
    chance = _call_propensity(state, loans, day=day)
    chosen = rng.random(len(loans)) < chance
    loans, chance = loans[chosen], chance[chosen]
    state.last_call[loans] = day
    hours = p.numbers("policy.call_hours")
    hour = 8 + np.searchsorted(np.cumsum(hours / hours.sum()), rng.random(len(loans)), side="right")
    second = (hour * 3600 + rng.integers(0, 3600, len(loans))).astype(np.int32)
    for _ in range(3):
        met = answers(state, rng, loans, second=second, day=day, month=month)
        _record(state, rng, loans, met=met, second=second, chance=chance, day=day)
        _follow(
            state,
            rng,
            loans[met.right_party],
            met=_only(met, met.right_party),
            second=second[met.right_party],
            day=day,
            month=month,
        )
        _calls_back(state, rng, loans[~met.answered], day=day)
        again = ~met.answered & (met.outcome != OUTCOME["dead_number"])
        later = second + rng.integers(3600, 4 * 3600, len(loans)).astype(np.int32)
        again &= (rng.random(len(loans)) < p.number("policy.retry")) & (later < CLOSES - 600)
        loans, second = loans[again], later[again]
        chance = np.full(len(loans), p.number("policy.retry"))


def take_calls(state: State, rng: np.random.Generator, loans: Ints, *, day: int, month: int) -> None:
    """Answer the borrowers who call back today."""
    loans = loans[state.calls_back_on[loans] == day]
    second = rng.integers(9 * 3600, 20 * 3600, len(loans)).astype(np.int32)
    state.log["contacts"].write(
        loan=loans,
        day=day,
        second=second,
        channel=CALL,
        inbound=True,
        party=PARTY["borrower"],
        agent=_agents(state, rng, loans, day=day),
        outcome=OUTCOME["called_back"],
        reason=stated_reason(state, rng, loans, day=day, month=month),
        propensity=np.nan,
    )
    _listened(state, loans, day=day)
    evidence_of_talk(
        state,
        rng,
        loans,
        outcome=np.full(len(loans), OUTCOME["called_back"]),
        reason=np.full(len(loans), NOTHING_SAID),
        day=day,
    )


def _call_propensity(state: State, loans: Ints, *, day: int) -> Floats:
    p = state.world.parameters
    chance = p.numbers("policy.call_by_band")[bands(state.dpd(loans, day=day))].copy()
    big = state.arrears(loans) > p.number("policy.big_arrears") * 100
    chance *= np.where(big, p.number("policy.call_big_arrears"), 1.0)
    chance *= np.where(day - state.last_call[loans] <= 1, p.number("policy.call_again_next_day"), 1.0)
    chance *= np.where(state.promise_due[loans] >= day, p.number("policy.call_while_promised"), 1.0)
    return np.clip(chance, 0.002, 0.95)


def _agents(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> Ints:
    late = state.dpd(loans, day=day) > 60
    u = rng.random(len(loans))
    own, other = u * IN_HOUSE, IN_HOUSE + u * (AGENTS - IN_HOUSE)
    return np.where(late, other, own).astype(np.int32)


def _only(met: Answers, which: Flags) -> Answers:
    return Answers(met.outcome[which], met.party[which], met.reason[which])


def _record(
    state: State,
    rng: np.random.Generator,
    loans: Ints,
    *,
    met: Answers,
    second: Ints,
    chance: Floats,
    day: int,
) -> None:
    state.log["contacts"].write(
        loan=loans,
        day=day,
        second=second,
        channel=CALL,
        inbound=False,
        party=met.party,
        agent=_agents(state, rng, loans, day=day),
        outcome=met.outcome,
        reason=met.reason,
        propensity=chance,
    )
    refused = (met.outcome == OUTCOME["third_party"]) & (rng.random(len(loans)) < 0.1)
    flag(state, loans[refused], kind="third_party_refused", day=day, lasts=None)


def _calls_back(state: State, rng: np.random.Generator, loans: Ints, *, day: int) -> None:
    world, p = state.world, state.world.parameters
    willing = ~world.borrowers.strategic[world.loans.borrower[loans]]
    chance = np.where(
        willing, p.number("contact.calls_back_willing"), p.number("contact.calls_back_unwilling")
    )
    back = rng.random(len(loans)) < chance
    state.calls_back_on[loans[back]] = day + 1


def _listened(state: State, loans: Ints, *, day: int) -> None:
    state.talked_until[loans] = day + int(state.world.parameters.number("effects.talk_days"))
    state.talks[loans] += 1


def _follow(
    state: State, rng: np.random.Generator, loans: Ints, *, met: Answers, second: Ints, day: int, month: int
) -> None:
    """Do what follows a talk: its effect, a promise, an offer, evidence, and how it is remembered."""
    if not len(loans):
        return
    _listened(state, loans, day=day)
    refused = met.outcome == OUTCOME["refused"]
    state.refusals[loans[refused]] += 1
    evidence_of_talk(state, rng, loans, outcome=met.outcome, reason=met.reason, day=day)
    said = met.reason >= 0
    shock = state.world.capacity.shock[month, state.world.loans.borrower[loans]]
    told = said & (shock >= 0) & (rng.random(len(loans)) < 0.5)
    state.log["seen_shocks"].write(
        borrower=state.world.loans.borrower[loans[told]], day=day, shock=shock[told]
    )
    promised = met.outcome == OUTCOME["promised"]
    _promise(state, rng, loans[promised], second=second[promised], day=day)
    p = state.world.parameters
    dpd = state.dpd(loans, day=day)
    asked = met.outcome == OUTCOME["asked_for_plan"]
    chance = np.where(
        asked, p.number("policy.offer_when_asked"), np.where(dpd > 30, p.number("policy.offer_late"), 0.02)
    )
    offered = ~refused & (rng.random(len(loans)) < chance) & (day - state.offered_on[loans] > 30)
    _offer(state, rng, loans[offered], second=second[offered] + 120, day=day)


def _promise(state: State, rng: np.random.Generator, loans: Ints, *, second: Ints, day: int) -> None:
    if not len(loans):
        return
    world, p = state.world, state.world.parameters
    borrower = world.loans.borrower[loans]
    days = 1 + np.minimum(rng.geometric(0.25, len(loans)), 10)
    amount = np.minimum(np.maximum(state.arrears(loans), 100), 2 * world.loans.instalment[loans])
    meant = np.where(
        world.borrowers.strategic[borrower],
        p.number("payment.promise_meant_unwilling"),
        p.number("payment.promise_meant_willing"),
    )
    state.promise_due[loans] = day + days
    state.promise_meant[loans] = rng.random(len(loans)) < meant
    state.promise_amount[loans] = amount
    state.promise_paid_before[loans] = state.paid[loans]
    state.log["promises"].write(loan=loans, day=day, second=second + 60, due=day + days, amount=amount)


def _offer(state: State, rng: np.random.Generator, loans: Ints, *, second: Ints, day: int) -> None:
    """Offer relief; accepted offers become plans that help and are lived up to for a while."""
    if not len(loans):
        return
    world, p = state.world, state.world.parameters
    strategic = world.borrowers.strategic[world.loans.borrower[loans]]
    u, v = rng.random(len(loans)), rng.random(len(loans))
    dpd = state.dpd(loans, day=day)
    kinds = np.array([OFFER_KINDS.index(k) for k in ("grace", "instalments", "extension", "waiver")])
    kind = np.where(dpd <= 30, kinds[0], kinds[1 + np.minimum((v * 3).astype(np.int64), 2)])
    accepts = np.where(strategic, p.number("contact.accepts_unwilling"), p.number("contact.accepts_willing"))
    refuses = np.where(
        strategic, p.number("contact.refuses_offer_unwilling"), p.number("contact.refuses_offer_willing")
    )
    answer = np.where(u < accepts, OFFER_ANSWERS.index("accepted"), OFFER_ANSWERS.index("none"))
    answer = np.where(u > 1 - refuses, OFFER_ANSWERS.index("refused"), answer)
    terms = np.where(kind == kinds[0], 7, np.where(kind == kinds[3], 50, 90))
    state.offered_on[loans] = day
    state.log["offers"].write(loan=loans, day=day, second=second, kind=kind, terms=terms, answer=answer)
    evidence_of_offer(state, rng, loans[answer == OFFER_ANSWERS.index("refused")], day=day)
    yes = answer == OFFER_ANSWERS.index("accepted")
    plan = np.array([PLAN_KINDS.index(k) if k in PLAN_KINDS else 0 for k in OFFER_KINDS])[kind]
    ends = day + np.where(kind == kinds[0], 7, 90)
    state.planned_until[loans[yes]] = ends[yes]
    state.log["plans"].write(
        loan=loans[yes], day=day, kind=plan[yes], starts=day, ends=ends[yes], terms=terms[yes]
    )


def flag(state: State, loans: Ints, *, kind: str, day: int, lasts: int | None) -> None:
    """Raise a flag on the borrowers of the loans, for some days or for good."""
    ends = day + lasts if lasts is not None else -1
    borrower = np.unique(state.world.loans.borrower[loans])
    state.log["flags"].write(
        borrower=borrower, day=day, kind=FLAG_KINDS.index(kind), starts=day, ends=np.full(len(borrower), ends)
    )
