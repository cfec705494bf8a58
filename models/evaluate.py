"""A model judged on a sample: per bucket first, pooled last, with intervals and challengers.

Days past due dominate pooled figures, so a pooled figure alone proves little. What cannot be told is
null and has its reason among the notes; NaN never leaves this module.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from features.buckets import BUCKETS
from models.intervals import DRAWS, too_few
from models.slices import Slice, column, curves_of, figures_of

if TYPE_CHECKING:
    from models.bundle import Bundle
    from models.sample import Sample

ARREARS = "arrears_amount_latest"
"""The feature that "sort by arrears" sorts by, where a sample has it."""
EXPLAINED_ROWS = 2000
STRONGEST = 15


AMOUNTS_UNKNOWN = "no cash capture: the money at stake is not known of any row"
"""Why there is none for a book whose statements never say how much is due."""


class NothingToJudge(ValueError):
    """No row is left that the model may be judged on."""


class AnotherTarget(ValueError):
    """The sample's label is not what the model predicts."""


def evaluate_scores(
    y: ArrayLike,
    p: ArrayLike,
    *,
    groups: ArrayLike,
    bucket: ArrayLike | None = None,
    amount: ArrayLike | None = None,
    challengers: Mapping[str, ArrayLike] | None = None,
    weight: ArrayLike | None = None,
    seed: int,
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Return the figures of a probability per bucket and pooled, ready for JSON.

    Parameters
    ----------
    y
        1.0 where the label's positive happened, 0.0 where it did not; every row matured.
    p
        Calibrated probability of the positive.
    groups
        The independent unit of each row (borrower or portfolio), drawn whole for the intervals.
    bucket
        Bucket of days past due per row; None when rows have none.
    amount
        Money per row for ``cash_capture``, minor units; NaN where it is not known.
    challengers
        Other rankings of the same rows, by name: higher where the positive is likelier.

    Returns
    -------
    dict
        ``n``, ``base_rate``, ``auc``, ``ks``, ``brier``, ``calibration``, ``capture``, ``cash_capture``,
        ``challengers`` (``difference`` = this model's AUC − the challenger's), ``by_bucket`` with the
        same keys, ``curves`` (what the plots draw) and ``notes``.

    Raises
    ------
    ScoresRefused
        When rows do not align or hold no numbers.
    OneClassOnly
        When all labels are the same.

    Examples
    --------
    >>> y, p = [0, 1] * 20, [i / 40 for i in range(40)]
    >>> found = evaluate_scores(y, p, groups=range(40), bucket=["1-30"] * 40, seed=1)
    >>> found["n"], found["auc"]["value"], found["by_bucket"]["1-30"]["base_rate"]
    (40, 0.525, 0.5)
    """
    rows = Slice.align(y, p, weight=weight, groups=groups, amount=amount, challengers=challengers or {})
    notes = ["no cash capture: no amounts were given"] if amount is None else []
    if rows.amount is not None and np.isnan(rows.amount).all():
        rows, notes = replace(rows, amount=None), [AMOUNTS_UNKNOWN]
    by_bucket: dict[str, Any] = {}
    for name, part in _by_bucket(rows, bucket):
        by_bucket[name] = figures_of(part, where=f"bucket {name}", notes=notes, seed=seed, draws=draws)
    if len(by_bucket) == 1 and part.y.size == rows.y.size:
        pooled = copy.deepcopy(by_bucket[name])
    else:
        pooled = figures_of(rows, where="pooled", notes=notes, seed=seed, draws=draws)
    return {**pooled, "by_bucket": by_bucket, "curves": curves_of(rows), "notes": notes}


def evaluate(
    bundle: Bundle,
    sample: Sample,
    *,
    allow_trained: bool = False,
    challengers: Mapping[str, ArrayLike] | None = None,
    seed: int,
    draws: int = DRAWS,
) -> dict[str, Any]:
    """Return the figures of a model on a sample it was not trained on, ready for JSON.

    Rows whose ids were trained on are set aside and counted; with ``allow_trained`` they are kept and
    counted. Rows whose outcome is not known (indeterminate or not matured) are set aside too.

    Parameters
    ----------
    challengers
        Further rankings aligned with the sample's rows, beside the bundle's scorecard and "sort by dpd".

    Returns
    -------
    dict
        The keys of `evaluate_scores`, and ``trained_overlap`` (matured rows whose id was trained on),
        ``model``, ``target``, ``window`` and ``losses``.

    Raises
    ------
    AnotherTarget
        When the sample's label is not the model's.
    NothingToJudge
        When every row was trained on, or no outcome is known.
    OneClassOnly
        When all labels are the same.
    """
    if sample.target != bundle.name:
        raise AnotherTarget(
            f"Expected a sample labelled {bundle.name}, found {sample.target}. "
            "Build the sample for the model's target, or name another model."
        )
    matured = np.isfinite(sample.y)
    overlap = np.asarray(bundle.knows(sample.ids), dtype=bool) & matured
    keep = matured if allow_trained else matured & ~overlap
    if not keep.any():
        raise NothingToJudge(_nothing_left(sample.ids, matured=matured))
    judged = sample.take(keep)
    given = {name: np.asarray(score)[keep] for name, score in (challengers or {}).items()}
    unit, drawn_by = _unit(judged)
    found = evaluate_scores(
        judged.y,
        probability_of(bundle, judged.X),
        groups=unit,
        bucket=judged.bucket,
        amount=judged.amount,
        challengers={**_scorecard(bundle, judged.X), **rankers(judged), **given},
        weight=judged.weight,
        seed=seed,
        draws=draws,
    )
    for name, figures in found["by_bucket"].items():
        figures["trained_overlap"] = int((overlap & (sample.bucket.astype(str) == name)).sum())
    if bundle.kind == "classifier":
        found["curves"]["contributions"] = contributions_of(bundle, judged.X)
    found["notes"] += [drawn_by, *_warnings(bundle, trained=int(overlap.sum()), kept=allow_trained)]
    return {
        "model": {"name": bundle.name, "kind": bundle.kind, "content_hash": bundle.content_hash},
        "target": sample.target,
        "window": sample.window,
        "trained_overlap": int(overlap.sum()),
        **found,
        "losses": [
            *sample.losses_json(),
            {"cause": "outcome not known", "count": int((~matured).sum()), "what": "rows"},
            {"cause": "trained on", "count": 0 if allow_trained else int(overlap.sum()), "what": "rows"},
        ],
    }


def probability_of(bundle: Bundle, frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the probability a model is judged by: of its target, or of willfulness for kind ``willful``."""
    name = "p_willful" if bundle.kind == "willful" else "probability"
    return bundle.score(frame)[name].to_numpy(dtype=np.float64)


def contributions_of(bundle: Bundle, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the features that moved the scores most: mean absolute Shapley value, in log-odds, strongest first.

    At most 2000 rows are explained, every k-th one; 15 features are told.
    """
    values = bundle.explain(frame.iloc[:: max(1, -(-len(frame) // EXPLAINED_ROWS))])
    strength = np.abs(values).mean(axis=0)
    order = np.argsort(-strength, kind="stable")[:STRONGEST]
    return [{"feature": bundle.feature_names[at], "mean_abs": float(strength[at])} for at in order]


def rankers(sample: Sample) -> dict[str, NDArray[np.float64]]:
    """Return the rankings any desk has without a model, signed so that higher means the positive is likelier.

    A ranking that is the same for every row is left out.
    """
    columns = {"sort by dpd": np.asarray(sample.dpd, dtype=np.float64)}
    if ARREARS in sample.X.columns:
        columns["sort by arrears"] = sample.X[ARREARS].to_numpy(dtype=np.float64)
    known = {name: values for name, values in columns.items() if np.isfinite(values).any()}
    return {
        name: sample.risk_sign * values
        for name, values in known.items()
        if np.nanmin(values) < np.nanmax(values)
    }


def _by_bucket(rows: Slice, bucket: ArrayLike | None) -> Iterator[tuple[str, Slice]]:
    if bucket is None:
        return
    buckets = column(bucket, rows.y.size, "bucket").astype(str)
    present = set(buckets[rows.weight > 0].tolist())
    known = [name for name in BUCKETS if name in present]
    for name in [*known, *sorted(present - set(known))]:
        yield name, rows.only(buckets == name)


def _unit(judged: Sample) -> tuple[NDArray[np.object_], str]:
    """Return what the intervals draw: the split's groups, or single ids when the groups are too few."""
    few = too_few(judged.y, groups=judged.group, weight=judged.weight)
    if not few:
        return judged.group, f"intervals draw whole groups ({len(pd.unique(judged.group))})"
    return judged.ids, (
        f"intervals draw single ids ({len(pd.unique(judged.ids))}), as {few}; "
        "they do not cover the spread from group to group"
    )


def _scorecard(bundle: Bundle, frame: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    return {"scorecard": bundle.main.challenger(frame)} if bundle.kind == "classifier" else {}


def _warnings(bundle: Bundle, *, trained: int, kept: bool) -> list[str]:
    said = []
    if trained:
        fate = "kept as asked, so the figures look too good" if kept else "set aside"
        said.append(f"{trained} rows belong to ids the model was trained on: {fate}")
    if bundle.kind == "willful":
        said.append("no public data set has audited willful labels: these figures hold for the labels given")
    return said


def _nothing_left(ids: NDArray[np.object_], *, matured: NDArray[np.bool_]) -> str:
    if not matured.any():
        return (
            f"Expected rows with a known outcome, found {matured.size} rows and none matured. "
            "Choose earlier days, or wait until the label window has passed."
        )
    first = ", ".join(str(one) for one in pd.unique(np.asarray(ids)[matured])[:5])
    return (
        f"Expected rows the model was not trained on, found all {int(matured.sum())} were (ids {first}). "
        "Judge other borrowers, or allow trained rows and read the figures as too good."
    )
