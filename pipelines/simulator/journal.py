"""Rows as they happen, kept column by column until the end."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Journal:
    """Columns that grow by a few rows a day.

    Parameters
    ----------
    dtypes
        The columns and their types.

    Examples
    --------
    >>> journal = Journal(loan=np.int32, day=np.int32)
    >>> journal.write(loan=np.array([3, 5]), day=10)
    >>> journal.column("day").tolist(), len(journal)
    ([10, 10], 2)
    """

    def __init__(self, **dtypes: type[np.generic]) -> None:
        self._dtypes = dtypes
        self._parts: dict[str, list[NDArray[Any]]] = {name: [] for name in dtypes}
        self._rows = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return self._rows

    def write(self, **columns: Any) -> None:
        """Append rows; a single value stands for all of them."""
        rows = max(np.size(value) if np.ndim(value) else -1 for value in columns.values())
        if rows <= 0:
            return
        for name, dtype in self._dtypes.items():
            value = np.asarray(columns[name], dtype=dtype)
            self._parts[name].append(np.full(rows, value, dtype=dtype) if value.ndim == 0 else value)
        self._rows += rows

    def column(self, name: str) -> NDArray[Any]:
        """Return one column, rows in the order they were written."""
        parts = self._parts[name]
        return np.concatenate(parts) if parts else np.empty(0, dtype=self._dtypes[name])
