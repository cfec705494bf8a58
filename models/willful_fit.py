"""From evidence to the two models of willful default: able to pay, willing to pay, kept apart."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.catalogue import Catalogue, FeatureSpec
from models.calibration import Calibration, fit_calibration
from models.components import Component, Labelled, fit_component
from models.positive_unlabelled import (
    Floats,
    Prior,
    PriorUnknown,
    positive_chance,
    positive_share,
    prior_from_unlabelled,
    prior_from_verified,
)
from models.sample import Sample
from models.splits import Split
from models.willful_cases import WillfulCases
from models.willful_heads import Heads, fit_heads, joint_log_odds, probability

STATED_PRECISION: Final = 0.6
"""Share of T2 cases that turn out willful, until the book can measure it. Assumed."""
FEWEST_T2: Final = 20
FEWEST_FOR_LINE: Final = 25
UNLABELLED_SAY: Final = 0.5
"""All unlabelled rows together weigh at most this much of all verified ones."""
TOWARDS_WILLFUL: Final = {
    "means_evidence_count": 1,
    "visit_income_seen_latest": 1,
    "visit_assets_seen_latest": 1,
    "shock_evidence_count": -1,
    "shock_reasons_count_180d": -1,
    "cash_short_reasons_count_90d": -1,
    "hardship_active_latest": -1,
    "hardship_count_365d": -1,
    "moratorium_active_latest": -1,
    "goodwill_evidence_count": -1,
    "inbound_count_90d": -1,
    "plan_requests_count_180d": -1,
    "offers_accepted_count_180d": -1,
    "doubt_evidence_count": 1,
    "refusals_count_90d": 1,
    "no_reason_count_90d": 1,
    "instalment_offers_refused_count_180d": 1,
}
"""+1 when more of it speaks for able-and-unwilling, -1 when against: a promise the trees keep. Other
features keep the direction of their catalogue row on willingness, and have none on capacity."""


@dataclass(frozen=True)
class WillfulParts:
    """The fitted parts of a willful model.

    Parameters
    ----------
    able, willing
        The two components.
    able_heads, willing_heads
        Their logistic heads, for the interval.
    joint
        Map of the product's log-odds to the log-odds of willful.
    stated
        How prior, precision and joint map were found, for the manifest.
    """

    able: Component
    willing: Component
    able_heads: Heads
    willing_heads: Heads
    joint: Calibration
    stated: dict[str, Any]


def fit_parts(
    cases: WillfulCases, *, sample: Sample, split: Split, catalogue: Catalogue, seed: int, threads: int
) -> WillfulParts:
    """Return the components, heads and joint map, fitted without the rows of the test part.

    Parameters
    ----------
    cases
        What evidence says of each row.
    sample
        The same rows with their features, groups and days.
    split
        Which rows teach, calibrate and judge.
    catalogue
        The features of both axes.
    """
    axes = {
        axis: Catalogue(tuple(_towards(spec) for spec in catalogue if spec.axis == axis))
        for axis in ("capacity", "willingness")
    }
    seen = np.sort(np.concatenate([split.train, split.calibrate]))
    able_y, able_weight = _able_rows(cases)
    able_parts = [
        _rows(sample, axes["capacity"], part, able_y, able_weight) for part in (split.train, split.calibrate)
    ]
    able = fit_component(
        able_parts[0], calibrate=able_parts[1], name="able", catalogue=axes["capacity"], risk_sign=1, seed=seed,
        threads=threads,
    )  # fmt: skip
    p_able = able.probability(sample.X, threads=threads)
    prior = _prior(cases, sample, seen, axes["willingness"])
    precision, measured = _precision(cases, seen)
    unwilling, weight = _unwilling_rows(
        cases, sample, seen, axes["willingness"], p_able=p_able, prior=prior, precision=precision
    )
    willing_parts = [
        _rows(sample, axes["willingness"], part, 1 - unwilling, weight)
        for part in (split.train, split.calibrate)
    ]
    willing = fit_component(
        willing_parts[0], calibrate=willing_parts[1], name="willing", catalogue=axes["willingness"], risk_sign=-1,
        seed=seed, threads=threads,
    )  # fmt: skip
    log_odds = joint_log_odds(p_able, willing.probability(sample.X, threads=threads))
    joint, how = _joint(log_odds, cases, split, seen, prior=prior)
    every = [_rows(sample, axis, seen, y, w) for axis, y, w in (
        (axes["capacity"], able_y, able_weight), (axes["willingness"], 1 - unwilling, weight))]  # fmt: skip
    stated = {
        "prior": vars(prior),
        "t2_precision": {"value": precision, "from": measured},
        "joint_from": how,
        "tiers": {name: int((cases.tier == name).sum()) for name in ("T3", "T3-no", "T2", "T1")},
        "propensity": f"{int(cases.propensity_logged.sum())} of {int(np.isfinite(cases.verdict).sum())} logged",
    }
    able_heads = fit_heads(every[0], contract=able.contract, seed=seed)
    willing_heads = fit_heads(every[1], contract=willing.contract, seed=seed + 1)
    return WillfulParts(able, willing, able_heads, willing_heads, joint, stated)


def _towards(spec: FeatureSpec) -> FeatureSpec:
    """Return the catalogue row with its direction towards willful.

    More trouble in general (a catalogue's direction) means less ability, not more, so it says
    nothing on capacity here.
    """
    own = 0 if spec.axis == "capacity" else spec.direction
    return replace(spec, direction=TOWARDS_WILLFUL.get(spec.name, own))


def _rows(
    sample: Sample, axis: Catalogue, rows: NDArray[np.int64], share: Floats, weight: Floats
) -> Labelled:
    """Return rows with a share of the event as hard rows: one of weight p for, one of 1 − p against."""
    rows = rows[weight[rows] > 0]
    twice = np.concatenate([rows, rows])
    y = np.concatenate([np.ones(len(rows)), np.zeros(len(rows))])
    split = np.concatenate([share[rows], 1 - share[rows]]) * weight[twice]
    kept = split > 1e-9
    order = np.argsort(twice[kept], kind="stable")
    at = twice[kept][order]
    names = list(axis.names)
    return Labelled(
        sample.X.iloc[at][names], y[kept][order], split[kept][order], sample.group[at], sample.as_of[at]
    )


def _able_rows(cases: WillfulCases) -> tuple[Floats, Floats]:
    """Return the ability seen and its weight.

    A visit sees ability and inability alike; papers show mostly ability and talks mostly inability. So
    rows not seen at a visit are weighted to the rate that visits found, where visits found both.
    """
    known = np.isfinite(cases.able)
    y = np.where(known, cases.able, 0.0)
    weight = known.astype(np.float64)
    seen = cases.visited
    rate = float(np.average(y[seen], weights=cases.weight[seen])) if seen.any() else np.nan
    others = known & ~seen
    if seen.any() and others.any() and 0 < rate < 1 and 0 < y[others].mean() < 1:
        mean = float(y[others].mean())
        weight[others] = np.where(y[others] == 1, rate / mean, (1 - rate) / (1 - mean))
    return y, weight


def _prior(cases: WillfulCases, sample: Sample, seen: NDArray[np.int64], axis: Catalogue) -> Prior:
    """Return the share of willful accounts: by audit, else by all verdicts, else from T3 and the rest."""
    y, weight = cases.verdict[seen], cases.weight[seen]
    gold = np.isfinite(y)
    audit = gold & cases.audited[seen]
    for rows, by, method in (
        (audit, np.ones(len(y)), "random audit visits"),
        (gold, weight, "verdicts, weighted by inverse propensity"),
    ):
        with suppress(PriorUnknown):
            return prior_from_verified(y[rows], by[rows], method=method)
    labelled = y == 1
    found = positive_chance(_matrix(sample, axis)[seen], labelled, weight=np.ones(len(seen)))
    return prior_from_unlabelled(found, labelled)


def _precision(cases: WillfulCases, seen: NDArray[np.int64]) -> tuple[float, str]:
    """Return the share of T2 cases that people found willful, when enough were decided."""
    both = cases.likely[seen] & np.isfinite(cases.verdict[seen])
    if int(both.sum()) < FEWEST_T2:
        return STATED_PRECISION, f"assumed: only {int(both.sum())} T2 cases were decided"
    y, weight = cases.verdict[seen][both], cases.weight[seen][both]
    return float(np.average(y, weights=weight)), f"measured on {int(both.sum())} decided T2 cases"


def _unwilling_rows(
    cases: WillfulCases,
    sample: Sample,
    seen: NDArray[np.int64],
    axis: Catalogue,
    *,
    p_able: Floats,
    prior: Prior,
    precision: float,
) -> tuple[Floats, Floats]:
    """Return how unwilling each row counts, and its weight.

    T3 is unwilling. T3-no is willing as far as the borrower was able; of one who was not able it
    says nothing. T2 counts by its precision. The rest is unlabelled: its shares add up to the
    prior of unwilling among those able, and together it weighs at most half of the verdicts.
    """
    share, weight = np.zeros(len(cases)), np.zeros(len(cases))
    gold = np.isfinite(cases.verdict)
    able = np.where(np.isfinite(cases.able), cases.able, p_able)
    share[gold] = cases.verdict[gold]
    weight[gold] = cases.weight[gold] * np.where(cases.verdict[gold] == 1, 1.0, able[gold])
    soft = ~gold & cases.likely
    share[soft], weight[soft] = precision, 1.0
    labelled = (share[seen] > 0.5) & (gold | soft)[seen]
    among_able = min(prior.value / max(float(p_able[seen].mean()), 0.05), 0.9)
    found = positive_chance(_matrix(sample, axis)[seen], labelled, weight=np.ones(len(seen)))
    shares = positive_share(found.chance, prior=among_able, labelled=labelled)
    rest = seen[~(gold | soft)[seen]]
    share[rest] = shares[~(gold | soft)[seen]]
    if len(rest):
        weight[rest] = min(1.0, UNLABELLED_SAY * float(weight[gold | soft].sum()) / len(rest))
    return share, weight


def _matrix(sample: Sample, axis: Catalogue) -> Floats:
    """Return the axis's numbers, NaN where missing."""
    return np.asarray(sample.X[list(axis.names)].to_numpy(dtype=np.float64), dtype=np.float64)


def _joint(
    log_odds: Floats, cases: WillfulCases, split: Split, seen: NDArray[np.int64], *, prior: Prior
) -> tuple[Calibration, str]:
    """Return the map of the product to willful: a line through the verdicts, else a shift to the prior."""
    gold = split.calibrate[np.isfinite(cases.verdict[split.calibrate])]
    y = cases.verdict[gold]
    if min(int((y == 1).sum()), int((y == 0).sum())) >= FEWEST_FOR_LINE:
        line = fit_calibration(log_odds[gold], y, cases.weight[gold])
        return (
            line,
            f"a line through {len(gold)} verdicts of the calibration part, weighted by inverse propensity",
        )
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        total = float(probability(log_odds[seen] + middle).mean())
        low, high = (middle, high) if total < prior.value else (low, middle)
    return Calibration(
        "shift", (0.0,), (high,), 1.0
    ), "a shift of the product to the prior: too few verdicts to fit"


__all__ = ["PriorUnknown", "WillfulParts", "fit_parts"]
