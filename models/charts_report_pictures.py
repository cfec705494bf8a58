"""Every picture of a committee report in one language, as inline SVG: a table of contents in code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.charts_report import leads_told, plot_capture, plot_leads, plot_lift, plot_reliability
from models.charts_report_dependence import plot_dependence
from models.charts_report_months import plot_month_auc, plot_month_level, plot_month_psi, plot_split
from models.charts_report_readings import Reading, reading_of
from models.charts_report_style import Language, said, sheet, told
from models.charts_report_svg import svg_text
from models.charts_report_why import plot_account, plot_importance, plot_summary, steps_of
from models.report_fields_judged import Curves, Verdict
from models.report_numbers import ReportNumbers


@dataclass(frozen=True)
class ReportPictures:
    """Inline SVG by place, drawn when asked for; the same numbers give the same bytes.

    Parameters
    ----------
    numbers
        Of the report.
    language
        Of axes, keys, feature names and of what a screen reader says.
    """

    numbers: ReportNumbers
    language: Language

    @cached_property
    def split(self) -> str | None:
        """Return the rows of each month by what they were used for; None without time."""
        return self._by_month(plot_split, height=170)

    @cached_property
    def leads(self) -> str | None:
        """Return the lead in AUC over each challenger by bucket; None when no challenger can be told."""
        verdicts = leads_told(self._verdicts)
        rows = sum(1.3 + len(one["rivals"]) for one in verdicts)
        if not verdicts:
            return None
        return self._drawn(plot_leads, verdicts, sheet(17 * rows + 70, left=132, top=26, bottom=36))

    @cached_property
    def capture(self) -> dict[str, str]:
        """Return the capture curves by bucket, pooled last unless it repeats the only bucket."""
        return self._by_bucket(plot_capture)

    @cached_property
    def lift(self) -> dict[str, str]:
        """Return the lift curves by bucket."""
        return self._by_bucket(plot_lift, height=210)

    @cached_property
    def calibration(self) -> dict[str, str]:
        """Return what was said against what happened, by bucket."""
        return self._by_bucket(plot_reliability)

    @cached_property
    def importance(self) -> dict[str, str]:
        """Return the strongest features as bars, by component."""
        return {
            name: self._drawn(plot_importance, rows, _rows(min(len(rows), 10)), self._title(name))
            for name, rows in self.numbers.importance.items()
        }

    @cached_property
    def summary(self) -> dict[str, str]:
        """Return the beeswarm of the ten strongest features, by component."""
        return {
            name: self._drawn(plot_summary, rows, _rows(len(rows), each=36, top=26), self._title(name))
            for name, rows in self.numbers.summary.items()
        }

    @cached_property
    def dependence(self) -> dict[str, dict[str, str]]:
        """Return Shapley value against feature value, by component and feature."""
        return {
            name: {
                one["feature"]: self._drawn(
                    plot_dependence,
                    one,
                    sheet(210, left=38, top=48, bottom=24),
                    told(one, "meaning", self.language),
                )
                for one in features
            }
            for name, features in self.numbers.dependence.items()
        }

    @cached_property
    def accounts(self) -> dict[str, tuple[str, ...]]:
        """Return how each account's score came about, by component, in the order of the accounts."""
        return {
            name: tuple(
                self._drawn(
                    plot_account, part, _rows(len(steps_of(part, language=self.language)), top=26),
                    told(account, "label", self.language),
                )
                for account in self.numbers.accounts
                for part in account["parts"]
                if part["component"] == name
            )
            for name in self.numbers.explained
        }  # fmt: skip

    @cached_property
    def month_auc(self) -> str | None:
        """Return the AUC month by month; None without time."""
        return self._by_month(plot_month_auc, height=170)

    @cached_property
    def month_level(self) -> str | None:
        """Return probability and event rate month by month; None without time."""
        return self._by_month(plot_month_level, height=150)

    @cached_property
    def month_psi(self) -> str | None:
        """Return the shift of the scores month by month; None without time."""
        return self._by_month(plot_month_psi, height=140)

    @property
    def _verdicts(self) -> tuple[Verdict, ...]:
        told_apart = self.numbers.verdicts
        return told_apart[:1] if len(told_apart) == 2 else told_apart

    @property
    def _curves(self) -> dict[str, Curves]:
        curves = dict(self.numbers.curves)
        if len(self._verdicts) == 1 and len(curves) == 2:
            curves.pop("pooled", None)
        return curves

    def _by_month(self, plot: Callable[..., Axes], *, height: float) -> str | None:
        if not self.numbers.by_month:
            return None
        return self._drawn(plot, self.numbers.by_month, sheet(height, left=38, top=26, bottom=20))

    def _by_bucket(self, plot: Callable[..., Axes], *, height: float = 300) -> dict[str, str]:
        return {
            name: self._drawn(
                plot,
                one,
                sheet(height, left=38, right=14, top=40, bottom=36),
                told(one, "bucket", self.language),
            )
            for name, one in self._curves.items()
        }

    def _title(self, component: str) -> str:
        return told(self.numbers.explained[component], "title", self.language)

    def _drawn(self, plot: Callable[..., Axes], shown: Any, ax: Axes, subject: str = "") -> str:
        plot(shown, ax, language=self.language)
        reading: Reading = reading_of(plot)
        title = said(reading.title, self.language)
        if subject:
            title += said((": ", "："), self.language) + subject
        figure = cast("Figure", ax.get_figure(root=True))
        return svg_text(figure, title=title, description=said(reading.how, self.language))


def _rows(count: int, *, each: float = 27, top: float = 6) -> Axes:
    return sheet(each * count + top + 36, left=8, top=top, bottom=36)
