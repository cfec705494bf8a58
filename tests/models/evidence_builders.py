"""A borrower 107 days late: calls, promises and income, and the facts that count on a morning."""

from __future__ import annotations

import datetime as dt
from typing import Any

from features.history import observe
from models.evidence import evidence_of
from tests.builders import at, book_of, consent, contact, evidence, instalment, promise

MORNING = dt.date(2024, 6, 1)
DUE = [instalment(number=1, due_on="2024-02-15")]


def call(day: str, outcome: str, reason: str | None = "cash_short", **more: Any) -> dict[str, Any]:
    """Return a call of that day with its outcome and the reason given."""
    return contact(contact_id=f"C-{day}", contacted_at=at(day), outcome=outcome, stated_reason=reason, **more)


def kinds(as_of: dt.date = MORNING, **tables: Any) -> set[tuple[str, str]]:
    """Return (kind, source) of the facts that count on the morning."""
    book = book_of(**{"instalments": DUE, "consents": [consent()], **tables})
    table = evidence_of(book, observe(book, as_of=[as_of]))
    counted = table[table["consent"] != "missing"]
    return set(zip(counted["kind"], counted["source"], strict=True))


TALKS = [call("2024-03-10", "talked"), call("2024-03-20", "talked")]
PROMISES = [
    promise(promise_id="PR-1", promised_at=at("2024-04-01"), due_on="2024-04-08"),
    promise(promise_id="PR-2", promised_at=at("2024-04-20"), due_on="2024-04-28"),
]
INCOME = evidence(observed_on="2024-04-15", source="bank_flow", confidence=0.9)
