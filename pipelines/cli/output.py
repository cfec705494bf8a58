"""What the command line shows: tables for people, JSON for programs, progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

_OUT = Console(highlight=False, soft_wrap=True)
_ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """Write one line of progress to stderr."""
    _ERR.print(text, markup=False)


def tell(text: str) -> None:
    """Write one line of the result to stdout."""
    _OUT.print(text, markup=False)


def show_json(answer: Mapping[str, object]) -> None:
    """Write the result as one JSON document to stdout. NaN and infinity are refused."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n")


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write a table to stdout; numbers stand to the right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for place, column in enumerate(columns):
        number = bool(rows) and all(isinstance(row[place], int | float) for row in rows)
        table.add_column(column, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    _OUT.print(table)


@dataclass
class Outcome:
    """How a step ended: done now, or finished before."""

    was_finished: bool = False

    def finished_before(self) -> None:
        """Note that the step had nothing left to do."""
        self.was_finished = True


@contextmanager
def step(name: str) -> Iterator[Outcome]:
    """Show that a step runs, then how long it took.

    On a terminal a spinner turns; in a log two plain lines stand.
    """
    started, outcome = time.perf_counter(), Outcome()
    if _ERR.is_terminal:
        with _ERR.status(name):
            yield outcome
    else:
        say(f"… {name}")
        yield outcome
    ending = "finished before" if outcome.was_finished else f"{time.perf_counter() - started:.1f} s"
    say(f"✓ {name} ({ending})")
