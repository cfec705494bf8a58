"""The rows a committee report looks at: which of them taught, which judge, and what the model says of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import Bundle
from models.evaluate import AnotherTarget
from models.sample import Sample
from models.splits import Split

PART_NAMES = ("train", "calibrate", "test", "unused")
"""What a row was used for; ``test`` rows judge."""


class ReportRefused(ValueError):
    """Model, sample, split and evaluation do not belong together."""


@dataclass(frozen=True, eq=False)
class ReportRows:
    """A sample with a model's answers, aligned row by row.

    Parameters
    ----------
    bundle, sample
        The model and every row, known outcome or not.
    scores
        What ``bundle.score`` answers.
    p
        The probability the model is judged by.
    part
        One of ``PART_NAMES`` per row.
    known
        True where the outcome is known.
    apart
        True when the model was trained on another sample altogether.
    """

    bundle: Bundle
    sample: Sample
    scores: pd.DataFrame
    p: NDArray[np.float64]
    part: NDArray[np.object_]
    known: NDArray[np.bool_]
    apart: bool

    @property
    def held_out(self) -> NDArray[np.int64]:
        """Return the positions of the rows that may judge, outcome known or not."""
        return np.flatnonzero(self.part == "test").astype(np.int64)

    @property
    def judged(self) -> NDArray[np.int64]:
        """Return the positions of held-out rows with a known outcome."""
        return np.flatnonzero((self.part == "test") & self.known).astype(np.int64)

    @property
    def timed(self) -> bool:
        """Return whether the rows have a time."""
        return bool((self.sample.as_of != 0).any())

    @property
    def months(self) -> NDArray[np.object_]:
        """Return the month of each row's as_of, such as ``2025-05``."""
        days = self.sample.as_of.astype("datetime64[D]")
        return np.asarray(days.astype("datetime64[M]").astype(str), dtype=object)


def rows_of(
    bundle: Bundle,
    sample: Sample,
    *,
    split: Split | None,
    evaluation: Mapping[str, Any],
    threads: int = 1,
) -> ReportRows:
    """Return the sample with the model's answers and what each row was used for.

    Parameters
    ----------
    split
        Parts of this sample; None when the model was trained on another one: then every row judges that the
        evaluation counted, and rows whose ids were trained on are ``unused`` unless it kept them.

    Raises
    ------
    AnotherTarget
        When the sample's label is not the model's.
    ReportRefused
        When the split is not of this sample, no held-out row has a known outcome, or the evaluation is of
        another model or counted other rows.
    """
    if sample.target != bundle.name:
        raise AnotherTarget(
            f"Expected a sample labelled {bundle.name}, found {sample.target}. "
            "Build the sample for the model's target, or name another model."
        )
    judged = str((evaluation.get("model") or {}).get("content_hash", bundle.content_hash))
    if judged != bundle.content_hash:
        raise ReportRefused(
            f"Expected an evaluation of model {bundle.content_hash[:16]}, found one of {judged[:16]}. "
            "Evaluate this model on these rows and build the report from that."
        )
    known = np.isfinite(sample.y)
    part = (
        _apart(bundle, sample, known=known, evaluation=evaluation) if split is None else _parts(sample, split)
    )
    counted, found = evaluation.get("n"), int(((part == "test") & known).sum())
    if counted != found or not (found or bundle.kind == "willful"):
        raise ReportRefused(
            f"Expected an evaluation of the {found} held-out rows with a known outcome, found one of {counted}. "
            "Evaluate this model on these rows and build the report from that."
        )
    scores = bundle.score(sample.X, threads=threads)
    name = "p_willful" if bundle.kind == "willful" else "probability"
    return ReportRows(
        bundle, sample, scores, scores[name].to_numpy(dtype=np.float64), part, known, apart=split is None
    )


def _parts(sample: Sample, split: Split) -> NDArray[np.object_]:
    placed = [split.train, split.calibrate, split.test]
    last = max((int(rows.max()) for rows in placed if len(rows)), default=-1)
    total = sum(len(rows) for rows in placed) + sum(count for _, count in split.dropped)
    if last >= len(sample) or total != len(sample):
        raise ReportRefused(
            f"Expected a split of the {len(sample)} rows of this sample, found one of {total} rows that reaches "
            f"row {last}. Split this sample with the seed the model was trained with."
        )
    part = np.full(len(sample), "unused", dtype=object)
    for name, rows in zip(PART_NAMES, placed, strict=False):
        part[rows] = name
    return part


def _apart(
    bundle: Bundle, sample: Sample, *, known: NDArray[np.bool_], evaluation: Mapping[str, Any]
) -> NDArray[np.object_]:
    taught = np.asarray(bundle.knows(sample.ids), dtype=np.bool_)
    if evaluation.get("n") == int(known.sum()):
        taught[:] = False
    return np.where(taught, "unused", "test").astype(object)
