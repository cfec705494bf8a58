"""Amounts, rates and counts read exactly as they are written: nothing is rounded, nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.contract import Kind
from pipelines.sources.mapping_words import TIMES_A_YEAR, ColumnMap, power_of

_MOST_DIGITS = 15
_SIGNS = {"percent": "%％", "per_mille": "‰", "per_ten_thousand": "‱"}


@dataclass(frozen=True)
class Amounts:
    """Texts read as numbers.

    Parameters
    ----------
    values
        Arrow array: int64 for money and counts, float64 for numbers; null where nothing was read.
    bad
        True where a text was there and could not be read.
    """

    values: Any
    bad: NDArray[np.bool_]


def amounts(texts: Any, column: ColumnMap, *, kind: Kind, currency: str) -> Amounts:
    """Return texts read as money in minor units, numbers or counts, as the mapping says they are written.

    Parameters
    ----------
    texts
        Array of text; null means no value.
    column
        The mapping's entry.
    kind
        ``money``, ``number`` or ``count``.
    currency
        Of the book: its decimals say how many minor units a major unit has.

    Examples
    --------
    >>> yuan = ColumnMap("amount", ("金额",), unit="major", thousands=",")
    >>> read = amounts(pa.array(["1,234.5", "-7", "1,23", None]), yuan, kind="money", currency="CNY")
    >>> read.values.to_pylist(), read.bad.tolist()
    ([123450, -700, None, None], [False, False, True, False])
    >>> rate = ColumnMap("annual_rate", ("利率",), unit="percent")
    >>> amounts(pa.array(["7.2", "18%"]), rate, kind="number", currency="CNY").values.to_pylist()
    [0.072, 0.18]
    >>> rate = ColumnMap("annual_rate", ("月利率",), unit="percent_a_month")
    >>> amounts(pa.array(["1.2", "1.2%"]), rate, kind="number", currency="CNY").values.to_pylist()
    [0.144, 0.144]
    """
    power = power_of(column.unit, kind=kind, currency=currency)
    plain = _plain(texts, column)
    if kind == "number":
        return _floats(texts, plain, power, unit=column.unit or "one")
    return _whole(texts, plain, power, spare=9 if kind == "count" else column.decimals or 0)


def whole_from_floats(values: Any, column: ColumnMap, *, kind: Kind, currency: str) -> Amounts:
    """Return typed floats as whole units where that loses nothing.

    A float is taken for the shortest decimal number that reads as it: 12.3 is 1230 fen.

    Examples
    --------
    >>> yuan = ColumnMap("amount", ("金额",), unit="major")
    >>> read = whole_from_floats(pa.array([12.3, 0.125, 1e12]), yuan, kind="money", currency="CNY")
    >>> read.values.to_pylist(), read.bad.tolist()
    ([1230, None, 100000000000000], [False, True, False])
    """
    power = power_of(column.unit, kind=kind, currency=currency)
    filled = np.asarray(pc.is_valid(values))
    raw = np.asarray(pc.cast(values, pa.float64(), safe=False).fill_null(0.0))
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(raw * 10.0**power)
        good = (np.abs(scaled) < 2.0**53) & (scaled / 10.0**power == raw)
    units = np.where(good, scaled, 0.0).astype(np.int64)
    return Amounts(pa.array(units, mask=~(good & filled)), filled & ~good)


def _plain(texts: Any, column: ColumnMap) -> Any:
    """Return the texts with a point as decimal mark and without what the mapping declares; else null."""
    if column.brackets:
        texts = pc.replace_substring_regex(texts, r"^[(（](.*)[)）]$", r"-\1")
    if column.symbol:
        symbol = re.escape(column.symbol)
        texts = pc.replace_substring_regex(texts, rf"^([+-]?)\s*{symbol}\s*", r"\1")
        texts = pc.replace_substring_regex(texts, rf"\s*{symbol}$", "")
    if not column.thousands and column.decimal == ".":
        return texts
    mark, thousands = re.escape(column.decimal), re.escape(column.thousands)
    tail = rf"({mark}\d+)?\D?$"
    lawful = rf"^[+-]?(\d+|\d{{1,3}}({thousands}\d{{3}})+){tail}" if thousands else rf"^[+-]?\d+{tail}"
    kept = pc.if_else(pc.match_substring_regex(texts, lawful), texts, pa.scalar(None, pa.string()))
    if column.thousands:
        kept = pc.replace_substring(kept, column.thousands, "")
    return pc.replace_substring(kept, column.decimal, ".") if column.decimal != "." else kept


def _whole(texts: Any, plain: Any, power: int, *, spare: int) -> Amounts:
    """Return decimal texts as whole units of 10^-power; decimals beyond the unit must be zeros."""
    most = max(power, spare)
    pattern = (
        rf"^[+-]?\d{{1,{_MOST_DIGITS}}}(\.\d{{1,{most}}})?$" if most else rf"^[+-]?\d{{1,{_MOST_DIGITS}}}$"
    )
    lawful = pc.fill_null(pc.match_substring_regex(plain, pattern), fill_value=False)
    kept = pc.if_else(lawful, plain, "0")
    if most > power:  # zeros beyond the unit say nothing and are cut; another digit there is refused
        kept = pc.replace_substring_regex(kept, rf"(\.\d{{{power}}})0+$", r"\1")
        kept = pc.replace_substring_regex(kept, r"\.$", "")
    length = np.asarray(pc.utf8_length(kept)).astype(np.int64)
    point = np.asarray(pc.find_substring(kept, ".")).astype(np.int64)
    written = np.where(point >= 0, length - point - 1, 0)
    digits = pc.utf8_ltrim(pc.replace_substring(kept, ".", ""), "+")
    short = np.asarray(pc.less_equal(pc.utf8_length(digits), 18))
    number = np.asarray(pc.cast(pc.if_else(pa.array(short), digits, "0"), pa.int64()))
    missing = np.clip(power - written, 0, 18)
    fits = np.abs(number) <= 10**18 // 10**missing
    good = np.asarray(lawful) & (written <= power) & short & fits
    units = np.where(good, number, 0) * 10 ** np.where(good, missing, 0)
    return Amounts(pa.array(units, mask=~good), np.asarray(pc.is_valid(texts)) & ~good)


def _floats(texts: Any, plain: Any, power: int, *, unit: str) -> Amounts:
    """Return decimal texts as the float nearest to their exact value."""
    sign = _SIGNS.get(unit.split("_a_")[0], "")
    if sign:
        plain = pc.replace_substring_regex(plain, rf"\s*[{sign}]$", "")
    exponent = "" if power else r"([eE][+-]?\d{1,3})?"
    pattern = rf"^[+-]?(\d{{1,30}}(\.\d*)?|\.\d+){exponent}$"
    lawful = pc.fill_null(pc.match_substring_regex(plain, pattern), fill_value=False)
    kept = pc.utf8_ltrim(pc.if_else(lawful, plain, "0"), "+")
    if power:
        kept = pc.binary_join_element_wise(kept, f"e{power}", "")
    values = np.asarray(pc.cast(kept, pa.float64()))
    if unit in TIMES_A_YEAR:
        values = np.round(values * TIMES_A_YEAR[unit], 12)  # 0.012 × 12 is 0.144, not a bit above
    good = np.asarray(lawful) & np.isfinite(values)
    return Amounts(pa.array(values, mask=~good), np.asarray(pc.is_valid(texts)) & ~good)
