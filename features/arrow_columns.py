"""The features of some observations as an Arrow table: what a file holds, without a frame on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from features.catalogue import Catalogue
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
    book: Book, observations: Observations, *, names: Collection[str] | None = None
) -> ArrowFeatures:
    """Return the Arrow table with its catalogue and notes; of the features only those named, if any are."""
    made = computed(book, observations, names=names)
    table = pa.table({name: arrow_column(values) for name, values in made.columns.items()})
    return ArrowFeatures(table, made.catalogue, made.notes)


def frame_of(made: Computed) -> pd.DataFrame:
    """Return the columns as a frame."""
    return pd.DataFrame(
        {
            name: pd.array(arrow_column(values), dtype="str") if isinstance(values, Texts) else values
            for name, values in made.columns.items()
        }
    )


def arrow_column(values: Values) -> Any:
    """Return a column as Arrow holds it: NaN and texts that are not there are null.

    Examples
    --------
    >>> import numpy as np
    >>> arrow_column(Texts(np.array([1, -1], np.int32), ("cash", "home"))).to_pylist()
    ['home', None]
    """
    if not isinstance(values, Texts):
        return pa.array(values, from_pandas=True)
    names = pa.array(list(values.names), pa.large_string())
    return names.take(pa.array(values.codes, mask=values.codes < 0))
