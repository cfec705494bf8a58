"""Credit card accounts of Taiwan, repaired or left out by cause; amounts in hundredths of a dollar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.findings import Findings
from features.problem import Problem
from pipelines.sources.book_columns import minor_units
from pipelines.sources.raw_columns import empty_values, floats, read_columns
from pipelines.sources.source_file import SourceFile
from pipelines.sources.tally import note
from pipelines.sources.uci_columns import ACCOUNTS, BILLED, OUTCOME, PAID, PERSON, STATUS

_EDUCATION = {"1": "graduate_school", "2": "university", "3": "high_school", "4": "other"}
_MARRIAGE = {"1": "married", "2": "single", "3": "other"}
_SEX = {"1": "M", "2": "F"}
_OLDEST = 120


@dataclass(frozen=True)
class Accounts:
    """Accounts fit to become a book; arrays by month have one column for each of April to September.

    Parameters
    ----------
    ids
        Name of each account.
    limit
        Credit limit, minor units.
    months_late
        Status by month: -2 no use, -1 paid in full, 0 revolving, else months late.
    balance, paid
        Bill and payment by month, minor units; a credit balance is negative.
    person
        ``sex``, ``education``, ``marriage`` as words and ``age``; null where unknown.
    outcome
        1.0 when it defaulted in the month after, 0.0 when not, NaN when unknown.
    repairs, losses
        What was repaired or left out, in words, and in how many accounts.
    """

    ids: Any
    limit: NDArray[np.int64]
    months_late: NDArray[np.int64]
    balance: NDArray[np.int64]
    paid: NDArray[np.int64]
    person: dict[str, Any]
    outcome: NDArray[np.float64]
    repairs: dict[str, int]
    losses: dict[str, int]


def accounts_of(source: SourceFile) -> tuple[Accounts, list[Problem]]:
    """Return the accounts of the file and what cannot be read in it.

    Parameters
    ----------
    source
        Columns of the file under the names of its description.
    """
    columns, problems = read_columns(
        source, ACCOUNTS, remedy="Use the file of data set 350 of the UCI.", private=PERSON
    )
    if not problems:
        filled = ("LIMIT_BAL", *STATUS, *BILLED, *PAID)
        problems = empty_values(columns, filled, Findings(source.table, ACCOUNTS, source.origin))
    if problems:
        none = np.zeros(0)
        whole = none.astype(np.int64)
        return Accounts(pa.array([], pa.string()), whole, whole, whole, whole, {}, none, {}, {}), problems
    repairs: dict[str, int] = {}
    losses: dict[str, int] = {}
    rows = pa.table(columns)
    rows = rows.filter(pa.array(_once(rows, repairs=repairs, losses=losses)))
    amounts, rounded = minor_units(np.stack([floats(rows[n]) for n in ("LIMIT_BAL", *BILLED, *PAID)], axis=1))
    money = amounts.astype(np.int64)
    limit, balance, paid = money[:, 0], money[:, 1:7], money[:, 7:]
    note(repairs, "amounts with more than two decimals rounded", rounded.any(axis=1))
    note(repairs, "accounts with credit balances kept as negative", (balance < 0).any(axis=1))
    outcome = floats(rows[OUTCOME])
    note(repairs, "no outcome: no attribute next_month_default", np.isnan(outcome))
    late = np.stack([floats(rows[name]) for name in STATUS], axis=1).astype(np.int64)
    return Accounts(
        rows["ID"], limit, late, balance, paid, _person(rows, repairs), outcome, repairs, losses
    ), []


def _once(rows: Any, *, repairs: dict[str, int], losses: dict[str, int]) -> NDArray[np.bool_]:
    """Return which rows to keep: repeated rows of an account once, unlike rows of one id not at all."""
    named = np.asarray(pc.is_valid(rows["ID"]))
    note(losses, "no ID", ~named)
    frame = rows.to_pandas()
    same = frame.duplicated().to_numpy() & named
    note(repairs, "repeated rows of one account dropped", same)
    unlike = np.zeros(len(frame), bool)
    left = np.flatnonzero(named & ~same)
    unlike[left] = frame["ID"].iloc[left].duplicated(keep=False).to_numpy()
    note(losses, "one ID for unlike accounts", unlike)
    return np.asarray(named & ~same & ~unlike, bool)


def _person(rows: Any, repairs: dict[str, int]) -> dict[str, Any]:
    """Return who the person is, as words; codes without a meaning are unknown."""
    told = {}
    for column, words, unknown in (
        ("SEX", _SEX, "SEX empty: unknown"),
        ("EDUCATION", _EDUCATION, "EDUCATION 0, 5, 6 or empty read as unknown"),
        ("MARRIAGE", _MARRIAGE, "MARRIAGE 0 or empty read as unknown"),
    ):
        place = pc.index_in(rows[column], value_set=pa.array(list(words)))
        told[column.lower()] = pa.array(list(words.values())).take(place)
        note(repairs, unknown, np.asarray(pc.is_null(place)))
    age = floats(rows["AGE"])
    odd = ~((age >= 0) & (age <= _OLDEST))
    note(repairs, f"AGE empty, below 0 or above {_OLDEST} read as unknown", odd)
    told["age"] = pa.array(pd.Series(age).mask(odd), pa.int64(), from_pandas=True)
    return told
