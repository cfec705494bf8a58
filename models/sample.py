"""What a model learns from: features, outcomes, whose they are, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue
from models.components import Labelled
from models.leaks import is_protected

FEWEST_EVENTS = 30
MOST_CODES = 100


class SampleRefused(ValueError):
    """Rows cannot be learnt from as they are."""


@dataclass(frozen=True)
class Loss:
    """How many rows or columns were left out, and why.

    Parameters
    ----------
    cause
        In words.
    count
        How many.
    what
        ``rows`` or ``columns``.
    """

    cause: str
    count: int
    what: str = "rows"


@dataclass(frozen=True)
class Sample:
    """Rows to learn from or to be judged on.

    Parameters
    ----------
    X
        One column per feature of the catalogue, in its order.
    y
        1.0 when the event happened, 0.0 when it did not.
    weight
        Weight of each row.
    ids
        Who the row belongs to (borrower, or the id column of a table): what ``Bundle.knows`` is asked.
    group
        The split's unit: the borrower, or the column named.
    as_of
        Days since 1970-01-01; 0 throughout when a table has no time.
    bucket
        Bucket of days past due, ``all`` when unknown.
    dpd
        Days past due, NaN when unknown.
    amount
        Money at stake per row, NaN where unknown; None when no amounts were given.
    catalogue
        Meaning of each feature.
    target, window
        The label's name and window; "" for the label of a table, and for one whose windows differ by row.
    risk_sign
        +1 when the event is bad, -1 when it is good.
    losses
        What was left out, by cause.
    source_digest
        sha256 of what the rows were made from.
    until
        Day on which the window of each row ends (days since 1970-01-01); None when ``window`` tells it.
    """

    X: pd.DataFrame
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    ids: NDArray[np.object_]
    group: NDArray[np.object_]
    as_of: NDArray[np.int32]
    bucket: NDArray[np.object_]
    dpd: NDArray[np.float64]
    amount: NDArray[np.float64] | None
    catalogue: Catalogue
    target: str
    risk_sign: int
    window: str
    losses: tuple[Loss, ...]
    source_digest: str
    until: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Sample:
        """Return the sample of some of its rows, by position or by mask."""
        return replace(
            self,
            X=self.X.iloc[rows] if rows.dtype != np.bool_ else self.X.loc[rows],
            y=self.y[rows],
            weight=self.weight[rows],
            ids=self.ids[rows],
            group=self.group[rows],
            as_of=self.as_of[rows],
            bucket=self.bucket[rows],
            dpd=self.dpd[rows],
            amount=None if self.amount is None else self.amount[rows],
            until=None if self.until is None else self.until[rows],
        )

    def labelled(self, rows: NDArray[np.int64]) -> Labelled:
        """Return some rows as what a component learns from."""
        return Labelled(
            self.X.iloc[rows], self.y[rows], self.weight[rows], self.group[rows], self.as_of[rows]
        )

    def losses_json(self) -> list[dict[str, Any]]:
        """Return the losses as data."""
        return [{"cause": loss.cause, "count": loss.count, "what": loss.what} for loss in self.losses]


def check_outcomes(y: NDArray[np.float64], *, label: str) -> None:
    """Refuse labels of one class only, or with too few of either.

    Raises
    ------
    SampleRefused
        When fewer than 30 rows have either outcome.
    """
    events = int((y == 1).sum())
    fewest = min(events, len(y) - events)
    if fewest < FEWEST_EVENTS:
        raise SampleRefused(
            f"Expected at least {FEWEST_EVENTS} rows of each outcome of {label!r}, found {events} events in "
            f"{len(y)} rows. Give more rows, a longer period or another label."
        )


def usable_columns(frame: pd.DataFrame, names: list[str]) -> tuple[list[str], list[Loss]]:
    """Return the columns that may be learnt from, and the others as losses by cause.

    Raises
    ------
    SampleRefused
        When none is left.
    """
    causes: dict[str, list[str]] = {}
    kept = []
    for name in names:
        cause = _unusable(frame[name], name)
        if cause:
            causes.setdefault(cause, []).append(name)
        else:
            kept.append(name)
    losses = [Loss(f"{cause}: {', '.join(held)}", len(held), "columns") for cause, held in causes.items()]
    if not kept:
        found = "; ".join(loss.cause for loss in losses) or "no further column"
        raise SampleRefused(
            f"Expected at least one feature to learn from, found none ({found}). Add columns that vary."
        )
    return kept, losses


def _unusable(values: pd.Series[Any], name: str) -> str:
    if is_protected(name):
        return "protected attribute"
    if values.isna().all():
        return "always missing"
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return "date (give days since an event instead)"
    if not values.dropna().map(pd.api.types.is_scalar).all():
        return "neither number nor text"
    distinct = int(values.nunique(dropna=False))
    if distinct == 1:
        return "constant"
    if not pd.api.types.is_numeric_dtype(values.dtype) and distinct > max(MOST_CODES, 0.05 * len(values)):
        return "too many codes to be one"
    return ""
