"""The contract of all tables as a page for those who bring their own book."""

from __future__ import annotations

from features.contract import Column, Table
from features.contracts import PROTECTED_TABLES, TABLES
from features.kinds import KIND_WORDS
from features.schema import lawful_words

_HEAD = """# Tables of a book

A book is a folder of CSV or Parquet files named as the tables below (`duecourse import directory`).
`loans` is required, and either `instalments` with `payments` or monthly `statements`; every other table
may be missing, and its absence is information. **Bold** columns must be filled in every row.

Tables are append-only. A correction is a new row of the same key with the next `revision` (1, 2, 3 …) and
its own `known_at`, the instant at which the lender could first see the row. What reports a past day is
never known before that day begins. Amounts are whole numbers in minor units. Days are written 2024-03-31,
instants 2024-03-31T09:30:00+08:00.

This page is written by `features.contract_page`; a test keeps it true.
"""


def contract_page() -> str:
    """Return the page in Markdown: one section per table, one line per column.

    Examples
    --------
    >>> contract_page().splitlines()[0]
    '# Tables of a book'
    """
    return "\n".join([_HEAD, *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    owner = {
        "loan": "Each row belongs to a loan.",
        "borrower": "Each row belongs to a borrower.",
        "either": "Each row belongs to a loan or a borrower.",
        "none": "Rows belong to nobody.",
    }[table.owner]
    notes = [f"Key: {', '.join(table.key)}.", owner]
    if table.reported:
        notes.append(f"Known no earlier than the day of {' and '.join(table.reported)}.")
    if table.open:
        notes.append("Further columns are kept as they are.")
    if table.name in PROTECTED_TABLES:
        notes.append("Read by the fairness audit alone.")
    lines = [_line(column) for column in table.columns]
    return "\n".join(
        [f"## {table.name}", "", " ".join(notes), "", "| column | holds |", "| --- | --- |", *lines, ""]
    )


def _line(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    holds = KIND_WORDS[column.kind]
    if column.values:
        holds = lawful_words(column)
    elif column.low is not None or column.high is not None:
        holds = f"{holds}; {lawful_words(column)}"
    return f"| {name} | {holds} |"
