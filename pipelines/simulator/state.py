"""What the daily loop carries from one day to the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.contracts import END_KINDS
from pipelines.simulator.calendar_days import FAR, Months
from pipelines.simulator.capacity import Capacity
from pipelines.simulator.journal import Journal
from pipelines.simulator.parameters import Parameters
from pipelines.simulator.population import Borrowers, Flags, Ints, Loans

LONG_AGO = np.int32(-(10**6))
REPAID = END_KINDS.index("repaid")


@dataclass(frozen=True)
class World:
    """What is drawn once: the people, their loans, their capacity, the numbers of the model."""

    borrowers: Borrowers
    loans: Loans
    capacity: Capacity
    months: Months
    parameters: Parameters


class State:
    """The accounts on the morning of one day, and the journals of what happened before.

    Arrays of loans: ``paid`` (minor units), ``oldest_due`` (day of the oldest instalment not fully
    paid, ``FAR`` when none is left), ``fallen_due`` (instalments due before today), ``budget`` (free
    cash set aside for this loan), ``ended_on``, ``end_kind`` and what collectors remember. Arrays of
    borrowers: ``no_contact_until`` and what is known about their number.
    """

    def __init__(self, world: World) -> None:
        loans, people = len(world.loans.ids), len(world.borrowers.ids)
        self.world = world
        self.paid = np.zeros(loans, dtype=np.int64)
        self.fallen_due = np.zeros(loans, dtype=np.int32)
        self.oldest_due = world.loans.due_on[:, 0].copy()
        self.budget = np.zeros(loans)
        self.ended_on = np.full(loans, FAR, dtype=np.int32)
        self.end_kind = np.full(loans, -1, dtype=np.int8)
        # What pressure and help the borrower feels, by the day until which it lasts.
        self.talked_until = np.full(loans, LONG_AGO, dtype=np.int32)
        self.messaged_until = np.full(loans, LONG_AGO, dtype=np.int32)
        self.visited_until = np.full(loans, LONG_AGO, dtype=np.int32)
        self.planned_until = np.full(loans, LONG_AGO, dtype=np.int32)
        self.rests_until = np.full(loans, LONG_AGO, dtype=np.int32)
        # What the collectors' file says.
        self.last_call = np.full(loans, LONG_AGO, dtype=np.int32)
        self.messages = np.zeros(loans, dtype=np.int32)
        self.talks = np.zeros(loans, dtype=np.int32)
        self.refusals = np.zeros(loans, dtype=np.int32)
        self.broken = np.zeros(loans, dtype=np.int32)
        self.offered_on = np.full(loans, LONG_AGO, dtype=np.int32)
        self.promise_due = np.full(loans, LONG_AGO, dtype=np.int32)
        self.promise_meant = np.zeros(loans, dtype=bool)
        self.promise_amount = np.zeros(loans, dtype=np.int64)
        self.promise_paid_before = np.zeros(loans, dtype=np.int64)
        self.calls_back_on = np.full(loans, LONG_AGO, dtype=np.int32)
        self.visit_on = np.full(loans, LONG_AGO, dtype=np.int32)
        self.visit_open = np.full(loans, -1, dtype=np.int32)
        self.visit_audit = np.zeros(loans, dtype=bool)
        self.reviewed_on = np.full(loans, LONG_AGO, dtype=np.int32)
        self.no_contact_until = np.full(people, LONG_AGO, dtype=np.int32)
        self.number_dead = np.zeros(people, dtype=bool)
        self.bounces: dict[int, list[tuple[Ints, NDArray[np.int64], NDArray[np.int64]]]] = {}
        self.log = journals()

    def dpd(self, loans: Ints, *, day: int) -> Ints:
        """Return the days past due of the loans when the day begins."""
        return np.maximum(day - self.oldest_due[loans], 0)

    def arrears(self, loans: Ints) -> NDArray[np.int64]:
        """Return what fell due before today and is not paid, minor units, at least 0."""
        due = self.fallen_due[loans].astype(np.int64) * self.world.loans.instalment[loans]
        owed: NDArray[np.int64] = np.maximum(due - self.paid[loans], 0)
        return owed

    def settle(self, loans: Ints, *, amount: NDArray[np.int64], day: int) -> Flags:
        """Book money on distinct loans and return which of them are now paid in full."""
        every = self.world.loans
        self.paid[loans] += amount
        settled = np.maximum(self.paid[loans] // every.instalment[loans], 0).astype(np.int32)
        finished: Flags = settled >= every.term[loans]
        following = np.minimum(settled, every.due_on.shape[1] - 1)
        self.oldest_due[loans] = np.where(finished, FAR, every.due_on[loans, following])
        self.end(loans[finished], day=day, kind=REPAID)
        return finished

    def end(self, loans: Ints, *, day: int, kind: int) -> None:
        """End loans on that day; nothing happens to them afterwards."""
        self.ended_on[loans] = day
        self.end_kind[loans] = kind
        self.oldest_due[loans] = FAR


def journals() -> dict[str, Journal]:
    """Return an empty journal for everything that can happen."""
    i4, i8, f8, i1, yes = np.int32, np.int64, np.float64, np.int8, np.bool_
    return {
        "payments": Journal(loan=i4, day=i4, known=i4, second=i4, amount=i8, channel=i1),
        "corrections": Journal(no=i8, known=i4, second=i4),
        "contacts": Journal(
            loan=i4,
            day=i4,
            second=i4,
            channel=i1,
            inbound=yes,
            party=i1,
            agent=i4,
            outcome=i1,
            reason=i1,
            propensity=f8,
        ),
        "promises": Journal(loan=i4, day=i4, second=i4, due=i4, amount=i8),
        "offers": Journal(loan=i4, day=i4, second=i4, kind=i1, terms=i4, answer=i1),
        "visits": Journal(loan=i4, planned=i4, propensity=f8, audit=yes, staff=i4),
        "results": Journal(
            visit=i4,
            day=i4,
            known=i4,
            second=i4,
            outcome=i1,
            reason=i1,
            identity=i1,
            income=i1,
            assets=i1,
        ),
        "evidence": Journal(
            borrower=i4,
            kind=i1,
            value=f8,
            source=i1,
            confidence=f8,
            day=i4,
            lasts=i4,
            consent=i4,
        ),
        "reviews": Journal(loan=i4, day=i4, second=i4, willful=yes, reviewer=i4, review=i4, able=yes),
        "plans": Journal(loan=i4, day=i4, kind=i1, starts=i4, ends=i4, terms=i4),
        "flags": Journal(borrower=i4, day=i4, kind=i1, starts=i4, ends=i4),
        "seen_shocks": Journal(borrower=i4, day=i4, shock=i1),
        "hazard": Journal(loan=i4, day=i4, dpd=i4, intensity=f8, talks=i4),
    }
