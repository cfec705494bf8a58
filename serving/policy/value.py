"""What each action is worth for each account: expected recovery x stated effect - cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from serving.policy.case import Case
from serving.policy.lender import CONTACTS, LenderPolicy


class CurrencyUnknown(ValueError):
    """An account is kept in a currency for which the policy has no rate, so that no cost is known."""


@dataclass(frozen=True)
class Worth:
    """Arrays over accounts; the columns of two-dimensional ones are call, message, visit.

    Parameters
    ----------
    p_bad
        Probability that the account does not pay by itself.
    p_source
        Name of the score it comes from, or ``base rate`` when no model speaks for the account.
    cell
        Cell of the matrix of ability and willingness.
    recovery, cost
        Expected incremental recovery and cost of each action, minor units.
    """

    p_bad: NDArray[np.float64]
    p_source: tuple[str, ...]
    cell: tuple[str, ...]
    recovery: NDArray[np.float64]
    cost: NDArray[np.float64]

    @property
    def value(self) -> NDArray[np.float64]:
        """Return recovery minus cost."""
        return self.recovery - self.cost


def worth_of(cases: Sequence[Case], *, policy: LenderPolicy) -> Worth:
    """Return what calling, messaging and visiting each account is expected to bring.

    recovery = (arrears x recovered share + balance not yet due x share at stake)
    x P(does not pay by itself) x effect x factor of the cell.
    An account that will pay by itself has little to gain, so it is left alone.

    Raises
    ------
    CurrencyUnknown
        When the policy has no rate for an account's currency.
    """
    rates = _rates(cases, policy)
    pairs = [p_bad_of(case, policy=policy) for case in cases]
    cells = tuple(cell_of(case, policy=policy) for case in cases)
    p_bad = np.array([p for p, _ in pairs], dtype=np.float64)
    buckets = [case.bucket or "" for case in cases]
    sums = np.array([_sum_at_stake(case, policy) for case in cases], dtype=np.float64)
    effect = np.array(
        [
            [policy.effects[a].get(bucket, 0.0) * policy.matrix[cell].factors[a] for a in CONTACTS]
            for bucket, cell in zip(buckets, cells, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(cases), len(CONTACTS))
    recovery = (sums * p_bad)[:, None] * np.minimum(effect, 1.0)
    cost = rates[:, None] * np.array([policy.cost[a] for a in CONTACTS], dtype=np.float64)
    return Worth(p_bad, tuple(source for _, source in pairs), cells, recovery, cost)


def _sum_at_stake(case: Case, policy: LenderPolicy) -> float:
    arrears = max(case.arrears or 0, 0)
    principal = arrears if case.arrears_principal is None else case.arrears_principal
    not_yet_due = max((case.balance or 0) - principal, 0)
    bucket = case.bucket or ""
    return arrears * policy.recovered.get(bucket, 0.0) + not_yet_due * policy.at_stake.get(bucket, 0.0)


def p_bad_of(case: Case, *, policy: LenderPolicy) -> tuple[float, str]:
    """Return the probability that the account does not pay by itself, and who says so."""
    for name, sense in policy.probability.items():
        if name in case.scores:
            p = case.scores[name]
            return (p if sense == "bad" else 1.0 - p), name
    return policy.base_rate.get(case.bucket or "", 0.0), "base rate"


def cell_of(case: Case, *, policy: LenderPolicy) -> str:
    """Return the cell of ability and willingness; ``unknown`` while the evidence is not sufficient.

    A shock against ability (C5) makes the debtor unable until it was checked, whatever a model says.
    """
    able, willing = case.scores.get("p_able"), case.scores.get("p_willing")
    if case.unable_shock or case.unable_shock is None:
        unwilling = willing is not None and willing < policy.review["p_willing"]
        return "unwilling_unable" if unwilling else "willing_unable"
    if able is None or willing is None:
        return "unknown"
    return (
        f"{'willing' if willing >= policy.review['p_willing'] else 'unwilling'}_"
        f"{'able' if able >= policy.review['p_able'] else 'unable'}"
    )


def _rates(cases: Sequence[Case], policy: LenderPolicy) -> NDArray[np.float64]:
    used = {case.currency or policy.currency for case in cases}
    missing = sorted(used - set(policy.currencies))
    if missing:
        ids = [case.loan_id for case in cases if case.currency in missing]
        raise CurrencyUnknown(
            f"Expected currencies of the policy ({', '.join(policy.currencies)}), found {missing} "
            f"on {len(ids)} accounts: {ids[:5]}. Add the rate to [currencies] of the lender's file."
        )
    home = policy.currencies[policy.currency]
    return np.array(
        [policy.currencies[case.currency or policy.currency] / home for case in cases], dtype=np.float64
    )
