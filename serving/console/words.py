"""The codes of the house in words, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from serving.console.languages import Language, message, texts_in

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "role": {
        "collector": message("collector"),
        "supervisor": message("supervisor"),
        "data_scientist": message("data scientist"),
        "committee": message("committee"),
        "service": message("service"),
        "admin": message("administrator"),
    },
}
"""Words by kind and code."""


def word(kind: str, code: str | None, language: Language) -> str:
    """Return the word for a code; a code of the lender's own that has no word stands for itself.

    Examples
    --------
    >>> word("role", "committee", "zh"), word("product", "house loan", "zh"), word("role", None, "en")
    ('委员会', 'house loan', '–')
    """
    if not code:
        return "–"
    said = _WORDS.get(kind, {}).get(code)
    return code if said is None else texts_in(language).gettext(said)


def codes_with_words(kind: str) -> tuple[str, ...]:
    """Return the codes of a kind that have words.

    Examples
    --------
    >>> "admin" in codes_with_words("role")
    True
    """
    return tuple(_WORDS[kind])


def words_in(language: Language) -> dict[str, Callable[..., Any]]:
    """Return what templates ask for words with: ``word(kind, code)``."""
    return {"word": lambda kind, code: word(kind, code, language)}
