"""Registered models as a data scientist reads them: versions of a name, and whether the champion is in force.

MLflow's aliases say what people meant; the signed release says what scores. The two are compared by content
hash, because a version number proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite
from typing import Any, Final, Literal
from urllib.parse import quote

from models.model_list import ListedModel
from serving.releases import InForce

Verdict = Literal["agree", "differ", "silent", "unlisted", "none"]
"""``agree``: the champion is in force. ``differ``: another model is in force. ``silent``: a champion, and nothing
in force. ``unlisted``: something is in force that the registry does not call champion. ``none``: neither."""
CHAMPION: Final = "champion"
SCALE: Final = (0.5, 1.0)
"""Ends of the line on which an AUC is drawn: chance and perfection."""


@dataclass(frozen=True)
class Shelf:
    """One registered name.

    Parameters
    ----------
    name
        Registered name.
    models
        Its versions, newest first; empty when the registry knows none.
    champion
        Content hash of the version that MLflow calls champion; empty when there is none.
    in_force
        Content hash of the model that scores; empty when none does.
    refused
        Why the release of the name is not in force; empty when it was not refused.
    """

    name: str
    models: tuple[ListedModel, ...]
    champion: str
    in_force: str
    refused: str = ""

    @property
    def verdict(self) -> Verdict:
        """Return how the champion and the model in force stand to each other."""
        if self.in_force:
            return "agree" if self.in_force == self.champion else "differ" if self.champion else "unlisted"
        return "silent" if self.champion else "none"

    def version_of(self, content_hash: str) -> str:
        """Return the number of the version with that content, or an empty text."""
        return next((one.version for one in self.models if one.content_hash == content_hash), "")


@dataclass(frozen=True)
class Figure:
    """How well a model tells bad accounts from good ones on rows it has not seen.

    Parameters
    ----------
    bucket
        Bucket of days past due; ``all`` for all of them together.
    n
        Accounts judged; None when not stated.
    value, low, high
        AUC and the ends of its interval; the ends are None when there are too few accounts to tell.
    """

    bucket: str
    n: int | None
    value: float
    low: float | None
    high: float | None

    def at(self, number: float, *, width: int) -> float:
        """Return where an AUC lies on a line of that width, which begins at chance.

        Examples
        --------
        >>> Figure("1-30", 100, 0.75, 0.7, 0.8).at(0.75, width=100)
        50.0
        """
        low, high = SCALE
        return round(min(1.0, max(0.0, (number - low) / (high - low))) * width, 1)


@dataclass(frozen=True)
class JudgedRow:
    """Held-out figures of one bucket; what was not measured is None.

    Parameters
    ----------
    auc
        AUC with its interval, the bucket and the number of accounts.
    base_rate
        Share of accounts whose label is positive.
    ks, brier
        Kolmogorov-Smirnov distance; mean squared error of the probability.
    capture
        Share of the positive accounts among the fifth with the highest scores.
    """

    auc: Figure
    base_rate: float | None
    ks: float | None
    brier: float | None
    capture: float | None


def shelves_of(listed: Iterable[ListedModel], *, in_force: InForce) -> tuple[Shelf, ...]:
    """Return a shelf for each registered name and each name in force, by name."""
    ordered = sorted(listed, key=lambda one: (one.name, -_number(one.version)))
    known = {name: tuple(models) for name, models in groupby(ordered, key=lambda one: one.name)}
    names = sorted({*known, *in_force.bundles, *in_force.refused})
    return tuple(_shelf(name, known.get(name, ()), in_force) for name in names)


def figures_of(metrics: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the held-out AUC of each bucket, and of all of them last.

    Examples
    --------
    >>> auc = {"value": 0.7, "low": None, "high": None}
    >>> [one.bucket for one in figures_of({"n": 9, "auc": auc, "by_bucket": {"31-60": {"n": 9, "auc": auc}}})]
    ['31-60', 'all']
    """
    found = [_figure(bucket, row) for bucket, row in _rows(metrics)]
    return tuple(one for one in found if one is not None)


def judged_rows(metrics: Mapping[str, Any]) -> tuple[JudgedRow, ...]:
    """Return the held-out figures of each bucket, and of all of them last.

    Examples
    --------
    >>> auc = {"value": 0.7, "low": 0.6, "high": 0.8}
    >>> judged_rows({"n": 9, "auc": auc, "ks": 0.4, "capture": {"0.2": 0.5}})[0].capture
    0.5
    """
    return tuple(
        JudgedRow(
            auc=auc,
            base_rate=_share(row.get("base_rate")),
            ks=_share(row.get("ks")),
            brier=_share(row.get("brier")),
            capture=_share(_inside(row.get("capture")).get("0.2")),
        )
        for bucket, row in _rows(metrics)
        if (auc := _figure(bucket, row)) is not None
    )


def challengers_of(metrics: Mapping[str, Any]) -> tuple[tuple[str, Figure, Figure], ...]:
    """Return each simpler way to sort: its name, its AUC, and the model's AUC minus it.

    Examples
    --------
    >>> half = {"value": 0.5, "low": None, "high": None}
    >>> told = {"challengers": {"sort by dpd": {"auc": half, "difference": half}}}
    >>> [name for name, _, _ in challengers_of(told)]
    ['sort by dpd']
    """
    found = []
    for name, row in _inside(metrics.get("challengers")).items():
        auc = _figure("all", row)
        difference = _figure("all", {"auc": _inside(row).get("difference")})
        if auc is not None and difference is not None:
            found.append((str(name), auc, difference))
    return tuple(found)


def run_address(mlflow_url: str, model: ListedModel) -> str:
    """Return the address of the run's page in MLflow; empty when the run is unknown."""
    if not (model.run_id and model.experiment_id):
        return ""
    return f"{mlflow_url}/#/experiments/{quote(model.experiment_id, safe='')}/runs/{quote(model.run_id, safe='')}"


def version_address(mlflow_url: str, model: ListedModel) -> str:
    """Return the address of the version's page in MLflow."""
    return f"{mlflow_url}/#/models/{quote(model.name, safe='')}/versions/{quote(model.version, safe='')}"


def _shelf(name: str, models: Sequence[ListedModel], in_force: InForce) -> Shelf:
    champion = next((one.content_hash for one in models if CHAMPION in one.aliases), "")
    bundle = in_force.bundles.get(name)
    return Shelf(
        name=name,
        models=tuple(models),
        champion=champion,
        in_force="" if bundle is None else bundle.content_hash,
        refused=in_force.refused.get(name, ""),
    )


def _rows(metrics: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    buckets = [(str(bucket), _inside(row)) for bucket, row in _inside(metrics.get("by_bucket")).items()]
    return [*buckets, ("all", metrics)]


def _figure(bucket: str, row: Any) -> Figure | None:
    auc = _inside(_inside(row).get("auc"))
    value, n = _share(auc.get("value")), _inside(row).get("n")
    if value is None:
        return None
    return Figure(
        bucket, n if isinstance(n, int) else None, value, _share(auc.get("low")), _share(auc.get("high"))
    )


def _inside(found: Any) -> Mapping[str, Any]:
    """Return a table of what was found; nothing when it is none: the list may come from another version."""
    return found if isinstance(found, Mapping) else {}


def _share(found: Any) -> float | None:
    known = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
    return float(found) if known else None


def _number(version: str) -> int:
    return int(version) if version.isdigit() else 0
