"""Accounts of the KRUK course data, repaired or left out by cause; amounts in grosz."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.findings import Findings
from features.kinds import read_as
from features.manifest import nearest
from features.problem import Origin, Problem
from pipelines.sources.kruk_columns import ACCOUNTS, AMOUNTS, COLUMNS, MONTHS, PARTS, TEXTS

_NONE_IN_36_MONTHS = (88, 90)
_SAME = 0.011  # parts and total are equal when they differ by no more than a rounding of each


@dataclass(frozen=True)
class Accounts:
    """Accounts fit to become a book.

    Parameters
    ----------
    frame
        One row per account: the source's columns, amounts in grosz (whole, NaN where unknown), and
        ``contract_days``, the age of the contract at purchase.
    repairs, losses
        What was repaired or left out, in words, and in how many accounts.
    """

    frame: pd.DataFrame
    repairs: dict[str, int]
    losses: dict[str, int]


def accounts_of(table: Any, *, origin: Origin) -> tuple[Accounts, list[Problem]]:
    """Return the accounts of the raw table and what cannot be read in it.

    Parameters
    ----------
    table
        Columns of the source as numbers or text.
    origin
        Its file.
    """
    frame, problems = _read(table, origin)
    empty = Accounts(pd.DataFrame(), {}, {})
    if problems:
        return empty, problems
    losses: dict[str, int] = {}
    repairs: dict[str, int] = {}
    frame = _once(frame, losses=losses, repairs=repairs)
    frame = _usable(frame, losses)
    frame = _dated(frame, repairs)
    frame = _rounded(frame, repairs)
    frame = _balanced(frame, repairs)
    frame = _known(frame, repairs)
    return Accounts(frame.reset_index(drop=True), repairs, losses), []


def _read(table: Any, origin: Origin) -> tuple[pd.DataFrame, list[Problem]]:
    findings = Findings(table, ACCOUNTS, origin)
    problems: list[Problem] = []
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        if name not in table.column_names:
            near = nearest(name, tuple(set(table.column_names) - set(COLUMNS)))
            remedy = f"Rename {near!r} to {name!r}." if near else "Use the accounts file of 2017."
            problems.append(
                findings.whole(
                    name,
                    "missing-column",
                    expected=f"the columns {', '.join(COLUMNS)}",
                    found="none",
                    remedy=remedy,
                )
            )
            continue
        if name in TEXTS:
            columns[name] = np.array(table[name].to_pylist(), dtype=object)
            continue
        reading = read_as(table[name], kind="number")
        if reading.wrong_type or reading.unreadable is not None:
            bad = np.ones(len(table), bool) if reading.unreadable is None else reading.unreadable
            where = np.flatnonzero(bad)
            problems.append(
                findings.rows(
                    name,
                    "not-finite",
                    where,
                    expected="finite numbers",
                    found=findings.examples(table[name], where),
                    remedy="Correct the values or leave them empty.",
                )
            )
        columns[name] = np.asarray(pc.fill_null(reading.values, float("nan")))
    if not problems and not table.num_rows:
        problems.append(
            findings.whole(
                "", "empty-book", expected="at least one account", found="none", remedy="Fetch the file."
            )
        )
    return pd.DataFrame(columns), problems


def _once(frame: pd.DataFrame, *, losses: dict[str, int], repairs: dict[str, int]) -> pd.DataFrame:
    """Return each account once: repeated rows dropped, ids of unlike accounts left out."""
    frame = _kept(frame, frame["CaseId"].notna(), "no CaseId", losses)
    same = frame.duplicated()
    _count(repairs, "repeated rows of one account dropped", same)
    frame = frame[~same]
    return _kept(frame, ~frame["CaseId"].duplicated(keep=False), "one CaseId for unlike accounts", losses)


def _usable(frame: pd.DataFrame, losses: dict[str, int]) -> pd.DataFrame:
    days = frame["DPD"]
    frame = _kept(
        frame, (days >= 0) & (days % 1 == 0) & (days < 36_500), "no whole number of days past due", losses
    )
    frame = _kept(frame, frame["TOA"] > 0, "nothing owed", losses)
    return _kept(frame, frame["Principal"] >= 0, "no principal", losses)


def _dated(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return accounts whose contract is older than their debt and began before the purchase."""
    given = frame["D_ContractDateToImportDate"]
    odd = given.notna() & ((given < 0) | (given % 1 != 0))
    unknown = given.isna() | odd
    early = given.notna() & ~odd & (given < frame["DPD"])
    _count(repairs, "no contract date: taken as the due day", unknown)
    _count(repairs, "due before the contract date: contract taken as the due day", early)
    days = given.where(~(unknown | early), frame["DPD"])
    return frame.assign(contract_days=days.clip(lower=1).astype("int64"))


