"""Numbers, money and days as people of each language write them; what is not known is a dash."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from pipelines.report.words import Language, typeset

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
NOTHING = "–"


@dataclass(frozen=True)
class Formats:
    r"""How one page writes its figures.

    Parameters
    ----------
    language
        ``zh`` or ``en``.
    currency
        Code of the book's currency; None when nobody says in which money a table's amounts are.

    Examples
    --------
    >>> shown = Formats("en", currency="CNY")
    >>> shown.count(12345), shown.percent(0.1229), shown.figure(0.84265), shown.day("2025-05-01")
    ('12,345', '12.3\xa0%', '0.843', '1 May 2025')
    """

    language: Language
    currency: str | None = None

    @property
    def locale(self) -> str:
        """Return the locale Babel knows the language by."""
        return LOCALES[self.language]

    def count(self, value: float | None) -> str:
        """Return a whole number with thousands set apart."""
        return NOTHING if _absent(value) else str(format_decimal(round(_sure(value)), locale=self.locale))

    def figure(self, value: float | None, *, places: int = 3, signed: bool = False) -> str:
        """Return a number with a fixed count of decimals; a lead carries its sign, by a true minus."""
        if _absent(value):
            return NOTHING
        shown = round(_sure(value), places) + 0.0
        pattern = f"#,##0.{'0' * places}" if places else "#,##0"
        text = str(format_decimal(abs(shown), format=pattern, locale=self.locale))
        return ("−" if shown < 0 else "+" if signed and shown > 0 else "") + text

    def percent(self, value: float | None, *, places: int = 1) -> str:
        """Return a share as a percentage."""
        if _absent(value):
            return NOTHING
        pattern = f"#,##0.{'0' * places}%" if places else "#,##0%"
        return typeset(
            str(format_percent(_sure(value), format=pattern, locale=self.locale)), language=self.language
        )

    def interval(self, figure: Mapping[str, Any] | None, *, places: int = 3, signed: bool = False) -> str:
        """Return the interval of a figure, or a dash where no honest one exists.

        Examples
        --------
        >>> Formats("en").interval({"value": 0.84, "low": 0.8, "high": 0.88})
        '0.800 – 0.880'
        """
        if figure is None or _absent(figure.get("low")) or _absent(figure.get("high")):
            return NOTHING
        ends = (self.figure(figure[end], places=places, signed=signed) for end in ("low", "high"))
        return " – ".join(ends)

    def money(self, minor: float | None) -> str:
        """Return an amount of minor units in whole units of the currency; as it stands without a currency.

        Examples
        --------
        >>> Formats("zh", currency="CNY").money(123456789), Formats("zh", currency="PLN").money(500).split()
        ('¥1,234,568', ['PLN', '5'])
        """
        if _absent(minor):
            return NOTHING
        if self.currency is None:
            return self.count(minor)
        major = _sure(minor) / 10 ** get_currency_precision(self.currency)
        told = format_currency(
            round(major), self.currency, format="¤#,##0", locale=self.locale, currency_digits=False
        )
        return re.sub(r"(?<=[A-Z]{3})(?=\d)", "\u00a0", str(told).replace("-", "−"))

    def day(self, iso: str) -> str:
        """Return an ISO day in words; an empty one as a dash."""
        if not iso:
            return NOTHING
        return str(format_date(date.fromisoformat(iso[:10]), format="long", locale=self.locale))

    def month(self, iso: str) -> str:
        """Return an ISO month in words.

        Examples
        --------
        >>> Formats("zh").month("2025-05"), Formats("en").month("2025-05")
        ('2025年5月', 'May 2025')
        """
        if not iso:
            return NOTHING
        pattern = "y年M月" if self.language == "zh" else "MMM y"
        return str(format_date(date.fromisoformat(f"{iso[:7]}-01"), format=pattern, locale=self.locale))


def _absent(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _sure(value: float | None) -> float:
    return float(value or 0.0)
