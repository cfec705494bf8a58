"""The numbers of the report a committee reads about one model; pictures and page only show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.bundle import Bundle
from models.report_accounts import RULE, accounts_told
from models.report_dependence import dependence_told
from models.report_explained import explained_rows, explained_told, ideas_told, importance_told, summary_told
from models.report_fields import Absent, Limit, ModelTold, PopulationTold
from models.report_fields_explained import Account, Dependence, Explained, Idea, Importance, Summary
from models.report_fields_judged import Curves, Month, Verdict, WillfulTold
from models.report_judged import curves_told, events_by_bucket, verdicts_told
from models.report_limits import limits_told
from models.report_model import model_told, population_told
from models.report_months import HOW, months_told
from models.report_rows import ReportRows, rows_of
from models.report_willful import willful_told
from models.report_words import in_chinese
from models.sample import Sample
from models.splits import Split


@dataclass(frozen=True)
class ReportNumbers:
    """Everything a committee report says, as plain values.

    Each key is documented by its record in `models.report_fields`, `models.report_fields_judged` and
    `models.report_fields_explained`. Fields keyed by component hold ``main`` for a classifier, ``able`` and
    ``willing`` for kind ``willful``, in the order of ``model["components"]``.

    Parameters
    ----------
    model
        Which model: name, meaning, window, hash, features, seed, versions, settings, reference, bands.
    population
        Who was looked at: rows, borrowers, events, money; by bucket and part; period, losses, split.
    evaluation
        The held-out figures as ``models.evaluate.evaluate`` returned them, untouched.
    verdicts
        One sentence per bucket, pooled last: beats its scorecard, is worse, or no proof of either.
    curves
        Capture, lift and reliability by bucket name, ``pooled`` last; a bucket of one outcome is left out.
    explained
        By component: what its Shapley values compare, and how many rows were explained.
    importance
        By component: every feature, strongest first.
    ideas
        By component: features of one idea summed, strongest first.
    summary
        By component: the ten strongest features as rows of a beeswarm.
    dependence
        By component: the same ten, Shapley value against feature value.
    accounts
        About ten held-out accounts with every reason, none of them named.
    accounts_rule_en, accounts_rule_zh
        How the accounts were chosen.
    by_month
        The score month by month, first to last; empty when the rows have no time.
    by_month_how_en, by_month_how_zh
        The formula of the PSI and how to read the table.
    limits
        What the report cannot claim, weightiest first.
    willful
        Three ways, coverage and the word on audited labels; None for a classifier.
    absent
        Figures that cannot be had, with the reason of each.
    """

    model: ModelTold
    population: PopulationTold
    evaluation: Mapping[str, Any]
    verdicts: tuple[Verdict, ...]
    curves: dict[str, Curves]
    explained: dict[str, Explained]
    importance: dict[str, tuple[Importance, ...]]
    ideas: dict[str, tuple[Idea, ...]]
    summary: dict[str, tuple[Summary, ...]]
    dependence: dict[str, tuple[Dependence, ...]]
    accounts: tuple[Account, ...]
    accounts_rule_en: str
    accounts_rule_zh: str
    by_month: tuple[Month, ...]
    by_month_how_en: str
    by_month_how_zh: str
    limits: tuple[Limit, ...]
    willful: WillfulTold | None
    absent: tuple[Absent, ...]


def report_numbers(
    bundle: Bundle,
    sample: Sample,
    *,
    split: Split | None,
    evaluation: Mapping[str, Any],
    seed: int,
    threads: int = 1,
) -> ReportNumbers:
    """Return the numbers of the report on a model, computed on the rows it was judged on.

    Parameters
    ----------
    bundle
        The model.
    sample
        The rows it was trained and judged on, or another sample of the same target.
    split
        The parts of that sample; None when the model was trained on another one.
    evaluation
        What `models.evaluate.evaluate` (or ``judge_willful``) returned for the held-out rows.
    seed
        Of the draws: intervals by month, which rows are explained, which are dots.
    threads
        Threads of LightGBM and of the Shapley kernel; no number depends on it.

    Raises
    ------
    AnotherTarget
        When the sample's label is not the model's.
    ReportRefused
        When split or evaluation are not of this sample and model.
    FeaturesRefused
        When the sample lacks a feature the model reads.
    """
    rows = rows_of(bundle, sample, split=split, evaluation=evaluation, threads=threads)
    told = explained_rows(rows, seed=seed, threads=threads)
    model, population = model_told(bundle), population_told(rows, split=split)
    verdicts = verdicts_told(evaluation, events=events_by_bucket(rows))
    by_month = months_told(rows, seed=seed)
    importance = {name: importance_told(one) for name, one in told.items()}
    summary = {name: summary_told(one, seed=seed) for name, one in told.items()}
    willful = willful_told(bundle, evaluation)
    limits = limits_told(
        model, population, evaluation=evaluation, verdicts=verdicts, by_month=by_month, importance=importance,
        summary=summary, willful=willful, alarms=[str(one) for one in bundle.manifest.get("alarms", ())],
    )  # fmt: skip
    return ReportNumbers(
        model=model,
        population=population,
        evaluation=evaluation,
        verdicts=verdicts,
        curves=curves_told(rows),
        explained={name: explained_told(one, target=bundle.name) for name, one in told.items()},
        importance=importance,
        ideas={name: ideas_told(one) for name, one in told.items()},
        summary=summary,
        dependence={name: dependence_told(one) for name, one in told.items()},
        accounts=accounts_told(rows, threads=threads),
        accounts_rule_en=RULE[0],
        accounts_rule_zh=RULE[1],
        by_month=by_month,
        by_month_how_en=HOW[0],
        by_month_how_zh=HOW[1],
        limits=limits,
        willful=willful,
        absent=tuple(_absent(rows, evaluation, verdicts=verdicts, by_month=by_month, willful=willful)),
    )


def _absent(
    rows: ReportRows,
    evaluation: Mapping[str, Any],
    *,
    verdicts: tuple[Verdict, ...],
    by_month: tuple[Month, ...],
    willful: WillfulTold | None,
) -> Iterator[Absent]:
    """Yield what cannot be had, with its reason."""
    for one in verdicts:
        if one["auc"]["low"] is None:
            yield _missing(f"verdicts.{one['bucket']}", one["sentence_en"], one["sentence_zh"])
    if not rows.timed:
        yield _missing("by_month", "the rows have no time", "数据没有时间")
    for month in by_month:
        if month["note_en"]:
            yield _missing(f"by_month.{month['month']}.auc", month["note_en"], month["note_zh"])
    if by_month and by_month[0]["psi"] is None:
        few = "the first month has too few rows to cut into bins"
        yield _missing("by_month.psi", few, "首月行数太少，无法分箱")
    if evaluation.get("cash_capture") is None:
        notes = [str(note) for note in evaluation.get("notes", []) if "cash capture" in str(note)]
        said = notes[0] if notes else "no figure of the ranking can be told"
        yield _missing("evaluation.cash_capture", said, in_chinese(said))
    for way in willful["ways"] if willful else ():
        if way["auc"] is None:
            yield _missing(f"willful.ways.{way['name']}", way["reason_en"], way["reason_zh"])


def _missing(what: str, english: str, chinese: str) -> Absent:
    return {"what": what, "reason_en": english, "reason_zh": chinese}
