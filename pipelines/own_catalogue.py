"""A team's words for its own columns: what each means, in which direction it moves risk, how a reason reads.

One TOML table a column; whatever is left out is inferred from the column::

    [days_late]
    unit = "days"
    direction = 1
    reason_en = "{value} days late"
    reason_zh = "逾期 {value} 天"

The catalogue that ``duecourse features`` writes beside its Parquet file (``.catalogue.json``) is read too.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from features.catalogue import Catalogue, FeatureSpec
from features.feature_spec import UNITS

WORDS = (
    "unit", "low", "high", "direction", "group", "meaning_en", "meaning_zh", "reason_en", "reason_zh", "none_en", "none_zh",
)  # fmt: skip
"""What a team may say of a column."""
KINDS: Mapping[str, type | tuple[type, ...]] = {"low": (int, float), "high": (int, float), "direction": int}


class CatalogueUnclear(ValueError):
    """A team's catalogue cannot be read, or does not fit its table."""


def read_own_catalogue(path: Path, *, frame: pd.DataFrame) -> Catalogue:
    """Return the catalogue of the columns that a file explains, inferred from the table where it is silent.

    Parameters
    ----------
    path
        TOML with one table a column, or the ``.catalogue.json`` of a feature table.
    frame
        The table.

    Raises
    ------
    CatalogueUnclear
        When the file is absent, damaged or empty, names a column that the table lacks, or says something unlawful;
        every problem is told.
    """
    said = _read(path)
    if isinstance(said, Catalogue):
        missing = [name for name in said.names if name not in frame.columns]
        if missing:
            raise _unclear(path, _absent(missing, frame))
        return said
    problems = [problem for name, row in said.items() for problem in _problems(name, row, frame)]
    if not said:
        problems = ["at least one column, found none. Write one [table] a column"]
    if problems:
        raise _unclear(path, *problems)
    inferred = {spec.name: spec for spec in Catalogue.infer(frame[list(said)])}
    return Catalogue(tuple(_explained(inferred[name], row) for name, row in said.items()))


def _read(path: Path) -> dict[str, Any] | Catalogue:
    if not path.is_file():
        raise _unclear(path, f"a file, found {'a folder' if path.is_dir() else 'none'}. Check the path")
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".json":
            rows = json.loads(text)
            rows = rows["features"] if isinstance(rows, dict) else rows
            return Catalogue.from_json(json.dumps(rows))
        return tomllib.loads(text)
    except (ValueError, KeyError, TypeError) as error:
        kind = "a catalogue written by duecourse features" if path.suffix == ".json" else "TOML in UTF-8"
        raise _unclear(path, f"{kind}, found something else ({error}). Correct it") from error


def _problems(name: str, row: Any, frame: pd.DataFrame) -> list[str]:
    if name not in frame.columns:
        return [_absent([name], frame)]
    if not isinstance(row, dict):
        return [f"a table [{name}] of words, found {row!r}. Write [{name}] on a line of its own"]
    found = []
    for word, value in row.items():
        kind = KINDS.get(word, str)
        if word not in WORDS:
            found.append(f"words among {', '.join(WORDS)}, found {word!r} at {name}. Correct or remove it")
        elif not isinstance(value, kind) or isinstance(value, bool):
            found.append(
                f"{'a number' if word in KINDS else 'text'} for {word} of {name}, found {value!r}. Correct it"
            )
        elif word == "unit" and value not in UNITS:
            units = ", ".join(unit for unit in UNITS if unit)
            found.append(f"a unit among {units} for {name}, found {value!r}. Choose one")
        elif word == "direction" and value not in (-1, 0, 1):
            found.append(f"a direction of -1, 0 or 1 for {name}, found {value!r}. +1: more of it is riskier")
        elif word.startswith("reason") and "{value}" not in str(value):
            found.append(f"{{value}} in {word} of {name}, found {value!r}. Say where the value stands")
    return found


def _explained(inferred: FeatureSpec, row: Mapping[str, Any]) -> FeatureSpec:
    """Return the inferred row with the team's words; a column without a reason of its own tells name and value."""
    return replace(inferred, **row)


def _absent(names: list[str], frame: pd.DataFrame) -> str:
    held = ", ".join(str(name) for name in frame.columns[:8])
    return f"columns of the table ({held} …), found {', '.join(map(repr, names[:5]))} that it lacks. Rename or remove"


def _unclear(path: Path, *problems: str) -> CatalogueUnclear:
    return CatalogueUnclear("\n".join(f"{path.name}: expected {problem}." for problem in problems))
