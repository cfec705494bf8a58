"""Accounts of the KRUK course data, repaired or left out by cause; amounts in grosz."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.problem import Problem
from pipelines.sources.book_columns import minor_units
from pipelines.sources.kruk_columns import ACCOUNTS, AMOUNTS, MONTHS, PARTS, PROTECTED, TEXTS
from pipelines.sources.raw_columns import floats, read_columns
from pipelines.sources.source_file import SourceFile
from pipelines.sources.tally import kept, note

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


def accounts_of(source: SourceFile) -> tuple[Accounts, list[Problem]]:
    """Return the accounts of the file and what cannot be read in it.

    Parameters
    ----------
    source
        Columns of the file as numbers or text.
    """
    frame, problems = _read(source)
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


def _read(source: SourceFile) -> tuple[pd.DataFrame, list[Problem]]:
    columns, problems = read_columns(
        source, ACCOUNTS, remedy="Use the accounts file of 2017.", private=PROTECTED
    )
    return pd.DataFrame(
        {
            name: np.array(values.to_pylist(), dtype=object) if name in TEXTS else floats(values)
            for name, values in columns.items()
        }
    ), problems


def _once(frame: pd.DataFrame, *, losses: dict[str, int], repairs: dict[str, int]) -> pd.DataFrame:
    """Return each account once: repeated rows dropped, ids of unlike accounts left out."""
    frame = kept(frame, frame["CaseId"].notna(), "no CaseId", losses)
    same = frame.duplicated()
    note(repairs, "repeated rows of one account dropped", same)
    frame = frame[~same]
    return kept(frame, ~frame["CaseId"].duplicated(keep=False), "one CaseId for unlike accounts", losses)


def _usable(frame: pd.DataFrame, losses: dict[str, int]) -> pd.DataFrame:
    days = frame["DPD"]
    frame = kept(
        frame, (days >= 0) & (days % 1 == 0) & (days < 36_500), "no whole number of days past due", losses
    )
    frame = kept(frame, frame["TOA"] > 0, "nothing owed", losses)
    return kept(frame, frame["Principal"] >= 0, "no principal", losses)


def _dated(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return accounts whose contract is older than their debt and began before the purchase."""
    given = frame["D_ContractDateToImportDate"]
    odd = given.notna() & ((given < 0) | (given % 1 != 0))
    unknown = given.isna() | odd
    early = given.notna() & ~odd & (given < frame["DPD"])
    note(repairs, "no contract date: taken as the due day", unknown)
    note(repairs, "due before the contract date: contract taken as the due day", early)
    days = given.where(~(unknown | early), frame["DPD"])
    return frame.assign(contract_days=days.clip(lower=1).astype("int64"))


def _rounded(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return amounts in grosz, rounded half to even where the source has more than two decimals."""
    touched = np.zeros(len(frame), bool)
    amounts: dict[str, Any] = {}
    for name in AMOUNTS:
        amounts[name], rounded = minor_units(frame[name].to_numpy())
        touched |= rounded
    note(repairs, "amounts with more than two decimals rounded to grosz", touched)
    months = frame[list(MONTHS)]
    note(repairs, "empty months taken as months without payment", months.isna().any(axis=1))
    note(repairs, "reversals kept as negative payments", (months < 0).any(axis=1))
    frame = frame.assign(**amounts)
    vanished = (months.fillna(0) != 0) & (frame[list(MONTHS)] == 0)
    note(repairs, "months of less than half a grosz taken as months without payment", vanished.any(axis=1))
    return frame.assign(**{month: frame[month].fillna(0) for month in MONTHS})


def _balanced(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return parts of the debt that are not negative and add up to what is owed in all."""
    owed, principal = frame["TOA"], frame["Principal"]
    interest, other = frame["Interest"], frame["Other"]
    note(repairs, "Other unknown: taken as the rest of the amount owed", other.isna())
    note(repairs, "Interest unknown: taken as none", interest.isna())
    parts = principal + interest.fillna(0) + other
    gap = (parts - owed).abs() > 100 * _SAME
    negative = (interest < 0) | (other < 0)
    note(repairs, "parts below zero set off against the others", negative)
    note(repairs, "parts that do not add up: Other taken as the rest of the amount owed", gap & ~negative)
    principal = principal.clip(upper=owed)
    interest = interest.fillna(0).clip(lower=0)
    interest = interest.clip(upper=owed - principal)
    rest = owed - principal - interest
    return frame.assign(**dict(zip(PARTS, (principal, interest, rest), strict=True)))


def _known(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return frames without numbers that stand for unknown."""
    note(repairs, "LoanAmount unknown: principal taken as the principal owed", frame["LoanAmount"].isna())
    age = frame["Age"] < 0
    note(repairs, "Age -1 read as unknown", age)
    low, high = _NONE_IN_36_MONTHS
    none = frame["M_LastPaymentToImportDate"].between(low, high)
    note(repairs, "M_LastPaymentToImportDate 88 to 90 read as no payment in 36 months", none)
    paid = frame["M_LastPaymentToImportDate"]
    return frame.assign(
        Age=frame["Age"].mask(age),
        M_LastPaymentToImportDate=paid.mask(none),
        none_in_36_months=np.where(paid.isna(), np.nan, none.astype(float)),
        principal=frame["LoanAmount"].fillna(frame["Principal"]),
    )
