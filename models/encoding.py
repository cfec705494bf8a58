"""One float64 boundary: a frame of features in, the matrix that models read out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue

RARE_LEVEL = 10
"""A code seen in fewer training rows is read as unseen."""
SMOOTHING = 20.0
"""Rows of the base rate added to each code before its log-odds are ranked."""
FLAG_SHARE = 0.01
"""From this share of missing values on, a monotone feature gets a missing flag of its own."""
FEW_ROWS = 256
"""Up to so many rows all columns are read at once, above it one by one; the numbers are the same."""


class FeaturesRefused(ValueError):
    """A frame does not hold what the model reads."""


@dataclass(frozen=True)
class FeatureColumn:
    """How one feature becomes numbers.

    Parameters
    ----------
    name
        Column of the frame.
    kind
        ``number`` or ``code``.
    direction
        +1 when a higher value raises risk, -1 when it lowers it, 0 when neither is promised.
    levels
        Codes in order of their training log-odds; the position is the number. A code that is not
        among them, and a missing one, is NaN.
    fallback
        Read in place of NaN where training had none (its median): a tree that never saw NaN would
        take it for 0. None where NaN is passed on.
    flag
        True when a further column says whether the value is missing, free of the monotone promise.
    """

    name: str
    kind: str
    direction: int
    levels: tuple[str, ...] = ()
    fallback: float | None = None
    flag: bool = False

    def numbers(self, values: pd.Series[Any]) -> NDArray[np.float64]:
        """Return the column as float64, NaN where it is missing or its code unseen."""
        if self.kind == "code":
            ranks: dict[str, float] = {level: float(rank) for rank, level in enumerate(self.levels)}
            codes, held = pd.factorize(values)
            return np.array([*(ranks.get(_level(one), np.nan) for one in held), np.nan])[codes]
        return numbers_of(values)


@dataclass(frozen=True)
class FeatureContract:
    """The ordered columns a model reads and what each becomes.

    Reordered columns are fine and further ones ignored; missing ones and infinities are refused.

    Examples
    --------
    >>> import pandas as pd
    >>> contract = FeatureContract((FeatureColumn("dpd", "number", 1, fallback=7.0),))
    >>> contract.encode(pd.DataFrame({"other": [1, 2], "dpd": [3, None]})).tolist()
    [[3.0], [7.0]]
    """

    columns: tuple[FeatureColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the features in order."""
        return tuple(column.name for column in self.columns)

    @property
    def source(self) -> NDArray[np.int64]:
        """Return for each column of the matrix the position of its feature (flags come last)."""
        flags = [place for place, column in enumerate(self.columns) if column.flag]
        return np.array([*range(len(self.columns)), *flags], dtype=np.int64)

    @property
    def matrix_names(self) -> tuple[str, ...]:
        """Return names of the matrix columns that LightGBM accepts, each once."""
        flags = [f"{column.name}_is_missing" for column in self.columns if column.flag]
        plain = [re.sub(r"[^A-Za-z0-9_]", "_", name) for name in (*self.names, *flags)]
        return tuple(
            name if plain.count(name) == 1 else f"{name}_{place}" for place, name in enumerate(plain)
        )

    def constraints(self, risk_sign: int) -> tuple[int, ...]:
        """Return the monotone constraint of each matrix column: direction × risk_sign, 0 for flags."""
        own = [column.direction * risk_sign if column.kind == "number" else 0 for column in self.columns]
        return tuple(own + [0] * (len(self.source) - len(own)))

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the matrix of the frame: one row per row, features first, flags after them.

        Raises
        ------
        FeaturesRefused
            When a column is missing, is no number, or holds an infinity.
        """
        check_columns(frame, self.names)
        together = _read_together(frame, [column.name for column in self.columns if column.kind != "code"])
        matrix = np.empty((len(frame), len(self.source)), dtype=np.float64)
        flag_at = len(self.columns)
        for place, column in enumerate(self.columns):
            values = together.get(column.name)
            if values is None:
                values = column.numbers(frame[column.name])
            missing = np.isnan(values)
            if column.flag:
                matrix[:, flag_at] = missing
                flag_at += 1
            matrix[:, place] = (
                values if column.fallback is None else np.where(missing, column.fallback, values)
            )
        return matrix

    def to_json(self) -> list[dict[str, Any]]:
        """Return the contract as data."""
        return [
            {
                "name": c.name,
                "kind": c.kind,
                "direction": c.direction,
                "levels": list(c.levels),
                "fallback": c.fallback,
                "flag": c.flag,
            }
            for c in self.columns
        ]

    @classmethod
    def from_json(cls, rows: Sequence[Mapping[str, Any]]) -> FeatureContract:
        """Return the contract that ``to_json`` wrote."""
        return cls(tuple(FeatureColumn(**{**row, "levels": tuple(row["levels"])}) for row in rows))


def fit_contract(X: pd.DataFrame, y: NDArray[np.float64], *, catalogue: Catalogue) -> FeatureContract:
    """Return the contract of the columns of X, learnt from training rows.

    Codes are ranked by their smoothed log-odds of the event; a code in fewer than ``RARE_LEVEL``
    rows counts as unseen.

    Parameters
    ----------
    X
        Training rows; every column is described by the catalogue.
    y
        0 or 1 per row.
    catalogue
        Kind and direction of each feature.
    """
    columns = []
    for name in X.columns:
        spec = catalogue.spec(str(name))
        levels = _ranked_levels(X[name], y) if spec.kind == "code" else ()
        column = FeatureColumn(str(name), spec.kind, 0 if spec.kind == "code" else spec.direction, levels)
        values = column.numbers(X[name])
        share = float(np.isnan(values).mean())
        fallback = float(np.median(values)) if share == 0 else None
        flag = share >= FLAG_SHARE and column.direction != 0
        columns.append(FeatureColumn(column.name, column.kind, column.direction, levels, fallback, flag))
    return FeatureContract(tuple(columns))


def levels_of(values: pd.Series[Any]) -> list[str | None]:
    """Return each value as its code, None where it is missing.

    Examples
    --------
    >>> levels_of(pd.Series(["cash", None, 3.0, True]))
    ['cash', None, '3', 'True']
    """
    codes, held = pd.factorize(values)
    names: list[str | None] = [*(_level(one) for one in held), None]
    return [names[code] for code in codes]


def numbers_of(values: pd.Series[Any]) -> NDArray[np.float64]:
    """Return a column as float64, NaN where it is missing.

    Raises
    ------
    FeaturesRefused
        When a value is no number or infinite.
    """
    read = pd.to_numeric(values, errors="coerce")
    odd = np.flatnonzero(read.isna() & values.notna())
    if len(odd):
        told = ", ".join(repr(values.iloc[row]) for row in odd[:3])
        raise FeaturesRefused(
            f"Expected numbers in column {values.name!r}, found {len(odd)} other values ({told}; rows "
            f"{', '.join(str(row + 1) for row in odd[:5])} of the data). Give numbers, or train the column as a code."
        )
    numbers = read.to_numpy(dtype=np.float64, na_value=np.nan)
    endless = np.flatnonzero(np.isinf(numbers))
    if len(endless):
        raise FeaturesRefused(
            f"Expected finite numbers in column {values.name!r}, found {len(endless)} infinite "
            f"(rows {', '.join(str(row + 1) for row in endless[:5])} of the data). "
            "Leave the value empty where it is unknown."
        )
    return numbers


def numbers_in(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.float64]:
    """Return several columns as one float64 matrix, NaN where missing: the numbers that `numbers_of` reads.

    Examples
    --------
    >>> numbers_in(pd.DataFrame({"a": [1, 2], "b": [0.5, None]}), ["b", "a"]).tolist()
    [[0.5, 1.0], [nan, 2.0]]
    """
    together = _read_together(frame, names)
    columns = [together[name] if name in together else numbers_of(frame[name]) for name in names]
    return np.column_stack(columns) if columns else np.zeros((len(frame), 0))


def check_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse a frame that lacks a named column or holds one twice."""
    present = set(frame.columns)
    absent = [name for name in names if name not in present]
    if absent:
        raise FeaturesRefused(
            f"Expected the {len(names)} columns the model was trained on, found {len(absent)} missing "
            f"({', '.join(absent[:5])}). Build the features with the version that trained the model."
        )
    if frame.columns.is_unique:
        return
    held = frame.columns[frame.columns.duplicated()]
    twice = [str(name) for name in held if name in set(names)]
    if twice:
        raise FeaturesRefused(
            f"Expected each column once, found {len(twice)} more than once ({', '.join(twice[:5])}). "
            "Keep one of them."
        )


def _read_together(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return the columns of a short frame by name, when all are plain finite numbers; else nothing.

    Asking pandas for a hundred columns one by one costs a single account more than its score. For many
    rows that is the quicker way, and a column that is refused is named there.
    """
    if len(frame) > FEW_ROWS:
        return {}
    part = frame[list(names)]
    if not all(isinstance(kind, np.dtype) and kind.kind in "biuf" for kind in part.dtypes):
        return {}
    numbers = part.to_numpy(dtype=np.float64)
    if np.isinf(numbers).any():
        return {}
    return dict(zip(names, numbers.T, strict=True))


def _level(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _ranked_levels(values: pd.Series[Any], y: NDArray[np.float64]) -> tuple[str, ...]:
    base = float(np.clip(y.mean(), 1e-6, 1 - 1e-6))
    rows = pd.DataFrame({"level": pd.Series(levels_of(values), dtype=object), "y": y}).dropna()
    held = rows.groupby("level", sort=True)["y"].agg(["size", "sum"])
    held = held[held["size"] >= RARE_LEVEL]
    rate = (held["sum"] + SMOOTHING * base) / (held["size"] + SMOOTHING)
    return tuple(str(name) for name in rate.sort_values(kind="stable").index)
