"""Every number of the simulator, read from a data file that states unit and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DEFAULTS = Path(__file__).with_name("parameters.toml")

Value = float | tuple[float, ...]


class ParametersRefused(ValueError):
    """A parameter file that lacks a value, a unit or a source, or names what the model does not know."""


@dataclass(frozen=True)
class Parameter:
    """One number (or one number per band) of the model.

    Parameters
    ----------
    value
        The number, or a tuple of numbers in the order the unit states.
    unit
        What is counted.
    source
        Where the number comes from; ``assumed`` when nobody measured it, ``calibrated`` with the
        target it was moved to.
    """

    value: Value
    unit: str
    source: str


@dataclass(frozen=True)
class Parameters:
    """The parameters of one simulated world, by ``section.name``."""

    entries: Mapping[str, Parameter]

    def __iter__(self) -> Iterator[str]:
        """Yield the names in the order of the file."""
        return iter(self.entries)

    def number(self, name: str) -> float:
        """Return the single number of that name.

        Examples
        --------
        >>> default_parameters().number("policy.holdout_share")
        0.02
        """
        value = self.entries[name].value
        if isinstance(value, tuple):
            raise ParametersRefused(
                f"Expected one number for {name!r}, found {len(value)}. Ask for numbers({name!r})."
            )
        return value

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Return the numbers of that name as an array (one entry when it is a single number).

        Examples
        --------
        >>> default_parameters().numbers("loans.term_months").tolist()
        [6.0, 9.0, 12.0, 18.0, 24.0]
        """
        return np.atleast_1d(np.asarray(self.entries[name].value, dtype=np.float64))

    def replaced(self, values: Mapping[str, Value], *, source: str) -> Parameters:
        """Return the same parameters with other values, each with the given source.

        Raises
        ------
        ParametersRefused
            When a name is unknown or a value has another length.

        Examples
        --------
        >>> quiet = default_parameters().replaced({"policy.holdout_share": 1.0}, source="a test")
        >>> quiet.number("policy.holdout_share"), default_parameters().number("policy.holdout_share")
        (1.0, 0.02)
        """
        unknown = sorted(set(values) - set(self.entries))
        if unknown:
            raise ParametersRefused(
                f"Expected names of parameters.toml, found {unknown[:5]} ({len(unknown)}). "
                "Correct the names; `Parameters` lists them when iterated."
            )
        for name, value in values.items():
            if np.size(value) != np.size(self.entries[name].value):
                raise ParametersRefused(
                    f"Expected {np.size(self.entries[name].value)} numbers for {name!r}, "
                    f"found {np.size(value)}. Give one per band."
                )
        changed = {name: Parameter(value, self.entries[name].unit, source) for name, value in values.items()}
        return Parameters({**self.entries, **changed})


def read_parameters(path: Path) -> Parameters:
    """Return the parameters of a TOML file of ``[section.name]`` tables.

    Raises
    ------
    ParametersRefused
        When an entry lacks ``value``, ``unit`` or ``source``, or has something else.
    """
    with path.open("rb") as stream:
        sections = tomllib.load(stream)
    entries: dict[str, Parameter] = {}
    for section, names in sections.items():
        for name, entry in names.items():
            if (
                not isinstance(entry, dict)
                or set(entry) != {"value", "unit", "source"}
                or not entry["source"]
            ):
                found = sorted(entry) if isinstance(entry, dict) else entry
                raise ParametersRefused(
                    f"Expected value, unit and source in [{section}.{name}] of {path.name}, found {found}. "
                    'Say where the number comes from, or source = "assumed".'
                )
            value = entry["value"]
            plain: Value = tuple(float(v) for v in value) if isinstance(value, list) else float(value)
            entries[f"{section}.{name}"] = Parameter(plain, str(entry["unit"]), str(entry["source"]))
    return Parameters(entries)


@lru_cache(maxsize=1)
def default_parameters() -> Parameters:
    """Return the parameters the simulator uses unless told otherwise.

    Examples
    --------
    >>> default_parameters().entries["policy.holdout_share"].source
    'house rule: a 2 % no-contact holdout'
    """
    return read_parameters(DEFAULTS)
