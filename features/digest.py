"""The digest of a table's contents: the same rows give the same digest on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.column_bytes import number_bytes, text_bytes
from features.manifest import SETTLEMENT_ORDER, Manifest
from features.prepare import DERIVED


def book_digest(manifest: Manifest, contents: Mapping[str, str]) -> str:
    """Return the digest of a book: sha256 over what its manifest says of the rows and the digests of its tables.

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
    if manifest.settlement_order != SETTLEMENT_ORDER:  # the same rows are other arrears
        total.update(f" {' '.join(manifest.settlement_order)}".encode())
    for name in sorted(contents):
        total.update(f"\n{name}:{contents[name]}".encode())
    return total.hexdigest()


def contents_digest(table: Any) -> str:
    """Return the sha256 of a prepared table's delivered columns: names, kinds, values and gaps.

    It does not depend on how the table is cut into chunks, nor on whether repeated texts are stored as codes, nor
    on the version that wrote its file.

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
        column = table[name]
        texts = pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
        total.update(
            f"{name} {'string' if texts else column.type} {len(column)} {column.null_count}\n".encode()
        )
        if column.null_count:
            total.update(np.packbits(np.asarray(pc.is_null(column))).tobytes())
        for piece in text_bytes(column) if texts else number_bytes(column):
            total.update(piece)
    return total.hexdigest()
