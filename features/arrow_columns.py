"""The features of some observations as an Arrow table: what a file holds, without a frame on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue import Catalogue
from features.compiled import Days, compiled, steady
from features.computed import Computed, Texts, Values, computed
from features.observations import Observations

if TYPE_CHECKING:
    from features.book import Book


@dataclass(frozen=True, eq=False)
class ArrowFeatures:
    """The features of some observations as an Arrow table.

    Parameters
    ----------
    table
        The columns of ``FeatureTable.frame``, typed as ``pyarrow.Table.from_pandas`` types them.
    catalogue
        One row per feature column.
    notes
        What a reader must know: consents that were missing.
    """

    table: Any
    catalogue: Catalogue
    notes: tuple[str, ...]


def build_arrow(book: Book, observations: Observations) -> Any:
    """Return the Arrow table of the frame that ``build_features`` would give."""
    return arrow_features(book, observations).table


def arrow_features(
    book: Book, observations: Observations, *, names: Collection[str] | None = None, coded: bool = False
) -> ArrowFeatures:
    """Return the Arrow table with its catalogue and notes.

    Parameters
    ----------
    book
        The lender's tables.
    observations
        Loans and mornings.
    names
        Features to make; all of them when None.
    coded
        True to leave texts as dictionaries, which ``write_rows`` writes as the texts they stand for.
    """
    made = computed(book, observations, names=names)
    table = pa.table({name: arrow_column(values, coded=coded) for name, values in made.columns.items()})
    return ArrowFeatures(table, made.catalogue, made.notes)


def frame_of(made: Computed) -> pd.DataFrame:
    """Return the columns as a frame."""
    return pd.DataFrame(
        {
            name: pd.array(arrow_column(values), dtype="str") if isinstance(values, Texts) else values
            for name, values in made.columns.items()
        }
    )


def arrow_column(values: Values, *, coded: bool = False) -> Any:
    """Return a column as Arrow holds it: NaN and texts that are not there are null.

    Coded texts are dictionaries that hold the words in the order in which they first appear, and no others.

    Examples
    --------
    >>> import numpy as np
    >>> arrow_column(Texts(np.array([1, -1], np.int32), ("cash", "home"))).to_pylist()
    ['home', None]
    >>> arrow_column(Texts(np.array([1, -1], np.int32), ("cash", "home")), coded=True).dictionary.to_pylist()
    ['home']
    """
    if isinstance(values, Texts):
        return _texts(values) if coded else _texts(values).cast(pa.large_string())
    if values.dtype == np.float32 or values.dtype == np.float64:
        numbers = np.ascontiguousarray(values)
        bits, missing = _told(steady(numbers, numbers.dtype.type))
        told = pa.py_buffer(bits) if missing else None
        return pa.Array.from_buffers(
            pa.from_numpy_dtype(numbers.dtype), len(numbers), [told, pa.py_buffer(numbers)], missing
        )
    return pa.array(values, from_pandas=True)


def _texts(values: Texts) -> Any:
    places, borne = _by_appearance(steady(values.codes, np.int32), len(values.names))
    words = [values.names[place] for place in borne.tolist()]
    return pa.DictionaryArray.from_arrays(
        pa.array(places, mask=values.codes < 0), pa.array(words, pa.large_string())
    )


@compiled
def _by_appearance(codes: Days, names: int) -> tuple[Days, Days]:
    """Return the codes renumbered in the order in which they first appear, and which those were."""
    places = np.empty(len(codes), np.int32)
    number = np.full(names, -1, np.int32)
    borne = np.empty(names, np.int32)
    met = 0
    for at in range(len(codes)):
        code = codes[at]
        if code < 0:
            places[at] = 0
            continue
        if number[code] < 0:
            number[code] = met
            borne[met] = code
            met += 1
        places[at] = number[code]
    return places, borne[:met]


@compiled
def _told(values: NDArray[np.float64]) -> tuple[NDArray[np.uint8], int]:
    """Return a bit per value, 1 where it is a number, and how many are none."""
    n = len(values)
    bits = np.zeros((n + 7) // 8, np.uint8)
    told = np.int64(0)
    for byte in range(n // 8):
        mine = np.int64(0)
        for bit in range(8):
            value = values[8 * byte + bit]
            is_told = np.int64(value == value)
            mine |= is_told << bit
            told += is_told
        bits[byte] = mine
    for at in range(n - n % 8, n):
        if values[at] == values[at]:
            bits[at // 8] |= np.uint8(1 << (at % 8))
            told += 1
    return bits, n - int(told)
