"""What the command line answers on stdout: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

_OUT = Console(highlight=False, soft_wrap=True)


def tell(text: str) -> None:
    """Write one line of the result to stdout."""
    _OUT.print(text, markup=False)


def show_json(answer: Mapping[str, object]) -> None:
    """Write the result as one JSON document to stdout. NaN and infinity are refused."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n")
    sys.stdout.flush()  # a full disk is told while somebody can still be told


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table to stdout; numbers stand to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for place, column in enumerate(columns):
        number = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    _OUT.print(table)
