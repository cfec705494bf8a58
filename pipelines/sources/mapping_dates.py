"""Days and instants read by one stated format: ``YYYY-MM-DD``, ``D/M/YYYY HH:mm``, ``YYYY年M月D日``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_TOKEN = re.compile(r"YYYY|MM?|DD?|HH?|mm|ss|S+|Z")
_DIGITS = {
    "YYYY": r"(?P<Y>\d{4})", "MM": r"(?P<M>\d{2})", "M": r"(?P<M>\d{1,2})", "DD": r"(?P<D>\d{2})",
    "D": r"(?P<D>\d{1,2})", "HH": r"(?P<h>\d{2})", "H": r"(?P<h>\d{1,2})", "mm": r"(?P<m>\d{2})",
    "ss": r"(?P<s>\d{2})", "Z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
}  # fmt: skip
_STRPTIME = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "HH", "%M": "mm", "%S": "ss", "%z": "Z", "%f": "SSS"}
_SERIALS = {"excel": r"^\d{2,6}(\.\d+)?$", "unix": r"^-?\d{1,11}$", "unix_ms": r"^-?\d{11,14}$"}
_EXCEL_FIRST = 61  # 1900-03-01: before it Excel counts a day that never was
_EXCEL_EPOCH = -25569  # 1899-12-30 in days since 1970
_DAY = 86_400_000_000


class FormatRefused(ValueError):
    """A date format that cannot be read: its expected, found and remedy."""

    def __init__(self, found: str, remedy: str) -> None:
        self.expected = (
            "a date format of YYYY, MM or M, DD or D, HH, mm, ss, SSS and Z (or excel, unix, unix_ms)"
        )
        self.remedy = remedy
        super().__init__(f"Expected {self.expected}, found {found!r}. {remedy}")


@dataclass(frozen=True)
class DateFormat:
    """One way to write a day or an instant.

    Parameters
    ----------
    text
        The format as it is stated.
    pattern
        Regular expression with the parts Y M D h m s f z.
    parts
        The parts it has.
    """

    text: str
    pattern: str
    parts: str

    @property
    def has_time(self) -> bool:
        """Return whether a clock time is written."""
        return "h" in self.parts

    @property
    def has_zone(self) -> bool:
        """Return whether the moment is known without a zone stated elsewhere."""
        return "z" in self.parts


@dataclass(frozen=True)
class Moments:
    """Texts read by one format.

    Parameters
    ----------
    days
        Days since 1970-01-01 as written.
    micros
        Microseconds since midnight as written.
    offset
        Minutes the written clock is ahead of UTC.
    fits
        True where the text has the form of the format.
    read
        True where it also is a day that there was and a time that there is.
    """

    days: NDArray[np.int64]
    micros: NDArray[np.int64]
    offset: NDArray[np.int64]
    fits: NDArray[np.bool_]
    read: NDArray[np.bool_]


@lru_cache(maxsize=512)
def date_format(text: str) -> DateFormat:
    """Return the format of a text such as ``YYYY-MM-DD HH:mm:ss``.

    Raises
    ------
    FormatRefused
        When it has no year and month, an unknown letter, a part twice or parts that run together.

    Examples
    --------
    >>> date_format("YYYY年M月D日").parts
    'YMD'
    >>> date_format("%d/%m/%Y")
    Traceback (most recent call last):
    pipelines.sources.mapping_dates.FormatRefused: Expected a date format of YYYY, MM or M, DD or D, HH, mm, \
