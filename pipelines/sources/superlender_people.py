"""Customers of the micro-lender: one row each, what is protected apart from what is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.problem import BookRefused, Problem
from pipelines.sources.tally import note

_OLDEST = 120


@dataclass(frozen=True)
class People:
    """Customers with a loan.

    Parameters
    ----------
    frame
        One row per customer, sorted by ``borrower_id``: ``first_approved`` (microseconds), ``employment``,
        ``account_type``, ``bank``, ``education`` (codes, None where unknown), ``birth_year`` and ``age`` in the
        year of the first approval (NaN where unknown).
    repairs, losses
        What was repaired or left out, in words, and in how many rows.
    """

    frame: pd.DataFrame
    repairs: dict[str, int]
    losses: dict[str, int]


def people_of(borrowers: Any, loans: pd.DataFrame) -> People:
    """Return the customers of the loans with what their borrower row says.

    Parameters
    ----------
    borrowers
        Columns read as their kinds, or None without the file.
    loans
        Usable loans.

    Raises
    ------
    BookRefused
        When no row of the borrowers belongs to a loan.
    """
    repairs: dict[str, int] = {}
    losses: dict[str, int] = {}
    first = loans.groupby("borrower_id")[["approved", "approved_on"]].min().sort_index()
    told = pd.DataFrame(index=pd.Index([], dtype=object)) if borrowers is None else _rows(borrowers)
    if borrowers is not None:
        told = _once(told, first.index, repairs=repairs, losses=losses)
        note(
            repairs,
            "customers without a borrower row: employment, account and person unknown",
            ~first.index.isin(told.index),
        )
    told = told.reindex(first.index)
    year = first["approved_on"].to_numpy().astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    born = told["birth_year"].to_numpy(np.float64) if "birth_year" in told else np.full(len(first), np.nan)
    odd = ~np.isnan(born) & ~((year - born >= 0) & (year - born <= _OLDEST))
    note(repairs, f"birth years that give an age below 0 or above {_OLDEST} read as unknown", odd)
    born = np.where(odd, np.nan, born)
    frame = pd.DataFrame(
        {
            "borrower_id": first.index.to_numpy(),
            "first_approved": first["approved"].to_numpy(np.int64),
            **{
                name: _codes(told[name]) if name in told else [None] * len(first)
                for name in ("employment", "account_type", "bank", "education")
            },
            "birth_year": born,
            "age": year - born,
        }
    )
    return People(frame, repairs, losses)


def _rows(borrowers: Any) -> pd.DataFrame:
    frame = borrowers.to_pandas()
    born = pd.Series(np.nan, index=frame.index)
    if "birthdate" in frame:
        born = frame["birthdate"].dt.year.astype("float64")
    if "birth_year" in frame:
        born = frame["birth_year"].astype("float64").fillna(born)
    return pd.DataFrame(
        {
            "customerid": frame["customerid"].astype(object),
            "employment": frame["employment_status_clients"].astype(object),
            "account_type": frame["bank_account_type"].astype(object),
            "bank": frame["bank_name_clients"].astype(object),
            "education": frame["level_of_education_clients"].astype(object),
            "birth_year": born,
        }
    )


def _once(
    told: pd.DataFrame, customers: pd.Index, *, repairs: dict[str, int], losses: dict[str, int]
) -> pd.DataFrame:
    """Return one row for each customer with a loan."""
    note(losses, "borrower rows without customerid", told["customerid"].isna())
    told = told[told["customerid"].notna()]
    same = told.duplicated()
    note(repairs, "repeated borrower rows dropped", same)
    told = told[~same]
    strangers = ~told["customerid"].isin(customers)
    if len(told) and strangers.all():
        raise BookRefused((_no_match(told),))
    note(repairs, "borrower rows of customers without a loan not taken over", strangers)
    told = told[~strangers]
    unlike = told["customerid"].duplicated(keep=False)
    note(losses, "unlike borrower rows of one customer", unlike)
    return told[~unlike].set_index("customerid")


def _no_match(told: pd.DataFrame) -> Problem:
    return Problem(
        "borrowers",
        "customerid",
        "no-match",
        "rows of customers who have a loan",
        f"{len(told)} rows, none of them",
        "Use the borrowers that belong to these loans, or leave the file out.",
        ids=tuple(str(name) for name in told["customerid"].head()),
    )


def _codes(words: pd.Series) -> list[str | None]:
    """Return words as codes: ``Self-Employed`` becomes ``self_employed``."""
    known = {word: "_".join(str(word).lower().replace("-", " ").split()) for word in words.dropna().unique()}
    return [known.get(word) for word in words]
