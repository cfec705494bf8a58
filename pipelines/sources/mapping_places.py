"""What a mapping does not place: columns and files of theirs, and required columns that nothing feeds."""

from __future__ import annotations

from collections.abc import Iterable

from features.contracts import TABLES
from features.problem import Problem
from pipelines.sources.mapping_delivery import DeliveredFile, matching
from pipelines.sources.mapping_synonyms import is_personal, nearest_column, nearness
from pipelines.sources.mapping_words import TableMap
from pipelines.sources.reading import Unplaced

_DERIVED = ("revision",)


def unplaced_columns(file: DeliveredFile, entries: Iterable[TableMap]) -> list[Unplaced]:
    """Return the columns of a file that none of the entries reading it uses or ignores.

    Parameters
    ----------
    file
        The file.
    entries
        Every entry that reads it.
    """
    readers = list(entries)
    used = {name for entry in readers for name in entry.read_columns}
    patterns = tuple(pattern for entry in readers for pattern in entry.ignore)
    left = [name for name in file.table.column_names if name not in used]
    left = [name for name in left if not matching([name], patterns)]
    tables = tuple(dict.fromkeys(entry.table for entry in readers))
    fed = {f"{entry.table}.{column.name}" for entry in readers for column in entry.columns}
    return [Unplaced(file.name, name, suggestion(name, tables, fed)) for name in left]


def suggestion(name: str, tables: tuple[str, ...], fed: set[str]) -> str:
    """Return what a column of theirs may be: a column of the book, a person's data, an attribute.

    Examples
    --------
    >>> suggestion("还款渠道", ("payments",), set())
    'perhaps payments.channel'
    >>> suggestion("手机号", ("payments",), set())
    'personal data that no table holds: ignore it'
    """
    near = nearest_column(name, tables)
    if near and near not in fed:
        return f"perhaps {near}"
    if is_personal(name):
        return "personal data that no table holds: ignore it"
    if near:
        return f"perhaps {near}, which another column feeds: ignore it"
    return "ignore it, or map it to the table attributes"


def unfed_columns(entry: TableMap, left: Iterable[str]) -> list[Problem]:
    """Return the required columns of a table that its entry feeds from nowhere.

    Parameters
    ----------
    entry
        The mapping's entry.
    left
        Columns of its files that nothing uses, for the hint.
    """
    fed = {column.name for column in entry.columns}
    candidates = list(left)
    problems = []
    for name in TABLES[entry.table].required:
        if name in fed or name in _DERIVED:
            continue
        near = max(candidates, key=lambda theirs: nearness(theirs, name), default="")
        remedy = f'Add {name} = "…" to [{entry.place}.columns].'
        if near and nearness(near, name) >= 0.6:
            remedy = f'Perhaps {name} = "{near}" in [{entry.place}.columns].'
        elif name == "known_at":
            after = next((d for d in (*TABLES[entry.table].day, "disbursed_on") if d in fed), "")
            remedy = (
                f'Add the time at which the row was recorded, or known_at = "{after}".' if after else remedy
            )
        problems.append(
            Problem(
                entry.table,
                name,
                "not-fed",
                f"a source of the required column {name}",
                f"none in [{entry.place}.columns]",
                remedy,
            )
        )
    return problems


def missing_columns(file: DeliveredFile, entry: TableMap) -> list[Problem]:
    """Return the columns that an entry reads and the file lacks, with the name most like it."""
    there = list(file.table.column_names)
    feeds = {source: column.name for column in entry.columns for source in column.sources}
    problems = []
    for name in entry.read_columns:
        if name in there:
            continue
        near = max(there, key=lambda other: _likeness(name, other), default="")
        hint = f"Did you mean {near!r}?" if near and _likeness(name, near) >= 0.5 else ""
        problems.append(
            Problem(
                entry.table,
                feeds.get(name, ""),
                "missing-column",
                f"a column {name!r} in {file.name}"
                + (f" for {feeds[name]}" if name in feeds else " to choose rows by"),
                f"the columns {', '.join(there[:12])}{' …' if len(there) > 12 else ''}",
                hint or "Correct the name in the mapping, or export the column.",
            )
        )
    return problems


def _likeness(name: str, other: str) -> float:
    shared = len(set(name) & set(other))
    return shared / max(len(set(name)), len(set(other)), 1)
