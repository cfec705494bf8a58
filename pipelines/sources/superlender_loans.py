"""Past and current micro-loans, one row each, repaired or left out by cause; amounts in kobo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.coding import day_numbers, local_days, micros
from pipelines.sources.book_columns import minor_units
from pipelines.sources.raw_columns import floats
from pipelines.sources.tally import kept, note

DAYS_PER_INSTALMENT = 30
LONGEST_TERM = 3600
_SATURDAY = 5
_THURSDAY = 3  # 1970-01-01


@dataclass(frozen=True)
class Loans:
    """Loans fit to become a book.

    Parameters
    ----------
    frame
        One row per loan: ``loan_id``, ``borrower_id``, ``past`` (False where nothing is known beyond the
        approval), instants in microseconds (``approved``, ``created``, ``repaid``, ``closed``), local days
        (``approved_on``, ``first_due_on``, ``repaid_on``, ``closed_on``), ``amount`` and ``owed`` in kobo,
        ``term`` in days, ``instalments``, ``loannumber``, ``referred``. What a current loan lacks is 0.
    last_day
        Last local day on which the source knew anything.
    repairs, losses
        What was repaired or left out, in words, and in how many loans.
    """

    frame: pd.DataFrame
    last_day: int
    repairs: dict[str, int]
    losses: dict[str, int]


def loans_of(past: Any, current: Any, *, time_zone: str) -> Loans:
    """Return the usable loans of both files.

    Parameters
    ----------
    past, current
        Columns read as their kinds; current loans may be None.
    time_zone
        Zone of the local days.
    """
    repairs: dict[str, int] = {}
    losses: dict[str, int] = {}
    frames = [_frame(past, past=True, time_zone=time_zone)]
    if current is not None:
        frames.append(_frame(current, past=False, time_zone=time_zone))
    frame = pd.concat(frames, ignore_index=True)
    frame = _once(frame, repairs=repairs, losses=losses)
    frame = _usable(frame, losses)
    frame = _in_order(frame, losses=losses, repairs=repairs)
    frame = _whole_amounts(frame, repairs)
    frame = _scheduled(frame, repairs)
    days = frame[["approved_on", "repaid_on", "closed_on"]].to_numpy()
    return Loans(frame.reset_index(drop=True), int(days.max(initial=0)), repairs, losses)


def workday(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each day, or the Monday after it when it is a Saturday or Sunday.

    Examples
    --------
    >>> workday(np.array([1, 2, 3, 4])).tolist()  # Friday 1970-01-02 to Monday
    [1, 4, 4, 4]
    """
    weekday = (day + _THURSDAY) % 7
    moved: NDArray[np.int64] = day + np.where(weekday >= _SATURDAY, 7 - weekday, 0)
    return moved


def _frame(table: Any, *, past: bool, time_zone: str) -> pd.DataFrame:
    """Return the columns as numbers and text; ``known`` is False where a needed one is empty."""
    columns: dict[str, Any] = {
        "loan_id": table["systemloanid"].to_pandas().astype(object),
        "borrower_id": table["customerid"].to_pandas().astype(object),
        "past": past,
        "loannumber": floats(table["loannumber"]),
        "amount": floats(table["loanamount"]),
        "owed": floats(table["totaldue"]),
        "term": floats(table["termdays"]),
    }
    for name, source in (
        ("approved", "approveddate"),
        ("created", "creationdate"),
        ("repaid", "firstrepaiddate"),
        ("closed", "closeddate"),
    ):
        there = source in table.column_names
        columns[name] = micros(table[source]) if there else 0
        columns[f"{name}_on"] = local_days(table[source], time_zone=time_zone) if there else 0
        columns[f"has_{name}"] = np.asarray(pc.is_valid(table[source])) if there else True
    columns["first_due_on"] = day_numbers(table["firstduedate"]) if past else 0
    columns["has_first_due"] = np.asarray(pc.is_valid(table["firstduedate"])) if past else True
    referrer = table["referredby"].to_pandas() if "referredby" in table.column_names else None
    frame = pd.DataFrame(columns)
    frame["by_self"] = False if referrer is None else (referrer == frame["borrower_id"]).fillna(False)
    frame["referred"] = False if referrer is None else referrer.notna() & ~frame["by_self"]
    return frame


