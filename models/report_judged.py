"""How well a model does, as a committee reads it: a plain sentence per bucket, and the curves behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from features.buckets import BUCKETS
from models.evaluate import rankers
from models.judging import OneClassOnly
from models.metrics import capture_curve, reliability_bins
from models.report_fields_judged import CapturePoint, Curves, Figure, Rival, Verdict
from models.report_rows import ReportRows
from models.report_words import RIVALS, Words, bucket_words, in_chinese, signed
from models.slices import CURVE_SHARES, Slice

POOLED = "pooled"
SIDES: tuple[Literal["value", "low", "high"], ...] = ("value", "low", "high")
ROWS_PER_DOT = 25
"""A dot of the reliability plot stands for at least so many accounts, up to ten dots …"""
FEWEST_DOTS = 3
"""… and never fewer than these."""
_NO_INTERVAL = ("no interval, ", "nothing to rank, ")
NO_FIGURE: Figure = {"value": None, "low": None, "high": None}


def verdicts_told(evaluation: Mapping[str, Any], *, events: Mapping[str, int]) -> tuple[Verdict, ...]:
    """Return a sentence per bucket and one for all pooled: does the model beat its scorecard?

    It beats a challenger when the 95 % interval of the difference of their AUC lies above 0 **and** its own AUC's lies
    above 0.5: to be less wrong than a scorecard that ranks backwards proves nothing. Without a scorecard
    the strongest other ranking takes its place.

    Parameters
    ----------
    evaluation
        What `models.evaluate.evaluate` returned.
    events
        How many rows had the event, by bucket and ``pooled``.
    """
    notes = [str(note) for note in evaluation.get("notes", [])]
    slices = {**evaluation.get("by_bucket", {}), POOLED: evaluation}
    return tuple(
        _verdict(name, figures, events=events.get(name, 0), notes=notes) for name, figures in slices.items()
    )


def verdict_of(difference: Figure, *, auc: Figure) -> str:
    """Return ``beats``, ``worse``, ``no proof`` or ``not told`` for a difference of AUC with its interval.

    Examples
    --------
    >>> above: Figure = {"value": 0.02, "low": 0.01, "high": 0.03}
    >>> sure: Figure = {"value": 0.8, "low": 0.7, "high": 0.9}
    >>> blind: Figure = {"value": 0.5, "low": 0.4, "high": 0.6}
    >>> verdict_of(above, auc=sure), verdict_of(above, auc=blind)
    ('beats', 'no proof')
    """
    low, high, own = difference["low"], difference["high"], auc["low"]
    if low is None or high is None or own is None:
        return "not told"
    if low > 0:
        return "beats" if own > 0.5 else "no proof"
    return "worse" if high < 0 else "no proof"


def rival_words(name: str) -> Words:
    """Return a challenger's name in both languages; as it stands when a caller brought it."""
    return RIVALS.get(name, (name, name))


def curves_told(rows: ReportRows) -> dict[str, Curves]:
    """Return capture, lift and reliability of the held-out rows by bucket, pooled last.

    A bucket in which only one outcome happened has nothing to draw and is left out.
    """
    sample = rows.sample.take(rows.judged)
    if not len(sample):
        return {}
    card = {"scorecard": rows.bundle.main.challenger(sample.X)} if rows.bundle.kind == "classifier" else {}
    try:
        every = Slice.align(
            sample.y,
            rows.p[rows.judged],
            weight=sample.weight,
            groups=np.arange(len(sample)),
            amount=None,
            challengers={**card, **rankers(sample)},
        )
    except OneClassOnly:
        return {}
    buckets = sample.bucket.astype(str)
    order = [*buckets_in_order(buckets), POOLED]
    drawn = {name: every if name == POOLED else every.only(buckets == name) for name in order}
    return {name: _curves(name, part) for name, part in drawn.items() if _both(part)}


def buckets_in_order(buckets: NDArray[Any]) -> list[str]:
    """Return the names of buckets, from current to the oldest."""
    found = set(buckets.tolist())
    return [*(name for name in BUCKETS if name in found), *sorted(found - set(BUCKETS))]


def events_by_bucket(rows: ReportRows) -> dict[str, int]:
    """Return how many held-out rows had the event, by bucket and ``pooled``."""
    y, buckets = rows.sample.y[rows.judged], rows.sample.bucket[rows.judged].astype(str)
    counts = {name: int(y[buckets == name].sum()) for name in buckets_in_order(buckets)}
    return {**counts, POOLED: int(y.sum())}


def _both(part: Slice) -> bool:
    labels = part.y[part.weight > 0]
    return bool(labels.size) and bool(labels.min() < labels.max())


