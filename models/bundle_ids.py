"""Which ids a model learnt from: salted and truncated hashes, so that the ids themselves stay home."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SALT_BYTES = 16


@dataclass(frozen=True)
class TrainedIds:
    """A set of ids that can be asked but not read out.

    Eight bytes of a salted sha256 are kept of each id: of a million foreign ids about one in
    twenty million sets would be mistaken for a trained one.

    Parameters
    ----------
    salt
        16 bytes that begin every hash.
    hashes
        Sorted, each once.

    Examples
    --------
    >>> TrainedIds.of(["B-1", "B-2"], salt_from="seed").knows(["B-2", "B-3"]).tolist()
    [True, False]
    """

    salt: bytes
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, ids: Iterable[object], *, salt_from: str) -> TrainedIds:
        """Return the set of ids; the salt follows from a text, so that the same training repeats."""
        salt = hashlib.sha256(f"trained ids:{salt_from}".encode()).digest()[:SALT_BYTES]
        distinct = sorted({str(one) for one in ids})
        return cls(salt, np.unique(_hashes(distinct, salt)))

    def knows(self, ids: Sequence[object] | NDArray[np.object_]) -> NDArray[np.bool_]:
        """Return which ids are in the set."""
        return np.isin(_hashes([str(one) for one in ids], self.salt), self.hashes)

    def to_bytes(self) -> bytes:
        """Return salt and hashes as bytes (little endian)."""
        return self.salt + self.hashes.astype("<u8").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> TrainedIds:
        """Return the set that ``to_bytes`` wrote."""
        return cls(content[:SALT_BYTES], np.frombuffer(content[SALT_BYTES:], dtype="<u8").astype(np.uint64))


def _hashes(ids: Sequence[str], salt: bytes) -> NDArray[np.uint64]:
    raw = b"".join(hashlib.sha256(salt + one.encode()).digest()[:8] for one in ids)
    return np.frombuffer(raw, dtype="<u8").astype(np.uint64)
