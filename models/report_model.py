"""What a committee report says of a model before it says how well it does: what it is and of whom."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import Bundle
from models.components import Component
from models.labels import LABELS
from models.report_fields import Band, LossTold, ModelTold, Monotone, PopulationSlice, PopulationTold
from models.report_judged import buckets_in_order
from models.report_reading import reading_of
from models.report_rows import PART_NAMES, ReportRows
from models.report_words import (
    BANDS,
    PARTS,
    Words,
    bucket_words,
    in_chinese,
    window_words,
    words_of,
)
from models.splits import Split

WILLFUL_MEANING: Words = (
    "Two people decide within 90 days that a borrower 31 or more days past due is able and unwilling to pay.",
    "逾期31天或以上的借款人在90天内由两人认定为有能力而不愿还款。",
)


def model_told(bundle: Bundle) -> ModelTold:
    """Return which model a report is about.

    Raises
    ------
    KeyError
        When the manifest lacks what every bundle states.
    """
    manifest = bundle.manifest
    meaning, window = meaning_of(bundle.name), window_words(str(manifest["window"]))
    reads = reading_of(bundle.name, window=str(manifest["window"]), risk_sign=bundle.risk_sign)
    return {
        "name": bundle.name,
        "target": str(manifest["target"]),
        "kind": bundle.kind,
        "content_hash": bundle.content_hash,
        "window": str(manifest["window"]),
        "window_en": window[0],
        "window_zh": window[1],
        "risk_sign": bundle.risk_sign,
        "meaning_en": meaning[0],
        "meaning_zh": meaning[1],
        "reads_en": reads[0],
        "reads_zh": reads[1],
        "components": tuple(part.name for part in bundle.components),
        "features": {part.name: len(part.contract.names) for part in bundle.components},
        "monotone": {part.name: monotone_of(bundle, part) for part in bundle.components},
        "seed": int(manifest["seed"]),
        "versions": {str(name): str(one) for name, one in manifest["versions"].items()},
        "settings": dict(manifest.get("settings", {})),
        "reference_en": str(manifest["reference"]),
        "reference_zh": in_chinese(str(manifest["reference"])),
        "bands": _bands(bundle),
        "bands_from_en": str(manifest["bands"]["from"]),
        "bands_from_zh": in_chinese(str(manifest["bands"]["from"])),
        "trained_from": str(manifest["trained_from"]["source"]),
    }


def meaning_of(target: str) -> Words:
    """Return what a target's positive is, in a sentence.

    Examples
    --------
    >>> meaning_of("my_score")[0]
    'The outcome my_score of a table of its own, as its owner defines it.'
    """
    if target == "willful":
        return WILLFUL_MEANING
    if target in LABELS:
        return LABELS[target].meaning_en, LABELS[target].meaning_zh
    return (
        f"The outcome {target} of a table of its own, as its owner defines it.",
        f"自有特征表中的结果 {target}，由其所有者定义。",
    )


def monotone_of(bundle: Bundle, component: Component) -> tuple[Monotone, ...]:
    """Return the features whose effect the trees are held to, as the model's own text states it."""
    held = constraints_of(component)
    return tuple(
        {**words_of(spec), "constraint": held[spec.name]}
        for spec in bundle.told_by(component)
        if held[spec.name]
    )


def constraints_of(component: Component) -> dict[str, int]:
    """Return each feature's constraint on the event's odds as the trees were grown: +1, -1, or 0 when free."""
    found = re.search(r"^monotone_constraints=(.*)$", component.model_text, flags=re.MULTILINE)
    signs = [int(sign) for sign in found[1].split()] if found else []
    names = component.contract.names
    return dict(zip(names, [*signs, *[0] * len(names)], strict=False))


def population_told(rows: ReportRows, *, split: Split | None) -> PopulationTold:
    """Return who was looked at, by bucket and by part, and what was left out."""
    sample = rows.sample
    every = np.ones(len(sample), dtype=np.bool_)
    whole = _slice(rows, every, "all", bucket_words("all"))
    buckets = sample.bucket.astype(str)
    days = (
        np.unique(sample.as_of.astype("datetime64[D]")).astype(str) if rows.timed else np.array([], dtype=str)
    )
    said = _split_said(rows, split)
    return {
        "rows": whole["rows"],
        "known": whole["known"],
        "borrowers": whole["borrowers"],
        "events": whole["events"],
        "base_rate": whole["base_rate"],
        "money": whole["money"],
        "first": str(days[0]) if len(days) else "",
        "last": str(days[-1]) if len(days) else "",
        "days": len(days),
        "by_bucket": tuple(
            _slice(rows, buckets == name, name, bucket_words(name)) for name in buckets_in_order(buckets)
        ),
        "by_part": tuple(
            _slice(rows, rows.part == name, name, PARTS[name])
            for name in PART_NAMES
            if (rows.part == name).any()
        ),
        "losses": losses_told(sample.losses_json()),
        "split_en": said[0],
        "split_zh": said[1],
    }


def losses_told(losses: list[dict[str, Any]]) -> tuple[LossTold, ...]:
    """Return what was left out, with its causes in both languages; causes of nothing are not told."""
    return tuple(
        {
            "cause_en": str(loss["cause"]),
            "cause_zh": in_chinese(str(loss["cause"])),
            "count": int(loss["count"]),
            "what": str(loss.get("what", "rows")),
        }
        for loss in losses
        if loss["count"]
    )


def _slice(rows: ReportRows, kept: NDArray[np.bool_], name: str, words: Words) -> PopulationSlice:
    sample, known = rows.sample, kept & rows.known
    told = np.array([]) if sample.amount is None else sample.amount[kept]
    money = float(np.nansum(told)) if np.isfinite(told).any() else None
    return {
        "name": name,
        "name_en": words[0],
        "name_zh": words[1],
        "rows": int(kept.sum()),
        "known": int(known.sum()),
        "borrowers": len(pd.unique(sample.ids[kept])),
        "events": int(sample.y[known].sum()),
        "base_rate": float(sample.y[known].mean()) if known.any() else None,
        "money": money,
    }


def _split_said(rows: ReportRows, split: Split | None) -> Words:
    if split is not None:
        lost = "; ".join(f"{cause} {count:,}" for cause, count in split.dropped)
        lost_zh = "；".join(f"{in_chinese(cause)} {count:,}" for cause, count in split.dropped)
        tail = (f" (not used: {lost})", f"（未使用：{lost_zh}）") if lost else ("", "")
        return split.stated + tail[0], in_chinese(split.stated) + tail[1]
    aside = int((rows.part == "unused").sum())
    return (
        f"judged on another sample than it was trained on; {aside:,} rows of borrowers it was trained on set aside",
        f"在训练样本之外的另一样本上检验；剔除训练过的借款人 {aside:,} 行",
    )


def _bands(bundle: Bundle) -> tuple[Band, ...]:
    cuts = [0.0, *(float(cut) for cut in bundle.manifest["bands"]["cutoffs"]), 1.0]
    return tuple(
        {"name": name, "name_en": BANDS[name][0], "name_zh": BANDS[name][1], "low": low, "high": high}
        for name, low, high in zip(bundle.manifest["bands"]["names"], cuts, cuts[1:], strict=False)
    )
