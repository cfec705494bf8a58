"""What the sections show beyond plain fields: what speaks for the model, bars of reasons, rows of slices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.report_fields_explained import Account, Importance, Part
from models.report_numbers import ReportNumbers
from pipelines.report.bars import Bar, bars_of, share_bar
from pipelines.report.words import Words

STRONGEST = 10
TOLD_PER_ACCOUNT = 7
"""Reasons told one by one of an account; the weaker ones are told as their sum."""
FIRST_PAGE = 6
"""Sentences to be weighed on the first page, so that its end still has room to sign; alarms always stand there."""


@dataclass(frozen=True)
class Weighed:
    """Sentences for the first page: what speaks for the model, and what must be weighed."""

    speaks_for: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """One bucket with its figures; ``guess`` is the Brier score of telling everybody the event rate."""

    words: str
    figures: Mapping[str, Any]
    guess: float | None


@dataclass(frozen=True)
class Curve:
    """One bucket whose curves are drawn."""

    name: str
    words: str


@dataclass(frozen=True)
class Strong:
    """One of the strongest features and the length of its bar."""

    told: Importance
    bar: float


@dataclass(frozen=True)
class Told:
    """One reason of an account: its words, its size in log-odds, its bar."""

    words: str
    size: float
    bar: Bar


@dataclass(frozen=True)
class ToldPart:
    """One component's reasons: the strongest one by one, ``others`` of them as the sum ``rest``."""

    told: Part
    rows: tuple[Told, ...]
    others: int
    rest: float


@dataclass(frozen=True)
class ToldAccount:
    """An account and the reasons of each component."""

    told: Account
    parts: tuple[ToldPart, ...]


def verdicts_shown(numbers: ReportNumbers) -> tuple[Any, ...]:
    """Return the verdicts worth a table: a pooled one that repeats the only bucket is left out."""
    return tuple(numbers.verdicts[:1] if len(numbers.verdicts) == 2 else numbers.verdicts)


def curves_shown(numbers: ReportNumbers, words: Words) -> tuple[Curve, ...]:
    """Return the buckets whose curves are drawn, pooled last unless it repeats the only bucket."""
    names = list(numbers.curves)
    if len(names) == 2 and len(verdicts_shown(numbers)) == 1:
        names = names[:1]
    return tuple(Curve(name, words.of(numbers.curves[name], "bucket")) for name in names)


def weighed(numbers: ReportNumbers, words: Words) -> Weighed:
    """Return what speaks for the model and what must be weighed, from its verdicts and limits."""
    shown = verdicts_shown(numbers)
    better = [words.of(one, "sentence") for one in shown if one["verdict"] == "beats"]
    for one in shown:
        beaten = [
            words.of(rival, "name")
            for rival in one["rivals"]
            if rival["verdict"] == "beats" and rival["name"] != one["against"]
        ]
        if beaten:
            names = words("comma").join(beaten)
            better.append(words("also_better", bucket=words.of(one, "bucket"), names=names))
    unproven = tuple(words.of(one, "sentence") for one in shown if one["verdict"] != "beats")
    stated = (
        "" if numbers.willful is None else words.of(numbers.willful, "audited_labels")
    )  # stands above already
    said = [
        one
        for one in numbers.limits
        if one["weight"] in ("alarm", "caution") and words.of(one, "text") != stated
    ]
    alarms = sum(one["weight"] == "alarm" for one in said)
    room = max(FIRST_PAGE - len(unproven), alarms, 2)
    cautions = tuple(words.of(one, "text") for one in said[:room])
    return Weighed(tuple(better), tuple(dict.fromkeys((*unproven, *cautions))))


def slices_judged(numbers: ReportNumbers, words: Words) -> tuple[Judged, ...]:
    """Return the figures of each bucket and, unless they repeat the only one, of all together."""
    by_bucket: Mapping[str, Any] = numbers.evaluation.get("by_bucket") or {}
    told = []
    for verdict in verdicts_shown(numbers):
        whole = verdict["bucket"] == "pooled"
        figures = numbers.evaluation if whole else by_bucket.get(verdict["bucket"])
        if figures is not None:
            rate = figures.get("base_rate")
            told.append(
                Judged(words.of(verdict, "bucket"), figures, None if rate is None else rate * (1 - rate))
            )
    return tuple(told)


def strongest_features(rows: Sequence[Importance]) -> tuple[Strong, ...]:
    """Return the ten strongest features with bars of one scale."""
    most = max((row["mean_abs"] for row in rows), default=0.0)
    return tuple(Strong(row, share_bar(row["mean_abs"], most=most)) for row in rows[:STRONGEST])


def accounts_told(numbers: ReportNumbers, words: Words) -> tuple[ToldAccount, ...]:
    """Return the explained accounts with bars of one scale over all of them.

    Base, the reasons told, their rest and nothing else add up to the margin of each part.
    """
    sizes = [
        abs(reason["contribution"])
        for account in numbers.accounts
        for part in account["parts"]
        for reason in part["contributions"]
    ]
    most = max(sizes, default=0.0)
    return tuple(
        ToldAccount(account, tuple(_part(part, words, most=most) for part in account["parts"]))
        for account in numbers.accounts
    )


def _part(part: Part, words: Words, *, most: float) -> ToldPart:
    every = part["contributions"]
    order = sorted(range(len(every)), key=lambda at: -abs(every[at]["contribution"]))
    chosen = sorted(order[:TOLD_PER_ACCOUNT])
    sizes = [every[at]["contribution"] for at in chosen]
    rows = tuple(
        Told(words.of(every[at], "text"), size, bar)
        for at, size, bar in zip(chosen, sizes, bars_of(sizes, most=most), strict=True)
    )
    left = [every[at]["contribution"] for at in order[TOLD_PER_ACCOUNT:]]
    return ToldPart(part, rows, part["rest_ideas"] + len(left), part["rest"] + sum(left))
