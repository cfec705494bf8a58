"""Credit card accounts of Taiwan as tables of a book: loans, six statements each, outcome, person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.sources.book_columns import (
    age_bands,
    days,
    ends_of_days,
    month_ends,
    month_starts,
    ones,
    same_text,
)
from pipelines.sources.uci_accounts import Accounts
from pipelines.sources.uci_columns import OUTCOME_MONTH, STATEMENT_MONTHS

_STATUSES = ("no_use", "paid", "revolving", *(str(months) for months in range(1, 10)))
_LOWEST = -2
_DAYS_PER_MONTH_LATE = 30


def tables_of_accounts(accounts: Accounts, *, country: str, time_zone: str) -> dict[str, Any]:
    """Return borrowers, protected, loans, statements and attributes.

    Parameters
    ----------
    accounts
        Repaired accounts.
    country
        Country of every borrower.
    time_zone
        Zone of the source's months.
    """
    count = len(accounts.ids)
    months = np.array(STATEMENT_MONTHS, "datetime64[M]").astype(np.int64)
    ends = ends_of_days(month_ends(months), time_zone=time_zone)
    first = {"revision": ones(count), "known_at": pa.repeat(ends[0], count)}
    return {
        "borrowers": pa.table({"borrower_id": accounts.ids, "country": same_text(country, count), **first}),
        "protected": pa.table(
            {
                "borrower_id": accounts.ids,
                "age_band": age_bands(accounts.person["age"]),
                **accounts.person,
                **first,
            }
        ),
        "loans": pa.table(
            {
                "loan_id": accounts.ids,
                "borrower_id": accounts.ids,
                "product": same_text("credit_card", count),
                "disbursed_on": days(np.repeat(month_starts(months[:1]), count)),
                "principal": pa.array(accounts.limit),
                **first,
            }
        ),
        "statements": _statements(accounts, months, ends),
        "attributes": _outcomes(accounts, time_zone=time_zone),
    }


def _statements(accounts: Accounts, months: Any, ends: Any) -> Any:
    """Return six statements of each account, one a month."""
    count = len(accounts.ids)
    account = pa.array(np.repeat(np.arange(count), len(months)))
    month = np.tile(np.arange(len(months)), count)
    late = accounts.months_late.ravel()
    return pa.table(
        {
            "loan_id": accounts.ids.take(account),
            "month": days(month_starts(months)[month]),
            "balance": pa.array(accounts.balance.ravel()),
            "limit": pa.array(accounts.limit).take(account),
            "amount_paid": pa.array(accounts.paid.ravel()),
            "status": pa.array(_STATUSES).take(pa.array(late - _LOWEST)),
            "dpd": pa.array(np.maximum(late, 0) * _DAYS_PER_MONTH_LATE),
            "revision": ones(len(late)),
            "known_at": ends.take(pa.array(month)),
        }
    )


def _outcomes(accounts: Accounts, *, time_zone: str) -> Any:
    """Return the outcome of each account that has one, known at the end of its month."""
    known = np.flatnonzero(~np.isnan(accounts.outcome))
    month = np.array([OUTCOME_MONTH], "datetime64[M]").astype(np.int64)
    end = ends_of_days(month_ends(month), time_zone=time_zone)[0]
    return pa.table(
        {
            "owner_kind": same_text("loan", len(known)),
            "owner_id": pc.take(accounts.ids, pa.array(known)),
            "name": same_text("next_month_default", len(known)),
            "value": pa.array(accounts.outcome[known]),
            "revision": ones(len(known)),
            "known_at": pa.repeat(end, len(known)),
        }
    )
