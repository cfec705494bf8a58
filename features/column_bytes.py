"""The bytes of a column as its digest takes them: lengths and letters of texts, numbers without gaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.compiled import compiled, steady


def text_bytes(column: Any) -> Iterator[Any]:
    """Return the lengths of a column's texts, then their letters; a gap is an empty text.

    It makes no difference how the column is cut into chunks, nor whether its texts are stored as codes.

    Parameters
    ----------
    column
        Chunked array of texts or of their codes.

    Examples
    --------
    >>> plain = pa.chunked_array([["L-1", None], ["L-1"]])
    >>> spelt = [b"".join(map(bytes, text_bytes(column))) for column in (plain, plain.dictionary_encode())]
    >>> spelt[0] == spelt[1], spelt[0][-6:]
    (True, b'L-1L-1')
    """
    told = [_told(chunk) for chunk in column.chunks if len(chunk)]
    for lengths, _ in told:
        yield lengths.data
    for _, letters in told:
        yield letters.data


def number_bytes(column: Any) -> Iterator[Any]:
    """Return the values of a column as bytes, 0 where there is a gap.

    Parameters
    ----------
    column
        Chunked array of whole numbers, numbers, days, instants or truths.
    """
    kind = column.type
    for chunk in column.chunks:
        values = chunk
        if pa.types.is_boolean(kind):
            values = chunk.cast(pa.int8())
        elif not pa.types.is_floating(kind):
            values = chunk.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())
        yield np.ascontiguousarray(np.asarray(values.fill_null(0) if values.null_count else values)).data


def _told(chunk: Any) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return lengths and letters of one chunk."""
    if not pa.types.is_dictionary(chunk.type):
        starts, letters = text_buffers(chunk.fill_null("") if chunk.null_count else chunk)
        return np.diff(starts), letters[starts[0] : starts[-1]]
    starts, letters = text_buffers(pa.concat_arrays([chunk.dictionary, pa.array([""], pa.string())]))
    indices = chunk.indices.fill_null(len(chunk.dictionary)) if chunk.null_count else chunk.indices
    codes = steady(np.asarray(indices), np.int32)
    lengths: NDArray[np.int32] = np.diff(starts)[codes]
    return lengths, _spelled(steady(starts, np.int32), letters, codes, int(lengths.sum(dtype=np.int64)))


def text_buffers(texts: Any) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return where each text of an Arrow array without gaps begins (and the last one ends), and the letters.

    Examples
    --------
    >>> offsets, letters = text_buffers(pa.array(["x", "P-1", "P-2"])[1:])
    >>> offsets.tolist(), bytes(letters)[offsets[0] : offsets[1]]
    ([1, 4, 7], b'P-1')
    """
    if not len(texts):
        return np.zeros(1, np.int32), np.empty(0, np.uint8)
    _, offsets, letters = texts.buffers()
    starts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return starts, np.frombuffer(letters, np.uint8) if letters is not None else np.empty(0, np.uint8)


@compiled
def _spelled(
    starts: NDArray[np.int32], letters: NDArray[np.uint8], codes: NDArray[np.int32], total: int
) -> NDArray[np.uint8]:
    """Return the letters of the texts that the codes stand for, one after the other."""
    out = np.empty(total, np.uint8)
    at = 0
    for row in range(len(codes)):
        for letter in range(starts[codes[row]], starts[codes[row] + 1]):
            out[at] = letters[letter]
            at += 1
    return out
