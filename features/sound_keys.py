"""Keys of rows as numbers, equal for equal keys; columns as single arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.coding import IdSpace
from features.column_bytes import text_buffers
from features.contract import Table
from features.contracts import TABLES
from features.sound_kernels import text_numbers

_ODD = np.uint64(0x9E3779B97F4A7C15)


def keys_of_loans(space: IdSpace) -> NDArray[np.uint64]:
    """Return the sorted numbers of the loans' ids: a loan may stand in one shard alone."""
    return np.sort(text_numbers(*text_buffers(space.loan_ids)))


def keys_of_tables(tables: Mapping[str, Any]) -> dict[str, NDArray[np.uint64]]:
    """Return the sorted numbers of the keys that may stand in one shard alone, as far as they can be read."""
    told = {}
    for name, table in tables.items():
        contract = TABLES[name]
        if contract.owner != "none" and (name == "loans" or contract.owner_column not in contract.key):
            told[name] = np.unique(keys_of_rows(table, contract))
    return told


def keys_of_rows(table: Any, contract: Table) -> NDArray[np.uint64]:
    """Return one number per row that is equal for equal keys; none when a column of the key is not as stated."""
    names = list(contract.key)
    held = all(name in table.column_names and pa.types.is_string(table[name].type) for name in names)
    if not held:
        return np.empty(0, np.uint64)
    return key_numbers(table, names)


def key_numbers(table: Any, names: list[str]) -> NDArray[np.uint64]:
    """Return one number per row that is equal for equal keys."""
    total = np.zeros(table.num_rows, np.uint64)
    for place, name in enumerate(names):
        column = table[name]
        if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
            texts = plain_texts(column)
            part = text_numbers(*text_buffers(texts.fill_null("") if texts.null_count else texts))
        elif pa.types.is_date32(column.type):
            part = whole_numbers(column.cast(pa.int32()), np.int64).astype(np.uint64)
        else:
            part = whole_numbers(column, np.int64).astype(np.uint64)
        total = part if place == 0 else total * _ODD + part
    return total


def in_one(column: Any) -> Any:
    """Return a column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def plain_texts(column: Any) -> Any:
    """Return a column as one array, codes as the texts they stand for."""
    return in_one(column.cast(pa.string())) if pa.types.is_dictionary(column.type) else in_one(column)


def whole_numbers(column: Any, dtype: type[np.generic]) -> NDArray[Any]:
    """Return a column of numbers as one array of a type."""
    return np.asarray(in_one(column)).astype(dtype, copy=False)
