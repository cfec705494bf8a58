"""Columns of a written table that need no second look: stored as the contract states, filled, in range, known.

These predicates answer yes or no and name nothing. A table of which they are not sure goes through the door for
raw tables, which finds and names what is wrong.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from features.check_columns import satisfied
from features.check_words import word_problems
from features.contract import Table
from features.findings import Findings
from features.kinds import ARROW_TYPES
from features.manifest import Manifest
from features.prepare import DERIVED
from features.problem import Origin
from features.schema import schema_of

_FURTHER = (pa.string(), pa.int64(), pa.float64(), pa.bool_())
_TEXTS = ("id", "code", "text")


def coded_columns(contract: Table) -> list[str]:
    """Return the columns whose texts repeat, so that reading them as codes saves time.

    Examples
    --------
    >>> from features.contracts import TABLES
    >>> coded_columns(TABLES["payments"]), coded_columns(TABLES["loans"])[:2]
    (['loan_id', 'channel'], ['product', 'portfolio'])
    """
    owner = contract.owner_column
    repeats = contract.key != (owner,)
    return [c.name for c in contract.columns if c.kind == "code" or (repeats and c.name == owner)]


def stored_as_stated(schema: Any, contract: Table) -> bool:
    """Return True when a written table has the contract's columns in their order and types.

    Parameters
    ----------
    schema
        Arrow schema of the file.
    contract
        Contract of the table.
    """
    delivered = [name for name in schema.names if name not in DERIVED]
    lawful = {c.name: ARROW_TYPES[c.kind] for c in contract.columns}
    expected = [name for name in lawful if name in delivered]
    expected += sorted(set(delivered) - set(lawful)) if contract.open else []
    if schema.names != [*expected, *DERIVED] or not set(contract.required) <= set(delivered):
        return False
    if any(schema.field(name).type != pa.int32() for name in DERIVED):
        return False
    return all(
        schema.field(name).type == lawful[name] if name in lawful else schema.field(name).type in _FURTHER
        for name in delivered
    )


def columns_sound(table: Any, contract: Table, manifest: Manifest) -> bool:
    """Return True when every value is filled where it must be, lawful, in range and a known word.

    Parameters
    ----------
    table
        Rows of a written table, some columns of texts as codes.
    contract
        Contract of the table.
    manifest
        What the book states about itself.
    """
    stated = schema_of(contract.name).columns
    for name in table.column_names:
        values = _values(table[name])
        if pa.types.is_string(values.type) and _has_empty_text(values):
            return False
        if name in DERIVED and table[name].null_count:
            return False
        column = next((c for c in contract.columns if c.name == name), None)
        if column is None:
            continue
        if column.required and table[name].null_count:
            return False
        if column.kind == "number" and not pc.all(pc.is_finite(values), min_count=0).as_py():
            return False
        if name == "month" and not pc.all(pc.equal(pc.day(values), 1), min_count=0).as_py():
            return False
        if not all(satisfied(check, values) for check in stated[name].checks):
            return False
        if column.kind == "code" and _unknown(name, values, contract, manifest):
            return False
    return True


def _values(column: Any) -> Any:
    """Return the values of a column; of a coded one each distinct value once."""
    if not pa.types.is_dictionary(column.type):
        return column
    known = [chunk.dictionary for chunk in column.chunks]
    return pc.unique(pa.chunked_array(known, column.type.value_type))


def _has_empty_text(texts: Any) -> bool:
    return bool(pc.min_max(pc.binary_length(texts))["min"].as_py() == 0)


def _unknown(name: str, values: Any, contract: Table, manifest: Manifest) -> bool:
    column = pa.table({name: pa.chunked_array([values]) if isinstance(values, pa.Array) else values})
    return bool(word_problems(Findings(column, contract, Origin(())), manifest))
