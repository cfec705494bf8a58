"""The languages of the console: English is the text in the code, Chinese stands in ``locale/zh.po``.

The catalogue is read as text when the service starts. Babel's own locale data are pickles and stay closed:
dates and amounts are written by ``formats``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from babel.messages.pofile import read_po
from starlette.requests import Request

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""Every language, the one that is spoken when nobody asks for another first."""

LANGUAGE_COOKIE: Final = "duecourse_language"
LOCALE = Path(__file__).parent / "locale"


def message(text: str) -> str:
    """Return the text as it is: a mark that it is said to people and stands in the catalogue."""
    return text


@dataclass(frozen=True)
class Texts:
    """What is said in one language.

    Parameters
    ----------
    language
        The language.
    said
        Text by English text; what is missing is said in English.
    """

    language: Language
    said: Mapping[str, str]

    def gettext(self, text: str) -> str:
        """Return the text in this language."""
        return self.said.get(text, text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the text for n things; Chinese has one form, kept under the English singular."""
        return self.said.get(one) or (one if n == 1 else many)


@cache
def texts_in(language: Language) -> Texts:
    """Return what is said in a language.

    Examples
    --------
    >>> texts_in("en").ngettext("%(n)s case", "%(n)s cases", 2)
    '%(n)s cases'
    >>> texts_in("zh").gettext("Worklist")
    '作业清单'
    """
    if language == "en":
        return Texts("en", {})
    said = {}
    with (LOCALE / f"{language}.po").open("rb") as file:
        for entry in read_po(file):
            if entry.id and entry.string and not entry.fuzzy:
                said[_first(entry.id)] = _first(entry.string)
    return Texts(language, said)


def language_of(request: Request) -> Language:
    """Return the language that was chosen, else the one the browser asks for, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    for language in LANGUAGES:
        if chosen == language:
            return language
    return asked_language(request.headers.get("accept-language", ""))


def asked_language(header: str) -> Language:
    """Return the language of ours that an ``Accept-Language`` header likes best.

    Examples
    --------
    >>> asked_language("en-GB,en;q=0.9,zh;q=0.5"), asked_language("fr"), asked_language("")
    ('en', 'zh', 'zh')
    >>> asked_language("en;q=0.2, zh-Hant-TW;q=0.3, de")
    'zh'
    """
    best: tuple[float, Language] = (0.0, LANGUAGES[0])
    for part in header[:1000].split(",")[:50]:
        tag, _, rest = part.strip().partition(";")
        for language in LANGUAGES:
            if tag.strip().lower().partition("-")[0] == language and _quality(rest) > best[0]:
                best = (_quality(rest), language)
    return best[1]


def _first(text: str | Sequence[str]) -> str:
    """Return the text, or the first of its forms."""
    return text if isinstance(text, str) else text[0]


def _quality(written: str) -> float:
    name, _, value = written.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
