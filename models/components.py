"""One classifier as data: trees, contract, calibration, scorecard and the reference population."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue import Catalogue
from models.boosting import BoostSettings, Rows, fit_trees
from models.calibration import UNCALIBRATED, Calibration, fit_calibration
from models.encoding import FeatureContract, fit_contract
from models.scorecard import Scorecard, fit_scorecard
from models.shapley import Explainer, PatternCounts, count_patterns

REFERENCE_ROWS = 10_000
FILES = ("calibration.json", "contract.json", "model.txt", "patterns.bin", "scorecard.json")


@dataclass(frozen=True)
class Labelled:
    """Rows with their outcome: what a component learns from.

    Parameters
    ----------
    X
        One column per feature.
    y
        1 where the event happened, else 0. A soft label p is two rows of weights p and 1 − p.
    weight
        Weight of each row.
    group
        Rows of one group are never on both sides of a split.
    as_of
        Day of each row (days since 1970-01-01); all alike when there is no time.
    """

    X: pd.DataFrame
    y: NDArray[np.float64]
    weight: NDArray[np.float64]
    group: NDArray[np.object_]
    as_of: NDArray[np.int32]


@dataclass(frozen=True)
class Component:
    """A trained classifier that answers with a margin (log-odds) and a calibrated probability.

    Parameters
    ----------
    name
        Name within its bundle: ``main``, ``able``, ``willing``.
    contract
        How a frame becomes the matrix of the trees.
    model_text
        LightGBM text. Parse it only after its digest was checked: damaged text ends the process.
    calibration
        Strictly rising map of the margin.
    scorecard
        The same question answered in points: the standing challenger.
    patterns
        The reference population of reasons as pattern counts (bytes of ``PatternCounts``).
    """

    name: str
    contract: FeatureContract
    model_text: str
    calibration: Calibration
    scorecard: Scorecard
    patterns: bytes

    @cached_property
    def booster(self) -> lightgbm.Booster:
        """Return the parsed trees."""
        return lightgbm.Booster(model_str=self.model_text)

    @cached_property
    def explainer(self) -> Explainer:
        """Return the exact Shapley kernel over this component's trees."""
        patterns = PatternCounts.from_bytes(self.patterns)
        return Explainer(self.model_text, patterns, features=len(self.contract.source))

    @property
    def base(self) -> float:
        """Return the mean margin of the reference population."""
        return self.explainer.base

    def margin(self, frame: pd.DataFrame, *, threads: int = 1) -> NDArray[np.float64]:
        """Return the uncalibrated log-odds of the event for each row."""
        return self.margin_of(self.contract.encode(frame), threads=threads)

    def margin_of(self, matrix: NDArray[np.float64], *, threads: int = 1) -> NDArray[np.float64]:
        """Return the uncalibrated log-odds of each row of an encoded matrix."""
        if not len(matrix):
            return np.zeros(0)
        return np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=threads), dtype=np.float64)

    def probability(self, frame: pd.DataFrame, *, threads: int = 1) -> NDArray[np.float64]:
        """Return the calibrated probability of the event for each row."""
        return self.probability_of(self.contract.encode(frame), threads=threads)

    def probability_of(self, matrix: NDArray[np.float64], *, threads: int = 1) -> NDArray[np.float64]:
        """Return the calibrated probability of each row of an encoded matrix."""
        return self.calibration.probability(self.margin_of(matrix, threads=threads))

    def challenger(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the scorecard's probability of the event for each row."""
        return self.scorecard.probability(self.contract.encode(frame), self.contract.matrix_names)

    def explain(self, frame: pd.DataFrame, *, threads: int = 1) -> NDArray[np.float64]:
        """Return the Shapley value of each feature for each row; a missing flag counts to its feature.

        The values of a row and ``base`` add up to its margin.
        """
        return self.explain_of(self.contract.encode(frame), threads=threads)

    def explain_of(self, matrix: NDArray[np.float64], *, threads: int = 1) -> NDArray[np.float64]:
        """Return the Shapley values of each row of an encoded matrix."""
        values = self.explainer.explain(matrix, threads=threads)
        features = len(self.contract.columns)
        folded = values[:, :features].copy()
        for extra, feature in enumerate(self.contract.source[features:], start=features):
            folded[:, feature] += values[:, extra]
        return folded

    def to_files(self) -> dict[str, bytes]:
        """Return the component as files: names and bytes."""
        return {
            "model.txt": self.model_text.encode(),
            "contract.json": json_bytes(self.contract.to_json()),
            "calibration.json": json_bytes(self.calibration.to_json()),
            "scorecard.json": json_bytes(self.scorecard.to_json()),
            "patterns.bin": self.patterns,
        }

    @classmethod
    def from_files(cls, name: str, files: Mapping[str, bytes]) -> Component:
        """Return the component that ``to_files`` wrote."""
        return cls(
            name,
            FeatureContract.from_json(json.loads(files["contract.json"])),
            files["model.txt"].decode(),
            Calibration.from_json(json.loads(files["calibration.json"])),
            Scorecard.from_json(json.loads(files["scorecard.json"])),
            files["patterns.bin"],
        )


def fit_component(
    train: Labelled,
    *,
    calibrate: Labelled | None,
    name: str,
    catalogue: Catalogue,
    risk_sign: int,
    seed: int,
    threads: int = 1,
    settings: BoostSettings | None = None,
) -> Component:
    """Return a classifier of the event, learnt on one part and calibrated on another.

    The reference population of its reasons is the good side of the training rows (the event did
    not happen, or happened when it is good), at most 10,000 of them.

    Parameters
    ----------
    train
        Rows to learn from.
    calibrate
        Rows of other groups; None leaves the margin uncalibrated.
    name
        Name within the bundle.
    catalogue
        Kind and direction of every feature.
    risk_sign
        +1 when the event is bad, -1 when it is good.
    seed
        Of the trees, the stopping fold and the draw of the reference.
    """
    contract = fit_contract(train.X, train.y, catalogue=catalogue)
    rows = Rows(contract.encode(train.X), train.y, train.weight, train.group, train.as_of)
    names = contract.matrix_names
    text = fit_trees(
        rows,
        names=names,
        constraints=contract.constraints(risk_sign),
        seed=seed,
        threads=threads,
        settings=settings,
    )
    card = fit_scorecard(rows.matrix, train.y, train.weight, names=names)
    reference = _reference(rows, risk_sign=risk_sign, seed=seed)
    raw = Component(name, contract, text, UNCALIBRATED, card, count_patterns(text, reference).to_bytes())
    if calibrate is None:
        return raw
    calibration = fit_calibration(raw.margin(calibrate.X, threads=threads), calibrate.y, calibrate.weight)
    return Component(name, contract, text, calibration, card, raw.patterns)


def json_bytes(data: Any) -> bytes:
    r"""Return data as JSON in its one spelling: sorted keys, UTF-8, a newline at the end.

    Examples
    --------
    >>> json_bytes({"b": 1, "a": "逾期"}).decode()
    '{"a": "逾期", "b": 1}\n'
    """
    return (json.dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _reference(rows: Rows, *, risk_sign: int, seed: int) -> NDArray[np.float64]:
    good = np.flatnonzero((rows.y <= 0.5) == (risk_sign > 0))
    if not len(good):
        good = np.arange(len(rows.y))
    if len(good) > REFERENCE_ROWS:
        good = np.sort(np.random.default_rng(seed).choice(good, REFERENCE_ROWS, replace=False))
    return rows.matrix[good]
