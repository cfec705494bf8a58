"""The rows a report looks at: those of the training, asked for again, or others that the user names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features.book import Book
from models.book_samples import sample_from_book
from models.bundle import Bundle
from models.evaluate import evaluate
from models.sample import Loss, Sample
from models.splits import Split, split_sample
from pipelines.checkpoints import digest_of
from pipelines.dates import first_days
from pipelines.environment import SEED
from pipelines.fitting import table_sample
from pipelines.judging import JudgedOnBooksOnly
from pipelines.report.origin import RowsFrom
from pipelines.report_request import TrainingRequest
from pipelines.requests import BookRows, TableRows, check_not_blank, check_unused

if TYPE_CHECKING:
    from models.willful_cases import WillfulCases


class RowsGone(LookupError):
    """The rows a model was trained on cannot be looked at again."""


@dataclass(frozen=True)
class DaysOfBook:
    """Mornings of a book that a user names for a report.

    Parameters
    ----------
    book
        Folder of the book.
    as_of
        The mornings.
    group, where, amount
        As in training: unit of the intervals, condition, column of the money at stake.
    """

    book: Path
    as_of: Sequence[date]
    group: str | None = None
    where: str | None = None
    amount: str | None = None

    def __post_init__(self) -> None:
        """Refuse blank options, which would otherwise be taken as absent."""
        check_not_blank(group=self.group, where=self.where, amount=self.amount)


@dataclass(frozen=True)
class Judged:
    """Rows with what was found on them.

    Parameters
    ----------
    sample
        Every row that was looked at, those that taught included.
    split
        Who taught and who judges; None when all rows are others than the model was trained on.
    evaluation
        Figures of the rows that judge.
    came_from
        Which rows they are, for the page.
    seed
        Of the split and the intervals.
    """

    sample: Sample
    split: Split | None
    evaluation: Mapping[str, Any]
    came_from: RowsFrom
    seed: int


def rows_again(bundle: Bundle, asked: TrainingRequest | None) -> Judged:
    """Return the rows a model was trained on and judged by, from the same book or table as then.

    Raises
    ------
    RowsGone
        When nobody wrote down which rows they were, or the book or table is gone or has changed.
    """
    if asked is None:
        raise _gone(bundle, "no record of the rows it was trained on beside the bundle")
    if not asked.source.exists():
        raise _gone(bundle, f"nothing at {asked.source}, where they lay then")
    if isinstance(asked.rows, TableRows):
        found, rows = digest_of(asked.source), asked.rows
        _check_unchanged(bundle, asked, found)
        sample = table_sample(rows, target=bundle.name, judging=bundle.feature_names)
        came_from = _of_table(rows, digest=found, as_trained=True)
    else:
        book = Book.open(asked.source)
        _check_unchanged(bundle, asked, book.digest)
        came_from = RowsFrom(
            "book", str(asked.source), book.digest, True, str(asked.rows.first), str(asked.rows.last),
            asked.rows.where or "", currency=book.manifest.currency or "",
        )  # fmt: skip
        if bundle.kind == "willful":
            return _willful_again(bundle, book, asked.rows, came_from=came_from, seed=asked.seed)
        sample = _book_sample(bundle, book, asked.rows)
    _check_asked_as_then(bundle, asked, sample)
    sample = replace(sample, losses=(*sample.losses, *_features_left_out(bundle)))
    split = split_sample(sample, seed=asked.seed)
    evaluation = evaluate(bundle, sample.take(split.test), seed=asked.seed)
    return Judged(sample, split, evaluation, came_from, asked.seed)


def rows_given(bundle: Bundle, rows: DaysOfBook | TableRows) -> Judged:
    """Return rows that a user names; those whose ids the model was trained on do not judge.

    Raises
    ------
    JudgedOnBooksOnly, OptionWithoutMeaning, NothingToJudge, OneClassOnly
        When the model cannot be judged on such rows, or none is left.
    """
    if isinstance(rows, TableRows):
        if bundle.kind == "willful":
            raise JudgedOnBooksOnly(
                f"Expected a BOOK to judge {bundle.name} on, for its verdicts are read from reviews, found a table. "
                "Give BOOK and --as-of."
            )
        sample = table_sample(rows, target=bundle.name, judging=bundle.feature_names)
        came_from = _of_table(rows, digest=digest_of(rows.table), as_trained=False)
    else:
        book = Book.open(rows.book)
        days = sorted(set(rows.as_of))
        came_from = RowsFrom(
            "book", str(rows.book.resolve()), book.digest, False, str(days[0]), str(days[-1]), rows.where or "",
            currency=book.manifest.currency or "",
        )  # fmt: skip
        if bundle.kind == "willful":
            check_unused(bundle.name, group=rows.group, where=rows.where, amount=rows.amount)
            return _willful_given(bundle, book, days, came_from=came_from)
        sample = sample_from_book(
            book, target=bundle.name, window=bundle.manifest["window"] or None, as_of=days, group=rows.group,
            where=rows.where, amount=rows.amount, judging=bundle.feature_names,
        )  # fmt: skip
    evaluation = evaluate(bundle, sample, seed=SEED)
    return Judged(sample, None, evaluation, _with_overlap(came_from, evaluation), SEED)


def _features_left_out(bundle: Bundle) -> tuple[Loss, ...]:
    """Return the features that the training left out, as the model states them."""
    lost = bundle.manifest["trained_from"]["losses"]
    return tuple(
        Loss(str(one["cause"]), int(one["count"]), "columns") for one in lost if one["what"] == "columns"
    )


def _check_unchanged(bundle: Bundle, asked: TrainingRequest, found: str) -> None:
    if found != asked.digest:
        raise _gone(
            bundle,
            f"{asked.source} changed since (digest {found[:16]}, then {asked.digest[:16]})",
        )


def _check_asked_as_then(bundle: Bundle, asked: TrainingRequest, sample: Sample) -> None:
    """Refuse a record that was edited: the model seals what it was trained from, and with which seed."""
    told = (sample.source_digest, asked.seed, asked.target)
    sealed = bundle.manifest
    if told != (sealed["trained_from"]["source"], sealed["seed"], sealed["target"]):
        raise _gone(
            bundle, "a record beside the bundle that names other rows, seed or target than the model seals"
        )


def _gone(bundle: Bundle, found: str) -> RowsGone:
    return RowsGone(
        f"Expected the rows {bundle.name} {bundle.content_hash[:8]} was trained on and judged by, found {found}. Name "
        "rows to judge it on: give BOOK and --as-of, or --table FILE --label COLUMN --id COLUMN; those it was trained "
        "on are set aside."
    )


def _book_sample(bundle: Bundle, book: Book, rows: BookRows) -> Sample:
    return sample_from_book(
        book,
        target=bundle.name,
        window=rows.window,
        as_of=first_days(rows.first, rows.last),
        group=rows.group,
        where=rows.where,
        amount=rows.amount,
        judging=bundle.feature_names,
    )


def _of_table(rows: TableRows, *, digest: str, as_trained: bool) -> RowsFrom:
    return RowsFrom("table", str(rows.table.resolve()), digest, as_trained, where=rows.where or "")


def _with_overlap(came_from: RowsFrom, evaluation: Mapping[str, Any]) -> RowsFrom:
    return replace(came_from, overlap=int(evaluation.get("trained_overlap", 0)))


def _willful_again(bundle: Bundle, book: Book, rows: BookRows, *, came_from: RowsFrom, seed: int) -> Judged:
    """Return the cases of the training in its parts; whoever it did not learn from judges, as then."""
    from models.willful import split_cases

    days = first_days(rows.first, rows.last)
    cases, sample = _willful(bundle, book, days, asked=f"{rows.first}:{rows.last}")
    split = split_cases(cases, sample, seed=seed)
    taught = np.sort(np.concatenate([split.train, split.calibrate]))
    if not np.array_equal(taught, np.flatnonzero(bundle.knows(sample.ids))):
        raise _gone(bundle, "other borrowers in its parts than taught it: they are drawn otherwise now")
    evaluation = _willful_figures(bundle, cases, sample, rows=split.test, seed=seed)
    return Judged(sample, split, evaluation, came_from, seed)


def _willful_given(bundle: Bundle, book: Book, days: Sequence[date], *, came_from: RowsFrom) -> Judged:
    cases, sample = _willful(bundle, book, days, asked=str([str(day) for day in days]))
    taught = np.asarray(bundle.knows(sample.ids), dtype=np.bool_)
    evaluation = _willful_figures(bundle, cases, sample, rows=np.flatnonzero(~taught), seed=SEED)
    evaluation["trained_overlap"] = int((taught & np.isfinite(sample.y)).sum())
    return Judged(sample, None, evaluation, _with_overlap(came_from, evaluation), SEED)


def _willful(bundle: Bundle, book: Book, days: Sequence[date], *, asked: str) -> tuple[WillfulCases, Sample]:
    """Return the cases of some mornings, also as a sample of the columns that the model reads."""
    from models.willful import sample_of
    from models.willful_cases import cases_of

    cases = cases_of(book, as_of=days)
    return cases, sample_of(cases, asked=asked, judging=bundle.feature_names)


def _willful_figures(
    bundle: Bundle, cases: WillfulCases, sample: Sample, *, rows: NDArray[np.int64], seed: int
) -> dict[str, Any]:
    from models.willful_judging import judge_willful

    evaluation = judge_willful(bundle, cases, sample, rows=rows, seed=seed)
    evaluation["model"] = {"name": bundle.name, "kind": bundle.kind, "content_hash": bundle.content_hash}
    return evaluation
