"""The charts of one report in one language, as drawings that a page may hold.

How each is drawn stands in ``models.charts_report*``. A drawing's inline styles become plain attributes, so that
the page's policy can forbid every style but its own sheet, and its description goes: the caption says the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from markupsafe import Markup

from models.report_numbers import ReportNumbers
from pipelines.report.words import Language, typeset

Drawings = Mapping[str, Markup]


@dataclass(frozen=True)
class Pictures:
    """Drawings by their place on the page; an absent one is None, or missing from its mapping.

    Parameters
    ----------
    split
        How the observations of each month were used.
    leads
        The lead over each challenger, by bucket.
    capture, calibration
        By bucket.
    summary
        By component: the ten strongest features.
    dependence
        By component, then by feature.
    months
        ``level``, ``auc`` and ``psi`` month by month; empty when the rows have no time.
    """

    split: Markup | None = None
    leads: Markup | None = None
    capture: Drawings = field(default_factory=dict)
    calibration: Drawings = field(default_factory=dict)
    summary: Drawings = field(default_factory=dict)
    dependence: Mapping[str, Drawings] = field(default_factory=dict)
    months: Drawings = field(default_factory=dict)


def pictures_of(numbers: ReportNumbers, *, language: Language) -> Pictures:
    """Return every chart of a report, its words in one language; the same numbers give the same bytes."""
    from models.charts_report_pictures import ReportPictures

    drawn = ReportPictures(numbers, language)

    places = count(1)

    def each(svgs: Mapping[str, str | None]) -> dict[str, Markup]:
        return {name: fitted(svg, language=language, place=next(places)) for name, svg in svgs.items() if svg}

    single = each({"split": drawn.split, "leads": drawn.leads})
    return Pictures(
        split=single.get("split"),
        leads=single.get("leads"),
        capture=each(drawn.capture),
        calibration=each(drawn.calibration),
        summary=each(drawn.summary),
        dependence={name: each(features) for name, features in drawn.dependence.items()},
        months=each({"level": drawn.month_level, "auc": drawn.month_auc, "psi": drawn.month_psi}),
    )


def fitted(svg: str, *, language: Language, place: int) -> Markup:
    """Return a drawing without inline styles or description, its texts set as the language sets them.

    Its ids bear its place on the page, so that two equal drawings may stand on one.

    Examples
    --------
    >>> drawn = '<svg aria-labelledby="at ad"><desc id="ad">x</desc><text style="fill: #111">20 %</text></svg>'
    >>> str(fitted(drawn, language="zh", place=7))
    '<svg aria-labelledby="p7at"><text fill="#111">20%</text></svg>'
    """
    svg = re.sub(r"<desc[^>]*>.*?</desc>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'aria-labelledby="(\w+)[^"]*"', rf'aria-labelledby="p{place}\1"', svg)
    svg = re.sub(r'( id="|href="#|url\(#)', rf"\1p{place}", svg)
    svg = re.sub(r'style="([^"]*)"', lambda found: _attributes(found[1]), svg)
    return Markup(re.sub(r"(?<=>)[^<>]+(?=</)", lambda found: typeset(found[0], language=language), svg))


def _attributes(style: str) -> str:
    told = [part.split(":", 1) for part in style.split(";") if ":" in part]
    return " ".join(f'{name.strip()}="{value.strip()}"' for name, value in told)
