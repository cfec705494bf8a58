"""What the report says, in both languages: one table, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class LanguageUnknown(ValueError):
    """A report is asked for in a language it is not written in."""


class WordMissing(KeyError):
    """A page asks for a text that the table does not hold."""


def language_from(text: str) -> Language:
    """Return the language a user named.

    Raises
    ------
    LanguageUnknown
        When it is neither ``zh`` nor ``en``.

    Examples
    --------
    >>> language_from("zh")
    'zh'
    """
    for language in LANGUAGES:
        if text == language:
            return language
    raise LanguageUnknown(f"Expected --language zh or en, found {text!r}. Choose one of the two.")


@dataclass(frozen=True)
class Words:
    """The texts of one language.

    Parameters
    ----------
    language
        ``zh`` or ``en``.

    Examples
    --------
    >>> Words("en")("contents"), Words("zh")("contents")
    ('Contents', '目录')
    """

    language: Language

    def __call__(self, key: str, **filled: object) -> str:
        """Return the text of a key with its gaps filled.

        Raises
        ------
        WordMissing
            When the table has no such key.
        """
        try:
            text = table_of_words()[key][self.language]
        except KeyError:
            raise WordMissing(f"the report's words hold no {key!r} in {self.language!r}") from None
        return typeset(text.format(**filled) if filled else text, language=self.language)

    def of(self, record: Any, field: str) -> str:
        """Return a text that a record carries in both languages (``meaning_en``, ``meaning_zh``).

        Examples
        --------
        >>> Words("zh").of({"name_en": "all", "name_zh": "全部"}, "name")
        '全部'
        """
        name = f"{field}_{self.language}"
        said = record[name] if isinstance(record, Mapping) else getattr(record, name)
        return typeset(str(said), language=self.language)


def typeset(text: str, *, language: Language) -> str:
    r"""Return a text with the percent sign and the minus as each language sets them.

    Examples
    --------
    >>> typeset("20 % (-0.1 to 0.2)", language="zh"), typeset("20 % (-0.1)", language="en")
    ('20% (−0.1 to 0.2)', '20\xa0% (−0.1)')
    """
    text = re.sub(r"(?<=\d) ?%", "%" if language == "zh" else "\N{NO-BREAK SPACE}%", text)
    return re.sub(r"(?<![\w.-])-(?=\d)", "−", text)


def shortened(text: str, *, most: int = 5) -> str:
    """Return a cause that lists names with its first five, and how many more there are.

    Examples
    --------
    >>> shortened("constant: a, b, c, d, e, f, g"), shortened("flagged: dispute")
    ('constant: a, b, c, d, e … (+2)', 'flagged: dispute')
    """
    names = text.split(", ")
    return text if len(names) <= most else f"{', '.join(names[:most])} … (+{len(names) - most})"


@cache
def table_of_words() -> dict[str, dict[str, str]]:
    """Return every text by key and language."""
    with Path(__file__).with_name("words.toml").open("rb") as stream:
        return tomllib.load(stream)
