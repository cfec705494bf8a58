"""Days past due in buckets: the words of every report."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

BUCKETS = ("current", "1-30", "31-60", "61-90", "91+")
"""Names of the buckets, from current to the oldest."""
UPPER_EDGES = (0, 30, 60, 90)
"""Last day past due of each bucket but the open one."""


def bucket_of(dpd: ArrayLike) -> NDArray[np.object_]:
    """Return the bucket name of each number of days past due.

    Examples
    --------
    >>> bucket_of([0, 1, 30, 31, 90, 91]).tolist()
    ['current', '1-30', '1-30', '31-60', '61-90', '91+']
    """
    names = np.array(BUCKETS, dtype=object)
    found: NDArray[np.object_] = names[bucket_places(dpd)]
    return found


def bucket_places(dpd: ArrayLike) -> NDArray[np.int32]:
    """Return the place in ``BUCKETS`` of each number of days past due.

    Examples
    --------
    >>> bucket_places([0, 30, 31]).tolist()
    [0, 1, 2]
    """
    return np.searchsorted(UPPER_EDGES, np.asarray(dpd), side="left").astype(np.int32)
