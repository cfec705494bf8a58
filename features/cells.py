"""Single cells of raw rows read as the kind their contract states: for the few rows of one borrower.

The same readings as in ``kinds``, which reads whole columns; here they are taken to be lawful.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from features.coding import NO_DAY, NO_INSTANT
from features.contracts import Kind

EPOCH_ORDINAL: Final = dt.date(1970, 1, 1).toordinal()
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)
_YES: Final = ("true", "yes", "1", "y", "t")

Cell = Any


def is_empty(cell: Cell) -> bool:
    """Return True for a cell that holds nothing: None, an empty text, NaN or a missing date.

    Examples
    --------
    >>> is_empty(None), is_empty(""), is_empty(float("nan")), is_empty(0)
    (True, True, True, False)
    """
    return cell is None or cell == "" or bool(cell != cell)  # NaN and NaT differ from themselves


def day_of(cell: Cell) -> int:
    """Return a day as days since 1970-01-01, NO_DAY where there is none.

    Examples
    --------
    >>> day_of("1970-01-03"), day_of(dt.date(1970, 1, 2)), day_of(None) == NO_DAY
    (2, 1, True)
    """
    if is_empty(cell):
        return NO_DAY
    if isinstance(cell, str):
        cell = dt.date.fromisoformat(cell.strip()[:10])
    return int(cell.toordinal()) - EPOCH_ORDINAL


def instant_of(cell: Cell) -> int:
    """Return an instant as microseconds since 1970 (UTC), NO_INSTANT where there is none.

    Examples
    --------
    >>> instant_of("1970-01-01T08:00:01+08:00"), instant_of(None) == NO_INSTANT
    (1000000, True)
    """
    if is_empty(cell):
        return NO_INSTANT
    if isinstance(cell, str):
        cell = dt.datetime.fromisoformat(cell.strip())
    return int((cell - _EPOCH) // _MICROSECOND)


def whole_of(cell: Cell) -> int:
    """Return an amount in minor units or a count, 0 where there is none.

    Examples
    --------
    >>> whole_of(1200), whole_of("1200"), whole_of(1200.0), whole_of(None)
    (1200, 1200, 1200, 0)
    """
    if is_empty(cell):
        return 0
    if isinstance(cell, str):
        text = cell.strip()
        return int(text) if text.lstrip("+-").isdigit() else int(float(text))
    return int(cell)


def number_of(cell: Cell) -> float:
    """Return a number, NaN where there is none."""
    return float("nan") if is_empty(cell) else float(cell)


def yesno_of(cell: Cell) -> int:
    """Return 1 for yes, 0 for no, -1 where nothing is said.

    Examples
    --------
    >>> yesno_of(True), yesno_of("no"), yesno_of(None)
    (1, 0, -1)
    """
    if is_empty(cell):
        return -1
    return int(cell.strip().lower() in _YES) if isinstance(cell, str) else int(cell)


def text_of(cell: Cell) -> str | None:
    """Return a text, None where there is none."""
    return None if is_empty(cell) else str(cell)


READ: Final[Mapping[Kind, tuple[Callable[[Cell], Any], str]]] = {
    "day": (day_of, "int32"),
    "instant": (instant_of, "int64"),
    "money": (whole_of, "int64"),
    "count": (whole_of, "int64"),
    "number": (number_of, "float64"),
    "yesno": (yesno_of, "int8"),
    "id": (text_of, "object"),
    "code": (text_of, "object"),
    "text": (text_of, "object"),
}
"""How a cell of each kind is read, and the type of a column of them."""


def kind_of(cells: list[Cell]) -> Kind:
    """Return the kind of a column that no contract knows, by what stands in it.

    Examples
    --------
    >>> kind_of([None, True]), kind_of([3]), kind_of([3, 0.5]), kind_of(["x"])
    ('yesno', 'count', 'number', 'code')
    """
    held = [cell for cell in cells if not is_empty(cell)]
    if not held or any(isinstance(cell, str) for cell in held):
        return "code"
    if all(isinstance(cell, bool) for cell in held):
        return "yesno"
    return "count" if all(isinstance(cell, int) for cell in held) else "number"
