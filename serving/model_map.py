"""Which approved model speaks for which slice of the book: a versioned table, not code."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from features.buckets import BUCKETS
from models.label_table import LABELS

DEFAULT_MAP = Path(__file__).with_name("model_map.toml")


@dataclass(frozen=True)
class Slice:
    """One line of the map.

    Parameters
    ----------
    bucket
        Bucket of days past due.
    product
        Product code, or ``*`` for every product without a line of its own.
    model
        Registered name; its champion speaks.
    """

    bucket: str
    product: str
    model: str


@dataclass(frozen=True)
class ModelMap:
    """The slices and the version of the table they come from."""

    version: str
    slices: tuple[Slice, ...]

    @property
    def models(self) -> tuple[str, ...]:
        """Return the names of all models of the map, in order of first mention."""
        return tuple(dict.fromkeys(line.model for line in self.slices))

    def models_for(self, *, bucket: str, product: str) -> tuple[str, ...]:
        """Return the models that speak for an account: its own product's lines, else those of ``*``.

        Examples
        --------
        >>> table = ModelMap("1", (Slice("1-30", "*", "roll_30"), Slice("1-30", "cash", "roll_30_cash")))
        >>> table.models_for(bucket="1-30", product="cash")
        ('roll_30_cash',)
        >>> table.models_for(bucket="1-30", product="card")
        ('roll_30',)
        """
        fitting = [line for line in self.slices if line.bucket == bucket]
        own = tuple(line.model for line in fitting if line.product == product)
        return own or tuple(line.model for line in fitting if line.product == "*")


class MapRefused(ValueError):
    """A model map names an unknown bucket or a model of other accounts, or says one thing twice."""


def read_map(path: Path = DEFAULT_MAP) -> ModelMap:
    """Return the model map of a TOML file.

    Raises
    ------
    MapRefused
        When the file is no TOML, a line lacks a key, names an unknown bucket or repeats another.
    """
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
        slices = tuple(Slice(**line) for line in text["slice"])
        version = str(text["version"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise MapRefused(
            f"Expected version and [[slice]] with bucket, product and model in {path}, found: {error}. Correct the file."
        ) from error
    _check(slices, path=path)
    return ModelMap(version=version, slices=slices)


def _check(slices: Sequence[Slice], *, path: Path) -> None:
    seen: set[tuple[str, str, str]] = set()
    for line in slices:
        if line.bucket not in BUCKETS:
            raise MapRefused(
                f"Expected a bucket of {', '.join(BUCKETS)} in {path}, found {line.bucket!r}. Correct the line."
            )
        label = LABELS.get(line.model)
        if label is not None and label.own_mornings:
            raise MapRefused(
                f"Expected models that look at every overdue account in {path}, found {line.model!r}, which looks at "
                "a loan on its first morning alone. Remove the line."
            )
        place = (line.bucket, line.product, line.model)
        if place in seen:
            raise MapRefused(f"Expected one line for {place} in {path}, found two. Remove one.")
        seen.add(place)
