"""Codes in words, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from features.code_words import CODE_WORDS, code_word
from serving.console.languages import Language, texts_in
from serving.console.vocabulary import VOCABULARY


def word(kind: str, code: str | None, language: Language) -> str:
    """Return the word for a code; a code of the lender's own that has no word stands for itself.

    Examples
    --------
    >>> word("role", "committee", "zh"), word("product", "house loan", "zh"), word("role", None, "en")
    ('委员会', 'house loan', '–')
    >>> word("product", "micro_loan", "zh")
    '小额贷款'
    """
    if not code:
        return "–"
    if kind in CODE_WORDS:
        return code_word(kind, code, language=language)
    said = VOCABULARY[kind].get(code)
    return code if said is None else texts_in(language).gettext(said)


def choices(kind: str, codes: tuple[str, ...], language: Language) -> tuple[tuple[str, str], ...]:
    """Return codes with their words, for a form.

    Examples
    --------
    >>> choices("yesno", ("yes", "no"), "en")
    (('yes', 'yes'), ('no', 'no'))
    """
    return tuple((code, word(kind, code, language)) for code in codes)


_CODE_OF: Final[Mapping[str, str]] = {
    "contact": "contact_outcome",
    "visit": "visit_outcome",
    "promise": "promise",
    "offer": "relief",
    "plan": "relief",
    "flag": "flag",
    "statement": "status",
    "due": "due",
}
_DETAIL_OF: Final[Mapping[str, str]] = {"contact": "reason", "visit": "reason", "offer": "answer"}


def timeline_word(kind: str, code: str, language: Language) -> str:
    """Return the word for the code of a timeline item of a kind.

    Examples
    --------
    >>> timeline_word("promise", "broken", "en"), timeline_word("statement", "60-89", "en")
    ('broken', '60–89 days past due')
    """
    return word(_CODE_OF[kind], code, language) if kind in _CODE_OF else code


def timeline_detail(kind: str, code: str, language: Language) -> str:
    """Return the word for the second code of a timeline item: a stated reason, the answer to an offer.

    Examples
    --------
    >>> timeline_detail("contact", "illness", "en")
    'illness'
    """
    return word(_DETAIL_OF[kind], code, language) if kind in _DETAIL_OF else code


def words_in(language: Language) -> dict[str, Callable[..., Any]]:
    """Return what templates ask for words with: ``word``, ``choices``, ``timeline_word``, ``timeline_detail``."""
    return {
        "word": lambda kind, code: word(kind, code, language),
        "timeline_word": lambda kind, code: timeline_word(kind, code, language),
        "timeline_detail": lambda kind, code: timeline_detail(kind, code, language),
        "choices": lambda kind, codes: choices(kind, codes, language),
    }
