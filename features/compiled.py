"""How a kernel is compiled: typed for the reader, machine code for the rows.

Kernels release the interpreter lock, are cached on disk and take read-only arrays of a fixed type, so that
each is compiled once whatever hands out its input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

Days = NDArray[np.int32]
Amounts = NDArray[np.int64]
Positions = NDArray[np.int64]
Marks = NDArray[np.bool_]


def compiled(kernel: Kernel) -> Kernel:
    """Return the kernel compiled by numba, without the interpreter lock and cached on disk."""
    return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))


def steady_days(first: ArrayLike, second: ArrayLike, third: ArrayLike) -> tuple[Days, Days, Days]:
    """Return three columns of days, each contiguous, read-only and int32."""
    return steady(first, np.int32), steady(second, np.int32), steady(third, np.int32)


def steady(values: ArrayLike, dtype: type[np.generic]) -> NDArray[Any]:
    """Return the values as a contiguous read-only array of one type, copied only when needed.

    Examples
    --------
    >>> import numpy as np
    >>> days = steady([3, 4], np.int32)
    >>> days.dtype, days.flags.writeable
    (dtype('int32'), False)
    """
    if type(values) is np.ndarray and values.dtype.type is dtype:
        flags = values.flags
        if flags.c_contiguous and not flags.writeable:
            return values
    view = np.ascontiguousarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


def fixed(values: NDArray[Any]) -> NDArray[Any]:
    """Return the same array, which nobody may write to any more: it is kept and handed out again."""
    values.flags.writeable = False
    return values
