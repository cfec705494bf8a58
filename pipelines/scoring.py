"""A model and rows in, one file of probabilities, bands and reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.book import Book
from features.build import KEYS, build_features
from features.discovery import check_defined
from features.files import check_file_place
from features.progress import counted
from models.bundle import Bundle
from models.reasons import Reason
from pipelines.environment import Settings
from pipelines.mornings import accounts_of, check_mornings
from pipelines.releasing import load_model
from pipelines.requests import read_table, write_table

TOP_REASONS = 3
FEW_ROWS = 30
BLOCK = 10_000


@dataclass(frozen=True)
class Scored:
    """What was scored and where it lies.

    Parameters
    ----------
    out
        File of the scores.
    model
        Content hash of the model that spoke.
    rows
        Number of rows scored.
    bands
        Rows by band.
    notes
        Rows that were not scored, by cause, and what must be said beside willful figures.
    """

    out: Path
    model: str
    rows: int
    bands: dict[str, int]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """Return the same as a JSON document."""
        return {
            "out": str(self.out),
            "model": self.model,
            "rows": self.rows,
            "bands": self.bands,
            "notes": list(self.notes),
        }


class IdsUnknown(ValueError):
    """A table to be scored lacks the id column, or a row lacks its id."""


class NobodyToScore(ValueError):
    """No account of a book belongs to those a model speaks about."""


def scores_with_reasons(bundle: Bundle, frame: pd.DataFrame, *, threads: int) -> pd.DataFrame:
    """Return the scores of each row, then its top reasons in English and Chinese.

    Rows are taken in blocks so that memory stays bounded; the values do not depend on it.

    Returns
    -------
    pandas.DataFrame
        Index of ``frame``; the columns of `Bundle.score`, then for each place ``reason_1_feature``,
        ``reason_1_contribution`` (log-odds), ``reason_1_en``, ``reason_1_zh`` …, and ``model`` (content hash).
    """
    parts = []
    for start in counted(range(0, max(len(frame), 1), BLOCK), stage="blocks of accounts"):
        block = frame.iloc[start : start + BLOCK]
        scores, reasons = bundle.answer(block, top=TOP_REASONS, threads=threads)
        parts.append(pd.concat([scores, _told(reasons, index=scores.index)], axis=1))
    return pd.concat(parts).assign(model=bundle.content_hash)


def score_book_file(
    model: str, *, book: Path, as_of: Sequence[date], out: Path, settings: Settings
) -> Scored:
    """Score the accounts of a book that the model's label is about, and write the file.

    Raises
    ------
    UnknownModel, BookRefused, BookTooOld, MorningsUnfit, NobodyToScore, FeatureUndefined, FeaturesRefused
        When the model, the days or the book cannot be used; nothing is written then.
    """
    check_file_place(out)
    bundle = load_model(model, settings=settings)
    check_defined(bundle.feature_names, reader=bundle.name)
    opened = Book.open(book)
    check_mornings(opened, as_of, option="--as-of")
    mine, outside = accounts_of(opened, target=bundle.name, as_of=as_of)
    if not len(mine):
        raise NobodyToScore(
            f"Expected accounts of the population of {bundle.name} on {', '.join(map(str, as_of))}, found none "
            f"among {outside:,} loans. Choose another day, or another model."
        )
    table = build_features(opened, mine)
    frame = table.frame
    scores = scores_with_reasons(bundle, frame, threads=settings.threads)
    context = frame[[*KEYS, "bucket", "dpd_now", "arrears_now"]]
    scores = pd.concat([context, scores.drop(columns=[name for name in KEYS if name in scores])], axis=1)
    notes = (f"not scored: {outside:,} accounts outside the population of {bundle.name}",) if outside else ()
    return _written(
        scores,
        out=out,
        bundle=bundle,
        notes=(*notes, *unseen_features(bundle.feature_names, frame), *table.notes),
    )


def score_table_file(model: str, *, table: Path, id: str, out: Path, settings: Settings) -> Scored:
    """Score every row of a team's own feature table, and write the file.

    Raises
    ------
    UnknownModel, TableUnreadable, IdsUnknown, FeaturesRefused
        When the model or the table cannot be used; nothing is written then.
    """
    check_file_place(out)
    bundle = load_model(model, settings=settings)
    frame = read_table(table, ids=(id,))
    if id not in frame:
        raise IdsUnknown(
            f"Expected a column {id!r} in {table.name}, found {', '.join(map(str, frame.columns[:8]))} …. "
            "Name the id column with --id."
        )
    empty = np.flatnonzero(frame[id].isna())
    if len(empty):
        raise IdsUnknown(
            f"Expected an id in every row of column {id!r}, found {len(empty):,} empty (rows "
            f"{', '.join(str(row + 1) for row in empty[:5])}). Fill them or drop the rows."
        )
    scores = scores_with_reasons(bundle, frame, threads=settings.threads)
    kept = [name for name in scores if name not in KEYS]
    scores = pd.concat([frame[[id]], scores[kept]], axis=1)
    return _written(scores, out=out, bundle=bundle, notes=unseen_features(bundle.feature_names, frame))


def unseen_features(names: Sequence[str], frame: pd.DataFrame) -> tuple[str, ...]:
    """Return a note when features that a model learnt from are missing in every row it scores.

    A feature missing throughout a training is left out there, so the rows are of another kind of book than the
    model was trained on. Fewer than 30 rows say nothing about that.

    Examples
    --------
    >>> rows = pd.DataFrame({"balance_latest": [float("nan")] * 30, "dpd_latest": range(30)})
    >>> unseen_features(["balance_latest", "dpd_latest"], rows)
    ('1 of the 2 features the model learnt from are missing in every row: balance_latest. It was trained on other data.',)
    """
    unseen = [name for name in names if name in frame and frame[name].isna().all()]
    if not unseen or len(frame) < FEW_ROWS:
        return ()
    listed = ", ".join(unseen[:5]) + (" …" if len(unseen) > 5 else "")
    return (
        f"{len(unseen)} of the {len(names)} features the model learnt from are missing in every row: {listed}. "
        "It was trained on other data.",
    )


def _written(scores: pd.DataFrame, *, out: Path, bundle: Bundle, notes: tuple[str, ...]) -> Scored:
    if "probability" not in scores:  # a willful model's probability is that of the joint
        scores = scores.assign(probability=scores["p_willful"])
    if bundle.kind == "willful":
        from models.willful_judging import NO_AUDITED_LABELS

        notes = (*notes, NO_AUDITED_LABELS)
    write_table(scores, out)
    bands = {str(band): int(n) for band, n in scores["band"].value_counts(sort=False).items()}
    return Scored(out=out, model=bundle.content_hash, rows=len(scores), bands=bands, notes=notes)


def _told(reasons: Sequence[Sequence[Reason]], *, index: pd.Index[Any]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {}
    for place in range(TOP_REASONS):
        at = [row[place] if place < len(row) else None for row in reasons]
        name = f"reason_{place + 1}"
        columns[f"{name}_feature"] = ["" if one is None else one.feature for one in at]
        columns[f"{name}_contribution"] = [np.nan if one is None else one.contribution for one in at]
        columns[f"{name}_en"] = ["" if one is None else one.text_en for one in at]
        columns[f"{name}_zh"] = ["" if one is None else one.text_zh for one in at]
    return pd.DataFrame(columns, index=index)
