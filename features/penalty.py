"""Penalty interest on what is overdue, by a stated formula, and the legal cap held against it.

``penalty interest = base × rate / day count``, simple, never interest on interest. The base is a sum over the
instalments unpaid on the morning and over the running days since their due day: what was left of them each day, minor
units × days (``Ledger.penalty_base``; days of a pause do not run). The rate is taken in millionths a year; everything
is an integer until one rounding for each loan. Source: the loan contract; docs/ledger.md, section 9.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.compiled import Amounts, Marks
from features.history import History

MILLION = 1_000_000
"""Rates are counted in millionths a year: 18 % is 180,000."""
YEAR_DAYS = 365
"""Days of the year in which a legal cap counts."""

Rates = NDArray[np.float64]


class PenaltyTermsUnclear(ValueError):
    """Terms of penalty interest do not say which rate, or say two."""


@dataclass(frozen=True)
class PenaltyTerms:
    """How penalty interest is computed where the loan's own ``penalty_rate`` does not say it.

    Parameters
    ----------
    annual_rate
        Rate a year on what is overdue (0.05 = 5 %), on top of the contract's interest.
    factor
        Instead of it: share of the loan's own ``annual_rate`` (0.5 = half as much again).
    day_count
        Days that a year's rate is spread over.
    base
        What bears penalty interest.
    rounding
        Of each loan's amount, to whole minor units.

    Raises
    ------
    PenaltyTermsUnclear
        When neither or both of rate and factor are given, or one lies below 0.

    Examples
    --------
    >>> PenaltyTerms(factor=0.5).base
    'principal'
    """

    annual_rate: float | None = None
    factor: float | None = None
    day_count: Literal[360, 365] = 365
    base: Literal["principal", "principal+interest"] = "principal"
    rounding: Literal["half up", "down"] = "half up"

    def __post_init__(self) -> None:
        given = [rate for rate in (self.annual_rate, self.factor) if rate is not None]
        if len(given) != 1 or not 0 <= given[0] < float("inf"):
            raise PenaltyTermsUnclear(
                f"expected either annual_rate or factor, 0 or more; found annual_rate {self.annual_rate}, "
                f"factor {self.factor}. Give the one that the contract states."
            )
        if self.day_count not in (360, 365) or self.base not in ("principal", "principal+interest"):
            raise PenaltyTermsUnclear(
                f"expected day_count 360 or 365 and base 'principal' or 'principal+interest'; found "
                f"{self.day_count} and {self.base!r}. Give those that the contract states."
            )
        if self.rounding not in ("half up", "down"):
            raise PenaltyTermsUnclear(
                f"expected rounding 'half up' or 'down'; found {self.rounding!r}. Give what the contract states."
            )


@dataclass(frozen=True, eq=False)
class Penalty:
    """Penalty interest of each observation.

    Parameters
    ----------
    amount
        Minor units; 0 also where ``known`` says that nobody can tell.
    base_days
        What bore it, minor units × days.
    rate
        Millionths a year; -1 where unknown.
    day_count
        Days that a year's rate was spread over.
    known
        True where instalments were known, and the rate or nothing overdue.
    """

    amount: Amounts
    base_days: Amounts
    rate: Amounts
    day_count: int
    known: Marks


@dataclass(frozen=True)
class LegalCap:
    """The highest all-in annual rate that may be demanded.

    Parameters
    ----------
    annual_rate
        Interest and penalty together, a year of 365 days (0.24 = 24 %).
    source
        Text of the rule.
    reviewed_on
        Day on which somebody last compared it.
    """

    annual_rate: float
    source: str
    reviewed_on: dt.date


@dataclass(frozen=True, eq=False)
class Capped:
    """Penalty interest after the legal cap was held against it.

    Parameters
    ----------
    amount
        What may be demanded, minor units; 0 where the all-in rate is unknown.
    exceeded
        True where the all-in rate lies above the cap, whatever is overdue.
    all_in
        The loan's rate plus the penalty rate, a year of 365 days; NaN where either is unknown.
    cap
        What it was held against.
    """

    amount: Amounts
    exceeded: Marks
    all_in: Rates
    cap: LegalCap


def penalty_interest(history: History, *, terms: PenaltyTerms) -> Penalty:
    """Return the penalty interest that the arrears of each observation have borne by its morning.

    The loan's own ``penalty_rate`` goes before the terms. Of 10,000.00 principal overdue for 30 days at 18.25 %:
    1,000,000 × 30 × 182,500 / (365 × 1,000,000) = 15,000 minor units.

    Parameters
    ----------
    terms
        Rate, day count, base and rounding.
    """
    ledger = history.ledger
    base = ledger.penalty_base if terms.base == "principal" else ledger.penalty_base_with_interest
    rate = _millionths(history.loans.number("penalty_rate"))
    stated = terms.annual_rate
    otherwise = (
        history.loans.number("annual_rate") * (terms.factor or 0.0)
        if stated is None
        else np.full(history.n, stated)
    )
    rate = np.where(rate >= 0, rate, _millionths(otherwise))
    amount = _share(base, np.maximum(rate, 0), terms.day_count, up=terms.rounding == "half up")
    known = ledger.has_ledger & ((rate >= 0) | (base == 0))
    return Penalty(np.where(known, amount, 0), base, rate, terms.day_count, known)


def check_cap(history: History, *, penalty: Penalty, cap: LegalCap) -> Capped:
    """Return what of the penalty interest may be demanded under the cap, and where the rates exceed it.

    All-in rate: the loan's ``annual_rate`` plus the penalty rate × 365 / day count. Above the cap the amount is cut to
    base × (cap − annual_rate) / 365, rounded down, at least 0. Where a rate is unknown nothing may be demanded.

    Parameters
    ----------
    history
        The observations of the penalty.
    """
    contract = _millionths(history.loans.number("annual_rate"))
    most = int(_millionths(np.array([cap.annual_rate]))[0])
    told = (contract >= 0) & (penalty.rate >= 0)
    spread = contract * penalty.day_count + penalty.rate * YEAR_DAYS
    exceeded = told & (spread > most * penalty.day_count)
    allowed = _share(penalty.base_days, np.maximum(most - contract, 0), YEAR_DAYS, up=False)
    amount = np.where(exceeded, np.minimum(penalty.amount, allowed), penalty.amount)
    all_in = np.where(told, spread / (penalty.day_count * MILLION), np.nan)
    return Capped(np.where(told, amount, 0), exceeded, all_in, cap)


def _millionths(rate: Rates) -> Amounts:
    """Return rates in millionths, -1 where unknown.

    Examples
    --------
    >>> _millionths(np.array([0.0652505, np.nan])).tolist()
    [65251, -1]
    """
    return np.where(np.isnan(rate), -1, np.floor(np.nan_to_num(rate) * MILLION + 0.5)).astype(np.int64)


def _share(base_days: Amounts, rate: Amounts, day_count: int, *, up: bool) -> Amounts:
    """Return base × rate / (day count × a million) in whole units, without an overflow on the way.

    Examples
    --------
    >>> _share(np.array([1_000_000 * 30]), np.array([182_500]), 365, up=True).tolist()
    [15000]
    """
    whole = day_count * MILLION
    certain, rest = base_days // whole * rate, base_days % whole * rate
    return certain + (rest + (whole // 2 if up else 0)) // whole
