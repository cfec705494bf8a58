"""One Parquet file of a book, its bytes in hand: each column is decoded when somebody asks for it.

Ids are the bulk of a book's bytes and no feature reads most of them.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


class PartColumns:
    """The columns of one Parquet file, decoded one by one.

    Parameters
    ----------
    content
        Bytes of the file.
    refusal
        Returns what is raised when they are not Parquet.

    Examples
    --------
    >>> import io
    >>> stream = io.BytesIO()
    >>> pq.write_table(pa.table({"name": ["b", "a", "b"], "size": [1, 2, 3]}), stream)
    >>> part = PartColumns(stream.getvalue(), refusal=ValueError)
    >>> part.column_names, part["size"].to_pylist(), part.coded("name").indices.to_pylist()
    (['name', 'size'], [1, 2, 3], [0, 1, 0])
    """

    def __init__(self, content: bytes, *, refusal: Callable[[Exception], Exception]) -> None:
        self._content, self._refusal = pa.py_buffer(content), refusal
        self._lock = Lock()
        self._plain = self._opened()
        self._coded: Any = None
        self._whole: Any = None
        self.schema = self._plain.schema_arrow
        self.column_names: list[str] = self.schema.names
        self.num_rows: int = self._plain.metadata.num_rows

    def __getitem__(self, name: str) -> Any:
        """Return one column as an Arrow array."""
        if self._whole is not None:
            return single(self._whole[name])
        with self._lock:
            return single(self._read(self._plain, [name])[name])

    def coded(self, name: str) -> Any:
        """Return a column of texts as an Arrow dictionary array, as it lies in the file."""
        with self._lock:
            if self._coded is None:
                texts = [field.name for field in self.schema if pa.types.is_string(field.type)]
                self._coded = self._opened(read_dictionary=texts)
            return single(self._read(self._coded, [name])[name])

    def table(self) -> Any:
        """Return all columns."""
        with self._lock:
            if self._whole is None:
                self._whole = self._read(self._plain, None, use_threads=True).combine_chunks()
        return self._whole

    def _opened(self, **options: Any) -> Any:
        try:
            return pq.ParquetFile(pa.BufferReader(self._content), **options)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from error

    def _read(self, file: Any, names: list[str] | None, *, use_threads: bool = False) -> Any:
        try:
            return file.read(columns=names, use_threads=use_threads)
        except (pa.ArrowException, OSError) as error:
            raise self._refusal(error) from error


def single(column: Any) -> Any:
    """Return a column as one Arrow array, copied only when it is in pieces."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def table_of(held: Any) -> Any:
    """Return all columns of a part, or a table as it is."""
    return held.table() if isinstance(held, PartColumns) else held
