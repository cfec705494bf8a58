"""Values read as the kind their contract states, without loss; what cannot be read is pointed at.

A column is lawful when every value reads as its kind without losing anything: ``1200``, ``1200.0``
and ``"1200"`` are the same amount in minor units, ``12.50`` is none.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contracts import Kind

ARROW_TYPES: dict[Kind, Any] = {
    "id": pa.string(),
    "code": pa.string(),
    "text": pa.string(),
    "day": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "money": pa.int64(),
    "number": pa.float64(),
    "count": pa.int64(),
    "yesno": pa.bool_(),
}
"""How each kind lies in memory and in the files of a book."""

KIND_WORDS: dict[Kind, str] = {
    "id": "text that identifies (no empty text)",
    "code": "text from a small set of codes",
    "text": "text",
    "day": "calendar days (2024-03-31)",
    "instant": "instants with a time zone (2024-03-31T09:30:00+08:00)",
    "money": "whole numbers in minor units (1250 for 12.50)",
    "number": "finite numbers",
    "count": "whole numbers",
    "yesno": "true or false",
}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})")
_WHOLE = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_YES = ("true", "yes", "1", "y", "t")
_NO = ("false", "no", "0", "n", "f")


@dataclass(frozen=True)
class Reading:
    """One column read as its kind.

    Parameters
    ----------
    values
        The column in its canonical Arrow type; unreadable values are null.
    unreadable
        True where a value was there and could not be read; None when all could.
    wrong_type
        Name of the type found when no value of it can be read; else empty.
    """

    values: Any
    unreadable: NDArray[np.bool_] | None = None
    wrong_type: str = ""


def read_as(values: Any, *, kind: Kind) -> Reading:
    """Return a column read as ``kind`` without loss.

    Parameters
    ----------
    values
        An Arrow array or chunked array of any type.
    kind
        The kind the contract states.

    Examples
    --------
    >>> read_as(pa.array(["1250", "12.50"]), kind="money").unreadable.tolist()
    [False, True]
    >>> read_as(pa.array([1250.0, None]), kind="money").values.to_pylist()
    [1250, None]
    """
    plain = _plain(values)
    target = ARROW_TYPES[kind]
    if pa.types.is_null(plain.type):
        return Reading(pa.nulls(len(plain), target))
    if kind in ("id", "code", "text"):
        return _text(plain)
    if kind == "day":
        return _days(plain)
    if kind == "instant":
        return _instants(plain)
    if kind in ("money", "count"):
        return _whole(plain)
    if kind == "number":
        return _numbers(plain)
    return _yesno(plain)


def _plain(values: Any) -> Any:
    """Return one contiguous array: chunks joined, dictionaries decoded, one string type."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
        if isinstance(values, pa.ChunkedArray):  # an empty or very long column stays chunked
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        values = values.cast(pa.string())
    return values


def _is_text(values: Any) -> bool:
    return bool(pa.types.is_string(values.type))


def _missing_as_null(values: Any) -> Any:
    """Return text with surrounding blanks removed and empty text as null."""
    trimmed = pc.utf8_trim_whitespace(values)
    empty = pc.equal(trimmed, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed) if pc.any(empty).as_py() else trimmed


def _refused(values: Any, target: Any) -> Reading:
    return Reading(pa.nulls(len(values), target), wrong_type=str(values.type))


def _where_new_nulls(before: Any, after: Any) -> Reading:
    """Return a reading that is unreadable where ``after`` is null and ``before`` was not."""
    if after.null_count == before.null_count:
        return Reading(after)
    lost = np.asarray(pc.and_(pc.is_valid(before), pc.is_null(after)))
    return Reading(after, lost)


def _text(values: Any) -> Reading:
    if not _is_text(values):
        return _refused(values, pa.string())
    empty = pc.equal(values, "")
    if pc.any(empty).as_py():
        values = pc.if_else(empty, pa.scalar(None, pa.string()), values)
    return Reading(values)


def _by_distinct(values: Any, parse: Any, target: Any) -> Any:
    """Return ``parse`` of every value, worked out once per distinct value."""
    coded = values.dictionary_encode()
    parsed = pa.array([parse(text) for text in coded.dictionary.to_pylist()], target)
    return parsed.take(coded.indices)