ss, SSS and Z (or excel, unix, unix_ms), found '%d/%m/%Y'. Write 'DD/MM/YYYY'.
    """
    if text in _SERIALS:
        return DateFormat(text, _SERIALS[text], "YMDh" if text == "excel" else "YMDhz")
    if "%" in text:
        raise FormatRefused(text, f"Write {_ours(text)!r}.")
    pattern, parts, at = "", "", 0
    for found in _TOKEN.finditer(text):
        between = text[at : found.start()]
        token = found[0]
        group = r"(?P<f>\d{1,9})" if token[0] == "S" else _DIGITS[token]
        part = group[4]
        if part in parts:
            raise FormatRefused(text, f"State {token} once (months are MM, minutes mm).")
        if not between and token in ("M", "D", "H") and parts and at:
            raise FormatRefused(text, f"Parts that run together need two digits: {token * 2}.")
        pattern += re.escape(between) + group
        _check_letters(between, text)
        parts, at = parts + part, found.end()
    _check_letters(text[at:], text)
    if "Y" not in parts or "M" not in parts:
        raise FormatRefused(text, "State at least YYYY and MM in capital letters, as in YYYY-MM-DD.")
    if any(later in parts and earlier not in parts for earlier, later in ("hm", "ms", "sf", "hz", "Dh")):
        raise FormatRefused(text, "A time needs DD and HH before mm, ss and SSS.")
    return DateFormat(text, f"^{pattern}{re.escape(text[at:])}$", parts)


def moments(texts: Any, form: DateFormat) -> Moments:
    """Return what an array of texts says when it is read by one format.

    Examples
    --------
    >>> read = moments(pa.array(["2024-02-29", "2024-02-30", "29/02/2024"]), date_format("YYYY-MM-DD"))
    >>> read.fits.tolist(), read.read.tolist(), int(read.days[0])
    ([True, True, False], [True, False, False], 19782)
    """
    if form.text in _SERIALS:
        return _serials(texts, form)
    taken = pc.extract_regex(texts, form.pattern)
    fits = np.asarray(pc.is_valid(taken))

    def part(name: str, absent: int) -> NDArray[np.int64]:
        if name not in form.parts:
            return np.full(len(texts), absent, np.int64)
        digits = pc.if_else(pc.is_valid(taken), pc.struct_field(taken, name), "0")
        return np.asarray(pc.cast(digits, pa.int64()))

    year, month, day = part("Y", 1970), part("M", 1), part("D", 1)
    hour, minute, second = part("h", 0), part("m", 0), part("s", 0)
    months = (year - 1970) * 12 + month - 1
    first = months.astype("M8[M]").astype("M8[D]").astype(np.int64)
    days = first + day - 1
    same = (days.astype("M8[D]").astype("M8[M]").astype(np.int64)) == months
    read = fits & (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & same
    read &= (hour < 24) & (minute < 60) & (second < 60)
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + _fraction(taken, form)
    return Moments(days, micros, _offset(taken, form), fits, read)


def _fraction(taken: Any, form: DateFormat) -> NDArray[np.int64]:
    if "f" not in form.parts:
        return np.zeros(len(taken), np.int64)
    digits = pc.if_else(pc.is_valid(taken), pc.struct_field(taken, "f"), "0")
    padded = pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 6, "0"), 0, 6)
    return np.asarray(pc.cast(padded, pa.int64()))


def _offset(taken: Any, form: DateFormat) -> NDArray[np.int64]:
    if "z" not in form.parts:
        return np.zeros(len(taken), np.int64)
    zone = pc.if_else(pc.is_valid(taken), pc.struct_field(taken, "z"), "Z")
    bare = pc.replace_substring(pc.if_else(pc.equal(zone, "Z"), "+0000", zone), ":", "")
    hours = np.asarray(pc.cast(pc.utf8_slice_codeunits(bare, 1, 3), pa.int64()))
    minutes = np.asarray(pc.cast(pc.utf8_slice_codeunits(bare, 3, 5), pa.int64()))
    sign = np.where(np.asarray(pc.starts_with(bare, "-")), -1, 1)
    offset: NDArray[np.int64] = sign * (hours * 60 + minutes)
    return offset


def _serials(texts: Any, form: DateFormat) -> Moments:
    """Return numbers counted as Excel or Unix counts; Excel's fractions are whole milliseconds."""
    fits = np.asarray(pc.fill_null(pc.match_substring_regex(texts, form.pattern), fill_value=False))
    numbers = np.asarray(pc.cast(pc.if_else(pa.array(fits), texts, "0"), pa.float64()))
    if form.text == "excel":
        days = np.floor(numbers).astype(np.int64)
        micros = np.rint((numbers - days) * 86_400_000).astype(np.int64) * 1000
        read = fits & (days >= _EXCEL_FIRST)
        days = days + _EXCEL_EPOCH
    else:
        total = numbers.astype(np.int64) * (1_000_000 if form.text == "unix" else 1000)
        days, micros = total // _DAY, total % _DAY
        read = fits
    return Moments(days, micros, np.zeros(len(texts), np.int64), fits, read)


def _check_letters(between: str, text: str) -> None:
    letters = re.findall(r"[A-SU-Za-z]", between)
    if letters:
        remedy = "Write YYYY for the year, MM for the month, DD for the day, mm for minutes."
        raise FormatRefused(text, remedy)


def _ours(text: str) -> str:
    for theirs, ours in _STRPTIME.items():
        text = text.replace(theirs, ours)
    return "YYYY-MM-DD" if "%" in text else text
