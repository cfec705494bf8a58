"""Which formats a column of dates shows when it does not keep to the one its mapping states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.sources.mapping_dates import DateFormat, date_format, moments

_DAYS = (
    "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "YYYY年MM月DD日",
    "YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日",
    "DD/MM/YYYY", "MM/DD/YYYY", "D/M/YYYY", "M/D/YYYY", "DD.MM.YYYY", "D.M.YYYY", "DD-MM-YYYY", "MM-DD-YYYY",
)  # fmt: skip
_TIMES = (
    " HH:mm:ss",
    " HH:mm",
    " H:mm",
    "THH:mm:ss",
    "THH:mm:ssZ",
    " HH:mm:ssZ",
    " HH:mm:ss.SSS",
    "THH:mm:ss.SSSZ",
)
_OTHER = ("YYYY-MM", "YYYY/MM", "YYYYMM", "YYYY年M月", "YYYYMMDDHHmmss", "YYYY年M月D日 HH时mm分ss秒")

KNOWN_FORMATS = (*_DAYS, *_OTHER, *(day + time for day in _DAYS for time in _TIMES))
"""Formats that exports are written in, the stricter before the looser."""


def formats_shown(texts: Any) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return the fewest known formats that read the texts, the most frequent first.

    Texts that no known format reads stand last, under an empty name.

    Parameters
    ----------
    texts
        Array of texts without nulls.

    Examples
    --------
    >>> import pyarrow as pa
    >>> shown = formats_shown(pa.array(["2024-03-01", "2024-03-02", "31/03/2024", "soon"]))
    >>> [(name, int(where.sum())) for name, where in shown]
    [('YYYY-MM-DD', 2), ('DD/MM/YYYY', 1), ('', 1)]
    """
    left = np.ones(len(texts), dtype=bool)
    masks = {name: moments(texts, date_format(name)).read for name in KNOWN_FORMATS}
    shown: list[tuple[str, NDArray[np.bool_]]] = []
    while left.any():
        counts = {name: int((mask & left).sum()) for name, mask in masks.items()}
        best = max(counts, key=lambda name: counts[name])  # of equals the first: the stricter
        if not counts[best]:
            shown.append(("", left.copy()))
            break
        shown.append((best, masks[best] & left))
        left &= ~masks[best]
    return shown


def swapped(form: DateFormat) -> DateFormat | None:
    """Return the format with day and month in the other order, or None where the year stands first.

    Examples
    --------
    >>> swapped(date_format("DD/MM/YYYY")).text, swapped(date_format("YYYY-MM-DD"))
    ('MM/DD/YYYY', None)
    """
    if form.parts[:2] not in ("DM", "MD"):
        return None
    return date_format(form.text.translate(str.maketrans("DM", "MD")))