def _rounded(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return amounts in grosz, rounded half to even where the source has more than two decimals."""
    touched = np.zeros(len(frame), bool)
    amounts: dict[str, Any] = {}
    for name in AMOUNTS:
        grosz = frame[name].to_numpy() * 100
        whole = np.round(np.round(grosz, 6))
        touched |= np.abs(grosz - whole) > 1e-4
        amounts[name] = whole
    _count(repairs, "amounts with more than two decimals rounded to grosz", touched)
    months = frame[list(MONTHS)]
    _count(repairs, "empty months taken as months without payment", months.isna().any(axis=1))
    _count(repairs, "reversals kept as negative payments", (months < 0).any(axis=1))
    frame = frame.assign(**amounts)
    vanished = (months.fillna(0) != 0) & (frame[list(MONTHS)] == 0)
    _count(repairs, "months of less than half a grosz taken as months without payment", vanished.any(axis=1))
    return frame.assign(**{month: frame[month].fillna(0) for month in MONTHS})


def _balanced(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return parts of the debt that are not negative and add up to what is owed in all."""
    owed, principal = frame["TOA"], frame["Principal"]
    interest, other = frame["Interest"], frame["Other"]
    _count(repairs, "Other unknown: taken as the rest of the amount owed", other.isna())
    _count(repairs, "Interest unknown: taken as none", interest.isna())
    parts = principal + interest.fillna(0) + other
    gap = (parts - owed).abs() > 100 * _SAME
    negative = (interest < 0) | (other < 0)
    _count(repairs, "parts below zero set off against the others", negative)
    _count(repairs, "parts that do not add up: Other taken as the rest of the amount owed", gap & ~negative)
    principal = principal.clip(upper=owed)
    interest = interest.fillna(0).clip(lower=0)
    interest = interest.clip(upper=owed - principal)
    rest = owed - principal - interest
    return frame.assign(**dict(zip(PARTS, (principal, interest, rest), strict=True)))


def _known(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return frames without numbers that stand for unknown."""
    _count(repairs, "LoanAmount unknown: principal taken as the principal owed", frame["LoanAmount"].isna())
    age = frame["Age"] < 0
    _count(repairs, "Age -1 read as unknown", age)
    low, high = _NONE_IN_36_MONTHS
    none = frame["M_LastPaymentToImportDate"].between(low, high)
    _count(repairs, "M_LastPaymentToImportDate 88 to 90 read as no payment in 36 months", none)
    paid = frame["M_LastPaymentToImportDate"]
    return frame.assign(
        Age=frame["Age"].mask(age),
        M_LastPaymentToImportDate=paid.mask(none),
        none_in_36_months=np.where(paid.isna(), np.nan, none.astype(float)),
        principal=frame["LoanAmount"].fillna(frame["Principal"]),
    )


def _kept(frame: pd.DataFrame, keep: pd.Series, cause: str, losses: dict[str, int]) -> pd.DataFrame:
    _count(losses, cause, ~keep)
    return frame[keep]


def _count(tally: dict[str, int], what: str, where: pd.Series | NDArray[np.bool_]) -> None:
    count = int(np.count_nonzero(where))
    if count:
        tally[what] = count
