"""Journals as contract tables: what a lender's extract holds on the morning of the last day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.contracts import (
    END_KINDS,
    FLAG_KINDS,
    OFFER_ANSWERS,
    OFFER_KINDS,
    PLAN_KINDS,
)
from pipelines.simulator import people_tables
from pipelines.simulator.arrow_columns import codes, counts, days, instants, numbered, numbers, taken
from pipelines.simulator.calendar_days import FAR, instant
from pipelines.simulator.collecting_tables import contacts, reviews, visits
from pipelines.simulator.documents import Consents
from pipelines.simulator.evidence import KINDS, SOURCES
from pipelines.simulator.paying import CHANNELS as PAYMENT_CHANNELS
from pipelines.simulator.population import PORTFOLIOS, PRODUCTS
from pipelines.simulator.state import State

MORNING = 6 * 3600


def contract_tables(state: State, consents: Consents, *, rng: np.random.Generator) -> dict[str, Any]:
    """Return the tables that have rows, without anything that becomes known after the end."""
    tag = str(state.world.borrowers.ids[0]).split("-")[0][1:]
    made = {
        "borrowers": people_tables.borrowers(state, rng=rng),
        "protected": people_tables.protected(state),
        "loans": loans(state),
        "instalments": instalments(state),
        "payments": payments(state, tag=tag),
        "contacts": contacts(state, tag=tag),
        "promises": promises(state, tag=tag),
        "offers": offers(state, tag=tag),
        "visits": visits(state, tag=tag),
        "evidence": evidence(state, tag=tag),
        "reviews": reviews(state, tag=tag),
        "plans": plans(state, tag=tag),
        "flags": flags(state, tag=tag),
        "consents": people_tables.consents(state, consents, tag=tag),
        "agents": people_tables.agents(state),
    }
    last = instant(np.array([state.world.months.ends_on], dtype=np.int32), 0)[0]
    end = pa.scalar(int(last), pa.timestamp("us", tz="UTC"))
    known = {name: table.filter(pc.less(table.column("known_at"), end)) for name, table in made.items()}
    return {name: table for name, table in known.items() if table.num_rows}


def loans(state: State) -> Any:
    """Return the loans, and a second revision with the end for those that ended."""
    every, people = state.world.loans, state.world.borrowers
    ended = np.flatnonzero(state.ended_on < FAR)
    at = np.concatenate([np.arange(len(every.ids)), ended])
    second = np.arange(len(at)) >= len(every.ids)
    ended_on = np.where(second, state.ended_on[at], FAR)
    known = np.where(second, state.ended_on[at].astype(np.int64) + 1, every.disbursed_on[at])
    disbursed_at = np.where(second, MORNING, 12 * 3600)
    return pa.table(
        {
            "loan_id": taken(every.ids, at),
            "borrower_id": taken(people.ids, every.borrower[at]),
            "product": codes(every.product[at], PRODUCTS),
            "portfolio": codes(every.portfolio[at], PORTFOLIOS),
            "currency": codes(np.zeros(len(at)), ("CNY",)),
            "disbursed_on": days(every.disbursed_on[at]),
            "principal": pa.array(every.principal[at]),
            "annual_rate": pa.array(every.annual_rate[at]),
            "term_months": counts(every.term[at]),
            "guarantor": pa.array(every.product[at] == PRODUCTS.index("phone")),
            "collateral": pa.array(np.zeros(len(at), dtype=bool)),
            "ended_on": days(ended_on),
            "end_kind": codes(np.where(second, state.end_kind[at], -1), END_KINDS),
            "revision": counts(1 + second),
            "known_at": instants(instant(np.asarray(known), disbursed_at)),
        }
    )


def instalments(state: State) -> Any:
    """Return the schedule of every loan, known when it is paid out."""
    every = state.world.loans
    which, number = np.nonzero(np.arange(every.due_on.shape[1]) < every.term[:, None])
    return pa.table(
        {
            "loan_id": taken(every.ids, which),
            "number": counts(number + 1),
            "due_on": days(every.due_on[which, number]),
            "principal_due": pa.array(every.principal_due[which, number]),
            "interest_due": pa.array(every.interest_due[which, number]),
            "fee_due": pa.array(every.fee_due[which]),
            "revision": counts(np.ones(len(which))),
            "known_at": instants(instant(every.disbursed_on[which], 12 * 3600)),
        }
    )


def payments(state: State, *, tag: str) -> Any:
    """Return the payments; a bounced one has a negative row, a misbooked one a second revision of 0."""
    log, wrong = state.log["payments"], state.log["corrections"]
    no = wrong.column("no")
    at = np.concatenate([np.arange(len(log)), no])
    second = np.arange(len(at)) >= len(log)
    known = np.concatenate([log.column("known"), wrong.column("known")])
    seconds = np.concatenate([log.column("second"), wrong.column("second")])
    return pa.table(
        {
            "payment_id": numbered(f"P{tag}-", at),
            "loan_id": taken(state.world.loans.ids, log.column("loan")[at]),
            "paid_on": days(log.column("day")[at]),
            "amount": pa.array(np.where(second, 0, log.column("amount")[at])),
            "channel": codes(log.column("channel")[at], PAYMENT_CHANNELS),
            "revision": counts(1 + second),
            "known_at": instants(instant(known, seconds)),
        }
    )


def promises(state: State, *, tag: str) -> Any:
    """Return the promises, known when they were made."""
    log = state.log["promises"]
    at = instant(log.column("day"), log.column("second"))
    return pa.table(
        {
            "promise_id": numbered(f"R{tag}-", np.arange(len(log))),
            "loan_id": taken(state.world.loans.ids, log.column("loan")),
            "promised_at": instants(at),
            "due_on": days(log.column("due")),
            "amount": pa.array(log.column("amount")),
            **_first(at),
        }
    )


def offers(state: State, *, tag: str) -> Any:
    """Return the offers with their answers."""
    log = state.log["offers"]
    at = instant(log.column("day"), log.column("second"))
    kind = log.column("kind")
    unit = pc.if_else(pa.array(kind == OFFER_KINDS.index("waiver")), " % of penalty interest", " days")
    terms = pc.cast(pa.array(log.column("terms")), pa.string())
    return pa.table(
        {
            "offer_id": numbered(f"O{tag}-", np.arange(len(log))),
            "loan_id": taken(state.world.loans.ids, log.column("loan")),
            "offered_at": instants(at),
            "kind": codes(kind, OFFER_KINDS),
            "terms": pc.binary_join_element_wise(terms, unit, ""),
            "answer": codes(log.column("answer"), OFFER_ANSWERS),
            **_first(at),
        }
    )


def plans(state: State, *, tag: str) -> Any:
    """Return the plans that came out of accepted offers, known the morning after."""
    log = state.log["plans"]
    return pa.table(
        {
            "plan_id": numbered(f"N{tag}-", np.arange(len(log))),
            "loan_id": taken(state.world.loans.ids, log.column("loan")),
            "kind": codes(log.column("kind"), PLAN_KINDS),
            "starts_on": days(log.column("starts")),
            "ends_on": days(log.column("ends")),
            **_first(instant(log.column("day") + 1, MORNING)),
        }
    )


def flags(state: State, *, tag: str) -> Any:
    """Return the flags, known at noon of the day they start."""
    log = state.log["flags"]
    return pa.table(
        {
            "flag_id": numbered(f"F{tag}-", np.arange(len(log))),
            "borrower_id": taken(state.world.borrowers.ids, log.column("borrower")),
            "kind": codes(log.column("kind"), FLAG_KINDS),
            "starts_on": days(log.column("starts")),
            "ends_on": days(log.column("ends")),
            **_first(instant(log.column("day"), 12 * 3600)),
        }
    )


def evidence(state: State, *, tag: str) -> Any:
    """Return the evidence; what a visit saw is known the morning after, the rest the same evening."""
    log = state.log["evidence"]
    day, consent = log.column("day"), log.column("consent")
    late = log.column("source") == SOURCES.index("visit")
    known = instant(day + late.astype(np.int32), np.where(late, 10 * 3600, 21 * 3600).astype(np.int32))
    names = numbered(f"K{tag}-", np.maximum(consent, 0))
    return pa.table(
        {
            "evidence_id": numbered(f"E{tag}-", np.arange(len(log))),
            "borrower_id": taken(state.world.borrowers.ids, log.column("borrower")),
            "kind": codes(log.column("kind"), KINDS),
            "value": numbers(log.column("value")),
            "source": codes(log.column("source"), SOURCES),
            "confidence": pa.array(log.column("confidence")),
            "observed_on": days(day),
            "expires_on": days(day + log.column("lasts")),
            "consent_id": pc.if_else(pa.array(consent >= 0), names, None),
            **_first(known),
        }
    )


def _first(at: Any) -> dict[str, Any]:
    return {"revision": counts(np.ones(len(at))), "known_at": instants(at)}
