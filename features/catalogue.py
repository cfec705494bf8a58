"""What each feature means: unit, range, direction of risk, purpose and words in Chinese and English."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from features.feature_spec import (
    UNITS,
    Axis,
    FeatureKind,
    FeatureSpec,
    LawfulBasis,
    attribute_spec,
    format_value,
)

if TYPE_CHECKING:
    from features.history import History

__all__ = ["Catalogue", "Feature", "FeatureSpec", "feature", "format_value", "registered_features"]


class FeatureWithoutText(ValueError):
    """A feature was registered without its catalogue row."""


class UnknownFeature(KeyError):
    """A catalogue was asked for a feature it does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


class NameTaken(ValueError):
    """Two features bear one name."""


@dataclass(frozen=True)
class Feature:
    """A registered feature: its catalogue row, the function that computes it, and where it stands."""

    spec: FeatureSpec
    compute: Callable[[History], Any]
    place: tuple[str, int]


_REGISTERED: dict[str, Feature] = {}


def feature(
    *,
    unit: str,
    purpose: str,
    group: str,
    sources: tuple[str, ...],
    zh: str,
    reason_en: str,
    reason_zh: str,
    low: float | None = 0.0,
    high: float | None = None,
    direction: int = 0,
    lawful_basis: LawfulBasis = "contract",
    axis: Axis = "",
    mutable: bool = True,
    kind: FeatureKind = "number",
    none: tuple[str, str] = ("", ""),
) -> Callable[[Callable[[History], Any]], Callable[[History], Any]]:
    """Return a decorator that registers a function of History as the feature named as the function.

    The first line of the docstring, without "Return", is the meaning in English. ``none`` says, in English and
    Chinese, what a missing value means when it means that nothing of the kind happened.

    Raises
    ------
    FeatureWithoutText
        When a text is missing, a reason lacks ``{value}``, or unit or direction is not a known one.
    NameTaken
        When another module registered the name.
    """

    def register(compute: Callable[[History], Any]) -> Callable[[History], Any]:
        name = compute.__name__
        meaning = _first_line(compute.__doc__)
        wanting = [
            what
            for what, ok in (
                ("a docstring that begins with 'Return'", bool(meaning)),
                ("a meaning in Chinese (zh)", bool(zh.strip())),
                ("a reason in English with {value}", "{value}" in reason_en),
                ("a reason in Chinese with {value}", "{value}" in reason_zh),
                (f"a unit among {UNITS}", unit in UNITS),
                ("a direction of -1, 0 or 1", direction in (-1, 0, 1)),
                ("a purpose", bool(purpose.strip())),
                ("a group", bool(group.strip())),
                ("at least one source table", bool(sources)),
            )
            if not ok
        ]
        if wanting:
            raise FeatureWithoutText(
                f"feature {name!r}: expected a whole catalogue row, found it without "
                f"{'; without '.join(wanting)}. "
                "Complete the arguments of @feature."
            )
        earlier = _REGISTERED.get(name)
        if earlier is not None and earlier.place[0] != compute.__module__:
            raise NameTaken(
                f"feature {name!r}: expected one definition, found it in {earlier.place[0]} and "
                f"{compute.__module__}. Rename one of them."
            )
        spec = FeatureSpec(
            name, unit, low, high, direction, purpose, lawful_basis, group, axis, meaning, zh,
            reason_en, reason_zh, sources, mutable, kind, *none,
        )  # fmt: skip
        place = (compute.__module__, compute.__code__.co_firstlineno)
        _REGISTERED[name] = Feature(spec, compute, place)
        return compute

    return register


@contextmanager
def registered_apart() -> Iterator[dict[str, Feature]]:
    """Give a register of its own to what is defined inside; nothing of it stays in the register of the house."""
    house = dict(_REGISTERED)
    _REGISTERED.clear()
    try:
        yield _REGISTERED
    finally:
        _REGISTERED.clear()
        _REGISTERED.update(house)


def registered_features() -> tuple[Feature, ...]:
    """Return every registered feature by module and line, whatever was imported first."""
    return tuple(sorted(_REGISTERED.values(), key=lambda item: item.place))


@dataclass(frozen=True)
class Catalogue:
    """The catalogue rows of the feature columns of a table, in column order."""

    specs: tuple[FeatureSpec, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the feature names in column order."""
        return tuple(spec.name for spec in self.specs)

    def __iter__(self) -> Iterator[FeatureSpec]:
        return iter(self.specs)

    def __len__(self) -> int:
        return len(self.specs)

    def spec(self, name: str) -> FeatureSpec:
        """Return the row of that name.

        Raises
        ------
        UnknownFeature
            When there is none.
        """
        for spec in self.specs:
            if spec.name == name:
                return spec
        raise UnknownFeature(
            f"expected one of {len(self.specs)} features ({', '.join(self.names[:5])} …), found {name!r}. "
            "Name a column of this catalogue."
        )

    def to_json(self) -> str:
        """Return the rows as JSON text; equal catalogues give equal text."""
        rows = [asdict(spec) for spec in self.specs]
        return json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Catalogue:
        """Return the catalogue that ``to_json`` wrote.

        Examples
        --------
        >>> catalogue = Catalogue((attribute_spec("attr_grade", kind="code"),))
        >>> Catalogue.from_json(catalogue.to_json()) == catalogue
        True
        """
        known = {field.name for field in fields(FeatureSpec)}
        rows = [{key: value for key, value in row.items() if key in known} for row in json.loads(text)]
        return cls(tuple(FeatureSpec(**{**row, "sources": tuple(row["sources"])}) for row in rows))

    @classmethod
    def infer(cls, frame: pd.DataFrame, *, exclude: Sequence[str] = ()) -> Catalogue:
        """Return rows for a team's own table: numbers and codes by type, no range, no direction.

        Examples
        --------
        >>> import pandas as pd
        >>> own = pd.DataFrame({"id": ["a"], "limit": [3.0], "grade": ["B"]})
        >>> [(spec.name, spec.kind) for spec in Catalogue.infer(own, exclude=["id"])]
        [('limit', 'number'), ('grade', 'code')]
        """
        return cls(
            tuple(
                attribute_spec(
                    str(name),
                    kind="number" if pd.api.types.is_numeric_dtype(frame[name].dtype) else "code",
                )
                for name in frame.columns
                if name not in set(exclude)
            )
        )


def _first_line(text: str | None) -> str:
    line = (text or "").strip().split("\n")[0].strip()
    if not line.startswith("Return"):
        return ""
    line = line.removeprefix("Return ").rstrip(".")
    return line[:1].upper() + line[1:]
