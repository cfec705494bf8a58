"""The charts of one report in one language, as drawings that a page may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from models.report_numbers import ReportNumbers
from pipelines.report.words import Language


@dataclass(frozen=True)
class Pictures:
    """Drawings by their place on the page; an absent one is None.

    Parameters
    ----------
    split
        How the observations of each month were used.
    rivals
        AUC by bucket, champion and challengers.
    capture, calibration
        By bucket.
    summary
        By component: the ten strongest features.
    dependence
        By component, then by feature.
    months
        The score month by month.
    """

    split: Markup | None = None
    rivals: Markup | None = None
    capture: Mapping[str, Markup | None] = field(default_factory=dict)
    calibration: Mapping[str, Markup | None] = field(default_factory=dict)
    summary: Mapping[str, Markup | None] = field(default_factory=dict)
    dependence: Mapping[str, Mapping[str, Markup | None]] = field(default_factory=dict)
    months: Markup | None = None


def pictures_of(numbers: ReportNumbers, *, language: Language) -> Pictures:
    """Return every chart of a report, its words in one language."""
    return Pictures()
