"""A registered model judged on rows it was not trained on; the figures go to one JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from features.book import Book
from features.files import atomic_file, check_file_place
from models.book_samples import sample_from_book
from models.bundle import Bundle
from models.evaluate import evaluate
from models.samples import Sample
from pipelines.environment import SEED, Settings
from pipelines.fitting import table_sample
from pipelines.releasing import load_model
from pipelines.requests import TableRows, check_unused


class JudgedOnBooksOnly(ValueError):
    """A willful model is to be judged on a table, which holds no verdicts of reviewers."""


def judge_book(
    model: str,
    *,
    book: Path,
    as_of: Sequence[date],
    group: str | None,
    where: str | None,
    amount: str | None,
    out: Path,
    allow_trained: bool,
    settings: Settings,
) -> dict[str, Any]:
    """Return and write the figures of a model on a book's observations.

    Raises
    ------
    UnknownModel, OptionWithoutMeaning, MorningsUnfit, BookRefused, SampleRefused, NothingToJudge, OneClassOnly
        When there is no model or nothing to judge it on; no file is written then.
    """
    check_file_place(out)
    bundle = load_model(model, settings=settings)
    opened = Book.open(book)
    if bundle.kind == "willful":
        from models.willful import evaluate_willful

        check_unused(bundle.name, group=group, where=where, amount=amount)
        figures = evaluate_willful(bundle, opened, as_of=as_of, allow_trained=allow_trained, seed=SEED)
        return _written(figures, out=out)
    sample = sample_from_book(
        opened,
        target=bundle.name,
        window=str(bundle.manifest["window"]),
        as_of=as_of,
        group=group,
        where=where,
        amount=amount,
        judging=bundle.feature_names,
    )
    return _judged(bundle, sample, out=out, allow_trained=allow_trained)


def judge_table(
    model: str, *, rows: TableRows, out: Path, allow_trained: bool, settings: Settings
) -> dict[str, Any]:
    """Return and write the figures of a model on a team's own feature table.

    Raises
    ------
    UnknownModel, JudgedOnBooksOnly, TableUnreadable, SampleRefused, NothingToJudge, OneClassOnly
        When there is no model or nothing to judge it on; no file is written then.
    """
    check_file_place(out)
    bundle = load_model(model, settings=settings)
    if bundle.kind == "willful":
        raise JudgedOnBooksOnly(
            f"Expected a BOOK to judge {bundle.name} on, for its verdicts are read from reviews, found a table. "
            "Give BOOK and --as-of."
        )
    sample = table_sample(rows, target=bundle.name, judging=bundle.feature_names)
    return _judged(bundle, sample, out=out, allow_trained=allow_trained)


def lines_of(figures: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """Return a table for people: one line per bucket, pooled last."""
    named = [*figures.get("by_bucket", {}).items(), ("pooled", figures)]
    return [_line(name, part) for name, part in named]


def _judged(bundle: Bundle, sample: Sample, *, out: Path, allow_trained: bool) -> dict[str, Any]:
    rivals = {"scorecard": bundle.main.challenger(sample.X)}
    figures = evaluate(bundle, sample, allow_trained=allow_trained, challengers=rivals, seed=SEED)
    return _written(figures, out=out)


def _written(figures: dict[str, Any], *, out: Path) -> dict[str, Any]:
    with atomic_file(out) as part:
        part.write_text(
            json.dumps(figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8"
        )
    return figures


def _line(name: str, part: Mapping[str, Any]) -> tuple[object, ...]:
    auc = part.get("auc") or {}
    capture = part.get("capture") or {}
    return (
        name,
        part.get("n", 0),
        _short(part.get("base_rate")),
        _short(auc.get("value")),
        f"{_short(auc.get('low'))}–{_short(auc.get('high'))}",
        _short(part.get("ks")),
        _short(part.get("brier")),
        _short(capture.get("0.2")),
    )


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float | int) else "–"
