"""The features that a call asks for, with all that depends on them alone: worked out once, whoever calls."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from features.catalogue import Catalogue, Feature
from features.discovery import discovered_features
from features.foresight import foreseen
from features.requests import Foresight

_MOST = 64
_KEPT: dict[tuple[int, frozenset[str] | None], tuple[Chosen, tuple[Feature, ...]]] = {}


@dataclass(frozen=True, eq=False)
class Chosen:
    """Some features in catalogue order.

    Parameters
    ----------
    features
        The features.
    """

    features: tuple[Feature, ...]

    @cached_property
    def foresight(self) -> Foresight:
        """Return what they will ask."""
        return foreseen(tuple(item.compute for item in self.features))

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return their catalogue rows."""
        return Catalogue(tuple(item.spec for item in self.features))

    @cached_property
    def consents(self) -> tuple[str, ...]:
        """Return the purposes that rest on consent, sorted."""
        return tuple(
            sorted({item.spec.purpose for item in self.features if item.spec.lawful_basis == "consent"})
        )


def chosen_features(names: Collection[str] | None) -> Chosen:
    """Return the features with those names in catalogue order; all of them when ``names`` is None.

    Examples
    --------
    >>> chosen_features(["arrears_fee_share", "dpd_latest"]).catalogue.names
    ('dpd_latest', 'arrears_fee_share')
    """
    every, wanted = discovered_features(), None if names is None else frozenset(names)
    key = id(every), wanted
    if key not in _KEPT:
        if len(_KEPT) >= _MOST:
            _KEPT.clear()
        kept = tuple(item for item in every if wanted is None or item.spec.name in wanted)
        _KEPT[key] = Chosen(kept), every  # the tuple lives as long as its id is a key
    return _KEPT[key][0]
