"""Columns held against their contract: presence, kind, gaps, ranges and codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contracts import Column, Kind, Table
from features.findings import Findings
from features.kinds import ARROW_TYPES, KIND_WORDS, Reading, read_as
from features.manifest import nearest
from features.problem import Origin, Problem
from features.schema import lawful_words, schema_of

_RULES: dict[Kind, str] = {
    "day": "not-a-day",
    "instant": "not-an-instant",
    "money": "not-whole",
    "number": "not-finite",
    "count": "not-whole",
    "yesno": "not-yes-or-no",
}

_REMEDIES: dict[Kind, str] = {
    "day": "Write days as 2024-03-31.",
    "instant": "Write instants with their zone, as 2024-03-31T09:30:00+08:00 or …Z.",
    "money": "Deliver whole minor units (1250, not 12.50); nothing is rounded here.",
    "number": "Correct the values or leave them empty.",
    "count": "Deliver whole numbers.",
    "yesno": "Write true or false, or leave the value empty.",
}


def canonical(raw: Any, contract: Table, *, origin: Origin) -> tuple[Any, list[Problem]]:
    """Return the table in canonical types and what is wrong with its columns.

    Values that cannot be read, and required columns that are missing, are empty in the table.
    """
    table, problems = _arrow(raw, contract)
    findings = Findings(table, contract, origin)
    lawful = tuple(c.name for c in contract.columns)
    columns: dict[str, Any] = {}
    for column in contract.columns:
        if column.name in table.column_names:
            values, found = _column(table[column.name], column, findings)
            columns[column.name] = values
            problems += found
        elif column.required:
            columns[column.name] = pa.nulls(table.num_rows, ARROW_TYPES[column.kind])
            if not any(p.column == column.name for p in problems):
                problems.append(_missing(findings, column.name, set(table.column_names) - set(lawful)))
    for name in table.column_names:
        if name in lawful:
            continue
        if contract.open and name not in ("owner_no", "day", "seen_from", "seen_until"):
            columns[name] = _further(table[name])
        else:
            problems.append(_unknown(findings, name, lawful))
    return pa.table(columns), problems


def _arrow(raw: Any, contract: Table) -> tuple[Any, list[Problem]]:
    """Return an Arrow table of columns with unlike names, and what could not be made one."""
    problems: list[Problem] = []
    if isinstance(raw, pd.DataFrame):
        names = [str(name) for name in raw.columns]
        pieces: list[Any] = [raw.iloc[:, i] for i in range(len(names))]
    elif isinstance(raw, pa.Table):
        names, pieces = list(raw.column_names), list(raw.columns)
    else:
        whole = Findings(pa.table({}), contract, Origin(()))
        kind = type(raw).__name__
        problem = whole.whole(
            "",
            "not-a-table",
            expected="an Arrow table or a pandas frame",
            found=kind,
            remedy="Convert it first.",
        )
        return pa.table({c.name: pa.nulls(0, ARROW_TYPES[c.kind]) for c in contract.columns}), [problem]
    columns: dict[str, Any] = {}
    for name, piece in zip(names, pieces, strict=True):
        whole = Findings(pa.table({}), contract, Origin(()))
        if name in columns:
            problems.append(
                whole.whole(
                    name,
                    "twice",
                    expected="each column once",
                    found="two columns of this name",
                    remedy="Drop one.",
                )
            )
            continue
        try:
            columns[name] = _from_pandas(piece) if isinstance(piece, pd.Series) else piece
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError) as error:
            problems.append(
                whole.whole(
                    name,
                    "wrong-type",
                    expected="values of one kind",
                    found=f"mixed values ({error})",
                    remedy="Convert the column to one type.",
                )
            )
    if columns:
        return pa.table(columns), problems
    return pa.table(
        {c.name: pa.nulls(0, ARROW_TYPES[c.kind]) for c in contract.columns if c.required}
    ), problems


def _from_pandas(series: pd.Series) -> Any:
    """Return a column of a frame as an Arrow array; what pandas calls missing is null."""
    if isinstance(series.dtype, pd.DatetimeTZDtype):  # pyarrow reads Series.values, which pandas 3 warns of
        return pa.array(series.dt.tz_convert(None).to_numpy()).cast(pa.timestamp(series.dt.unit, tz="UTC"))
    return pa.array(series, from_pandas=True)


def _column(delivered: Any, column: Column, findings: Findings) -> tuple[Any, list[Problem]]:
    reading = read_as(delivered, kind=column.kind)
    if reading.wrong_type:
        problem = findings.whole(
            column.name,
            "wrong-type",
            expected=KIND_WORDS[column.kind],
            found=f"a column of type {reading.wrong_type}",
            remedy=_REMEDIES.get(column.kind, "Deliver the column as text."),
        )
        return reading.values, [problem]
    problems = _unreadable(reading, delivered, column, findings)
    if column.required and reading.values.null_count:
        empty = np.asarray(pc.is_null(reading.values))
        if reading.unreadable is not None:
            empty = empty & ~reading.unreadable
        if empty.any():
            problems.append(_empty(findings, column.name, np.flatnonzero(empty)))
    problems += _unlawful(reading, column, findings)
    return _whole_months(reading.values) if column.name == "month" else reading.values, problems


def _whole_months(days: Any) -> Any:
    """Return the first day of each day's month: a statement is keyed by its month."""
    return pc.floor_temporal(days, unit="month").cast(pa.date32())