def _once(frame: pd.DataFrame, *, repairs: dict[str, int], losses: dict[str, int]) -> pd.DataFrame:
    """Return each loan once: repeated rows dropped, a finished loan before its current row."""
    frame = kept(frame, frame["loan_id"].notna(), "no systemloanid", losses)
    same = frame.duplicated()
    note(repairs, "repeated rows of one loan dropped", same)
    frame = frame[~same]
    finished = ~frame["past"] & frame["loan_id"].isin(frame.loc[frame["past"], "loan_id"])
    note(repairs, "current loans that are among the past ones dropped", finished)
    frame = frame[~finished]
    unlike = frame["loan_id"].duplicated(keep=False)
    return kept(frame, ~unlike, "one systemloanid for unlike loans", losses)


def _usable(frame: pd.DataFrame, losses: dict[str, int]) -> pd.DataFrame:
    frame = kept(frame, frame["borrower_id"].notna(), "no customerid", losses)
    frame = kept(frame, frame["has_approved"], "no approveddate", losses)
    dated = frame["has_first_due"] & frame["has_repaid"] & frame["has_closed"]
    frame = kept(frame, dated, "past loan without firstduedate, firstrepaiddate or closeddate", losses)
    frame = kept(frame, frame["amount"] > 0, "nothing lent", losses)
    frame = kept(frame, frame["owed"] >= frame["amount"], "totaldue empty or below loanamount", losses)
    term = frame["term"]
    cause = f"termdays empty, below 1 or above {LONGEST_TERM}"
    frame = kept(frame, (term >= 1) & (term <= LONGEST_TERM), cause, losses)
    term = frame["term"]
    even = (term <= DAYS_PER_INSTALMENT) | (term % DAYS_PER_INSTALMENT == 0)
    return kept(frame, even, "termdays above 30 and no multiple of 30: instalments unknown", losses)


def _in_order(frame: pd.DataFrame, *, losses: dict[str, int], repairs: dict[str, int]) -> pd.DataFrame:
    """Return loans that were approved before anything was due, repaid or closed."""
    past = frame["past"]
    early = past & (frame["first_due_on"] <= frame["approved_on"])
    frame = kept(frame, ~early, "due no later than the day of the approval", losses)
    past = frame["past"]
    early = past & ((frame["repaid"] < frame["approved"]) | (frame["closed"] <= frame["approved"]))
    frame = kept(frame, ~early, "repaid or closed before the approval", losses)
    crossed = frame["past"] & (frame["closed"] < frame["repaid"])
    note(repairs, "closed before the first repayment: repayment taken as made at the closing", crossed)
    late = ~frame["has_created"] | (frame["created"] > frame["approved"])
    note(repairs, "created after the approval or never: minutes to approval unknown", late)
    note(repairs, "referred by themselves: taken as not referred", frame["by_self"])
    note(repairs, "loannumber empty: no attribute loan_number", frame["loannumber"].isna())
    return frame.assign(
        repaid=frame["repaid"].mask(crossed, frame["closed"]),
        repaid_on=frame["repaid_on"].mask(crossed, frame["closed_on"]),
        approval_minutes=((frame["approved"] - frame["created"]) / 60e6).mask(late),
    )


def _whole_amounts(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    whole, rounded = minor_units(frame[["amount", "owed"]].to_numpy(np.float64))
    note(repairs, "amounts with more than two decimals rounded to kobo", rounded.any(axis=1))
    money = whole.astype(np.int64)
    return frame.assign(amount=money[:, 0], owed=money[:, 1])


def _scheduled(frame: pd.DataFrame, repairs: dict[str, int]) -> pd.DataFrame:
    """Return loans with their number of instalments; a current loan's first due day is imputed."""
    term = frame["term"].to_numpy().astype(np.int64)
    current = ~frame["past"].to_numpy(bool)
    note(repairs, "current loans: first due day imputed from the term, weekends moved to Monday", current)
    imputed = workday(frame["approved_on"].to_numpy(np.int64) + np.minimum(term, DAYS_PER_INSTALMENT))
    return frame.assign(
        term=term,
        instalments=np.maximum(term // DAYS_PER_INSTALMENT, 1),
        first_due_on=np.where(current, imputed, frame["first_due_on"].to_numpy(np.int64)),
    )
