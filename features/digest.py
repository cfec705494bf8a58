"""The digest of a table's contents: the same rows give the same digest on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.manifest import Manifest
from features.prepare import DERIVED


def book_digest(manifest: Manifest, contents: Mapping[str, str]) -> str:
    """Return the digest of a book: sha256 over country, time zone, currency and the digests of its tables.

    Parameters
    ----------
    manifest
        What holds for every row.
    contents
        ``contents_digest`` of each table, by name.

    Examples
    --------
    >>> china = Manifest(country="CN", time_zone="Asia/Shanghai", currency="CNY")
    >>> book_digest(china, {"loans": "aa", "payments": "bb"})[:12]
    '77dc75960675'
    """
    total = hashlib.sha256()
    total.update(f"{manifest.country} {manifest.time_zone} {manifest.currency}".encode())
    for name in sorted(contents):
        total.update(f"\n{name}:{contents[name]}".encode())
    return total.hexdigest()


def contents_digest(table: Any) -> str:
    """Return the sha256 of a prepared table's delivered columns: names, kinds, values and gaps.

    It does not depend on how the table is cut into chunks, nor on the version that wrote its file.

    Parameters
    ----------
    table
        A prepared table; its derived columns are left out.

    Examples
    --------
    >>> one = pa.table({"loan_id": ["L-1", None], "principal": [5, 7]})
    >>> other = pa.table({"loan_id": ["L-1", ""], "principal": [5, 7]})
    >>> contents_digest(one) == contents_digest(pa.concat_tables([one[:1], one[1:]]))
    True
    >>> contents_digest(one) == contents_digest(other)
    False
    """
    total = hashlib.sha256()
    for name in table.column_names:
        if name in DERIVED:
            continue
        column = table[name].combine_chunks()
        total.update(f"{name} {column.type} {len(column)} {column.null_count}\n".encode())
        if column.null_count:
            total.update(np.packbits(np.asarray(pc.is_null(column))).tobytes())
        if pa.types.is_string(column.type):
            column = column.fill_null("")
            total.update(np.asarray(pc.binary_length(column)).data)
            total.update(
                pc.binary_join(pa.ListArray.from_arrays([0, len(column)], column), "")[0].as_buffer()
            )
        elif pa.types.is_boolean(column.type):
            total.update(np.asarray(column.cast(pa.int8()).fill_null(0)).data)
        else:
            bits = column if pa.types.is_floating(column.type) else column.cast(_plain_integer(column.type))
            total.update(np.ascontiguousarray(np.asarray(bits.fill_null(0))).data)
    return total.hexdigest()


def _plain_integer(kind: Any) -> Any:
    return pa.int32() if pa.types.is_date32(kind) else pa.int64()
