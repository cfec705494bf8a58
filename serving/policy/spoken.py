"""What the models said about each account: scores, bands, reasons and the models' hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from serving.decision import ReasonText

EVIDENCE_SCORES = ("p_able", "p_willing", "p_willful")
MOST_REASONS = 5
BAD_SCORES = ("roll_30", "roll_60", "no_recovery", "default_90")
"""Scores whose high band is high risk."""
GOOD_SCORES = ("pays_within", "self_cure")
"""Scores whose low band is high risk."""


class ScoresUnfit(ValueError):
    """A frame of scores lacks its ids, comes with an id twice, or holds what is no probability."""


@dataclass
class Spoken:
    """What was said about one account; empty when no model spoke."""

    scores: dict[str, float] = field(default_factory=dict)
    bands: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    reasons: tuple[ReasonText, ...] = ()
    tier: str | None = None


def spoken_of(scores: Mapping[str, pd.DataFrame]) -> dict[str, Spoken]:
    """Return by loan_id what each model said.

    Parameters
    ----------
    scores
        By score name: one row per account with ``loan_id``, ``probability`` and ``band``; a
        willful model with ``p_able``, ``p_willing``, ``p_willful`` (NaN, or ``evidence`` that
        begins with "insufficient": not said). Reasons in ``reason_1_en``, ``reason_1_zh`` …,
        hash in ``model``. The first score's reasons lead.

    Raises
    ------
    ScoresUnfit
        When ids are missing or double, or a probability lies outside 0 to 1.
    """
    said: dict[str, Spoken] = {}
    for name, frame in scores.items():
        _check(name, frame)
        bands = frame["band"] if "band" in frame else pd.Series("", index=frame.index)
        hashes = frame["model"] if "model" in frame else pd.Series("", index=frame.index)
        columns = [column for column in ("probability", *EVIDENCE_SCORES) if column in frame]
        numbers = frame[columns].to_dict("records")
        told = _reasons(frame)
        silent = _silent(frame)
        rows = zip(frame["loan_id"], numbers, bands, hashes, told, silent, strict=True)
        for loan_id, values, band, model, reasons, insufficient in rows:
            one = said.setdefault(str(loan_id), Spoken())
            if insufficient:
                continue
            for column, value in values.items():
                if pd.notna(value):
                    one.scores[name if column == "probability" else str(column)] = float(value)
            if isinstance(band, str) and band:
                one.bands[name] = band
            if isinstance(model, str) and model:
                one.models[name] = model
            one.reasons = one.reasons or reasons
    return said


def risk_band_of(bands: Mapping[str, str]) -> str | None:
    """Return how risky the delinquency scores say the account is; None when none speaks.

    Examples
    --------
    >>> risk_band_of({"pays_within": "low"}), risk_band_of({"willful": "high"})
    ('high', None)
    """
    for name in BAD_SCORES:
        if name in bands:
            return bands[name]
    turned = {"low": "high", "medium": "medium", "high": "low"}
    return next((turned.get(bands[name]) for name in GOOD_SCORES if name in bands), None)


def _silent(frame: pd.DataFrame) -> list[bool]:
    if "evidence" not in frame:
        return [False] * len(frame)
    return [isinstance(word, str) and "insufficient" in word for word in frame["evidence"]]


def _reasons(frame: pd.DataFrame) -> list[tuple[ReasonText, ...]]:
    places = [n for n in range(1, MOST_REASONS + 1) if f"reason_{n}_en" in frame]
    columns = {
        n: (
            frame.get(f"reason_{n}_feature", pd.Series("", index=frame.index)).tolist(),
            frame.get(f"reason_{n}_contribution", pd.Series(0.0, index=frame.index)).tolist(),
            frame[f"reason_{n}_en"].tolist(),
            frame[f"reason_{n}_zh"].tolist(),
        )
        for n in places
    }
    return [
        tuple(
            ReasonText(str(feature[row]), float(size[row]), str(en[row]), str(zh[row]))
            for feature, size, en, zh in columns.values()
            if isinstance(en[row], str) and en[row]
        )
        for row in range(len(frame))
    ]


def _check(name: str, frame: pd.DataFrame) -> None:
    if "loan_id" not in frame:
        raise ScoresUnfit(
            f"Expected a column loan_id in the scores of {name}, found {list(frame.columns)[:5]}. "
            "Keep the ids beside the scores."
        )
    twice = frame["loan_id"][frame["loan_id"].duplicated()]
    if len(twice):
        raise ScoresUnfit(
            f"Expected one score of {name} per loan, found {len(twice)} loans again: {list(twice[:5])}. "
            "Score one morning at a time."
        )
    for column in ("probability", *EVIDENCE_SCORES):
        if column in frame:
            wrong = frame["loan_id"][frame[column].notna() & ~frame[column].between(0, 1)]
            if len(wrong):
                raise ScoresUnfit(
                    f"Expected {column} of {name} between 0 and 1, found {len(wrong)} outside: "
                    f"{list(wrong[:5])}. Score them again."
                )
