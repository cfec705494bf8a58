"""Columns of text, as a CSV file has them, as the numbers and yes-or-no values they spell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None")
_YES_NO = pa.array(["True", "False", "TRUE", "FALSE", "true", "false"])


def typed(table: Any, *, texts: Sequence[str] = ()) -> Any:
    """Return a table of text columns typed by what they spell: whole numbers, numbers, yes or no, else text.

    A column becomes numbers only when every value is one. Spaces around a value and the usual words for
    a missing value (NA, NaN, null) are understood, but not in ``texts``.

    Parameters
    ----------
    table
        Arrow table of strings; null where a field was empty.
    texts
        Columns that stay as they are (ids).

    Examples
    --------
    >>> table = typed(pa.table({"id": ["007", "1e5"], "dpd": ["30", " 4"], "rate": ["0.5", "NA"]}), texts=("id",))
    >>> table.to_pylist()
    [{'id': '007', 'dpd': 30, 'rate': 0.5}, {'id': '1e5', 'dpd': 4, 'rate': None}]
    """
    for place, name in enumerate(table.column_names):
        if name not in texts:
            table = table.set_column(place, name, _typed(table[name]))
    return table


def _typed(column: Any) -> Any:
    plain = pc.utf8_trim_whitespace(column)
    missing = pc.is_in(plain, value_set=pa.array(_MISSING))
    plain = pc.if_else(missing, pa.scalar(None, pa.string()), plain)
    if plain.null_count == len(plain):
        return plain.cast(pa.float64())
    if pc.all(pc.is_in(plain, value_set=_YES_NO, skip_nulls=True).filter(pc.is_valid(plain))).as_py():
        return pc.equal(pc.utf8_lower(plain), "true")
    for kind in (pa.int64(), pa.float64()):
        try:
            return plain.cast(kind)
        except pa.ArrowInvalid:
            continue
    return plain
