"""KRUK accounts as tables of a book: one instalment each, payments in the middle of the month."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

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
    eve = PURCHASED_ON - dt.timedelta(days=1)
    common = {"revision": _ones(len(frame)), "known_at": _repeated(f"{eve} 23:59:59", len(frame), time_zone)}
    due = _days(-frame["DPD"].to_numpy())
    return {
        "borrowers": pa.table({"borrower_id": ids, "country": _texts([country] * len(frame)), **common}),
        "protected": pa.table({"borrower_id": ids, **_protected(frame), **common}),
        "loans": pa.table(
            {
                "loan_id": ids,
                "borrower_id": ids,
                "product": _texts(
                    [None if _no(p) else str(p).lower().replace(" ", "_") for p in frame["Product"]]
                ),
                "portfolio": _texts([None if np.isnan(p) else str(int(p)) for p in frame["portfolio"]]),
                "disbursed_on": _days(-frame["contract_days"].to_numpy()),
                "principal": _whole(frame["principal"]),
                **common,
            }
        ),
        "instalments": pa.table(
            {
                "loan_id": ids,
                "number": _ones(len(frame)),
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
    days = [dt.date(PURCHASED_ON.year, number, 15) for number in range(1, 13)]
    known = localised(pa.array([f"{day} 12:00:00" for day in days]), time_zone=time_zone)[0]
    loan_ids = ids.take(pa.array(account))
    names = pa.array(
        [f"{case}-{MONTHS[m]}" for case, m in zip(loan_ids.to_pylist(), month, strict=True)], pa.string()
    )
    return pa.table(
        {
            "payment_id": names,
            "loan_id": loan_ids,
            "paid_on": pa.array(days).take(pa.array(month)),
            "amount": pa.array(paid[account, month]),
            "revision": _ones(len(account)),
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
                    "owner_kind": _texts(["loan"] * len(where)),
                    "owner_id": ids.take(pa.array(where)),
                    "name": _texts([name] * len(where)),
                    "value": pa.array(frame[column].to_numpy()[where].astype(float)),
                    "revision": _ones(len(where)),
                    "known_at": pa.repeat(known_at, len(where)),
                }
            )
        )
    return pa.concat_tables(parts)


def _protected(frame: pd.DataFrame) -> dict[str, Any]:
    age = frame["Age"].to_numpy()
    bands = [None if np.isnan(a) else f"{int(a) // 10 * 10}-{int(a) // 10 * 10 + 9}" for a in age]
    return {
        "age_band": _texts(bands),
        "sex": _texts(
            [None if _no(g) else {"MALE": "M", "FEMALE": "F"}.get(str(g), str(g)) for g in frame["Gender"]]
        ),
        "region": _texts([None if np.isnan(land) else str(int(land)) for land in frame["Land"]]),
        "age": pa.array(age, from_pandas=True),
        "population_in_city": pa.array(frame["PopulationInCiti"], from_pandas=True),
        "gdp_per_capita": pa.array(frame["GDPPerCapita"], from_pandas=True),
        "mean_salary": pa.array(frame["MeanSalary"], from_pandas=True),
    }


def _no(value: object) -> bool:
    return value is None or value != value  # NaN is the one value unlike itself


def _texts(values: list[str | None] | list[str]) -> Any:
    return pa.array(values, pa.string())


def _ones(count: int) -> Any:
    return pa.array(np.ones(count, np.int64))


def _whole(amounts: pd.Series) -> Any:
    return pa.array(amounts.to_numpy().round().astype(np.int64))


def _days(since_purchase: NDArray[Any]) -> Any:
    first = (PURCHASED_ON - _EPOCH).days
    return pa.array((first + since_purchase).astype(np.int32), pa.int32()).cast(pa.date32())


def _repeated(local: str, count: int, time_zone: str) -> Any:
    instant = localised(pa.array([local]), time_zone=time_zone)[0].cast(pa.timestamp("us", tz="UTC"))
    return pa.repeat(instant[0], count)
