"""Amounts, shares, days and moments as people of each language write them.

Our own and small, because Babel's locale data are pickles and the service unpickles no file.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from features.currency import decimals_of
from serving.console.languages import Language

_SIGNS: Final = {
    "CNY": "¥",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "INR": "₹",
    "TWD": "NT$",
    "HKD": "HK$",
}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS: Final = "\N{MINUS SIGN}"


def money(amount: float | None, currency: str) -> str:
    """Return an amount of minor units in words of money; a dash when it is unknown.

    Examples
    --------
    >>> money(12_345_678, "CNY"), money(-500, "USD"), money(1_200, "UGX"), money(5, "ZMW"), money(None, "CNY")
    ('¥123,456.78', '−US$5.00', 'UGX 1,200', 'ZMW 0.05', '–')
    """
    if amount is None:
        return "–"
    whole = round(amount)
    sign = _SIGNS.get(currency, f"{currency} " if currency else "")
    return f"{MINUS if whole < 0 else ''}{sign}{major(abs(whole), currency)}"


def major(amount: int, currency: str, *, grouped: bool = True) -> str:
    """Return an amount of minor units as a number of major units, exact to the last digit.

    Examples
    --------
    >>> major(123_456, "CNY"), major(123_456, "CNY", grouped=False), major(7, "KWD")
    ('1,234.56', '1234.56', '0.007')
    """
    digits = decimals_of(currency)
    units, rest = divmod(amount, 10**digits)
    head = f"{units:,}" if grouped else str(units)
    return f"{head}.{rest:0{digits}d}" if digits else head


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with groups of three digits.

    Examples
    --------
    >>> number(1234567), number(-0.256, 2), number(None)
    ('1,234,567', '−0.26', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace("-", MINUS)


def percent(share: float | None, digits: int = 1) -> str:
    """Return a share in percent.

    Examples
    --------
    >>> percent(0.0802), percent(1, 0), percent(None)
    ('8.0%', '100%', '–')
    """
    return "–" if share is None else f"{share * 100:.{digits}f}%".replace("-", MINUS)


def day(value: date | str | None, language: Language) -> str:
    """Return a day; text is read as ISO.

    Examples
    --------
    >>> day("2026-03-02", "zh"), day("2026-03-02", "en"), day("", "en")
    ('2026年3月2日', '2 Mar 2026', '–')
    """
    if not value:
        return "–"
    read = date.fromisoformat(value) if isinstance(value, str) else value
    if language == "zh":
        return f"{read.year}年{read.month}月{read.day}日"
    return f"{read.day} {_MONTHS[read.month - 1]} {read.year}"


def moment(value: datetime | str | None, language: Language, zone: str = "") -> str:
    """Return an instant as the clock of a time zone shows it; without a known zone in UTC, which is said.

    Examples
    --------
    >>> moment("2026-03-02T04:00:00+00:00", "zh", "Asia/Shanghai")
    '2026年3月2日 12:00'
    >>> moment("2026-03-02T04:00:00+00:00", "en")
    '2 Mar 2026 04:00 UTC'
    """
    local, said = _local(value, zone)
    if local is None:
        return "–"
    return f"{day(local.date(), language)} {local:%H:%M}{said}"


def brief(value: datetime | str | None, language: Language, zone: str = "") -> str:
    """Return an instant without its year, for lists of one morning.

    Examples
    --------
    >>> brief("2026-03-02T04:00:00Z", "zh", "Asia/Shanghai"), brief("2026-03-02T04:00:00Z", "en", "Asia/Shanghai")
    ('3月2日 12:00', '2 Mar 12:00')
    """
    local, said = _local(value, zone)
    if local is None:
        return "–"
    on = f"{local.month}月{local.day}日" if language == "zh" else f"{local.day} {_MONTHS[local.month - 1]}"
    return f"{on} {local:%H:%M}{said}"


def clock(value: datetime | str | None, zone: str = "") -> str:
    """Return the time of day of an instant in a time zone.

    Examples
    --------
    >>> clock("2026-03-02T04:05:00+00:00", "Asia/Shanghai"), clock("2026-03-02T04:05:00Z")
    ('12:05', '04:05 UTC')
    """
    local, said = _local(value, zone)
    return "–" if local is None else f"{local:%H:%M}{said}"


def until(value: datetime | str, since: datetime | str, language: Language, zone: str = "") -> str:
    """Return the end of a span: the time of day when it ends on the day it began, else day and time.

    Examples
    --------
    >>> until("2026-03-02T13:00:00Z", "2026-03-02T00:00:00Z", "en", "Asia/Shanghai")
    '21:00'
    >>> until("2026-03-03T13:00:00Z", "2026-03-02T00:00:00Z", "en", "Asia/Shanghai")
    '3 Mar 2026 21:00'
    """
    (end, _), (begin, _) = _local(value, zone), _local(since, zone)
    same = end is not None and begin is not None and end.date() == begin.date()
    return clock(value, zone) if same else moment(value, language, zone)


def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone by its name, or None when it has none or it is unknown.

    Examples
    --------
    >>> zone_of("Asia/Shanghai"), zone_of("Mars/Base"), zone_of("")
    (zoneinfo.ZoneInfo(key='Asia/Shanghai'), None, None)
    """
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def filters_in(language: Language) -> dict[str, Callable[..., Any]]:
    """Return the filters that templates use, in a language."""
    return {
        "money": money,
        "major": major,
        "number": number,
        "percent": percent,
        "day": lambda value: day(value, language),
        "moment": lambda value, zone="": moment(value, language, zone),
        "brief": lambda value, zone="": brief(value, language, zone),
        "clock": clock,
        "until": lambda value, since, zone="": until(value, since, language, zone),
    }


def _local(value: datetime | str | None, zone: str) -> tuple[datetime | None, str]:
    if not value:
        return None, ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    known = zone_of(zone)
    return at.astimezone(known or UTC), "" if known else " UTC"
