"""Rows of prepared tables moved between shards: owners numbered anew, each owner's rows in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from features.coding import IdSpace, owners_of
from features.contracts import Table
from features.kinds import ARROW_TYPES
from features.prepare import DERIVED

_TYPES = {str(kind): kind for kind in (*ARROW_TYPES.values(), pa.int32())}


def gathered(parts: Sequence[Any], contract: Table, space: IdSpace) -> Any:
    """Return the rows of several prepared tables as one prepared table of another book.

    The rows of one owner must lie in one of the parts, in their order; they keep it.

    Parameters
    ----------
    parts
        Tables with the same columns.
    contract
        Contract of the table.
    space
        Numbers of loans and borrowers in the book they are to belong to.
    """
    table = pa.concat_tables(parts)
    owner_no, is_loan = owners_of(table, contract, space)
    numbered = table.set_column(table.column_names.index("owner_no"), "owner_no", pa.array(owner_no))
    place = owner_no.astype(np.int64)
    if contract.owner == "either":  # borrowers stand before loans
        place += np.where(is_loan, 2**30, 0)
    if np.any(place[1:] < place[:-1]):
        numbered = numbered.take(pa.array(np.argsort(place, kind="stable")))
    return numbered.combine_chunks()


def table_without_rows(columns: Mapping[str, str]) -> Any:
    """Return a table of stated columns without rows.

    Examples
    --------
    >>> table_without_rows({"loan_id": "string", "owner_no": "int32"}).num_rows
    0
    """
    return pa.table({name: pa.array([], _TYPES[kind]) for name, kind in columns.items()})


def columns_of(table: Any) -> dict[str, str]:
    """Return the columns of a prepared table with their types, as book.json states them.

    Examples
    --------
    >>> columns_of(pa.table({"amount": pa.array([5], pa.int64())}))
    {'amount': 'int64'}
    """
    return {field.name: str(field.type) for field in table.schema}


def joined_columns(sorts: Sequence[Mapping[str, str]], contract: Table) -> dict[str, str]:
    """Return the columns of the table as a whole whose parts have these columns.

    A column that a part lacks is empty there, and whole numbers become numbers where another part has numbers.

    Raises
    ------
    ColumnsDiffer
        When a column is of kinds that do not go together.

    Examples
    --------
    >>> from features.contracts import TABLES
    >>> joined_columns([{"day": "int32"}, {"shoe": "int64", "day": "int32"}], TABLES["protected"])
    {'shoe': 'int64', 'day': 'int32'}
    """
    kinds: dict[str, str] = {}
    for columns in sorts:
        for name, kind in columns.items():
            kinds[name] = _joined(contract.name, name, kinds.get(name, kind), kind)
    lawful = [column.name for column in contract.columns if column.name in kinds]
    further = sorted(set(kinds) - set(lawful) - set(DERIVED))
    return {name: kinds[name] for name in (*lawful, *further, *(n for n in DERIVED if n in kinds))}


def widened(table: Any, columns: Mapping[str, str]) -> Any:
    """Return the table with these columns in this order; those it lacks are empty."""
    rows = table.num_rows
    return pa.table(
        {
            name: table[name].cast(_TYPES[kind])
            if name in table.column_names
            else pa.nulls(rows, _TYPES[kind])
            for name, kind in columns.items()
        }
    )


class ColumnsDiffer(ValueError):
    """The shards of a book hold values of unlike kinds in one column."""


def _joined(table: str, column: str, one: str, other: str) -> str:
    if one == other:
        return one
    if {one, other} == {"int64", "double"}:
        return "double"
    raise ColumnsDiffer(
        f"Expected column {column} of {table} to be of one kind in every shard, found {one} and {other}. "
        "Deliver it alike throughout, or leave it out."
    )
