"""Today's figures against the ones sealed in the model: the rows are the same, so the figures must be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NEAR = 1e-9
"""Two figures that differ by less are one figure, written on two machines."""


@dataclass(frozen=True)
class Comparison:
    """How many head figures were compared and which of them differ, by name (``auc.value``)."""

    compared: int
    different: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Return whether there was something to compare and nothing differs."""
        return bool(self.compared) and not self.different


def compared_figures(found: Mapping[str, Any], *, sealed: Mapping[str, Any]) -> Comparison:
    """Return the sealed head figures of a model against those found on the same rows.

    Parameters
    ----------
    found
        An evaluation, as ``models.evaluate.evaluate`` returns it.
    sealed
        ``metrics`` of the bundle's manifest, part of its content hash.

    Examples
    --------
    >>> compared_figures({"n": 10, "auc": {"value": 0.8}}, sealed={"n": 10, "auc": {"value": 0.7}})
    Comparison(compared=2, different=('auc.value',))
    """
    here = dict(found)
    by_bucket: Mapping[str, Any] = found.get("by_bucket") or {}
    here["auc_by_bucket"] = {name: part.get("auc") for name, part in by_bucket.items()}
    told = dict(_leaves(here))
    wanted = list(_leaves(sealed))
    different = tuple(name for name, value in wanted if not _same(told.get(name, _MISSING), value))
    return Comparison(len(wanted), different)


_MISSING = object()


def _leaves(figures: Mapping[str, Any], *, under: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, under=f"{under}{name}.")
        else:
            yield f"{under}{name}", value


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=NEAR, abs_tol=NEAR)
    return bool(one == other)
