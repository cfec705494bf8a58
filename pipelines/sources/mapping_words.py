"""The words of a mapping file: what one column, one table and the whole export state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from features.contracts import TABLES, Column, Kind
from features.currency import decimals_of

MONEY_UNITS = {"minor": 0, "major": 0, "thousand": 3, "ten_thousand": 4}
"""Units of money: powers of ten of the currency's major unit; minor units stay as they are."""

NUMBER_UNITS = {
    "one": 0,
    "percent": -2,
    "per_mille": -3,
    "per_ten_thousand": -4,
    "percent_a_month": -2,
    "per_mille_a_month": -3,
    "percent_a_day": -2,
    "per_ten_thousand_a_day": -4,
}
"""Units of numbers as powers of ten."""

TIMES_A_YEAR = {
    "percent_a_month": 12,
    "per_mille_a_month": 12,
    "percent_a_day": 365,
    "per_ten_thousand_a_day": 365,
}
"""Rates of a shorter time become simple yearly rates by so many."""

STATED_UNITS = frozenset({("loans", "annual_rate")})
"""Columns whose unit must be stated, for a rate of 18 is lawful and a hundred times 0.18."""

DISBURSED = "loans.disbursed_on"
"""What a row of a loan's table may follow although the day stands in another table."""


@dataclass(frozen=True)
class ColumnMap:
    """Where one column of a book comes from and how its values are written.

    Parameters
    ----------
    name
        The book's column.
    sources
        Their columns; several are joined by ``join``. Empty for a constant and for ``after``.
    value
        The same value in every row; None when there is none.
    after, days
        The column of the same table (or ``loans.disbursed_on``) after which the row is known, and how
        many days later.
    join
        What stands between several joined columns.
    unit
        Unit of money or of a number; empty when none is stated.
    decimals
        Decimals written although the unit has fewer; those beyond must be zeros.
    decimal, thousands, symbol, brackets
        How amounts are written: decimal mark, thousands separator, currency sign before the digits,
        and whether brackets mean negative.
    date
        The one format of days or instants; empty for the default of the kind.
    zone
        Zone of instants written without one; empty for the book's.
    codes
        Their code → ours; None when theirs are ours. An empty text means no value.
    otherwise
        Our code for every code that ``codes`` lacks; None when such codes are refused.
    empty
        Texts that mean no value.
    """

    name: str
    sources: tuple[str, ...] = ()
    value: str | int | float | bool | None = None
    after: str = ""
    days: int = 0
    join: str = "-"
    unit: str = ""
    decimals: int | None = None
    decimal: str = "."
    thousands: str = ""
    symbol: str = ""
    brackets: bool = False
    date: str = ""
    zone: str = ""
    codes: Mapping[str, str] | None = None
    otherwise: str | None = None
    empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableMap:
    """One way rows of a table come in: which files, which rows of them, which columns.

    Parameters
    ----------
    table
        The book's table. Several entries of one table stand below each other.
    place
        Where it stands in the mapping (``payments``, ``payments[2]``), for messages.
    files
        Patterns of file names inside the export.
    columns
        The book's columns.
    encoding, delimiter, header_row
        How the files are written; an empty delimiter and a header row 0 are looked up in the file.
    ignore
        Their columns that are not wanted, as patterns.
    where, unless
        Their column → values of the rows that belong here, or that do not.
    """

    table: str
    place: str
    files: tuple[str, ...]
    columns: tuple[ColumnMap, ...]
    encoding: str = "utf-8"
    delimiter: str = ""
    header_row: int = 0
    ignore: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def read_columns(self) -> tuple[str, ...]:
        """Return every column of theirs that is read: for the book's columns or to choose rows."""
        used = [source for column in self.columns for source in column.sources]
        return tuple(dict.fromkeys([*used, *self.where, *self.unless]))


@dataclass(frozen=True)
class ExportMap:
    """A whole mapping file.

    Parameters
    ----------
    country, time_zone, currency
        Of the book; empty when the mapping does not state them.
    strict
        True when a column without a place refuses the import.
    ignore_files
        Patterns of files that nobody wants.
    tables
        The entries, in the order of the file.
    digest
        First twelve letters of the sha256 of the mapping file.
    """

    country: str = ""
    time_zone: str = ""
    currency: str = ""
    strict: bool = False
    ignore_files: tuple[str, ...] = ()
    tables: tuple[TableMap, ...] = ()
    digest: str = ""


def contract_column(table: str, name: str) -> Column | None:
    """Return the contract's column; further columns of an open table are text; else None.

    Examples
    --------
    >>> contract_column("payments", "amount").kind
    'money'
    >>> contract_column("protected", "hukou").kind, contract_column("payments", "hukou")
    ('text', None)
    """
    contract = TABLES[table]
    for column in contract.columns:
        if column.name == name:
            return column
    return Column(name, "text") if contract.open else None


def power_of(unit: str, *, kind: Kind, currency: str) -> int:
    """Return the power of ten by which a written value is multiplied to be ours.

    Examples
    --------
    >>> power_of("major", kind="money", currency="CNY"), power_of("percent", kind="number", currency="CNY")
    (2, -2)
    >>> power_of("ten_thousand", kind="money", currency="JPY")
    4
    """
    if kind != "money":
        return NUMBER_UNITS.get(unit, 0)
    return 0 if unit == "minor" else MONEY_UNITS[unit] + decimals_of(currency)


def settings_words() -> dict[str, Any]:
    """Return the kinds of value of the keys that hold for a file, a table or one column."""
    return {
        "encoding": "text",
        "delimiter": "text",
        "header_row": "number",
        "money": tuple(MONEY_UNITS),
        "decimal": "text",
        "thousands": "text",
        "symbol": "text",
        "brackets": "yesno",
        "date": "text",
        "instant": "text",
        "zone": "text",
        "empty": "texts",
    }