def _curves(name: str, part: Slice) -> Curves:
    words = bucket_words(name)
    groups = int(np.clip(part.y.size // ROWS_PER_DOT, FEWEST_DOTS, 10))
    bins = reliability_bins(part.y, part.p, bins=groups, weight=part.weight)
    return {
        "bucket_en": words[0],
        "bucket_zh": words[1],
        "capture": _captured(part, part.p),
        "rivals": {rival: _captured(part, score) for rival, score in part.challengers.items()
                   if np.isfinite(score).all()},
        "reliability": tuple(
            {"predicted": float(p), "observed": float(y), "n": int(n)}
            for p, y, n in zip(bins["predicted"], bins["observed"], bins["n"], strict=True)
        ),
    }  # fmt: skip


def _captured(part: Slice, score: NDArray[np.float64]) -> tuple[CapturePoint, ...]:
    found = capture_curve(part.y, score, shares=CURVE_SHARES, weight=part.weight)
    return tuple(_point(share, float(value)) for share, value in zip(CURVE_SHARES, found, strict=True))


def _point(share: float, captured: float) -> CapturePoint:
    return {"share": share, "captured": captured, "lift": captured / share}


def _verdict(bucket: str, figures: Mapping[str, Any], *, events: int, notes: list[str]) -> Verdict:
    words = bucket_words(bucket)
    auc: Figure = figures.get("auc") or NO_FIGURE
    rivals = tuple(_rival(name, found, auc=auc) for name, found in (figures.get("challengers") or {}).items())
    against = _main_rival(rivals)
    sentence = _sentence(words, auc=auc, against=against, why=_why(bucket, notes))
    return {
        "bucket": bucket,
        "bucket_en": words[0],
        "bucket_zh": words[1],
        "n": int(figures.get("n", 0)),
        "events": events,
        "base_rate": figures.get("base_rate"),
        "auc": auc,
        "against": against["name"] if against else "",
        "verdict": against["verdict"] if against else "not told",
        "sentence_en": sentence[0],
        "sentence_zh": sentence[1],
        "rivals": rivals,
    }


def _rival(name: str, found: Mapping[str, Any], *, auc: Figure) -> Rival:
    words = rival_words(name)
    return {
        "name": name,
        "name_en": words[0],
        "name_zh": words[1],
        "auc": found["auc"],
        "difference": found["difference"],
        "verdict": verdict_of(found["difference"], auc=auc),
    }


def _main_rival(rivals: tuple[Rival, ...]) -> Rival | None:
    if not rivals:
        return None
    cards = [rival for rival in rivals if rival["name"] == "scorecard"]
    return cards[0] if cards else max(rivals, key=lambda rival: rival["auc"]["value"] or 0.0)


def _why(bucket: str, notes: list[str]) -> str:
    """Return the reason among the notes why a bucket has no interval; of all pooled that of the only bucket."""
    named = [note.partition(": ")[::2] for note in notes if note.startswith((POOLED, "bucket "))]
    reasons = {name.removeprefix("bucket "): why for name, why in named if why.startswith(_NO_INTERVAL)}
    if bucket == POOLED and bucket not in reasons:
        few = [note for note in notes if note.startswith("too few verdicts")]
        return next(iter([*reasons.values(), *few]), "").removeprefix(_NO_INTERVAL[0])
    return reasons.get(bucket, "").removeprefix(_NO_INTERVAL[0])


def _sentence(words: Words, *, auc: Figure, against: Rival | None, why: str) -> Words:
    en, zh = words
    en = en[:1].upper() + en[1:]
    if against is None or against["verdict"] == "not told":
        reason = (f": {why}", f"：{in_chinese(why)}") if why else ("", "")
        return f"{en}: nothing is proven{reason[0]}.", f"{zh}：无法作出证明{reason[1]}。"
    gap, name_zh = _gap(against["difference"]), against["name_zh"]
    name_en = f"its {against['name_en']}" if against["name"] == "scorecard" else against["name_en"]
    own = f"AUC {auc['value']:.3f}"
    if against["verdict"] == "no proof" and (against["difference"]["low"] or 0.0) > 0:
        return (
            f"{en}: no proof that the model beats {name_en}: the interval of its own {own} reaches 0.5, "
            "a blind ranking.",
            f"{zh}：没有证据表明模型优于{name_zh}：其 {own} 的区间触及 0.5，即盲目排序。",
        )
    said: dict[str, Words] = {
        "beats": (
            f"{en}: the model beats {name_en}. Its {own} lies above by {gap[0]}, an interval above 0.",
            f"{zh}：模型优于{name_zh}。其 {own}，高出 {gap[1]}，区间全部大于 0。",
        ),
        "worse": (
            f"{en}: the model is worse than {name_en}. The difference of its {own} is {gap[0]}, below 0.",
            f"{zh}：模型劣于{name_zh}。其 {own}，差值 {gap[1]}，区间全部小于 0。",
        ),
        "no proof": (
            f"{en}: no proof that the model beats {name_en}. The difference of its {own} is {gap[0]}, "
            "an interval that covers 0.",
            f"{zh}：没有证据表明模型优于{name_zh}。其 {own}，差值 {gap[1]}，区间包含 0。",
        ),
    }  # fmt: skip
    return said[against["verdict"]]


def _gap(difference: Figure) -> Words:
    value, low, high = (signed(difference[side]) for side in SIDES)
    return f"{value} (95 % interval {low} to {high})", f"{value}（95 % 区间 {low} 至 {high}）"
