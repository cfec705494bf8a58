"""Keys of a mapping file held against the keys there are: unknown keys and values of another kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from features.manifest import nearest
from features.problem import Problem

_WORDS = {
    "text": "a text in quotes",
    "texts": "a text or a list of texts",
    "number": "a whole number of at least 0",
    "yesno": "true or false",
    "table": "a table of keys",
    "constant": "a text, a number, true or false",
}


@dataclass
class Complaints:
    """Problems of a mapping file, in the order they were met."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, place: str, rule: str, expected: str, found: str, remedy: str) -> None:
        """Note one problem at ``place`` of the mapping."""
        self.problems.append(Problem("map", place, rule, expected, found, remedy))


def checked_keys(
    stated: Mapping[str, Any],
    lawful: Mapping[str, Any],
    place: str,
    told: Complaints,
    further: Collection[str] = (),
) -> dict[str, Any]:
    """Return the keys whose values are of their kind; lists of texts are always tuples.

    Parameters
    ----------
    stated
        Keys and values as the file states them.
    lawful
        Kind of each key: a word of ``text texts number yesno table constant`` or a tuple of words.
    place
        Where the keys stand, for messages.
    told
        Where unknown keys and values of another kind are noted.
    further
        Names that may stand here too, for the hint.

    Examples
    --------
    >>> told = Complaints()
    >>> checked_keys({"files": "a.csv", "colums": 1}, {"files": "texts", "columns": "table"}, "loans", told)
    {'files': ('a.csv',)}
    >>> print(told.problems[0])
    map.loans [unknown-key]: expected keys (files, columns); found 'colums'. Did you mean columns?
    """
    known: dict[str, Any] = {}
    for key, value in stated.items():
        if key not in lawful:
            near = nearest(key, (*lawful, *further))
            remedy = f"Did you mean {near}?" if near else "Drop it; docs/mapping.md explains every key."
            tables = f" or tables ({', '.join(further)})" if further else ""
            rule = "unknown-table" if further and isinstance(value, dict | list) else "unknown-key"
            told.add(place, rule, f"keys ({', '.join(lawful)}){tables}", repr(key), remedy)
            continue
        kind = lawful[key]
        if not _is_of(kind, value):
            words = _WORDS[kind] if isinstance(kind, str) else f"one of {', '.join(kind)}"
            at = f"{place}.{key}" if place else key
            told.add(at, "bad-value", words, repr(value)[:60], "Correct the value.")
            continue
        known[key] = _texts(value) if kind == "texts" else value
    return known


def _is_of(kind: Any, value: Any) -> bool:
    if isinstance(kind, tuple):
        return value in kind
    if kind == "text":
        return isinstance(value, str)
    if kind == "texts":
        return isinstance(value, str) or (
            isinstance(value, list) and all(isinstance(part, str) for part in value)
        )
    if kind == "number":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if kind == "yesno":
        return isinstance(value, bool)
    if kind == "constant":
        return isinstance(value, str | int | float | bool)
    return isinstance(value, dict)


def _texts(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
