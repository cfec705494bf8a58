"""Every feature again, from the past of one loan in plain loops: nothing of the engine is used here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from tests.features.ledger_oracle import PARTS
from tests.features.oracle_arrears import stands
from tests.features.oracle_past import Past, Row, dated, days
from tests.features.oracle_topics import TOPICS

Topic = Callable[[Past], dict[str, Any]]


def features_of(past: Past, topics: Sequence[Topic] = TOPICS) -> dict[str, Any]:
    """Return every feature of one loan on one morning."""
    return {name: value for topic in topics for name, value in topic(past).items()}


def oracle_frame(
    tables: dict[str, list[Row]],
    mornings: list[dt.date],
    *,
    order: Sequence[str] = PARTS,
    topics: Sequence[Topic] = TOPICS,
) -> pd.DataFrame:
    """Return every feature of every loan that stood on each morning, by (loan_id, as_of)."""
    rows = dated(tables)
    found = []
    for loan in sorted({row["loan_id"] for row in rows["loans"]}):
        for morning in sorted({days(day.isoformat()) or 0 for day in mornings}):
            borrower = next(row["borrower_id"] for row in rows["loans"] if row["loan_id"] == loan)
            past = Past(rows, loan, borrower, morning, morning, order=order)
            if stands(past):
                found.append({"loan_id": loan, "as_of": morning} | features_of(past, topics))
    return pd.DataFrame(found)
