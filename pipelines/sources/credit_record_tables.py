"""Monthly statuses as tables of a book: persons, accounts with the end of their record, statements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.sources.book_columns import days, ends_of_days, month_ends, month_starts, ones, same_text
from pipelines.sources.credit_record_panel import STATUSES, Panel

_PAID_OFF = list(STATUSES).index("C")


def tables_of_panel(panel: Panel, *, country: str, time_zone: str) -> dict[str, Any]:
    """Return borrowers, loans and statements.

    Parameters
    ----------
    panel
        Statuses sorted by account and month, at least one for each account.
    country
        Country of every borrower.
    time_zone
        Zone of the source's months.
    """
    first = np.flatnonzero(np.diff(panel.account, prepend=-1))
    last = np.append(first[1:], len(panel.account)) - 1
    return {
        "borrowers": _borrowers(panel, panel.month[first], country=country, time_zone=time_zone),
        "loans": _loans(panel, first, last, time_zone=time_zone),
        "statements": _statements(panel, time_zone=time_zone),
    }


def _borrowers(panel: Panel, opened: NDArray[np.int64], *, country: str, time_zone: str) -> Any:
    """Return each person once, known with the first statement of the first account."""
    coded = panel.person_ids.dictionary_encode()
    earliest = np.full(len(coded.dictionary), np.iinfo(np.int64).max)
    np.minimum.at(earliest, np.asarray(coded.indices), opened)
    return pa.table(
        {
            "borrower_id": coded.dictionary,
            "country": same_text(country, len(earliest)),
            "revision": ones(len(earliest)),
            "known_at": ends_of_days(month_ends(earliest), time_zone=time_zone),
        }
    )


def _loans(panel: Panel, first: NDArray[np.int64], last: NDArray[np.int64], *, time_zone: str) -> Any:
    """Return each account, and a second revision where its record stops before the panel does."""
    opened = panel.month[first]
    stops = np.flatnonzero(panel.month[last] < panel.month.max())
    missing = panel.month[last][stops] + 1
    which = np.append(np.arange(len(first)), stops)
    ends = np.append(np.zeros(len(first), np.int64), month_starts(missing))
    unended = np.arange(len(which)) < len(first)
    kinds = np.where(panel.status[last] == _PAID_OFF, "repaid", "unreported")[which]
    taken = pa.array(which)
    return pa.table(
        {
            "loan_id": panel.account_ids.take(taken),
            "borrower_id": panel.person_ids.take(taken),
            "product": same_text("credit_card", len(which)),
            "disbursed_on": days(month_starts(opened[which])),
            "principal": pa.array(np.zeros(len(which), np.int64)),
            "ended_on": pa.array(ends.astype(np.int32), pa.int32(), mask=unended).cast(pa.date32()),
            "end_kind": pa.array(kinds.astype(object), pa.string(), mask=unended),
            "revision": pa.array(np.where(unended, 1, 2)),
            "known_at": ends_of_days(month_ends(np.append(opened, missing)), time_zone=time_zone),
        }
    )


def _statements(panel: Panel, *, time_zone: str) -> Any:
    """Return one statement for each account and month."""
    names = pa.array([name for name, _ in STATUSES.values()])
    late = pa.array([dpd for _, dpd in STATUSES.values()], pa.int64())
    status = pa.array(panel.status)
    return pa.table(
        {
            "loan_id": panel.account_ids.take(pa.array(panel.account)),
            "month": days(month_starts(panel.month)),
            "status": names.take(status),
            "dpd": late.take(status),
            "revision": ones(len(panel.month)),
            "known_at": ends_of_days(month_ends(panel.month), time_zone=time_zone),
        }
    )
