"""What the tests of the checks share: the problems of small tables, and how they are told apart."""

from __future__ import annotations

from typing import Any

from features.check import Problem, problems_of
from tests.builders import CHINA, tables_of


def found(*, book: Any = CHINA, **tables: Any) -> list[Problem]:
    """Return the problems of the smallest book with these tables."""
    return problems_of(tables_of(**tables), manifest=book)


def rules(problems: list[Problem]) -> list[str]:
    """Return place and rule of each problem."""
    return [f"{p.table}.{p.column} {p.rule}" for p in problems]
