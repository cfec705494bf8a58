"""The contract of a table stated as a pandera schema: ranges, codes and gaps of every column."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pandera.pandas as pandera

from features.contracts import EARLIEST_DAY, LATEST_DAY, TABLES, Column
from features.problem import FIRST

MOST_MONEY = 10**15
"""Largest amount in minor units: beyond it lies a mistake of the unit."""

_EPOCH = dt.date(1970, 1, 1)
FIRST_DAY = (dt.date.fromisoformat(EARLIEST_DAY) - _EPOCH).days
LAST_DAY = (dt.date.fromisoformat(LATEST_DAY) - _EPOCH).days
_US_PER_DAY = 86_400_000_000


@cache
def schema_of(table: str) -> pandera.DataFrameSchema:
    """Return the pandera schema of one table's columns.

    Days are numbers of days since 1970-01-01 and instants microseconds since then, as
    :class:`features.rows.Rows` hands them out. Every check keeps five failure cases only.

    Parameters
    ----------
    table
        Name of a table of the contract.

    Examples
    --------
    >>> [str(check.name) for check in schema_of("payments").columns["amount"].checks]
    ['in_range']
    """
    contract = TABLES[table]
    columns = {
        column.name: pandera.Column(
            checks=checks_of(column), nullable=not column.required, required=column.required
        )
        for column in contract.columns
    }
    return pandera.DataFrameSchema(columns, name=table, strict=not contract.open)


def checks_of(column: Column) -> list[pandera.Check]:
    """Return what a filled value of the column must satisfy."""
    if column.values:
        return [pandera.Check.isin(column.values, n_failure_cases=FIRST)]
    low, high = bounds(column)
    if low is not None and high is not None:
        return [pandera.Check.in_range(low, high, n_failure_cases=FIRST)]
    if low is not None:
        return [pandera.Check.ge(low, n_failure_cases=FIRST)]
    if high is not None:
        return [pandera.Check.le(high, n_failure_cases=FIRST)]
    return []


def bounds(column: Column) -> tuple[float | None, float | None]:
    """Return the lawful range of a column as its numbers, both ends included; None where open.

    Examples
    --------
    >>> bounds(TABLES["loans"].column("principal"))
    (0, 1000000000000000)
    """
    low, high = column.low, column.high
    if column.kind == "money":
        return (0 if low is None else low), (MOST_MONEY if high is None else high)
    if column.kind == "count":
        return (0 if low is None else low), high
    if column.kind == "day":
        return FIRST_DAY, LAST_DAY
    if column.kind == "instant":
        return FIRST_DAY * _US_PER_DAY, (LAST_DAY + 1) * _US_PER_DAY
    return low, high


def lawful_words(column: Column) -> str:
    """Return what the column's values must satisfy, in words.

    Examples
    --------
    >>> lawful_words(TABLES["contacts"].column("propensity"))
    'numbers from 0 to 1'
    >>> lawful_words(TABLES["loans"].column("disbursed_on"))
    'days from 1950-01-01 to 2100-01-01'
    """
    if column.values:
        return f"one of {', '.join(column.values)}"
    if column.kind in ("day", "instant"):
        return f"{column.kind}s from {EARLIEST_DAY} to {LATEST_DAY}"
    low, high = bounds(column)
    what = "minor units" if column.kind == "money" else "numbers"
    if low is not None and high is not None:
        return f"{what} from {_short(low)} to {_short(high)}"
    return f"{what} of at least {_short(low or 0)}" if high is None else f"{what} of at most {_short(high)}"


def _short(number: float) -> str:
    return str(int(number)) if float(number).is_integer() else str(number)
