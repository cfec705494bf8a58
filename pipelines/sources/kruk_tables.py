"""KRUK accounts as tables of a book: one instalment each, payments in the middle of the month."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.sources.book_columns import age_bands, days, ends_of_days, ones, texts
from pipelines.sources.kruk_columns import MONTHS
from pipelines.sources.text import localised

PURCHASED_ON = dt.date(2020, 1, 1)
"""Day the source, which has no dates, is taken to start on."""

_EPOCH = dt.date(1970, 1, 1)
_ATTRIBUTES = {
    "external_agency": "ExternalAgency",
    "bailiff": "Bailiff",
    "closed_execution": "ClosedExecution",
    "last_payment_amount": "LastPaymentAmount",
    "months_since_last_payment": "M_LastPaymentToImportDate",
    "no_payment_in_36_months": "none_in_36_months",
    "loan_amount": "LoanAmount",
}


def tables_of_accounts(frame: pd.DataFrame, *, country: str, time_zone: str) -> dict[str, Any]:
    """Return loans, instalments, payments, attributes, borrowers and protected.

    Facts of the purchase are known one second before the local midnight that begins the purchase
    day, so the first morning sees them.

    Parameters
    ----------
    frame
        Repaired accounts.
    country
        Country of every borrower.
    time_zone
        Zone of the source's days.
    """
    ids = pa.array([str(int(case)) for case in frame["CaseId"]])
    eve = np.full(len(frame), (PURCHASED_ON - _EPOCH).days - 1)
    common = {"revision": ones(len(frame)), "known_at": ends_of_days(eve, time_zone=time_zone)}
    due = _days(-frame["DPD"].to_numpy())
    return {
        "borrowers": pa.table({"borrower_id": ids, "country": texts([country] * len(frame)), **common}),
        "protected": pa.table({"borrower_id": ids, **_protected(frame), **common}),
        "loans": pa.table(
            {
                "loan_id": ids,
                "borrower_id": ids,
                "product": texts(
                    [None if _no(p) else str(p).lower().replace(" ", "_") for p in frame["Product"]]
                ),
                "portfolio": texts([None if np.isnan(p) else str(int(p)) for p in frame["portfolio"]]),
                "disbursed_on": _days(-frame["contract_days"].to_numpy()),
                "principal": _whole(frame["principal"]),
                **common,
            }
        ),
        "instalments": pa.table(
            {
                "loan_id": ids,
                "number": ones(len(frame)),
                "due_on": due,
                "principal_due": _whole(frame["Principal"]),
                "interest_due": _whole(frame["Interest"]),
                "fee_due": _whole(frame["Other"]),
                **common,
            }
        ),
        "payments": _payments(frame, ids, time_zone),
        "attributes": _attributes(frame, ids, common["known_at"][0]),
    }


def _payments(frame: pd.DataFrame, ids: Any, time_zone: str) -> Any:
    """Return one payment per month that is not zero, posted on the 15th and known at noon."""
    paid = frame[list(MONTHS)].to_numpy().round().astype(np.int64)
    account, month = np.nonzero(paid)
    posted = [dt.date(PURCHASED_ON.year, number, 15) for number in range(1, 13)]
    known = localised(pa.array([f"{day} 12:00:00" for day in posted]), time_zone=time_zone)[0]
    loan_ids = ids.take(pa.array(account))
    names = pa.array(
        [f"{case}-{MONTHS[m]}" for case, m in zip(loan_ids.to_pylist(), month, strict=True)], pa.string()
    )
    return pa.table(
        {
            "payment_id": names,
            "loan_id": loan_ids,
            "paid_on": pa.array(posted).take(pa.array(month)),
            "amount": pa.array(paid[account, month]),
            "revision": ones(len(account)),
            "known_at": known.take(pa.array(month)),
        }
    )


def _attributes(frame: pd.DataFrame, ids: Any, known_at: Any) -> Any:
    """Return every other column known at purchase; a value that is unknown has no row."""
    parts = []
    for name, column in _ATTRIBUTES.items():
        where = np.flatnonzero(frame[column].notna())
        parts.append(
            pa.table(
                {
                    "owner_kind": texts(["loan"] * len(where)),
                    "owner_id": ids.take(pa.array(where)),
                    "name": texts([name] * len(where)),
                    "value": pa.array(frame[column].to_numpy()[where].astype(float)),
                    "revision": ones(len(where)),
                    "known_at": pa.repeat(known_at, len(where)),
                }
            )
        )
    return pa.concat_tables(parts)


def _protected(frame: pd.DataFrame) -> dict[str, Any]:
    age = frame["Age"].to_numpy()
    return {
        "age_band": age_bands(pa.array(age, from_pandas=True)),
        "sex": texts(
            [None if _no(g) else {"MALE": "M", "FEMALE": "F"}.get(str(g), str(g)) for g in frame["Gender"]]
        ),
        "region": texts([None if np.isnan(land) else str(int(land)) for land in frame["Land"]]),
        "age": pa.array(age, from_pandas=True),
        "population_in_city": pa.array(frame["PopulationInCiti"], from_pandas=True),
        "gdp_per_capita": pa.array(frame["GDPPerCapita"], from_pandas=True),
        "mean_salary": pa.array(frame["MeanSalary"], from_pandas=True),
    }


def _no(value: object) -> bool:
    return value is None or value != value  # NaN is the one value unlike itself


def _whole(amounts: pd.Series) -> Any:
    return pa.array(amounts.to_numpy().round().astype(np.int64))


def _days(since_purchase: NDArray[Any]) -> Any:
    return days((PURCHASED_ON - _EPOCH).days + since_purchase)
