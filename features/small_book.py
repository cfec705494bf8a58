"""A book of a few rows in hand: what ``History`` asks of a book, without files and without the door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from features.book import Book
from features.compiled import steady
from features.contracts import PROTECTED_TABLES, TABLES
from features.manifest import Manifest
from features.rows import Rows, rows_of


class SmallBook(Book):
    """Rows of a few loans that are read as those of any book are; it has no tables and no digest.

    Parameters
    ----------
    manifest
        Country, time zone and currency.
    loan_ids, borrower_ids
        Sorted: loans by (borrower_id, loan_id).
    borrower_of_loan
        Place of each loan's borrower.
    rows
        Rows by name; ``attributes`` as ``attributes:loan`` and ``attributes:borrower``. What is left out is empty.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        loan_ids: Sequence[str],
        borrower_ids: Sequence[str],
        borrower_of_loan: Sequence[int],
        rows: Mapping[str, Rows],
    ) -> None:
        self.manifest = manifest
        self.table_names = tuple(sorted({name.partition(":")[0] for name in rows}))
        self.loan_ids = np.array(loan_ids, object)
        self.borrower_ids = np.array(borrower_ids, object)
        self.borrower_of_loan = steady(borrower_of_loan, np.int32)
        self._rows = dict(rows)

    def __repr__(self) -> str:
        """Return the book's size in words."""
        return f"SmallBook({len(self.borrower_ids)} borrowers, {len(self.loan_ids)} loans)"

    def rows(self, name: str) -> Rows:
        """Return the rows of one table, empty when there are none."""
        if name not in self._rows:
            owners = len(self.borrower_ids) if _owner(name) == "borrower" else len(self.loan_ids)
            self._rows[name] = no_rows(name, owners, self.manifest.time_zone)
        return self._rows[name]


@cache
def no_rows(name: str, owners: int, time_zone: str) -> Rows:
    """Return the rows of a table that has none: kept, since it is the same for everybody."""
    if name.partition(":")[0] in PROTECTED_TABLES:
        raise KeyError(f"expected a table that features may read, found {name!r}. It is for the audit alone.")
    return rows_of(None, TABLES[name.partition(":")[0]], owners=owners, time_zone=time_zone)


def _owner(name: str) -> str:
    base, _, kind = name.partition(":")
    return kind or TABLES[base].owner
