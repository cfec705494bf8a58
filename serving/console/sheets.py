"""The account sheet that a page shows beside its case."""

from __future__ import annotations

from serving.account_sheet import AccountSheet, SheetUnreadable
from serving.store import Store
from serving.store_sheets import sheet_of


def readable_sheet(store: Store, case_id: str) -> AccountSheet | None:
    """Return the account sheet of a case; None when there is none, or another version wrote it.

    A case whose sheet cannot be read is still a case: its page shows what was decided.

    Examples
    --------
    >>> from serving.store import open_store
    >>> readable_sheet(open_store("sqlite://"), "L-1@2026-03-02") is None
    True
    """
    try:
        return sheet_of(store, case_id)
    except SheetUnreadable:
        return None
