"""A night or a demo as a person reads it on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.cli.output import show_table, tell
from pipelines.demo import DemoReport
from pipelines.night_report import NightReport
from serving.decision import Decision

ACTION_WORDS = {
    "call": "call",
    "message": "message",
    "visit": "visit (proposed; two people approve)",
    "nothing": "leave alone",
}

SERVICE = "http://127.0.0.1:8321"
CONSOLE = f"{SERVICE}/console/"


def show_run(report: NightReport) -> None:
    """Show a night, and say beside its willful figures that nobody has audited labels of them."""
    show_night(report)
    if any("p_willful" in decision.scores for decision in report.examples):
        from models.willful_judging import NO_AUDITED_LABELS

        tell(NO_AUDITED_LABELS)


def show_night(report: NightReport) -> None:
    """Show accounts, decisions and three of them with their reasons."""
    show_table(
        f"Accounts on the morning of {report.as_of}", ("bucket", "accounts"), list(report.accounts.items())
    )
    for name, count in report.unscored.items():
        tell(f"Unscored: {count:,} accounts, {name}")
    arms = ", ".join(f"{arm} {count:,}" for arm, count in sorted(report.arms.items()))
    show_table(
        f"What to do today ({arms})",
        ("action", "accounts"),
        [(ACTION_WORDS[action], count) for action, count in report.actions.items()],
    )
    if report.refusals:
        most = ", ".join(f"{rule} {count:,}" for rule, count in list(report.refusals.items())[:3])
        tell(f"Rules that refused an action most often: {most}")
    for decision in report.examples:
        show_decision(decision)
    tell(f"Worklist: {report.worklist}   Files of the night: {report.folder}")


def show_decision(decision: Decision) -> None:
    """Show one decision: who, how much, how likely, what and why."""
    scores = ", ".join(_score(name, value, decision) for name, value in decision.scores.items())
    arrears = decision.arrears
    owed = "an unknown amount" if arrears is None else f"{arrears / 100:,.2f} {decision.currency}"
    tell(f"\n{decision.loan_id}: {decision.dpd} days, {owed} overdue; {scores}")
    tell(f"  → {decision.action}. {decision.why_en}")
    tell(f"    {decision.why_zh}")
    for reason in decision.reasons[:3]:
        tell(f"  · {reason.text_en}  {reason.text_zh}")


def _score(name: str, value: float, decision: Decision) -> str:
    band = decision.bands.get("willful" if name == "p_willful" else name, "")
    return f"{name} {value:.2f}" + (f" ({band})" if band else "")


def show_demo(report: DemoReport) -> None:
    """Show the demo's ending: figures, decisions, places and what to try next."""
    tell("")
    rows = [_figures(target, figures) for target, figures in report.evaluations.items()]
    show_table(
        "Judged on borrowers and months the model has not seen",
        ("model", "rows", "base rate", "AUC", "95 % interval", "captured in the top 20 %"),
        rows,
    )
    show_night(report.night)
    tell(f"\nReports to the committee, whole files that open in any browser, in {report.home / 'reports'}:")
    for file in report.reports:
        tell(f"  {file.name}")
    tell(
        "Next, the console in Chinese and English:\n"
        '  .venv/bin/duecourse key --name "Li Hua" --role collector   a key to sign in with, shown once\n'
        "      also --role supervisor (approves visits), data_scientist (models), committee (reports)\n"
        f"  make serve NOW={report.night.as_of}T10:00+08:00\n"
        f"  open {CONSOLE} and sign in with the key; the HTTP interface is explained at {SERVICE}/docs\n"
        "Next, the models:\n"
        f"  make mlflow   runs, metrics, plots and versions of {report.mlflow}\n"
        f"  .venv/bin/duecourse evaluate roll_30@champion {report.book} --as-of {report.matured_on} --out roll_30.json\n"
        "No audited labels of willful default exist: the willful model is proven only against this simulator's truth, "
        "and it never decides alone."
    )


def _figures(target: str, figures: Mapping[str, Any]) -> tuple[object, ...]:
    auc = figures.get("auc") or {}
    capture = (figures.get("capture") or {}).get("0.2")
    return (
        target,
        figures.get("n", 0),
        _share(figures.get("base_rate")),
        f"{auc['value']:.3f}" if auc.get("value") is not None else "–",
        f"{auc['low']:.3f}–{auc['high']:.3f}" if auc.get("low") is not None else "–",
        _share(capture),
    )


def _share(value: object) -> str:
    return f"{value:.1%}" if isinstance(value, float | int) else "–"
