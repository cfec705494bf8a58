"""Numbers of keys laid aside shard by shard on disk, so that a key in two shards is found in little memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

AT_ONCE = 8_000_000
"""Numbers compared at once."""


class KeyShelf:
    """Sorted numbers of the keys of each table of each shard, in files of a folder.

    Parameters
    ----------
    folder
        An empty folder that outlives the shelf.

    Examples
    --------
    >>> import tempfile
    >>> shelf = KeyShelf(Path(tempfile.mkdtemp()))
    >>> shelf.put(0, {"payments": np.array([3, 5, 9], np.uint64)})
    >>> shelf.put(1, {"payments": np.array([5, 7], np.uint64)})
    >>> {name: shelf.repeated(name).tolist() for name in shelf.names}
    {'payments': [5]}
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, shard: int, keys: Mapping[str, Keys]) -> None:
        """Lay the numbers of one shard aside."""
        for name, numbers in keys.items():
            np.save(self._folder / f"{name}-{shard:04d}.npy", numbers, allow_pickle=False)

    @property
    def names(self) -> list[str]:
        """Return the tables of which anything lies here."""
        return sorted({file.stem.rpartition("-")[0] for file in self._folder.iterdir()})

    def repeated(self, name: str) -> Keys:
        """Return the numbers that lie here for two shards or more."""
        files = sorted(self._folder.glob(f"{name}-*.npy"))
        shelves = [np.load(file, mmap_mode="r", allow_pickle=False) for file in files]
        pieces = sum(len(numbers) for numbers in shelves) // AT_ONCE + 1
        borders = np.linspace(0, 2.0**64, pieces + 1)[1:-1].astype(np.uint64)
        cuts = [[0, *np.searchsorted(one, borders), len(one)] for one in shelves]
        found = []
        for piece in range(pieces):
            parts = [one[cut[piece] : cut[piece + 1]] for one, cut in zip(shelves, cuts, strict=True)]
            numbers = np.sort(np.concatenate(parts))
            found.append(np.unique(numbers[1:][numbers[1:] == numbers[:-1]]))
        return np.concatenate(found)
