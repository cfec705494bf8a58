"""The five-category class of a loan by its days past due: normal, special mention, substandard, doubtful, loss.

The thresholds are data (``asset_class.toml``): one table per country, with its source and the day it was reviewed.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

ASSET_CLASSES: Final = ("normal", "special_mention", "substandard", "doubtful", "loss")
"""The codes, from the best to the worst."""

_FILE = Path(__file__).with_suffix(".toml")
_FORMAT = 1


class NoAssetClasses(KeyError):
    """Nobody has written the classes of a country."""

    def __str__(self) -> str:
        """Return the message without the quotes of a KeyError."""
        return str(self.args[0])


class AssetClassesUnclear(ValueError):
    """The file of asset classes does not say what it must."""


@dataclass(frozen=True)
class ClassRules:
    """From how many days past due each class of a country applies.

    Parameters
    ----------
    country
        Two-letter code.
    from_days
        First days past due of each class, rising in the order of ``ASSET_CLASSES``.
    rescheduled
        The best class a rescheduled loan may have.
    source
        Text of the rule.
    check
        True while the figures await a look at the regulator's own text.
    reviewed_on
        Day on which somebody last compared them.
    """

    country: str
    from_days: tuple[int, ...]
    rescheduled: str
    source: str
    check: bool
    reviewed_on: dt.date


def asset_class(
    dpd: ArrayLike, *, rescheduled: ArrayLike | None = None, country: str = "CN"
) -> NDArray[np.object_]:
    """Return the class of each loan, as a code of ``ASSET_CLASSES``.

    Parameters
    ----------
    dpd
        Days past due, 0 or more.
    rescheduled
        True where a reschedule is in force (``Ledger.rescheduled``); nowhere when None.
    country
        Whose rules apply.

    Raises
    ------
    NoAssetClasses
        When nobody has written the classes of the country.

    Examples
    --------
    >>> asset_class([0, 1, 90, 91, 271, 361]).tolist()
    ['normal', 'special_mention', 'special_mention', 'substandard', 'doubtful', 'loss']
    >>> asset_class([0, 95], rescheduled=[True, True]).tolist()
    ['special_mention', 'substandard']
    """
    rules = class_rules(country)
    place = np.searchsorted(rules.from_days, np.asarray(dpd), side="right") - 1
    place = np.maximum(place, 0)
    if rescheduled is not None:
        least = ASSET_CLASSES.index(rules.rescheduled)
        place = np.where(np.asarray(rescheduled, bool), np.maximum(place, least), place)
    codes: NDArray[np.object_] = np.array(ASSET_CLASSES, dtype=object)[place]
    return codes


def class_rules(country: str) -> ClassRules:
    """Return the rules of a country.

    Raises
    ------
    NoAssetClasses
        When nobody has written them.

    Examples
    --------
    >>> class_rules("CN").from_days
    (0, 1, 91, 271, 361)
    """
    found = _all_rules().get(country)
    if found is None:
        have = ", ".join(_all_rules())
        raise NoAssetClasses(
            f"expected a country of {_FILE.name} ({have}); found {country!r}. "
            "Write its thresholds with source and reviewed_on, or ask for the classes of one of these."
        )
    return found


def class_words(code: str) -> tuple[str, str]:
    """Return the words of a class in English and Chinese.

    Examples
    --------
    >>> class_words("special_mention")
    ('special mention', '关注')
    """
    words = _stated()["codes"][code]
    return str(words["en"]), str(words["zh"])


def class_version() -> str:
    """Return the version of the file of asset classes."""
    return str(_stated()["version"])


@cache
def _all_rules() -> Mapping[str, ClassRules]:
    return {country: _rules(country, entry) for country, entry in _stated()["countries"].items()}


def _rules(country: str, entry: Mapping[str, Any]) -> ClassRules:
    days = entry["from_days"]
    rising = [days.get(code) for code in ASSET_CLASSES]
    if set(days) != set(ASSET_CLASSES) or rising[0] != 0 or rising != sorted(set(rising)):
        raise AssetClassesUnclear(
            f"expected rising days past due from 0 on for {', '.join(ASSET_CLASSES)} under {country} in "
            f"{_FILE.name}; found {dict(days)}. Correct the file."
        )
    if entry["rescheduled"] not in ASSET_CLASSES:
        raise AssetClassesUnclear(
            f"expected one of {', '.join(ASSET_CLASSES)} as rescheduled under {country} in {_FILE.name}; "
            f"found {entry['rescheduled']!r}. Correct the file."
        )
    return ClassRules(
        country, tuple(rising), entry["rescheduled"], entry["source"], entry.get("check", False), entry["reviewed_on"]
    )  # fmt: skip


@cache
def _stated() -> Mapping[str, Any]:
    stated = tomllib.loads(_FILE.read_text("utf-8"))
    if stated.get("format") != _FORMAT:
        raise AssetClassesUnclear(
            f"expected format {_FORMAT} in {_FILE.name}; found {stated.get('format')!r}. Use the file of this version."
        )
    return stated