def _day_of(text: str) -> dt.date | None:
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _days(values: Any) -> Reading:
    target = pa.date32()
    if pa.types.is_date32(values.type):
        return Reading(values)
    if pa.types.is_date64(values.type):
        return Reading(values.cast(target))
    if pa.types.is_timestamp(values.type) and values.type.tz is None:
        days = pc.cast(values, target, safe=False)
        same = pc.equal(pc.cast(days, pa.timestamp("us")), pc.cast(values, pa.timestamp("us"), safe=False))
        return _where_new_nulls(values, pc.if_else(same, days, pa.scalar(None, target)))
    if _is_text(values):
        values = _missing_as_null(values)
        return _where_new_nulls(values, _by_distinct(values, _day_of, target))
    return _refused(values, target)


def _instant_of(text: str) -> dt.datetime | None:
    if _INSTANT.fullmatch(text) is None:
        return None
    try:
        return dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _instants(values: Any) -> Reading:
    target = ARROW_TYPES["instant"]
    if pa.types.is_timestamp(values.type) and values.type.tz is not None:
        return Reading(values if values.type == target else pc.cast(values, target, safe=False))
    if _is_text(values):
        values = _missing_as_null(values)
        try:
            return Reading(pc.cast(values, target))
        except pa.ArrowInvalid:
            return _where_new_nulls(values, _by_distinct(values, _instant_of, target))
    return _refused(values, target)


def _readable(values: Any, pattern: str, target: Any) -> Reading:
    values = _missing_as_null(values)
    lawful = pc.match_substring_regex(values, pattern)
    kept = values if pc.all(lawful).as_py() else pc.if_else(lawful, values, pa.scalar(None, pa.string()))
    return _where_new_nulls(values, pc.cast(pc.utf8_ltrim(kept, "+"), target))


def _whole(values: Any) -> Reading:
    target = pa.int64()
    if pa.types.is_int64(values.type):
        return Reading(values)
    if _is_text(values):
        return _readable(values, _WHOLE, target)
    if pa.types.is_integer(values.type) or pa.types.is_decimal(values.type):
        try:
            return Reading(pc.cast(values, target))
        except pa.ArrowInvalid:
            values = pc.cast(values, pa.float64(), safe=False)
    if not pa.types.is_floating(values.type):
        return _refused(values, target)
    floats = pc.cast(values, pa.float64())
    raw = np.asarray(floats.fill_null(0.0))
    with np.errstate(invalid="ignore"):
        lawful = (np.abs(raw) < 2.0**53) & (np.floor(raw) == raw)
    whole = pa.array(np.where(lawful, raw, 0.0).astype(np.int64), mask=~lawful | _null_mask(floats))
    return _where_new_nulls(floats, whole)


def _numbers(values: Any) -> Reading:
    target = pa.float64()
    if _is_text(values):
        reading = _readable(values, _NUMBER, target)
        finite = np.isfinite(np.asarray(reading.values.fill_null(0.0)))
        if finite.all():
            return reading
        return Reading(
            reading.values, ~finite if reading.unreadable is None else reading.unreadable | ~finite
        )
    if (
        pa.types.is_integer(values.type)
        or pa.types.is_floating(values.type)
        or pa.types.is_decimal(values.type)
    ):
        floats = pc.cast(values, target, safe=False)
        finite = np.isfinite(np.asarray(floats.fill_null(0.0)))
        return Reading(floats) if finite.all() else Reading(floats, ~finite)
    return _refused(values, target)


def _yesno(values: Any) -> Reading:
    target = pa.bool_()
    if pa.types.is_boolean(values.type):
        return Reading(values)
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
        values = pc.cast(pc.cast(values, pa.float64(), safe=False), pa.string())
    if not _is_text(values):
        return _refused(values, target)
    values = _missing_as_null(values)
    truth = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}
    return _where_new_nulls(values, _by_distinct(values, lambda text: truth.get(text.lower()), target))


def _null_mask(values: Any) -> NDArray[np.bool_]:
    return np.asarray(pc.is_null(values))
