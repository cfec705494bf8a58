"""Who the borrowers and agents are, as contract tables: borrowers, protected, consents, agents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.simulator.arrow_columns import codes, counts, days, instants, numbered, taken
from pipelines.simulator.calendar_days import FAR, instant
from pipelines.simulator.capacity import SHOCKS
from pipelines.simulator.collecting import AGENTS, IN_HOUSE
from pipelines.simulator.collecting_tables import AGENCIES, AGENT_NAMES
from pipelines.simulator.documents import PURPOSES, Consents
from pipelines.simulator.population import AGE_BANDS, EMPLOYMENTS, REGIONS, SEXES
from pipelines.simulator.state import State

_CELLS = ("wtw3", "wx4g", "ws10", "yb1h")
"""A coarse cell of the map per region: Shanghai, Beijing, Shenzhen, Harbin stand for their regions."""


def borrowers(state: State, *, rng: np.random.Generator) -> Any:
    """Return the borrowers, with a second revision for those who told of a lost job or a changed income."""
    people, log = state.world.borrowers, state.log["seen_shocks"]
    told = log.column("shock") == SHOCKS.index("job_loss")
    lost, first = np.unique(log.column("borrower")[told], return_index=True)
    lost_on = log.column("day")[told][first]
    begins = np.arange(len(people.ids))
    span = state.world.months
    renewed = rng.random(len(people.ids)) < state.world.parameters.number("borrowers.income_updated_share")
    later = people.opened_on + (
        rng.random(len(people.ids)) * np.maximum(span.ends_on - people.opened_on, 1)
    ).astype(np.int32)
    fresh = np.setdiff1d(np.flatnonzero(renewed & (later > people.opened_on)), lost)
    at = np.concatenate([begins, lost, fresh])
    change = np.repeat([0, 1, 2], [len(begins), len(lost), len(fresh)])
    known = np.concatenate([people.opened_on, lost_on, later[fresh]])
    factor = np.where(change == 1, 0.3, np.where(change == 2, np.exp(rng.normal(0.05, 0.2, len(at))), 1.0))
    declared = np.round(people.declared_income[at] * factor, -4).astype(np.int64)
    jobs = (*EMPLOYMENTS, "unemployed")
    employment = np.where(change == 1, len(EMPLOYMENTS), people.employment[at])
    return pa.table(
        {
            "borrower_id": taken(people.ids, at),
            "country": codes(np.zeros(len(at)), ("CN",)),
            "time_zone": codes(np.zeros(len(at)), ("Asia/Shanghai",)),
            "language": codes(np.zeros(len(at)), ("zh",)),
            "employment": codes(employment, jobs),
            "declared_income": pa.array(declared),
            "opened_on": days(people.opened_on[at]),
            "geohash": codes(people.region[at], _CELLS),
            "revision": counts(1 + (change > 0)),
            "known_at": instants(instant(known, np.where(change > 0, 21 * 3600, 11 * 3600).astype(np.int32))),
        }
    )


def protected(state: State) -> Any:
    """Return what only the fairness audit reads."""
    people = state.world.borrowers
    return pa.table(
        {
            "borrower_id": taken(people.ids, np.arange(len(people.ids))),
            "age_band": codes(people.age_band, AGE_BANDS),
            "sex": codes(people.sex, SEXES),
            "region": codes(people.region, REGIONS),
            "revision": counts(np.ones(len(people.ids))),
            "known_at": instants(instant(people.opened_on, 11 * 3600)),
        }
    )


def consents(state: State, given: Consents, *, tag: str) -> Any:
    """Return the consents, and a second revision for those that were withdrawn."""
    people = state.world.borrowers
    who, purpose = np.nonzero(given.granted.T)
    number = who * len(PURPOSES) + purpose
    withdrawn = given.withdrawn_on[purpose, who]
    gone = np.flatnonzero((withdrawn < FAR) & (withdrawn >= people.opened_on[who]))
    at = np.concatenate([np.arange(len(who)), gone])
    second = np.arange(len(at)) >= len(who)
    granted_on = people.opened_on[who][at]
    known = np.where(second, withdrawn[at], granted_on)
    return pa.table(
        {
            "consent_id": numbered(f"K{tag}-", number[at]),
            "borrower_id": taken(people.ids, who[at]),
            "purpose": codes(purpose[at], PURPOSES),
            "granted_on": days(granted_on),
            "withdrawn_on": days(np.where(second, withdrawn[at], FAR)),
            "revision": counts(1 + second),
            "known_at": instants(instant(known, np.where(second, 20 * 3600, 11 * 3600).astype(np.int32))),
        }
    )


def agents(state: State) -> Any:
    """Return the collectors: the lender's own and an agency's."""
    number = np.arange(AGENTS)
    first = np.full(AGENTS, state.world.months.first_day - 30)
    return pa.table(
        {
            "agent_id": codes(number, AGENT_NAMES),
            "skills": codes(number % 3, ("early", "late", "visits")),
            "languages": codes(np.where(number % 5 == 0, 1, 0), ("zh", "zh yue")),
            "area": codes(number % 4, REGIONS),
            "trained_until": days(np.full(AGENTS, state.world.months.ends_on + 365)),
            "agency": codes((number >= IN_HOUSE).astype(np.int8), AGENCIES),
            "revision": counts(np.ones(AGENTS)),
            "known_at": instants(instant(first, 9 * 3600)),
        }
    )
