"""Both languages say everything: no text without its Chinese, no code without a word, no sentence left in English."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from features import codes
from features.buckets import BUCKETS
from features.code_words import CODE_WORDS
from serving.account_sheet import TIMELINE_KINDS
from serving.auth import ROLES
from serving.console.languages import LOCALE, Language
from serving.console.pages import TEMPLATES
from serving.console.vocabulary import VOCABULARY
from serving.console.words import word
from serving.decision import ACTIONS
from serving.tables import STATES
from tests.serving.console_builders import morning_list, sheet_of_case
from tests.serving.console_visitor import Clock, Page, office, signed_in
from tests.serving.worklist_builders import AS_OF, NOON

CONSOLE = TEMPLATES.parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "message": None, "m": None}
_HOLES = re.compile(r"%\(\w+\)[sd]|%%")


@cache
def said_in_code() -> frozenset[str]:
    """Return every English text of code and templates, the singular of those with two forms."""
    found = extract_from_dir(
        str(CONSOLE),
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")],
        options_map={"**/templates/**.html": {"trimmed": "true"}},
        keywords=KEYWORDS,
    )
    return frozenset(text if isinstance(text, str) else text[0] for _, _, text, _, _ in found)


@cache
def catalogue() -> Catalog:
    """Return the Chinese catalogue."""
    with (LOCALE / "zh.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries() -> dict[str, Message]:
    """Return its entries by English text."""
    return {one.id if isinstance(one.id, str) else one.id[0]: one for one in catalogue() if one.id}


def chinese(one: Message) -> str:
    """Return the Chinese text of an entry."""
    return one.string if isinstance(one.string, str) else str((one.string or ("",))[0])


def test_every_text_has_its_chinese_and_no_chinese_is_left_over() -> None:
    told = {text for text, one in entries().items() if chinese(one) and not one.fuzzy}
    assert len(said_in_code()) > 350
    assert sorted(said_in_code() - told) == []
    assert sorted(told - said_in_code()) == []


def test_no_text_stands_twice_in_the_catalogue() -> None:
    ids = re.findall(r'^msgid "(.+)"$', (LOCALE / "zh.po").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_both_languages_fill_the_same_holes() -> None:
    unlike = {
        text: chinese(one)
        for text, one in entries().items()
        if sorted(_HOLES.findall(text)) != sorted(_HOLES.findall(chinese(one)))
    }
    assert unlike == {}


def test_the_catalogue_names_no_language_so_that_no_locale_data_is_opened() -> None:
    header = (LOCALE / "zh.po").read_text(encoding="utf-8").split("\n\n")[0]
    assert "Language:" not in header


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        ("role", ROLES),
        ("action", ACTIONS),
        ("state", STATES),
        ("bucket", BUCKETS),
        ("channel", codes.CHANNELS),
        ("contact_outcome", codes.CONTACT_OUTCOMES),
        ("visit_outcome", codes.VISIT_OUTCOMES),
        ("reason", codes.STATED_REASONS),
        ("relief", (*codes.OFFER_KINDS, *codes.PLAN_KINDS)),
        ("answer", codes.OFFER_ANSWERS),
        ("flag", codes.FLAG_KINDS),
        ("tier", codes.TIERS),
        ("timeline", TIMELINE_KINDS),
    ],
)
def test_every_code_has_a_word(kind: str, known: tuple[str, ...]) -> None:
    assert sorted(set(known) - set(VOCABULARY.get(kind) or CODE_WORDS[kind])) == []


def test_words_of_one_kind_differ_in_both_languages() -> None:
    assert set(VOCABULARY) & set(CODE_WORDS) == set()
    languages: tuple[Language, ...] = ("zh", "en")
    for kind, codes_of_kind in {**VOCABULARY, **CODE_WORDS}.items():
        for language in languages:
            said = [word(kind, code, language) for code in codes_of_kind]
            assert len(set(said)) == len(said), (kind, language)


def pages_of(home: Path) -> dict[str, Page]:
    """Return every kind of page of collectors and supervisors, in Chinese."""
    from serving.store_publish import next_fence, publish

    with office(home, clock=Clock()) as one:
        told = morning_list()
        sheets = [sheet_of_case(case) for case in told]
        publish(one.store, told, as_of=AS_OF, fence=next_fence(one.store), at=NOON, sheets=sheets)
        sue = signed_in(one, "sue", "supervisor", language="zh")
        shown = {name: sue.get(f"/console/{name}") for name in ("worklist", "approvals", "nowhere")}
        shown["claimed"] = sue.send(shown["worklist"], "/console/claim")
        shown["form"] = sue.get(f"{shown['claimed'].address.partition('?')[0]}/outcome")
        shown["wrong"] = sue.send(shown["form"], "/outcome", amount="x", due_on="y", happened_at="z")
        shown["done"] = sue.send(shown["form"], "/outcome", result="talked", next_step="再次致电")
        shown["visit"] = sue.get("/console/cases/L-9@2026-03-02")
        shown["approved"] = sue.send(shown["visit"], "/approve")
        shown["alone"] = sue.get("/console/cases/L-10@2026-03-02")
        shown["signed out"] = sue.send(shown["worklist"], "/sign-out")
        return shown


def test_no_chinese_page_holds_an_english_sentence(tmp_path: Path) -> None:
    english = {}
    for name, page in pages_of(tmp_path).items():
        plain = page.words.replace("overdue-loan management process: buckets and measures", "")  # a source
        found = re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}", plain)
        if found:
            english[name] = found
    assert english == {}
