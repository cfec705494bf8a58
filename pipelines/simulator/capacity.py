"""Capacity: the free cash of every borrower and month, from income, noise and shocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.simulator.calendar_days import FAR, Months
from pipelines.simulator.parameters import Parameters
from pipelines.simulator.population import Borrowers, Loans

SHOCKS = ("job_loss", "illness", "disaster", "death_in_family", "absence")
"""Kinds of shocks; ``absence`` (jail, hospital, abroad) makes a borrower unreachable like an illness does."""
NO_SHOCK = np.int8(-1)

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Capacity:
    """Per month (row) and borrower (column).

    Parameters
    ----------
    free_cash
        What is left of the month's income after living costs, minor units.
    income
        The month's income, minor units.
    shock
        Position in ``SHOCKS``, -1 when none.
    burden
        Instalments scheduled in the month, at least the borrower's smallest one; minor units.
    spells
        Borrower, kind, first day, first day after it and the factor on income of every shock.
    """

    free_cash: Matrix
    income: Matrix
    shock: NDArray[np.int8]
    burden: Matrix
    spells: dict[str, NDArray[np.generic]]

    @cached_property
    def able(self) -> NDArray[np.bool_]:
        """Return in which months the free cash carries the month's instalments and no shock lies on it."""
        able: NDArray[np.bool_] = (self.free_cash >= self.burden) & (self.shock == NO_SHOCK)
        return able


def draw_capacity(
    rng: np.random.Generator,
    *,
    borrowers: Borrowers,
    loans: Loans,
    months: Months,
    parameters: Parameters,
) -> Capacity:
    """Return the capacity of every borrower and month.

    Income follows its mean with a first-order autoregression of the logarithm; a shock multiplies it
    for some months; free cash keeps its share of the income and a noise of its own (unforeseen bills).
    """
    p = parameters
    people, count = len(borrowers.ids), months.count
    rho = p.number("capacity.persistence")
    hazards = np.cumsum(p.numbers("capacity.shock_hazard"))
    duration = p.numbers("capacity.shock_duration")
    severity = p.numbers("capacity.shock_factor")
    shape = (count, people)
    free = np.empty(shape, dtype=np.float32)
    income = np.empty(shape, dtype=np.float32)
    shock = np.full(shape, NO_SHOCK, dtype=np.int8)
    noise = rng.standard_normal(people)
    kind = np.full(people, NO_SHOCK, dtype=np.int8)
    left = np.zeros(people, dtype=np.int32)
    factor = np.ones(people)
    began: list[tuple[NDArray[np.generic], ...]] = []
    for month in range(count):
        noise = rho * noise + np.sqrt(1 - rho**2) * rng.standard_normal(people)
        left = np.maximum(left - 1, 0)
        kind[left == 0] = NO_SHOCK
        factor[left == 0] = 1.0
        u = rng.random(people)
        hit = np.flatnonzero((left == 0) & (u < hazards[-1]))
        what = np.searchsorted(hazards, u[hit], side="right").astype(np.int8)
        kind[hit] = what
        left[hit] = rng.geometric(1 / duration[what])
        factor[hit] = np.clip(severity[what] * np.exp(rng.normal(0.0, 0.4, len(hit))), 0.02, 0.9)
        first = months.begins[month] + rng.integers(0, 28, len(hit)).astype(np.int32)
        last = months.begins[np.minimum(month + left[hit], count)].astype(np.int32)
        began.append((hit.astype(np.int32), what, first, np.maximum(last, first + 1), factor[hit]))
        earned = borrowers.income * np.exp(p.number("capacity.income_sigma") * noise) * factor
        bills = np.exp(rng.normal(0.0, p.number("capacity.bills_sigma"), people) + _drift(noise, p))
        income[month] = earned
        free[month] = earned * borrowers.free_share * bills * np.where(left > 0, factor, 1.0) ** 0.5
        shock[month] = kind
    names = ("borrower", "kind", "starts_on", "ends_on", "factor")
    columns = list(zip(*began, strict=True))
    spells = {name: np.concatenate(parts) for name, parts in zip(names, columns, strict=True)}
    return Capacity(free, income, shock, _burden(loans, months=months, people=people), spells)


def _drift(noise: NDArray[np.float64], p: Parameters) -> NDArray[np.float64]:
    """Return how much of the persistent noise also moves the share that is free."""
    return p.number("capacity.free_sigma") * noise


def _burden(loans: Loans, *, months: Months, people: int) -> Matrix:
    numbers = np.arange(loans.due_on.shape[1])
    lives = (numbers < loans.term[:, None]) & (loans.due_on < FAR)
    which, number = np.nonzero(lives)
    day = loans.due_on[which, number]
    inside = (day >= months.first_day) & (day < months.ends_on)
    which, day = which[inside], day[inside]
    cell = months.month_of(day).astype(np.int64) * people + loans.borrower[which]
    total = np.bincount(cell, weights=loans.instalment[which], minlength=months.count * people)
    least = np.full(people, np.inf)
    np.minimum.at(least, loans.borrower, loans.instalment.astype(np.float64))
    burden: Matrix = np.maximum(total.reshape(months.count, people), least).astype(np.float32)
    return burden
