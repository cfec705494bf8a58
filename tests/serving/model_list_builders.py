"""Registered models as the registry lists them, as plain functions."""

from __future__ import annotations

from typing import Any

from models.model_list import ListedModel
from tests.serving.service_builders import small_bundle

RUN = "a1bc4293fc1f4d05982dea79f6a86653"


def figures(value: float, *, low: float | None, high: float | None, n: int = 412) -> dict[str, Any]:
    """Return held-out figures of some accounts."""
    interval = {"value": value, "low": low, "high": high}
    return {
        "n": n,
        "base_rate": 0.123,
        "auc": interval,
        "ks": 0.41,
        "brier": 0.07,
        "capture": {"0.1": 0.31, "0.2": 0.52},
    }


def evaluation() -> dict[str, Any]:
    """Return what a model was judged with: two buckets, pooled, and a simpler way to sort."""
    less = {"value": 0.03, "low": -0.01, "high": 0.07}
    return {
        **figures(0.843, low=0.8, high=0.881),
        "by_bucket": {
            "1-30": figures(0.79, low=0.74, high=0.84, n=300),
            "31-60": figures(0.71, low=None, high=None, n=112),
        },
        "challengers": {
            "sort by dpd": {"auc": {"value": 0.81, "low": 0.77, "high": 0.85}, "difference": less}
        },
    }


def listed(version: str = "1", **changes: Any) -> ListedModel:
    """Return a registered version of roll_30, the champion unless told otherwise."""
    plain: dict[str, Any] = {
        "name": "roll_30",
        "version": version,
        "content_hash": small_bundle().content_hash,
        "aliases": ("champion",),
        "run_id": RUN,
        "experiment_id": "1",
        "registered_at": "2026-02-27T03:00:00+00:00",
        "target": "roll_30",
        "window": "30d",
        "kind": "classifier",
        "metrics": evaluation(),
        "approved_by": ("Sue", "Tom"),
    }
    return ListedModel(**{**plain, **changes})


def waiting(version: str = "2", **changes: Any) -> ListedModel:
    """Return a version that waits for approval."""
    return listed(
        version, **{"content_hash": "c" * 64, "aliases": ("challenger",), "approved_by": (), **changes}
    )


def willful(**changes: Any) -> ListedModel:
    """Return a registered willful model."""
    plain = {"name": "willful", "target": "willful", "kind": "willful", "window": "90d"}
    return listed(**{**plain, "content_hash": "d" * 64, "experiment_id": "3", **changes})
