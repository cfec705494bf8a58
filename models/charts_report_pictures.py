"""Every picture of a committee report in one language, as inline SVG: a table of contents in code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.charts_report import plot_capture, plot_leads, plot_lift, plot_reliability
from models.charts_report_dependence import plot_dependence
from models.charts_report_months import plot_month_auc, plot_month_level, plot_month_psi, plot_split
from models.charts_report_style import Language, said, sheet, told
from models.charts_report_svg import svg_text
from models.charts_report_why import plot_account, plot_importance, plot_summary
from models.report_fields_judged import Verdict
from models.report_numbers import ReportNumbers
from models.report_words import Words


@dataclass(frozen=True)
class ReportPictures:
    """Inline SVG by place; what has no numbers to draw is None or absent.

    Parameters
    ----------
    split
        Rows of each month by what they were used for; None without time.
    leads
        Lead in AUC over each challenger by bucket; None when no challenger can be told.
    capture, lift, calibration
        By bucket name, ``pooled`` last.
    importance, summary
        By component.
    dependence
        By component, then by feature.
    accounts
        By component, one per account in their order.
    month_auc, month_level, month_psi
        Month by month; None without time.
    """

    split: str | None
    leads: str | None
    capture: Mapping[str, str]
    lift: Mapping[str, str]
    calibration: Mapping[str, str]
    importance: Mapping[str, str]
    summary: Mapping[str, str]
    dependence: Mapping[str, Mapping[str, str]]
    accounts: Mapping[str, tuple[str, ...]]
    month_auc: str | None
    month_level: str | None
    month_psi: str | None


def report_pictures(numbers: ReportNumbers, *, language: Language) -> ReportPictures:
    """Return every picture of a report; the same numbers give the same bytes.

    Parameters
    ----------
    language
        Of axes, keys, feature names and what a screen reader says.
    """

    def drawn(plot: Callable[..., Axes], shown: Any, ax: Axes, title: Words, subject: str = "") -> str:
        plot(shown, ax, language=language)
        name = said(title, language) + (said((": ", "："), language) + subject if subject else "")
        return svg_text(cast("Figure", ax.get_figure(root=True)), title=name, description=reading_of(plot))

    months, curves = numbers.by_month, numbers.curves
    named = {name: told(one, "bucket", language) for name, one in curves.items()}
    title = {name: told(one, "title", language) for name, one in numbers.explained.items()}
    timed = len(months) > 0
    return ReportPictures(
        split=drawn(plot_split, months, _month_sheet(170), SPLIT) if timed else None,
        leads=drawn(plot_leads, numbers.verdicts, _leads_sheet(numbers.verdicts), LEADS)
        if any(one["rivals"] for one in numbers.verdicts)
        else None,
        capture={name: drawn(plot_capture, one, _square(), CAPTURE, named[name]) for name, one in curves.items()},
        lift={name: drawn(plot_lift, one, _square(200), LIFT, named[name]) for name, one in curves.items()},
        calibration={
            name: drawn(plot_reliability, one, _square(), CALIBRATION, named[name]) for name, one in curves.items()
        },
        importance={
            name: drawn(plot_importance, one, _row_sheet(min(len(one), 10)), IMPORTANCE, title[name])
            for name, one in numbers.importance.items()
        },
        summary={
            name: drawn(plot_summary, one, _row_sheet(len(one), each=36, top=26), SUMMARY, title[name])
            for name, one in numbers.summary.items()
        },
        dependence={
            name: {
                one["feature"]: drawn(
                    plot_dependence, one, sheet(210, left=38, top=48, bottom=24), DEPENDENCE, told(one, "meaning", language)
                )
                for one in features
            }
            for name, features in numbers.dependence.items()
        },
        accounts={
            name: tuple(
                drawn(
                    plot_account, part, _row_sheet(len(part["contributions"]) + 1, top=26), ACCOUNT,
                    told(account, "label", language),
                )
                for account in numbers.accounts
                for part in account["parts"]
                if part["component"] == name
            )
            for name in numbers.explained
        },
        month_auc=drawn(plot_month_auc, months, _month_sheet(170), MONTH_AUC) if timed else None,
        month_level=drawn(plot_month_level, months, _month_sheet(150), MONTH_LEVEL) if timed else None,
        month_psi=drawn(plot_month_psi, months, _month_sheet(140), MONTH_PSI) if timed else None,
    )  # fmt: skip


def reading_of(plot: Callable[..., Axes]) -> str:
    """Return how to read a picture and what would be bad, as the docstring of its function says.

    Examples
    --------
    >>> reading_of(plot_lift)[:40]
    'How to read it: at 10 % of accounts a li'
    """
    paragraphs = [" ".join(part.split()) for part in (plot.__doc__ or "").split("\n\n")]
    return next((part for part in paragraphs if part.startswith("How to read it")), "")


def _month_sheet(height: float) -> Axes:
    return sheet(height, left=38, top=26, bottom=20)


def _square(height: float = 300) -> Axes:
    return sheet(height, left=38, right=14, top=40, bottom=36)


def _row_sheet(rows: int, *, each: float = 27, top: float = 6) -> Axes:
    return sheet(each * rows + top + 36, left=8, top=top, bottom=36)


def _leads_sheet(verdicts: Sequence[Verdict]) -> Axes:
    rows = sum(
        1.3 + sum(rival["difference"]["value"] is not None for rival in one["rivals"]) for one in verdicts
    )
    return sheet(17 * rows + 70, left=132, top=26, bottom=36)


SPLIT: Words = ("Rows by month and use", "各月样本的用途")
LEADS: Words = ("Lead over each challenger", "对各对照的领先")
CAPTURE: Words = ("Events found", "事件捕获")
LIFT: Words = ("Lift", "提升度")
CALIBRATION: Words = ("Said and happened", "预测与实际")
IMPORTANCE: Words = ("What moves the score", "影响分数的因素")
SUMMARY: Words = ("Shapley values of the strongest features", "最强特征的 Shapley 值")
DEPENDENCE: Words = ("Shapley value by feature value", "Shapley 值随特征取值")
ACCOUNT: Words = ("How the score came about", "分数的构成")
MONTH_AUC: Words = ("AUC by month", "各月 AUC")
MONTH_LEVEL: Words = ("Probability and rate by month", "各月概率与发生率")
MONTH_PSI: Words = ("Shift of the scores by month", "各月分数偏移")
