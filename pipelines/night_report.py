"""A night in figures: accounts by bucket, what is unscored, who is contacted and who is left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from serving.decision import ACTIONS, Decision


@dataclass(frozen=True)
class NightReport:
    """What a night did.

    Parameters
    ----------
    as_of
        The morning the worklist is for.
    accounts
        Accounts by bucket.
    unscored
        Slices without an approved model, with their number of accounts.
    actions
        Decisions by action.
    arms
        Decisions by arm: policy, holdout, audit.
    refusals
        Refused (case, action) pairs by rule, most first.
    examples
        Decisions worth reading: the first of each action.
    models
        Content hash of each model that spoke.
    folder
        Where the files of the night lie.
    worklist
        Where the worklist lies, without any password.
    """

    as_of: date
    accounts: Mapping[str, int]
    unscored: Mapping[str, int]
    actions: Mapping[str, int]
    arms: Mapping[str, int]
    refusals: Mapping[str, int]
    examples: tuple[Decision, ...]
    models: Mapping[str, str]
    folder: Path
    worklist: str

    def to_json(self) -> dict[str, object]:
        """Return the report as a JSON document."""
        return {
            "as_of": str(self.as_of),
            "accounts": dict(self.accounts),
            "unscored": dict(self.unscored),
            "actions": dict(self.actions),
            "arms": dict(self.arms),
            "refusals": dict(self.refusals),
            "models": dict(self.models),
            "folder": str(self.folder),
            "worklist": self.worklist,
        }


def report_of(
    decisions: Sequence[Decision],
    *,
    as_of: date,
    accounts: Mapping[str, int],
    unscored: Mapping[str, int],
    models: Mapping[str, str],
    folder: Path,
    worklist: str,
) -> NightReport:
    """Return the figures of a night's decisions."""
    actions = Counter(decision.action for decision in decisions)
    refused = Counter(
        gate.rule for decision in decisions for gate in decision.gates if gate.verdict == "refused"
    )
    return NightReport(
        as_of=as_of,
        accounts={str(name): int(n) for name, n in accounts.items()},
        unscored=dict(unscored),
        actions={action: actions.get(action, 0) for action in ACTIONS},
        arms=dict(Counter(decision.arm for decision in decisions)),
        refusals=dict(refused.most_common()),
        examples=_examples(decisions),
        models=dict(models),
        folder=folder,
        worklist=worklist,
    )


def _examples(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Return one decision of each action, chosen on its worth where there is one, and at most three."""
    wanted = {
        "visit": ("worth", "audit"),
        "call": ("worth",),
        "nothing": ("not_worth",),
        "message": ("worth",),
    }
    chosen = []
    for action, causes in wanted.items():
        told = [decision for decision in decisions if decision.action == action and decision.reasons]
        told.sort(key=lambda decision: decision.facts.get("cause") not in causes)
        chosen += told[:1]
    return tuple(chosen[:3])
