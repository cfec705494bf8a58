"""The page of figures on real data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS = (
    "source",
    "target",
    "how",
    "rows",
    "base rate",
    "champion AUC (pooled)",
    "scorecard",
    "best ranker",
    "champion, mean of folds",
    "scorecard, mean of folds",
)

HEAD = """# Figures on real data

Written by `make real-data TRAIN=DIR EVAL=DIR`. No data set is shipped; each line names its source, which a user
can fetch. AUC with 95 % bootstrap interval by the unit named; *mean of folds* weighs each fold alike and differs
from *pooled*, so both stand. Protected columns (sex, age, marriage, education, region) never enter a model. The
champion here is an untuned LightGBM of depth 6.

"""

TAIL = """
Sources: UCI Machine Learning Repository, data set 350 (*default of credit card clients*, CC BY 4.0). KRUK S.A.
university course data on purchased consumer debts (no licence stated: internal evaluation only).

KRUK accounts are imported as a book that starts on 2020-01-01 (the source is undated); the model sees what was known
on 2020-07-01 and is judged on payments of months 7–12, net of reversals. Folds and intervals draw whole portfolios.

No public data set has audited labels of willful default, so no line of this page is about them.
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: figures as text."""

    cells: tuple[str, ...]

    @classmethod
    def of(
        cls,
        source: str,
        target: str,
        how: str,
        found: Mapping[str, Any],
        *,
        means: Sequence[Mapping[str, float]],
    ) -> Row:
        """Return the line of one study from its evaluation and its folds' AUCs."""
        rivals = found["challengers"]
        rankers = {name: figures for name, figures in rivals.items() if name != "scorecard"}
        best = max(rankers, key=lambda name: rankers[name]["auc"]["value"], default=None)
        return cls(
            (
                source,
                target,
                how,
                f"{found['n']:,}",
                f"{found['base_rate']:.3f}",
                interval(found["auc"]),
                interval(rivals["scorecard"]["auc"]),
                "none" if best is None else f"{best}: {interval(rankers[best]['auc'])}",
                _mean(means, "champion"),
                _mean(means, "scorecard"),
            )
        )


def page(rows: Sequence[Row]) -> str:
    """Return the whole page."""
    titles = "| " + " | ".join(COLUMNS) + " |\n" + "| " + " | ".join("---" for _ in COLUMNS) + " |\n"
    return HEAD + titles + "".join("| " + " | ".join(row.cells) + " |\n" for row in rows) + TAIL


def interval(auc: Mapping[str, float | None]) -> str:
    """Return an AUC with its interval.

    Examples
    --------
    >>> interval({"value": 0.75, "low": 0.7, "high": 0.8})
    '0.750 (0.700–0.800)'
    """
    if auc["low"] is None or auc["high"] is None:
        return f"{auc['value']:.3f}"
    return f"{auc['value']:.3f} ({auc['low']:.3f}–{auc['high']:.3f})"


def _mean(means: Sequence[Mapping[str, float]], name: str) -> str:
    if not means:
        return ""
    return f"{sum(fold[name] for fold in means) / len(means):.3f}"
