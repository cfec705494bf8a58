"""The page of figures on real data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.real_data_studies import DataSet
from pipelines.sources.importing import ImportReport

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

Written by `make real-data TRAIN=DIR EVAL=DIR`. No data set is shipped; a user can fetch each from its source below. Every
set is imported as a book (`duecourse import`), so these are figures of the same features, labels and code that a
lender's own book goes through. AUC with 95 % bootstrap interval by the unit named; *mean of folds* weighs each fold
alike and differs from *pooled*, so both stand. Protected columns (sex, age, marriage, education, region) never enter a
model. The champion here is an untuned LightGBM of depth 6; where the scorecard is ahead, the table shows it.

"""

REPAIRED = """
## Sources, and what their importers repaired

"""

TAIL = """
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


def page(rows: Sequence[Row], imports: Sequence[tuple[DataSet, ImportReport]]) -> str:
    """Return the whole page: figures, then where each set comes from and what its import repaired."""
    titles = "| " + " | ".join(COLUMNS) + " |\n" + "| " + " | ".join("---" for _ in COLUMNS) + " |\n"
    table = titles + "".join("| " + " | ".join(row.cells) + " |\n" for row in rows)
    told = "".join(import_line(data, report) for data, report in imports)
    return HEAD + table + REPAIRED + told + TAIL


def import_line(data: DataSet, report: ImportReport) -> str:
    """Return what a reader must know of one set: source, loans, repairs in all and by cause, rows left out."""
    lines = [
        f"- **{data.title}** (`duecourse import {data.importer}`): {data.origin} {report.rows['loans']:,} loan rows."
    ]
    for what, counted in (("repairs", report.repairs), ("rows left out", report.losses)):
        causes = "; ".join(f"{cause} ({count:,})" for cause, count in counted.items() if count)
        total = sum(counted.values())
        lines.append(f"  {total:,} {what}{': ' + causes if causes else ''}.")
    return "\n".join(lines) + "\n"


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
