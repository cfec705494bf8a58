"""What collectors did, as contract tables: contacts, visits, reviews."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.contracts import CHANNELS, CONTACT_OUTCOMES, PARTIES, STATED_REASONS, VISIT_OUTCOMES
from pipelines.simulator.arrow_columns import (
    codes,
    counts,
    days,
    instants,
    numbered,
    numbers,
    taken,
    yesno,
)
from pipelines.simulator.calendar_days import instant
from pipelines.simulator.collecting import AGENTS, IN_HOUSE
from pipelines.simulator.state import State

AGENT_NAMES = tuple(f"A{number:03d}" for number in range(1, AGENTS + 1))
AGENCIES = ("in_house", "agency_1")
REVIEWER_NAMES = tuple(f"R{number:02d}" for number in range(1, 9))
_WORDS = {
    (True, True): "able: income seen and no shock; unwilling: talks, promises and an offer led to nothing",
    (True, False): "able, and willing: explained the delay and cooperates",
    (False, True): "ability likely from papers; unwilling: refuses without a reason",
    (False, False): "not able at present: shock or short income; cooperates",
}


def contacts(state: State, *, tag: str) -> Any:
    """Return messages and calls, known five minutes later."""
    log = state.log["contacts"]
    at = instant(log.column("day"), log.column("second"))
    loan, agent = log.column("loan"), log.column("agent")
    number = np.where(log.column("channel") == CHANNELS.index("call"), 0, 1)
    return pa.table(
        {
            "contact_id": numbered(f"C{tag}-", np.arange(len(log))),
            "loan_id": taken(state.world.loans.ids, loan),
            "contacted_at": instants(at),
            "channel": codes(log.column("channel"), CHANNELS),
            "direction": codes(log.column("inbound").astype(np.int8), ("out", "in")),
            "party": codes(log.column("party"), PARTIES),
            "number_id": codes(number, ("mobile-1", "mobile-1-text")),
            "agency": codes(np.where(agent < 0, -1, agent >= IN_HOUSE), AGENCIES),
            "agent_id": codes(agent, AGENT_NAMES),
            "outcome": codes(log.column("outcome"), CONTACT_OUTCOMES),
            "stated_reason": codes(log.column("reason"), STATED_REASONS),
            "propensity": numbers(log.column("propensity")),
            "revision": counts(np.ones(len(log))),
            "known_at": instants(at + 300 * 1_000_000),
        }
    )


def visits(state: State, *, tag: str) -> Any:
    """Return the visits as planned (revision 1) and with their result, known the next day (revision 2)."""
    plan, result = state.log["visits"], state.log["results"]
    of = result.column("visit")
    at = np.concatenate([np.arange(len(plan)), of])
    done = np.arange(len(at)) >= len(plan)
    planned = plan.column("planned")
    nothing = np.full(len(plan), -1)
    day = np.concatenate([nothing, result.column("day")]).astype(np.int32)
    seconds = np.concatenate([nothing * 0, result.column("second")])
    known_day = np.concatenate([planned, result.column("known")]).astype(np.int32)
    outcome = np.concatenate([nothing * 0 + VISIT_OUTCOMES.index("planned"), result.column("outcome")])
    first = plan.column("staff")[at]
    both = [codes((first + extra) % AGENTS, AGENT_NAMES) for extra in (0, 7)]
    audit = plan.column("audit")[at]
    return pa.table(
        {
            "visit_id": numbered(f"V{tag}-", at),
            "loan_id": taken(state.world.loans.ids, plan.column("loan")[at]),
            "planned_on": days(planned[at]),
            "notice_at": instants(instant(planned[at], 10 * 3600)),
            "visited_at": instants(instant(np.maximum(day, 0), seconds), missing=day < 0),
            "staff": pc.binary_join_element_wise(*both, "+"),
            "outcome": codes(outcome, VISIT_OUTCOMES),
            "reason": codes(np.concatenate([nothing, result.column("reason")]), STATED_REASONS),
            "identity_ok": yesno(np.concatenate([nothing, result.column("identity")])),
            "income_seen": yesno(np.concatenate([nothing, result.column("income")])),
            "assets_seen": yesno(np.concatenate([nothing, result.column("assets")])),
            "next_step": codes(
                np.where(audit, 0, np.where(done, 2, 1)), ("random audit", "policy", "policy: review")
            ),
            "propensity": pa.array(plan.column("propensity")[at]),
            "revision": counts(1 + done),
            "known_at": instants(
                instant(known_day, np.where(done, 20 * 3600, 10 * 3600 + 60).astype(np.int32))
            ),
        }
    )


def reviews(state: State, *, tag: str) -> Any:
    """Return the decisions of two people each, with their written reasons."""
    log = state.log["reviews"]
    at = instant(log.column("day"), log.column("second"))
    willful, able = log.column("willful"), log.column("able")
    words = tuple(_WORDS[key] for key in _WORDS)
    which = np.where(able, np.where(willful, 0, 1), np.where(willful, 2, 3))
    return pa.table(
        {
            "review_id": numbered(f"W{tag}-", log.column("review")),
            "decided_by": codes(log.column("reviewer"), REVIEWER_NAMES),
            "loan_id": taken(state.world.loans.ids, log.column("loan")),
            "tier": codes(np.where(willful, 0, 1), ("T3", "T3-no")),
            "decided_at": instants(at),
            "reasons": codes(which, words),
            "revision": counts(np.ones(len(log))),
            "known_at": instants(at + 600 * 1_000_000),
        }
    )
