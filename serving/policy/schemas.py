"""Decisions as a table for files and screens, and counted for a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from serving.decision import Decision

PLAIN = (
    "case_id",
    "loan_id",
    "borrower_id",
    "as_of",
    "product",
    "portfolio",
    "bucket",
    "dpd",
    "arrears",
    "currency",
    "action",
    "arm",
    "rank",
    "priority",
    "propensity",
    "needs_approval",
    "tier",
    "offer",
    "due_by",
    "lawful_from",
    "lawful_until",
    "why_en",
    "why_zh",
    "policy_version",
)
TEXTS = frozenset(PLAIN) - {"dpd", "arrears", "rank", "priority", "propensity", "needs_approval"}


def decisions_to_frame(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Return one row per decision, in their order: plain fields, scores, values and rules that refused.

    Columns ``score_<name>``, ``band_<name>``, ``value_<action>`` (minor units) and ``refused_by``
    (rule ids joined by a space), ``duties`` joined likewise.
    """
    frame = pd.DataFrame(
        {name: [getattr(row, name) for row in decisions] for name in PLAIN}, columns=list(PLAIN)
    )
    frame = frame.astype({**dict.fromkeys(TEXTS, "str"), "arrears": "Int64"})
    frame["cause"] = pd.Series([str(row.facts.get("cause", "")) for row in decisions], dtype="str")
    frame["duties"] = pd.Series([" ".join(row.duties) for row in decisions], dtype="str")
    frame["refused_by"] = pd.Series([" ".join(refusing_rules(row)) for row in decisions], dtype="str")
    for score in sorted({name for row in decisions for name in row.scores}):
        frame[f"score_{score}"] = pd.Series([row.scores.get(score) for row in decisions], dtype="float64")
    for score in sorted({name for row in decisions for name in row.bands}):
        frame[f"band_{score}"] = pd.Series([row.bands.get(score) for row in decisions], dtype="str")
    for action in ("call", "message", "visit"):
        values = [next((v.value for v in row.values if v.action == action), None) for row in decisions]
        frame[f"value_{action}"] = pd.Series(values, dtype="float64")
    return frame


def refusing_rules(decision: Decision) -> tuple[str, ...]:
    """Return the ids of the rules that refused any action, each once, in the order asked."""
    return tuple(dict.fromkeys(row.rule for row in decision.gates if row.verdict == "refused"))


def summary(decisions: Iterable[Decision]) -> dict[str, Any]:
    """Return the counts of a night, ready for ``json.dumps``.

    Keys: ``accounts``, ``by_action``, ``by_arm``, ``by_cause``, ``by_bucket`` (bucket → action →
    count), ``refused_by_rule`` (accounts that a rule forbade something), ``duties``, ``unscored``,
    ``needs_approval``, ``owed_but_waiting`` (contacts owed for which the day has no capacity).
    """
    rows = list(decisions)
    buckets = sorted({row.bucket for row in rows})
    return {
        "accounts": len(rows),
        "by_action": _counts(row.action for row in rows),
        "by_arm": _counts(row.arm for row in rows),
        "by_cause": _counts(str(row.facts.get("cause", "")) for row in rows),
        "by_bucket": {name: _counts(row.action for row in rows if row.bucket == name) for name in buckets},
        "refused_by_rule": _counts(rule for row in rows for rule in refusing_rules(row)),
        "duties": _counts(duty for row in rows for duty in row.duties),
        "unscored": sum(row.facts.get("scored") is False for row in rows),
        "needs_approval": sum(row.needs_approval for row in rows),
        "owed_but_waiting": sum(row.facts.get("cause") == "waiting" for row in rows),
    }


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))
