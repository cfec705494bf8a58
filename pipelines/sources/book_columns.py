"""Columns of a book made from those of a source: ids, days, instants, amounts in minor units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.sources.text import localised

LARGEST = 1e13
"""Largest amount in major units that a book takes."""

_EXACT = 1e-4
"""Amounts nearer than this to a minor unit need no rounding."""


def texts(values: Sequence[str | None]) -> Any:
    """Return texts as a column; None and NaN are null."""
    return pa.array(values, pa.string(), from_pandas=True)


def same_text(value: str, count: int) -> Any:
    """Return one text in every row."""
    return pa.repeat(pa.scalar(value, pa.string()), count)


def ones(count: int) -> Any:
    """Return the first revision of so many rows."""
    return pa.array(np.ones(count, np.int64))


def days(numbers: NDArray[Any]) -> Any:
    """Return days since 1970-01-01 as a column of days.

    Examples
    --------
    >>> days(np.array([18262]))[0].as_py()
    datetime.date(2020, 1, 1)
    """
    return pa.array(np.asarray(numbers).astype(np.int32), pa.int32()).cast(pa.date32())


def ends_of_days(numbers: NDArray[Any], *, time_zone: str) -> Any:
    """Return for each day the instant one second before the local midnight that ends it.

    A row known then is seen from the next morning on.

    Parameters
    ----------
    numbers
        Days since 1970-01-01.
    time_zone
        Zone of the midnights.

    Examples
    --------
    >>> ends_of_days(np.array([0]), time_zone="Asia/Taipei")[0].as_py().isoformat()
    '1970-01-01T15:59:59+00:00'
    """
    distinct, place = np.unique(np.asarray(numbers, np.int64), return_inverse=True)
    local = [f"{dt.date(1970, 1, 1) + dt.timedelta(days=int(day))} 23:59:59" for day in distinct]
    instants = localised(pa.array(local, pa.string()), time_zone=time_zone)[0]
    return instants.cast(pa.timestamp("us", tz="UTC")).take(pa.array(place))


def month_starts(months: NDArray[Any]) -> NDArray[np.int64]:
    """Return the first day of each month (months since January 1970).

    Examples
    --------
    >>> month_starts(np.array([0, 1])).tolist()
    [0, 31]
    """
    return np.asarray(months).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def month_ends(months: NDArray[Any]) -> NDArray[np.int64]:
    """Return the last day of each month (months since January 1970).

    Examples
    --------
    >>> month_ends(np.array([0, 1])).tolist()
    [30, 58]
    """
    return month_starts(np.asarray(months) + 1) - 1


def minor_units(amounts: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return amounts in hundredths, whole (NaN where unknown), and which had to be rounded.

    Half a unit is rounded to the even one.

    Examples
    --------
    >>> whole, rounded = minor_units(np.array([12.5, 0.019]))
    >>> whole.tolist(), rounded.tolist()
    ([1250.0, 2.0], [False, True])
    """
    hundredths = np.asarray(amounts, np.float64) * 100
    whole = np.round(np.round(hundredths, 6))
    return whole, np.abs(hundredths - whole) > _EXACT


def age_bands(ages: Any) -> Any:
    """Return the ten years that each age lies in, null where it is unknown.

    Examples
    --------
    >>> age_bands(pa.array([37, None])).to_pylist()
    ['30-39', None]
    """
    known = ages.to_pylist()
    return texts(
        [None if age is None else f"{int(age) // 10 * 10}-{int(age) // 10 * 10 + 9}" for age in known]
    )


def instants(microseconds: NDArray[Any]) -> Any:
    """Return microseconds since 1970-01-01 (UTC) as a column of instants.

    Examples
    --------
    >>> instants(np.array([1_000_000]))[0].as_py().isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return pa.array(np.asarray(microseconds, np.int64)).cast(pa.timestamp("us", tz="UTC"))
