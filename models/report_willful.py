"""What a committee report says of a willful model alone: three ways of judging and how far evidence reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.bundle import Bundle
from models.report_fields_judged import Way, WillfulTold
from models.report_words import WAYS, in_chinese


def willful_told(bundle: Bundle, evaluation: Mapping[str, Any]) -> WillfulTold | None:
    """Return the figures only a willful model has; None for a classifier.

    Parameters
    ----------
    evaluation
        What `models.willful_judging.judge_willful` returned, with its three ways.
    """
    if bundle.kind != "willful":
        return None
    coverage = evaluation["coverage"]
    combination = str(bundle.manifest["willful"]["combination"])
    english, _, chinese = str(evaluation["audited_labels"]).partition(" / ")
    return {
        "ways": tuple(_way(name, way) for name, way in evaluation["three_ways"].items()),
        "accounts": int(coverage["accounts"]),
        "sufficient": int(coverage["sufficient"]),
        "share": coverage["share"],
        "verdicts": int(coverage["verdicts"]),
        "mean_interval_width": coverage["mean_interval_width"],
        "combination_en": combination,
        "combination_zh": in_chinese(combination),
        "audited_labels_en": english,
        "audited_labels_zh": chinese or english,
    }


def _way(name: str, way: Mapping[str, Any]) -> Way:
    words, reason = WAYS.get(name, (name, name)), str(way.get("reason", ""))
    return {
        "name": name,
        "name_en": words[0],
        "name_zh": words[1],
        "n": int(way["n"]),
        "base_rate": way.get("base_rate"),
        "auc": way["auc"],
        "reason_en": reason,
        "reason_zh": in_chinese(reason),
    }
