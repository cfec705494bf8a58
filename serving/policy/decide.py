"""One decision for each overdue account: owed first, then worth, inside the rules and the day's capacity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import overload

from features.progress import counted
from serving.decision import Action, Decision
from serving.policy.case import Case
from serving.policy.lender import CONTACTS, LenderPolicy
from serving.policy.night import night_of
from serving.policy.packs import Pack
from serving.policy.plan import plan_of
from serving.policy.tighten import tightened
from serving.policy.verdict import decision_of


class CasesUnfit(ValueError):
    """Cases were read as of another day than the one decided for, or one of them comes twice."""


@dataclass(frozen=True)
class Decisions(Sequence[Decision]):
    """The night's decisions, first rank first, then those left alone; and what they take of the day.

    Parameters
    ----------
    used, capacity
        By action: minutes of calls, messages, visits.
    prices
        Worth of one more unit of each, minor units of the policy's currency.
    gap
        Share by which the value shared out by worth may lie below the best possible.
    """

    rows: tuple[Decision, ...]
    used: Mapping[Action, float]
    capacity: Mapping[Action, float]
    prices: Mapping[Action, float]
    gap: float

    def __len__(self) -> int:
        """Return the number of overdue accounts."""
        return len(self.rows)

    def __iter__(self) -> Iterator[Decision]:
        """Return the decisions one after the other."""
        return iter(self.rows)

    @overload
    def __getitem__(self, index: int) -> Decision: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Decision]: ...

    def __getitem__(self, index: int | slice) -> Decision | Sequence[Decision]:
        """Return the decision, or decisions, at that place."""
        return self.rows[index]


def decide(cases: Sequence[Case], *, pack: Pack, policy: LenderPolicy, as_of: date, seed: int) -> Decisions:
    """Return one decision for every overdue account, also for those left alone and those unscored.

    Order of precedence: rules that forbid; the holdout; the audit draw; contacts owed whatever the
    score (48 hours, day 5, broken promises); worth under capacity. A debtor is contacted once a
    day for all loans. A visit is only ever proposed: two people must approve it.

    Parameters
    ----------
    cases
        As ``cases_from_book`` reads them; accounts at dpd 0 are passed over.
    pack
        Conduct rules of the debtors' country, before the lender's tightening.
    seed
        Decides ties and the audit draw, together with ids and day; the holdout is permanent and
        does not depend on it.

    Raises
    ------
    CasesUnfit
        When a case holds for another day, or a case comes twice.
    PolicyRefused
        When the policy would loosen the pack.
    """
    _check_cases(cases, as_of)
    overdue = sorted((case for case in cases if case.dpd is None or case.dpd >= 1), key=lambda c: c.loan_id)
    night = night_of(overdue, pack=tightened(pack, policy), policy=policy, as_of=as_of, seed=seed)
    plan = plan_of(night, salt=f"{policy.salt}:{seed}:{as_of.isoformat()}")
    rows = [decision_of(night, row, plan=plan) for row in counted(range(len(overdue)), stage="decisions")]
    rows.sort(key=lambda decision: (decision.rank == 0, decision.rank, decision.loan_id))
    return Decisions(
        rows=tuple(rows),
        used={action: float(plan.used[i]) for i, action in enumerate(CONTACTS)},
        capacity=dict(policy.capacity),
        prices={action: float(plan.prices[i]) for i, action in enumerate(CONTACTS)},
        gap=plan.gap,
    )


def _check_cases(cases: Sequence[Case], as_of: date) -> None:
    other = [case.loan_id for case in cases if case.as_of != as_of]
    if other:
        raise CasesUnfit(
            f"Expected cases as of {as_of.isoformat()}, found {len(other)} of another day: {other[:5]}. "
            "Read them again as of the day decided for."
        )
    ids = [case.case_id for case in cases]
    if len(set(ids)) < len(ids):
        twice = sorted({case_id for case_id in ids if ids.count(case_id) > 1})
        raise CasesUnfit(f"Expected each case once, found {len(twice)} twice: {twice[:5]}. Drop the copies.")
