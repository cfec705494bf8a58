"""The catalogue row of one feature, and how its values are written in a reason."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from features.code_words import code_word
from features.idea_words import attribute_words, group_word

LawfulBasis = Literal["contract", "legal", "consent"]
Axis = Literal["capacity", "willingness", ""]
FeatureKind = Literal["number", "code"]

ATTRIBUTE = "attr_"
"""How the name of a column of a lender's attribute begins."""
UNITS = ("minor units", "days", "count", "share", "ratio", "yes/no", "months", "code", "")


_ONE = re.compile(r"\{value\} (?!times\b|was\b|is\b|has\b)([a-z]+)s\b")
"""A noun after the value that stands in the singular when the value is one."""


@dataclass(frozen=True)
class FeatureSpec:
    """The catalogue row of one feature.

    Parameters
    ----------
    name
        Column name, ``<what>_<statistic>_<lookback>``.
    unit
        One of ``UNITS``. Money (``minor units``) is float64 in a table, every other number float32.
    low, high
        Lawful range, both included; None when open.
    direction
        +1 when more of it raises risk, -1 when it lowers risk, 0 when neither can be defended.
        Times a label's risk sign it is the monotone constraint of a model.
    purpose
        What it is used for. On the lawful basis ``consent`` it is the ``purpose`` of a row of
        ``consents``.
    lawful_basis
        ``contract``, ``legal`` or ``consent``.
    group
        The idea it belongs to; reasons are told once per group.
    axis
        ``capacity`` or ``willingness`` when it speaks of one alone, else empty: the two are never mixed.
    meaning_en, meaning_zh
        What it is, in one sentence.
    reason_en, reason_zh
        What a reviewer reads; ``{value}`` is the value formatted by its unit.
    sources
        Tables of the book it is computed from.
    mutable
        True when the borrower can still change it.
    kind
        ``number`` or ``code``.
    none_en, none_zh
        What a missing value says when it means that nothing of the kind happened ("no payment in 180
        days"); empty when it means that nobody knows.
    """

    name: str
    unit: str
    low: float | None
    high: float | None
    direction: int
    purpose: str
    lawful_basis: LawfulBasis
    group: str
    axis: Axis
    meaning_en: str
    meaning_zh: str
    reason_en: str
    reason_zh: str
    sources: tuple[str, ...]
    mutable: bool
    kind: FeatureKind = "number"
    none_en: str = ""
    none_zh: str = ""

    def reason(self, value: object, *, language: Literal["en", "zh"]) -> str:
        """Return the reason text with the value written by its unit; for a missing value, what is not known.

        Examples
        --------
        >>> attribute_spec("attr_score", kind="number").reason(3.0, language="en")
        'score is 3'
        >>> from dataclasses import replace
        >>> late = replace(attribute_spec("late", kind="number"), reason_en="late by {value} days")
        >>> late.reason(1, language="en"), late.reason(2, language="en")
        ('late by 1 day', 'late by 2 days')
        """
        if is_missing(value):
            return self._missing(language)
        text = self._named(self.reason_zh if language == "zh" else self.reason_en, language)
        if isinstance(value, str):
            return text.replace("{value}", code_word(self.group, value, language=language))
        told = format_value(value, unit=self.unit, language=language)
        return (_ONE.sub(r"{value} \1", text) if told == "1" else text).replace("{value}", told)

    def meaning(self, language: Literal["en", "zh"]) -> str:
        """Return what it is, an attribute of an importer by its name in words.

        Examples
        --------
        >>> attribute_spec("attr_referred", kind="number").meaning("zh")
        '由其他客户推荐（1 = 是）（贷款机构记录的属性）'
        """
        return self._named(self.meaning_zh if language == "zh" else self.meaning_en, language)

    def group_in(self, language: Literal["en", "zh"]) -> str:
        """Return the idea it belongs to; its name where it belongs to none.

        Examples
        --------
        >>> attribute_spec("attr_referred", kind="number").group_in("zh")
        '由其他客户推荐（1 = 是）'
        """
        group = self.group or self.name
        return group_word(group) if language == "zh" else attribute_words(group)[0]

    def _missing(self, language: Literal["en", "zh"]) -> str:
        meaning = self.meaning(language)
        if language == "zh":
            return self.none_zh or f"{meaning}：未知"
        meaning = meaning.split(";")[0].rstrip(".")
        return self.none_en or f"not known: {meaning[:1].lower()}{meaning[1:]}"

    def _named(self, text: str, language: Literal["en", "zh"]) -> str:
        """Return the text with an attribute's bare name in words, where its lender is an importer of the house."""
        if not self.name.startswith(ATTRIBUTE):
            return text
        bare = self.name.removeprefix(ATTRIBUTE)
        return text.replace(bare, attribute_words(bare)[1 if language == "zh" else 0], 1)


def is_missing(value: object) -> bool:
    """Return whether a value was not known: None or NaN.

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing("employee"), is_missing(0.0)
    (True, True, False, False)
    """
    return value is None or (not isinstance(value, str) and math.isnan(float(value)))  # type: ignore[arg-type]


def format_value(
    value: object, *, unit: str, language: Literal["en", "zh"] = "en", minor_digits: int = 2
) -> str:
    """Return the value as a reviewer reads it; a missing one in words.

    Parameters
    ----------
    minor_digits
        Decimals of the currency: 2 for yuan and fen.

    Examples
    --------
    >>> format_value(123456, unit="minor units"), format_value(0.25, unit="share")
    ('1,234.56', '25 %')
    >>> format_value(28.98, unit="days"), format_value(2.345, unit="days"), format_value(0.5, unit="ratio")
    ('29', '2.3', '0.50')
    >>> format_value(float("nan"), unit="days", language="zh")
    '未知'
    """
    if is_missing(value):
        return "未知" if language == "zh" else "unknown"
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    if unit == "minor units":
        return f"{number / 10**minor_digits:,.{minor_digits}f}"
    if unit == "share":
        return f"{100 * number:.0f} %"
    if unit == "yes/no":
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][int(number > 0)]
    if number == int(number):
        return f"{int(number):,}"
    if unit in ("days", "count", "months"):
        return f"{number:,.1f}".removesuffix(".0")
    return f"{number:,.2f}"


def attribute_spec(name: str, *, kind: FeatureKind) -> FeatureSpec:
    """Return the inferred catalogue row of a column its lender explains elsewhere: no range, no direction."""
    said = name.removeprefix(ATTRIBUTE)
    return FeatureSpec(
        name, "code" if kind == "code" else "", None, None, 0, "risk assessment", "contract", said, "",
        f"{said}, as the lender recorded it", f"{said}（贷款机构记录的属性）", f"{said} is {{value}}",
        f"{said}为 {{value}}", ("attributes",), mutable=False, kind=kind,
    )  # fmt: skip
