"""The numbers of the report a committee reads about one model; pictures and page only show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.report_fields import Absent, Limit, ModelTold, PopulationTold
from models.report_fields_explained import Account, Dependence, Explained, Idea, Importance, Summary
from models.report_fields_judged import Curves, Month, Verdict, WillfulTold


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
