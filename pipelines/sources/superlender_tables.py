"""Micro-loans and customers as tables of a book."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipelines.sources.book_columns import age_bands, days, ends_of_days, instants, ones, same_text, texts
from pipelines.sources.superlender_loans import Loans
from pipelines.sources.superlender_people import People
from pipelines.sources.superlender_schedule import instalments_of, payments_of
from pipelines.sources.tally import note

_DAYS_PER_YEAR = 365


def tables_of_loans(
    loans: Loans, people: People, *, country: str, time_zone: str, repairs: dict[str, int]
) -> dict[str, Any]:
    """Return borrowers, protected, loans, instalments, payments and attributes.

    Parameters
    ----------
    loans, people
        Usable loans and their customers.
    country
        Country of every borrower.
    time_zone
        Zone of the source's days.
    repairs
        Takes the counts of what is imputed.
    """
    frame = loans.frame
    return {
        **_people(people.frame, country=country),
        "loans": _loans(frame, loans.last_day, time_zone=time_zone, repairs=repairs),
        "instalments": instalments_of(frame, repairs),
        "payments": payments_of(frame, repairs),
        "attributes": _attributes(frame, people.frame),
    }


def _people(people: pd.DataFrame, *, country: str) -> dict[str, Any]:
    ids = texts(people["borrower_id"].tolist())
    common = {"revision": ones(len(people)), "known_at": instants(people["first_approved"].to_numpy())}
    return {
        "borrowers": pa.table(
            {
                "borrower_id": ids,
                "country": same_text(country, len(people)),
                "employment": texts(people["employment"].tolist()),
                **common,
            }
        ),
        "protected": pa.table(
            {
                "borrower_id": ids,
                "age_band": age_bands(pa.array(people["age"], pa.float64(), from_pandas=True)),
                "birth_year": pa.array(people["birth_year"], pa.int64(), from_pandas=True),
                "education": texts(people["education"].tolist()),
                "bank": texts(people["bank"].tolist()),
                **common,
            }
        ),
    }


def _loans(frame: pd.DataFrame, last_day: int, *, time_zone: str, repairs: dict[str, int]) -> Any:
    """Return each loan at its approval, and as a second revision its end where there is one.

    A finished loan ends when it is closed. A current loan that falls due within the days of the source ends
    on its due day as unreported: beyond, silence about payments would read as arrears.
    """
    past = frame["past"].to_numpy(bool)
    due_on = frame["first_due_on"].to_numpy(np.int64)
    silent = ~past & (due_on <= last_day)
    note(
        repairs,
        "current loans due within the days of the source: record ends on the due day as unreported, no label",
        silent,
    )
    ends_on = np.where(past, frame["closed_on"].to_numpy(np.int64), due_on)
    ended = np.flatnonzero(past | silent)
    row = np.append(np.arange(len(frame)), ended)
    standing = np.arange(len(row)) < len(frame)
    due_ends = ends_of_days(due_on, time_zone=time_zone).cast(pa.int64())
    end_known = np.where(past, frame["closed"].to_numpy(np.int64), np.asarray(due_ends))
    amount, owed, term = (frame[name].to_numpy(np.float64) for name in ("amount", "owed", "term"))
    taken = pa.array(row)
    return pa.table(
        {
            "loan_id": texts(frame["loan_id"].tolist()).take(taken),
            "borrower_id": texts(frame["borrower_id"].tolist()).take(taken),
            "product": same_text("micro_loan", len(row)),
            "disbursed_on": days(frame["approved_on"].to_numpy()[row]),
            "principal": pa.array(frame["amount"].to_numpy(np.int64)[row]),
            "annual_rate": pa.array(((owed - amount) / amount * _DAYS_PER_YEAR / term)[row]),
            "term_months": pa.array(frame["instalments"].to_numpy(np.int64)[row]),
            "ended_on": pa.array(ends_on[row].astype(np.int32), pa.int32(), mask=standing).cast(pa.date32()),
            "end_kind": pa.array(
                np.where(past, "repaid", "unreported")[row].astype(object), pa.string(), mask=standing
            ),
            "revision": pa.array(np.where(standing, 1, 2)),
            "known_at": instants(np.append(frame["approved"].to_numpy(np.int64), end_known[ended])),
        }
    )


def _attributes(loans: pd.DataFrame, people: pd.DataFrame) -> Any:
    """Return what else is known at the approval; a value that is unknown has no row."""
    accounts = people[people["account_type"].notna()]
    parts = [
        pa.table(
            {
                "owner_kind": same_text("borrower", len(accounts)),
                "owner_id": texts(accounts["borrower_id"].tolist()),
                "name": same_text("bank_account_type", len(accounts)),
                "value": pa.nulls(len(accounts), pa.float64()),
                "code": texts(accounts["account_type"].tolist()),
                "revision": ones(len(accounts)),
                "known_at": instants(accounts["first_approved"].to_numpy()),
            }
        )
    ]
    for name, column in (
        ("loan_number", "loannumber"),
        ("approval_minutes", "approval_minutes"),
        ("referred", "referred"),
    ):
        known = loans[loans[column].notna()]
        parts.append(
            pa.table(
                {
                    "owner_kind": same_text("loan", len(known)),
                    "owner_id": texts(known["loan_id"].tolist()),
                    "name": same_text(name, len(known)),
                    "value": pa.array(known[column].to_numpy(np.float64)),
                    "code": pa.nulls(len(known), pa.string()),
                    "revision": ones(len(known)),
                    "known_at": instants(known["approved"].to_numpy()),
                }
            )
        )
    return pa.concat_tables(parts)
