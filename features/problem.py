"""One thing that is wrong with a lender's tables, in three parts: expected, found, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FIRST = 5
"""How many rows and ids a problem names; the count says how many there are."""


@dataclass(frozen=True)
class Origin:
    """Where the rows of one table came from.

    Parameters
    ----------
    files
        For each file in order: its name, its number of rows and the number of its first row
        (2 for a CSV file, whose row 1 is the header).

    Examples
    --------
    >>> Origin((("payments.csv", 20, 2),)).row(15 - 2)
    'payments.csv row 15'
    """

    files: tuple[tuple[str, int, int], ...]

    def row(self, position: int) -> str:
        """Return file and row of the table's row at ``position`` (0 = first)."""
        before = 0
        for name, rows, first in self.files:
            if position < before + rows:
                return f"{name} row {position - before + first}"
            before += rows
        return f"row {position + 1}"


@dataclass(frozen=True)
class Problem:
    """One broken rule of one column, with all its rows counted and the first five named.

    Parameters
    ----------
    table, column
        Where. The column is empty when the rule concerns the whole table.
    rule
        Short stable name of the rule (``orphan``, ``known-too-early`` …).
    expected, found, remedy
        The three parts of the message.
    count
        How many rows break the rule.
    rows, ids
        The first five rows (file and row number) and ids.
    """

    table: str
    column: str
    rule: str
    expected: str
    found: str
    remedy: str
    count: int = 0
    rows: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the problem as plain JSON values."""
        return {**asdict(self), "rows": list(self.rows), "ids": list(self.ids)}

    def __str__(self) -> str:
        """Return the message in three parts: expected, found, what to do."""
        where = f"{self.table}.{self.column}" if self.column else self.table
        found = self.found
        if self.count:
            plural = "row" if self.count == 1 else "rows"
            found = f"{found} in {self.count} {plural}"
            more = ", …" if self.count > len(self.rows) else ""
            if self.rows:
                found += f" ({', '.join(self.rows)}{more}"
                found += f"; ids {', '.join(self.ids)}{more})" if self.ids else ")"
        return f"{where} [{self.rule}]: expected {self.expected}; found {found}. {self.remedy}"


class BookRefused(ValueError):
    """The tables break the contract; ``problems`` holds every broken rule.

    Parameters
    ----------
    problems
        All problems, not the first.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(problems, 1))
        plural = "problem" if len(problems) == 1 else "problems"
        super().__init__(f"expected tables that keep the contract; found {len(problems)} {plural}:\n{lines}")


def origin_of(origins: Mapping[str, Origin] | None, table: str) -> Origin:
    """Return where a table's rows came from; without origins rows are numbered from 1.

    Examples
    --------
    >>> origin_of(None, "payments").row(16)
    'payments row 17'
    """
    if origins is not None and table in origins:
        return origins[table]
    return Origin(((table, 2**62, 1),))
