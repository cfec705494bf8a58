"""The words a contract is written in: what a column holds, what a table is keyed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features.instant_parts import PARTS

Kind = Literal["id", "code", "text", "day", "instant", "money", "number", "count", "yesno"]
Owner = Literal["loan", "borrower", "either", "none"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        Column name. Days end in ``_on``, instants in ``_at`` (UTC).
    kind
        ``id`` and ``code`` are strings (codes come from a small set), ``money`` is an integer in
        minor units, ``day`` a calendar day of the book's time zone, ``instant`` a moment in UTC,
        ``count`` a non-negative integer, ``yesno`` a boolean.
    required
        True when the column must be present and without nulls.
    values
        The lawful codes; empty when any is lawful.
    low, high
        Lawful range, both included; None when open. Money is never below 0 unless ``low`` says so.
    """

    name: str
    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One table of a book.

    Parameters
    ----------
    name
        Folder name of the table in the book.
    key
        Columns that identify a thing; (key, revision) is unique.
    owner
        Whose row it is: of a loan (``loan_id``), of a borrower (``borrower_id``), of either
        (``owner_kind``, ``owner_id``) or of nobody.
    day
        The column that gives the row its business day; the first filled one counts. Empty when the
        row takes effect on the day it is known.
    reported
        Days and instants that lie in the past when the row is written: ``known_at`` before one
        of them is refused. Due, planned and end days may lie later.
    open
        True when further columns are lawful and kept as they are.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    owner: Owner
    day: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    open: bool = False

    @property
    def owner_column(self) -> str | None:
        """Return the column that names the owner, or None when rows belong to nobody."""
        return {"loan": "loan_id", "borrower": "borrower_id", "either": "owner_id", "none": None}[self.owner]

    def column(self, name: str) -> Column:
        """Return the column of that name, or the part of an instant: ``contacted_at:part_of_day``.

        Raises
        ------
        KeyError
            When the contract has no such column.
        """
        base, _, part = name.partition(":")
        for column in self.columns:
            if column.name == name:
                return column
            if column.name == base and column.kind == "instant" and part in PARTS:
                return Column(name, "code", values=PARTS[part])
        raise KeyError(f"table {self.name!r} has no column {name!r} in its contract")

    @property
    def required(self) -> tuple[str, ...]:
        """Return the names of the columns that must be present."""
        return tuple(c.name for c in self.columns if c.required)
