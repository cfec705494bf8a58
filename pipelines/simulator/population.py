"""Borrowers and their loans, drawn once before the first day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.simulator.calendar_days import Months
from pipelines.simulator.parameters import Parameters
from serving.policy.arms import is_held_out
from serving.policy.lender import load_policy

PRODUCTS = ("cash", "phone", "card")
PORTFOLIOS = ("app", "store", "partner")
EMPLOYMENTS = ("employee", "self_employed", "gig", "public", "student")
AGE_BANDS = ("18-25", "26-35", "36-45", "46-60")
SEXES = ("female", "male")
REGIONS = ("east", "central", "west", "northeast")

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Borrowers:
    """One row per borrower; money in minor units a month."""

    ids: NDArray[np.object_]
    age_band: Ints
    sex: Ints
    region: Ints
    employment: Ints
    income: Floats
    declared_income: NDArray[np.int64]
    free_share: Floats
    willingness: Floats
    attention: Floats
    forgetfulness: Floats
    resistance: Floats
    support: Floats
    reach: Floats
    payday: Ints
    opened_on: Ints
    owns_assets: Flags
    wrong_number: Flags
    holdout: Flags

    @cached_property
    def strategic(self) -> Flags:
        """Return who pays only under pressure although able: the unwilling."""
        return self.willingness < 0.5


@dataclass(frozen=True)
class Loans:
    """One row per loan; ``due_on`` and the parts of an instalment have one column per number."""

    ids: NDArray[np.object_]
    borrower: Ints
    product: Ints
    portfolio: Ints
    disbursed_on: Ints
    term: Ints
    principal: NDArray[np.int64]
    annual_rate: Floats
    instalment: NDArray[np.int64]
    due_on: Ints
    principal_due: NDArray[np.int64]
    interest_due: NDArray[np.int64]
    fee_due: NDArray[np.int64]


def draw_borrowers(
    rng: np.random.Generator, *, count: int, tag: str, months: Months, parameters: Parameters
) -> Borrowers:
    """Return ``count`` borrowers whose ids carry ``tag``, so that two worlds share nobody."""
    p = parameters
    age = _choice(rng, p.numbers("borrowers.age_shares"), count)
    sex = _choice(rng, p.numbers("borrowers.sex_shares"), count)
    region = _choice(rng, p.numbers("borrowers.region_shares"), count)
    employment = _choice(rng, p.numbers("borrowers.employment_shares"), count)
    log_income = (
        rng.normal(0.0, p.number("borrowers.income_sigma"), count)
        + p.numbers("borrowers.income_by_age")[age]
        + p.numbers("borrowers.income_by_region")[region]
        + p.numbers("borrowers.income_by_employment")[employment]
        + p.number("borrowers.income_male") * (sex == 1)
    )
    income = 100.0 * p.number("borrowers.income_median") * np.exp(log_income)
    overstated = np.exp(rng.normal(p.number("borrowers.overstatement"), 0.15, count))
    free = (
        p.number("borrowers.free_share")
        + p.number("borrowers.free_share_by_income") * log_income
        + rng.normal(0.0, p.number("borrowers.free_share_sigma"), count)
    )
    # An exact share, so that small worlds do not differ by the luck of this draw.
    strategic = np.zeros(count, dtype=bool)
    strategic[rng.permutation(count)[: round(count * p.number("borrowers.strategic_share"))]] = True
    willingness = np.where(strategic, rng.beta(2.0, 6.0, count) / 2, 0.5 + rng.beta(5.0, 2.0, count) / 2)
    ids = np.array([f"B{tag}-{n:07d}" for n in range(1, count + 1)], dtype=object)
    share = p.number("policy.holdout_share")
    return Borrowers(
        ids=ids,
        age_band=age,
        sex=sex,
        region=region,
        employment=employment,
        income=income,
        declared_income=np.round(income * overstated, -4).astype(np.int64),
        free_share=np.clip(free, 0.08, 0.85),
        willingness=willingness,
        attention=p.number("payment.attention_median")
        * np.exp(rng.normal(0.0, p.number("payment.attention_sigma"), count)),
        forgetfulness=rng.beta(p.number("payment.forget_alpha"), p.number("payment.forget_beta"), count),
        resistance=np.exp(rng.normal(0.0, p.number("payment.resistance_sigma"), count)),
        support=np.exp(rng.normal(0.0, p.number("payment.support_sigma"), count)),
        reach=rng.normal(p.number("contact.reach_mean"), p.number("contact.reach_sigma"), count),
        payday=(1 + _choice(rng, p.numbers("borrowers.payday_shares"), count)).astype(np.int32),
        opened_on=np.full(count, months.ends_on, dtype=np.int32),
        owns_assets=rng.random(count) < np.clip(0.25 + 0.25 * log_income, 0.02, 0.9),
        wrong_number=rng.random(count) < p.number("contact.wrong_number_share"),
        holdout=is_held_out(ids.tolist(), share=share, salt=load_policy().salt),
    )


def draw_loans(
    rng: np.random.Generator,
    *,
    count: int,
    borrowers: Borrowers,
    tag: str,
    months: Months,
    parameters: Parameters,
) -> Loans:
    """Return ``count`` loans that all live after the start: the first ones one per borrower."""
    p = parameters
    people = len(borrowers.ids)
    second = rng.permutation(people)[: count - people]
    borrower = np.concatenate([np.arange(people), second]).astype(np.int32)
    terms = p.numbers("loans.term_months").astype(np.int32)
    term = terms[_choice(rng, p.numbers("loans.term_shares"), count)]
    # Uniform over the days on which a loan of that term would still be running at the start.
    earliest = np.maximum(months.first_day, months.starts_on - (term * 30.4).astype(np.int32) + 15)
    disbursed = (earliest + rng.random(count) * (months.ends_on - 1 - earliest)).astype(np.int32)
    order = np.lexsort((borrower, disbursed))
    borrower, term, disbursed = borrower[order], term[order], disbursed[order]
    product = _choice(rng, p.numbers("loans.product_shares"), count)
    rate = np.round(p.numbers("loans.annual_rate_by_product")[product] + rng.uniform(-0.03, 0.03, count), 4)
    burden = p.number("loans.burden_median") * np.exp(rng.normal(0.0, p.number("loans.burden_sigma"), count))
    wanted = np.clip(burden, 0.03, 0.5) * borrowers.declared_income[borrower]
    monthly = rate / 12
    annuity = (1 - (1 + monthly) ** -term.astype(np.float64)) / monthly
    principal = np.maximum(np.round(wanted * annuity, -4), 50_000.0).astype(np.int64)
    fee = np.where(product == 2, int(100 * p.number("loans.card_fee")), 0).astype(np.int64)
    level = np.ceil(principal / annuity).astype(np.int64)
    parts = _amortised(principal, monthly=monthly, level=level, term=term)
    return Loans(
        ids=np.array([f"L{tag}-{n:07d}" for n in range(1, count + 1)], dtype=object),
        borrower=borrower,
        product=product,
        portfolio=_choice(rng, p.numbers("loans.portfolio_shares"), count),
        disbursed_on=disbursed,
        term=term,
        principal=principal,
        annual_rate=rate,
        instalment=level + fee,
        due_on=_due_days(disbursed, numbers=int(terms.max())),
        principal_due=parts,
        interest_due=level[:, None] - parts,
        fee_due=fee,
    )


def _choice(rng: np.random.Generator, shares: Floats, count: int) -> Ints:
    edges = np.cumsum(shares / shares.sum())
    found = np.searchsorted(edges, rng.random(count), side="right")
    return np.minimum(found, len(shares) - 1).astype(np.int32)


def _due_days(disbursed: Ints, *, numbers: int) -> Ints:
    day = disbursed.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    of_month = np.minimum((day - month.astype("datetime64[D]")).astype(np.int32), 27)
    following = month[:, None] + np.arange(1, numbers + 1).astype("timedelta64[M]")
    days: Ints = following.astype("datetime64[D]").astype(np.int32) + of_month[:, None]
    return days


def _amortised(
    principal: NDArray[np.int64], *, monthly: Floats, level: NDArray[np.int64], term: Ints
) -> NDArray[np.int64]:
    """Return the principal part of each instalment; the last one takes what is left."""
    parts = np.zeros((len(principal), int(term.max(initial=1))), dtype=np.int64)
    left = principal.copy()
    for number in range(parts.shape[1]):
        last = number == term - 1
        interest = np.round(left * monthly).astype(np.int64)
        part = np.where(last, left, np.minimum(level - interest, left))
        parts[:, number] = np.where(number < term, part, 0)
        left -= parts[:, number]
    return parts