def _unreadable(reading: Reading, delivered: Any, column: Column, findings: Findings) -> list[Problem]:
    if reading.unreadable is None:
        return []
    where = np.flatnonzero(reading.unreadable)
    return [
        findings.rows(
            column.name,
            _RULES[column.kind],
            where,
            expected=KIND_WORDS[column.kind],
            found=findings.examples(delivered, where),
            remedy=_REMEDIES[column.kind],
        )
    ]


def _unlawful(reading: Reading, column: Column, findings: Findings) -> list[Problem]:
    """Return the values that break the column's pandera checks."""
    problems = []
    for check in schema_of(findings.contract.name).columns[column.name].checks:
        if satisfied(check, reading.values):
            continue
        where = failing(check, reading.values)
        if reading.unreadable is not None:
            where = where[~reading.unreadable[where]]
        if not len(where):
            continue
        below = column.kind == "money" and bool(
            pc.all(pc.less(reading.values.take(pa.array(where)), 0)).as_py()
        )
        remedy = "Correct the extract"
        if column.values:
            used = tuple(str(v) for v in reading.values.take(pa.array(where[:1])).to_pylist())
            near = nearest(used[0], column.values)
            remedy = f"Did you mean {near!r}? Map the lender's codes" if near else "Map the lender's codes"
        problems.append(
            findings.rows(
                column.name,
                "unknown-code" if column.values else "negative" if below else "out-of-range",
                where,
                expected=lawful_words(column),
                found=findings.examples(reading.values, where),
                remedy=f"{remedy} or leave the value empty." if not column.required else f"{remedy}.",
            )
        )
    return problems


def satisfied(check: Any, values: Any) -> bool:
    """Return True when all filled values keep a pandera check, read off their smallest and largest.

    A pandera check of one column costs a quarter of a millisecond however short the column; what it
    states (``check.statistics``) holds for the extremes or for none. Only a column that fails is
    handed to pandera to find its rows.
    """
    stated = check.statistics
    if "allowed_values" in stated:
        lawful = pc.is_in(values, value_set=pa.array(stated["allowed_values"], pa.string()))
        return bool(pc.all(pc.or_(lawful, pc.is_null(values)), min_count=0).as_py())
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    elif pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    extremes = pc.min_max(values)
    least, most = extremes["min"].as_py(), extremes["max"].as_py()
    if least is None:
        return True
    return bool(stated.get("min_value", least) <= least and most <= stated.get("max_value", most))


def failing(check: Any, values: Any) -> NDArray[np.int64]:
    """Return the positions of filled values that fail a pandera check; texts are checked once each."""
    if pa.types.is_string(values.type):
        coded = values.dictionary_encode()
        texts = np.array(coded.dictionary.to_pylist(), dtype=object)
        passed = check(pd.Series(texts, dtype=object)).check_output if len(texts) else np.empty(0, bool)
        good = np.append(np.asarray(passed, dtype=bool), [True])
        codes = np.asarray(coded.indices.fill_null(len(texts)))
        return np.flatnonzero(~good[codes]).astype(np.int64)
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    elif pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    where = np.flatnonzero(np.asarray(pc.is_valid(values))) if values.null_count else None
    filled = np.asarray(values.drop_null() if values.null_count else values)
    result = check(pd.Series(filled))
    bad = np.flatnonzero(~np.asarray(result.check_output, dtype=bool))
    return (bad if where is None else where[bad]).astype(np.int64)


def _further(values: Any) -> Any:
    """Return a further column of an open table in one of the canonical types."""
    array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    kind: Kind = "text"
    if pa.types.is_integer(array.type):
        kind = "count"
    elif pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        kind = "number"
    elif pa.types.is_boolean(array.type):
        kind = "yesno"
    elif not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = array.cast(pa.string())
    return read_as(array, kind=kind).values


def _missing(findings: Findings, name: str, strangers: set[str]) -> Problem:
    near = nearest(name, tuple(sorted(strangers)))
    return findings.whole(
        name,
        "missing-column",
        expected=f"the columns {', '.join(findings.contract.required)}",
        found=f"no column {name!r}",
        remedy=f"Rename {near!r} to {name!r}." if near else "Add the column to the extract.",
    )


def _unknown(findings: Findings, name: str, lawful: tuple[str, ...]) -> Problem:
    near = nearest(name, lawful)
    hint = f"Did you mean {near!r}? Rename it, drop it" if near else "Drop it"
    return findings.whole(
        name,
        "unknown-column",
        expected=f"columns of the contract ({', '.join(lawful)})",
        found=f"a column {name!r}",
        remedy=f"{hint} or move it to the table attributes.",
    )


def _empty(findings: Findings, name: str, where: NDArray[np.int64]) -> Problem:
    return findings.rows(
        name, "empty", where, expected="a value", found="no value", remedy="Fill it, or leave out the row."
    )
