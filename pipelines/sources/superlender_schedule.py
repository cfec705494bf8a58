"""Instalments and imputed payments of the micro-loans: what was due adds up to what was owed and paid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.sources.book_columns import days, instants, ones
from pipelines.sources.superlender_loans import DAYS_PER_INSTALMENT, workday
from pipelines.sources.tally import note


def share(
    total: NDArray[np.int64], *, parts: NDArray[np.int64], number: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the amount of one of several equal parts; the last one takes what is left.

    Parameters
    ----------
    total
        What is shared.
    parts
        Into how many.
    number
        Which part, counted from 1.

    Examples
    --------
    >>> share(np.array([100, 100, 100]), parts=np.array([3, 3, 3]), number=np.array([1, 2, 3])).tolist()
    [33, 33, 34]
    """
    even = total // parts
    amount: NDArray[np.int64] = np.where(number == parts, total - even * (parts - 1), even)
    return amount


def instalments_of(loans: pd.DataFrame, repairs: dict[str, int]) -> Any:
    """Return the instalments of each loan, known at its approval.

    The first falls due on the day the source states; each further one a multiple of 30 days after the
    approval, weekends moved to Monday; or after the first, where that is not due within 60 days.
    """
    parts = loans["instalments"].to_numpy(np.int64)
    row = np.repeat(np.arange(len(loans)), parts)
    number = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts) + 1
    first = loans["first_due_on"].to_numpy(np.int64)[row]
    approved = loans["approved_on"].to_numpy(np.int64)[row]
    on_time = workday(approved + 2 * DAYS_PER_INSTALMENT) > first
    from_approval = workday(approved + DAYS_PER_INSTALMENT * number)
    later = np.where(on_time, from_approval, first + DAYS_PER_INSTALMENT * (number - 1))
    note(repairs, "due days after the first imputed: every 30 days, weekends moved to Monday", number > 1)
    amount, owed = (loans[name].to_numpy(np.int64)[row] for name in ("amount", "owed"))
    return pa.table(
        {
            "loan_id": _taken(loans["loan_id"], row),
            "number": pa.array(number),
            "due_on": days(np.where(number == 1, first, later)),
            "principal_due": pa.array(share(amount, parts=parts[row], number=number)),
            "interest_due": pa.array(share(owed - amount, parts=parts[row], number=number)),
            "fee_due": pa.array(np.zeros(len(row), np.int64)),
            "revision": ones(len(row)),
            "known_at": instants(loans["approved"].to_numpy(np.int64)[row]),
        }
    )


def payments_of(loans: pd.DataFrame, repairs: dict[str, int]) -> Any:
    """Return the payments of finished loans: the first instalment at the first repayment, the rest at closing."""
    past = loans[loans["past"]]
    parts = past["instalments"].to_numpy(np.int64)
    several = parts > 1
    note(repairs, "payment imputed: the first instalment at firstrepaiddate", np.ones(len(past), bool))
    note(repairs, "payment imputed: all further instalments at closeddate", several)
    later = ~several & (past["closed_on"] > past["repaid_on"]).to_numpy()
    note(
        repairs,
        "loans of one instalment closed on a later day than first repaid: taken as paid in full at firstrepaiddate",
        later,
    )
    amount, owed = (past[name].to_numpy(np.int64) for name in ("amount", "owed"))
    one = np.ones(len(past), np.int64)
    first = share(amount, parts=parts, number=one) + share(owed - amount, parts=parts, number=one)
    row = np.append(np.arange(len(past)), np.flatnonzero(several))
    at_closing = np.arange(len(row)) >= len(past)
    ids = _taken(past["loan_id"], row)
    known = np.where(at_closing, past["closed"].to_numpy()[row], past["repaid"].to_numpy()[row])
    paid_on = np.where(at_closing, past["closed_on"].to_numpy()[row], past["repaid_on"].to_numpy()[row])
    numbers = pa.array(np.where(at_closing, "2", "1").astype(object), pa.string())
    return pa.table(
        {
            "payment_id": pc.binary_join_element_wise(ids, numbers, "-"),
            "loan_id": ids,
            "paid_on": days(paid_on),
            "amount": pa.array(np.where(at_closing, (owed - first)[row], first[row])),
            "revision": ones(len(row)),
            "known_at": instants(known),
        }
    )


def _taken(ids: pd.Series, row: NDArray[np.int64]) -> Any:
    return pa.array(ids.to_numpy(), pa.string()).take(pa.array(row))
