"""The days of a simulated lender one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from features.manifest import Manifest
from features.progress import counted
from pipelines.simulator import collecting, incidents, paying, visiting
from pipelines.simulator.calendar_days import TIME_ZONE, Months, months_from
from pipelines.simulator.capacity import draw_capacity
from pipelines.simulator.documents import Consents, draw_consents, gather_documents
from pipelines.simulator.parameters import Parameters, default_parameters
from pipelines.simulator.population import Borrowers, Ints, Loans, draw_borrowers, draw_loans
from pipelines.simulator.state import State, World
from pipelines.simulator.tables import contract_tables
from pipelines.simulator.truth import truth_frames

STARTS_ON = date(2024, 1, 1)
"""First day of every simulated book, so that as-of dates can be written down."""
WARM_UP_MONTHS = 12


class SimulationRefused(ValueError):
    """A simulation of nothing, or of no time."""


@dataclass(frozen=True)
class Simulated:
    """A simulated lender.

    Parameters
    ----------
    tables
        Contract tables, as a lender would extract them on the morning of ``ends_on``.
    truth
        What no lender sees; never part of the book.
    manifest
        Country, time zone, currency and source of the book.
    ends_on
        The first day that was not simulated: the last as-of date for which the book knows the past.
    seed
        The seed it was drawn with.
    """

    tables: Mapping[str, Any]
    truth: Mapping[str, pd.DataFrame]
    manifest: Manifest
    ends_on: date
    seed: int


def simulate(*, loans: int, months: int, seed: int, parameters: Parameters | None = None) -> Simulated:
    """Return a simulated book of ``loans`` loans over ``months`` months from 2024-01-01, and its truth.

    Twelve months before the start are simulated too, so that the book opens in its steady state with
    loans of all ages and their histories.

    Raises
    ------
    SimulationRefused
        When ``loans`` or ``months`` is below 1.

    Examples
    --------
    >>> book = simulate(loans=50, months=2, seed=7)
    >>> book.tables["loans"].column("loan_id").to_pandas().nunique(), book.ends_on
    (50, datetime.date(2024, 3, 1))
    """
    if loans < 1 or months < 1 or seed < 0:
        raise SimulationRefused(
            f"Expected at least 1 loan, 1 month and a seed from 0 on, found loans={loans}, months={months}, "
            f"seed={seed}. Give larger numbers."
        )
    p = parameters or default_parameters()
    streams = [np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(5)]
    span = months_from(STARTS_ON, months=months, warm_up=WARM_UP_MONTHS)
    world = _draw_world(streams[0], loans=loans, tag=str(seed), span=span, parameters=p)
    consents = draw_consents(
        streams[1], borrowers=world.borrowers, first_day=span.first_day, ends_on=span.ends_on, parameters=p
    )
    state = State(world)
    _live(state, consents, payment_rng=streams[2], contact_rng=streams[3])
    ends_on = date(1970, 1, 1) + timedelta(days=span.ends_on)
    manifest = Manifest(
        country="CN",
        time_zone=TIME_ZONE,
        currency="CNY",
        source="simulated",
        notes=(_note(loans, months, seed),),
    )
    tables = contract_tables(state, consents, rng=streams[4])
    return Simulated(tables, truth_frames(state), manifest, ends_on, seed)


def _note(loans: int, months: int, seed: int) -> str:
    return f"simulated: {loans} loans over {months} months from {STARTS_ON}, seed {seed}; nobody in it exists"


def _draw_world(
    rng: np.random.Generator, *, loans: int, tag: str, span: Months, parameters: Parameters
) -> World:
    people = max(round(loans / parameters.number("loans.per_borrower")), -(-loans // 2), 1)
    borrowers = draw_borrowers(rng, count=people, tag=tag, months=span, parameters=parameters)
    drawn = draw_loans(rng, count=loans, borrowers=borrowers, tag=tag, months=span, parameters=parameters)
    np.minimum.at(borrowers.opened_on, drawn.borrower, drawn.disbursed_on)
    capacity = draw_capacity(rng, borrowers=borrowers, loans=drawn, months=span, parameters=parameters)
    return World(borrowers, drawn, capacity, span, parameters)


def _live(
    state: State, consents: Consents, *, payment_rng: np.random.Generator, contact_rng: np.random.Generator
) -> None:
    world = state.world
    span = world.months
    due_today = _by_due_day(world.loans, span)
    paid_today = _by_payday(world.loans, world.borrowers)
    deaths = incidents.draw_deaths(contact_rng, world)
    payday = world.borrowers.payday[world.loans.borrower]
    for month in counted(range(span.count), stage="months"):
        begins = int(span.begins[month])
        for day in range(begins, int(span.begins[month + 1])):
            of_month = day - begins + 1
            state.fallen_due[due_today.get(day - 1, _NOBODY)] += 1
            incidents.note_deaths(state, deaths, day=day)
            if of_month == 1:
                _first_of_month(state, contact_rng, consents, payday=payday, day=day)
            paying.receive_income(state, paid_today.get(of_month, _NOBODY), month=month)
            paying.bounce(state, payment_rng, day=day)
            due = due_today.get(day, _NOBODY)
            paying.pay_when_due(state, payment_rng, due[state.oldest_due[due] == day], day=day)
            overdue = np.flatnonzero(state.oldest_due < day).astype(np.int32)
            if len(overdue):
                _collect(state, contact_rng, overdue, consents=consents, day=day, month=month)
                since = (of_month - payday[overdue]) % 30
                overdue_now = overdue[state.ended_on[overdue] > day]
                since = since[state.ended_on[overdue] > day]
                intent = paying.intent_of(state, overdue_now, day=day, since_payday=since)
                paying.pay_late(state, payment_rng, overdue_now, intent=intent, day=day)


_NOBODY = np.empty(0, dtype=np.int32)


def _collect(
    state: State, rng: np.random.Generator, overdue: Ints, *, consents: Consents, day: int, month: int
) -> None:
    incidents.close_books(state, rng, overdue, day=day)
    overdue = overdue[state.ended_on[overdue] > day]
    incidents.raise_flags(state, rng, overdue, day=day, month=month)
    incidents.lose_numbers(state, rng, overdue, day=day)
    incidents.judge_promises(state, rng, consents=consents, day=day)
    reachable = overdue[collecting.may_contact(state, overdue, day=day)]
    collecting.send_messages(state, rng, reachable, day=day)
    collecting.take_calls(state, rng, reachable, day=day, month=month)
    waiting = reachable[state.calls_back_on[reachable] != day]
    collecting.call(state, rng, waiting, day=day, month=month)
    visiting.plan_visits(state, rng, reachable, day=day)
    visiting.make_visits(state, rng, day=day, month=month)
    visiting.review(state, rng, day=day, month=month)


def _first_of_month(
    state: State, rng: np.random.Generator, consents: Consents, *, payday: Ints, day: int
) -> None:
    overdue = np.flatnonzero(state.oldest_due < day).astype(np.int32)
    intent = paying.intent_of(state, overdue, day=day, since_payday=(1 - payday[overdue]) % 30)
    state.log["hazard"].write(
        loan=overdue,
        day=day,
        dpd=state.dpd(overdue, day=day),
        intensity=intent.intensity,
        talks=state.talks[overdue],
    )
    seen = overdue[collecting.may_contact(state, overdue, day=day)]
    gather_documents(state, rng, seen, consents=consents, day=day)


def _by_due_day(loans: Loans, span: Months) -> dict[int, Ints]:
    which, number = np.nonzero(np.arange(loans.due_on.shape[1]) < loans.term[:, None])
    day = loans.due_on[which, number]
    inside = day < span.ends_on
    which, day = which[inside].astype(np.int32), day[inside]
    return _grouped(which, by=day)


def _by_payday(loans: Loans, borrowers: Borrowers) -> dict[int, Ints]:
    which = np.arange(len(loans.ids), dtype=np.int32)
    return _grouped(which, by=borrowers.payday[loans.borrower])


def _grouped(values: Ints, *, by: Ints) -> dict[int, Ints]:
    order = np.argsort(by, kind="stable")
    keys, begins = np.unique(by[order], return_index=True)
    return dict(zip(keys.tolist(), np.split(values[order], begins[1:]), strict=True))
