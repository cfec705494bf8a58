"""Columns of a source read as the kinds its own contract states; what cannot be read is told by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contract import Column, Table
from features.findings import Findings
from features.kinds import KIND_WORDS, read_as
from features.manifest import nearest
from features.problem import Problem
from pipelines.sources.source_file import SourceFile

RULES = {
    "number": "not-finite",
    "count": "not-whole",
    "instant": "not-an-instant",
    "day": "not-a-day",
}
"""Rule that is broken by values of another kind; any other kind is read as text."""


def read_columns(
    source: SourceFile, contract: Table, *, remedy: str, private: tuple[str, ...] = ()
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the columns of a source read as their kinds, and what cannot be read.

    Numbers that stand for ids or codes become text. A column that is not required may be absent; it
    is then absent from the answer too.

    Parameters
    ----------
    source
        Columns of the file and where they stand.
    contract
        The source's own contract: ``values`` of a column are its lawful codes, ``low`` and ``high`` its range.
    remedy
        What to do when a column is missing and none looks like it.
    private
        Columns about the person, whose values no message repeats.

    Examples
    --------
    >>> from features.problem import Origin
    >>> accounts = Table("accounts", ("ID",), (Column("ID", "id", required=True),), "none")
    >>> file = SourceFile(pa.table({"ID": [17, 18]}), Origin((("accounts.csv", 2, 2),)))
    >>> read_columns(file, accounts, remedy="Fetch it again.")[0]["ID"].to_pylist()
    ['17', '18']
    """
    columns: dict[str, Any] = {}
    problems = _missing(source, contract, remedy)
    findings = Findings(source.table, contract, source.origin)
    for column in contract.columns:
        if column.name not in source.table.column_names:
            continue
        values = source.table[column.name]
        read, broken = _read(values, column)
        if read is not None:
            columns[column.name] = read
        problems += [
            findings.rows(
                column.name,
                one.rule,
                one.where,
                expected=one.expected,
                found="values withheld" if column.name in private else findings.examples(values, one.where),
                remedy=one.remedy,
            )
            for one in broken
        ]
    if not problems and not source.table.num_rows:
        problems.append(
            findings.whole(
                "", "empty-book", expected="at least one row", found="none", remedy="Fetch the file again."
            )
        )
    return columns, problems


def empty_values(columns: dict[str, Any], names: tuple[str, ...], findings: Findings) -> list[Problem]:
    """Return a problem for each of the columns in which a value is missing."""
    problems = []
    for name in names:
        where = np.flatnonzero(np.asarray(pc.is_null(columns[name])))
        if len(where):
            problems.append(
                findings.rows(
                    name,
                    "empty",
                    where,
                    expected="a value in every row",
                    found="no value",
                    remedy="Fill in the values or leave out the rows.",
                )
            )
    return problems


def floats(values: Any) -> NDArray[np.float64]:
    """Return numbers as floats, NaN where empty."""
    return np.asarray(pc.fill_null(values.cast(pa.float64()), float("nan")))


def not_read(source: SourceFile, contract: Table) -> tuple[str, ...]:
    """Return a note that names the columns nobody reads, if there are any."""
    known = {column.name for column in contract.columns}
    extra = [name for name in source.table.column_names if name not in known]
    return (f"columns of {source.origin.files[0][0]} not read: {', '.join(extra)}",) if extra else ()


def _missing(source: SourceFile, contract: Table, remedy: str) -> list[Problem]:
    there = source.table.column_names
    known = {column.name for column in contract.columns}
    strangers = {name.lower(): name for name in there if name not in known}
    problems = []
    for name in contract.required:
        if name in there:
            continue
        near = strangers.get(nearest(name.lower(), tuple(strangers)), "")
        problems.append(
            Problem(
                contract.name,
                name,
                "missing-column",
                f"the columns {', '.join(contract.required)}",
                "none",
                f"Rename {near!r} to {name!r}." if near else remedy,
            )
        )
    return problems


def _as_text(values: Any, column: Column) -> Any:
    """Return ids and codes that came as numbers as text; whole floats lose their point."""
    if column.kind not in ("id", "code", "text"):
        return values
    if pa.types.is_floating(values.type):
        whole = read_as(values, kind="count")
        values = whole.values if whole.unreadable is None else values
    return values.cast(pa.string()) if pa.types.is_integer(values.type) else values


@dataclass(frozen=True, eq=False)
class _Broken:
    rule: str
    where: NDArray[np.int64]
    expected: str
    remedy: str


def _read(values: Any, column: Column) -> tuple[Any, list[_Broken]]:
    """Return one column as its kind, and which of its rows are of another kind, unknown or out of range."""
    reading = read_as(_as_text(values, column), kind=column.kind)
    bad = np.asarray(pc.is_valid(values)) if reading.wrong_type else reading.unreadable
    if bad is not None and bad.any():
        rule, remedy = RULES.get(column.kind, "not-text"), "Correct the values or leave them empty."
        return None, [_Broken(rule, np.flatnonzero(bad), KIND_WORDS[column.kind], remedy)]
    broken = []
    if column.values:
        known = pc.is_in(reading.values, value_set=pa.array(column.values, reading.values.type))
        where = np.flatnonzero(np.asarray(pc.and_(pc.is_valid(reading.values), pc.invert(known))))
        remedy = "Correct the code, or leave out the rows if nobody knows what it means."
        broken.append(_Broken("unknown-code", where, f"one of {', '.join(column.values)}", remedy))
    if column.low is not None and column.high is not None:
        number = np.asarray(pc.fill_null(reading.values.cast(pa.float64()), column.low))
        where = np.flatnonzero((number < column.low) | (number > column.high))
        expected = f"numbers from {column.low:g} to {column.high:g}"
        broken.append(_Broken("out-of-range", where, expected, "Correct the values."))
    return reading.values, [one for one in broken if len(one.where)]
