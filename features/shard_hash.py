"""Which shard a borrower belongs to: CRC-32 of the id, the same on every machine and for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.compiled import Positions, compiled

MOST_SHARDS = 10_000
"""A part's number has four digits."""


class ShardsUnfit(ValueError):
    """A number of shards, or a shard's number, that no book can have."""


def check_shards(shards: int) -> None:
    """Refuse a number of shards below 1 or above ``MOST_SHARDS``.

    Raises
    ------
    ShardsUnfit
        When no book can have so many.

    Examples
    --------
    >>> check_shards(0)
    Traceback (most recent call last):
    features.shard_hash.ShardsUnfit: Expected 1 to 10,000 shards, found 0. Choose a number between.
    """
    if not 1 <= shards <= MOST_SHARDS:
        raise ShardsUnfit(f"Expected 1 to {MOST_SHARDS:,} shards, found {shards:,}. Choose a number between.")


def shard_of(borrower_ids: Sequence[str] | NDArray[np.object_] | Any, *, shards: int) -> NDArray[np.int32]:
    """Return the shard of each borrower: CRC-32 (that of zlib) of the id's UTF-8 bytes, modulo ``shards``.

    The answer depends on the id and the number of shards alone, so books, machines and programs in other
    languages agree about it.

    Parameters
    ----------
    borrower_ids
        Ids, as an Arrow array of strings or any sequence of texts, without gaps.
    shards
        Number of shards, from 1 to ``MOST_SHARDS``.

    Raises
    ------
    ShardsUnfit
        When no book can have so many shards.

    Examples
    --------
    >>> shard_of(["B-1", "B-2", "李-7", ""], shards=1000).tolist()
    [217, 227, 529, 0]
    """
    check_shards(shards)
    ids = _one(borrower_ids)
    _, offsets, data = ids.buffers()
    starts = (
        np.frombuffer(offsets, np.int64)[ids.offset : ids.offset + len(ids) + 1]
        if len(ids)
        else np.zeros(1, np.int64)
    )
    text = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    numbers: NDArray[np.int32] = (
        _crc32(text, np.ascontiguousarray(starts), _TABLE) % np.uint32(shards)
    ).astype(np.int32)
    return numbers


def _one(ids: Any) -> Any:
    """Return the ids as one Arrow array with 64-bit offsets."""
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks() if ids.num_chunks != 1 else ids.chunk(0)
    if not isinstance(ids, pa.Array):
        ids = pa.array(list(ids), pa.large_string())
    return ids.cast(pa.large_string())


def _table() -> NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, np.uint32(0xEDB88320) ^ (table >> np.uint32(1)), table >> np.uint32(1))
    return table.astype(np.uint32)


_TABLE = _table()


@compiled
def _crc32(text: NDArray[np.uint8], starts: Positions, table: NDArray[np.uint32]) -> NDArray[np.uint32]:
    out = np.empty(len(starts) - 1, np.uint32)
    for i in range(len(out)):
        crc = np.uint32(0xFFFFFFFF)
        for k in range(starts[i], starts[i + 1]):
            crc = table[(crc ^ text[k]) & np.uint32(0xFF)] ^ (crc >> np.uint32(8))
        out[i] = crc ^ np.uint32(0xFFFFFFFF)
    return out
