"""What every page owes to everyone: labels, headings, contrast, a phone's width, one language at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from models.model_list import write_model_list
from serving.console.acts import case_address
from serving.console.languages import Language
from serving.store_claims import claim
from tests.serving.browser import DESKTOP, PHONE, Place, Visitor
from tests.serving.model_list_builders import listed, waiting, willful

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.xdist_group("browser")
Enter = Callable[..., Visitor]
AUDIT: Final = (Path(__file__).parents[1] / "page_audit.js").read_text(encoding="utf-8")
CALL, VISIT, ALONE = "L-1@2026-03-02", "L-9@2026-03-02", "L-10@2026-03-02"
PAGES: Final = (
    "/console/sign-in",
    "/console/worklist",
    "/console/worklist?state=done",
    case_address(CALL),
    case_address(CALL, "outcome"),
    case_address(VISIT),
    case_address(ALONE),
    "/console/approvals",
    "/console/models",
    "/console/models/roll_30/1",
    "/console/models/willful/1",
    "/console/reports",
    "/console/nowhere",
)
"""Every kind of page; a supervisor opens them all."""

_SENTENCE: Final = re.compile(r"[A-Za-z][a-z]+(?:[ ,]+[A-Za-z][a-z]+){2,}")
_WORDS: Final = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [document.title, ...[...document.querySelectorAll('[aria-label], [data-label], [placeholder], [title]')]
    .flatMap((e) => ['aria-label', 'data-label', 'placeholder', 'title'].map((name) => e.getAttribute(name) || ''))];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest('[lang=en], pre, code, script')) said.push(node.data);
  }
  return said;
}"""
_SIDEWAYS: Final = """() => [...document.querySelectorAll('body *')]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll'))
  .slice(0, 5).map((e) => `${e.tagName} ${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`)"""


def supervisor(enter: Enter, place: Place, *, language: Language, **looks: object) -> Visitor:
    """Sign a supervisor in, with one case in hand."""
    sue = enter("sue", "supervisor", language=language, **looks)
    sue.expects(404)
    write_model_list(place.home, (waiting(), listed(), willful()))
    claim(place.store, by="sue", lease_seconds=1800, at=place.hands(), case_id=CALL)
    return sue


@pytest.mark.parametrize(
    ("language", "size", "scheme"),
    [
        pytest.param("zh", DESKTOP, "light", id="Chinese, wide, light"),
        pytest.param("en", DESKTOP, "dark", id="English, wide, dark"),
        pytest.param("zh", PHONE, "dark", id="Chinese, phone, dark"),
        pytest.param("en", PHONE, "light", id="English, phone, light"),
    ],
)
def test_every_page_is_labelled_ordered_legible_fits_and_speaks_one_language(
    enter: Enter, place: Place, language: Language, size: tuple[int, int], scheme: str
) -> None:
    sue = supervisor(enter, place, language=language, size=size, scheme=scheme)
    found = {}
    for path in PAGES:
        sue.open(path)
        faults = list(sue.page.evaluate(AUDIT))
        width = sue.page.evaluate("document.documentElement.scrollWidth")
        if width > size[0]:
            faults.append(f"scrolls sideways to {width} px: {sue.page.evaluate(_SIDEWAYS)}")
        if language == "zh":
            said = sue.page.evaluate(_WORDS)
            faults += [f"English: {match}" for text in said for match in _SENTENCE.findall(text)]
        if faults:
            found[path] = faults
    assert found == {}


@pytest.mark.usefixtures("chinese_letters")
def test_chinese_is_drawn_as_letters_and_not_as_boxes(enter: Enter) -> None:
    page = enter("ann", "collector", language="zh").page
    ink = """(sign) => {
      const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 40});
      const pen = canvas.getContext('2d');
      pen.font = '32px ' + getComputedStyle(document.body).fontFamily;
      pen.fillText(sign, 2, 34);
      return [...pen.getImageData(0, 0, 40, 40).data].join();
    }"""
    drawn = {sign: page.evaluate(ink, sign) for sign in "逾期清单承诺\U0003fffe"}
    assert len(set(drawn.values())) == len(drawn), "signs that look alike are boxes"


_INTRUDE: Final = """async () => {
  const blocked = [];
  document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
  const add = (tag, about) => document.body.append(Object.assign(document.createElement(tag), about));
  add('script', {textContent: 'window.intruded = true'});
  add('script', {src: 'data:text/javascript,window.intruded=true'});
  add('style', {textContent: 'h1 { display: none }'});
  add('iframe', {src: location.href});
  document.body.insertAdjacentHTML('beforeend', '<p onclick="window.intruded = true" id="trap">x</p>');
  document.getElementById('trap').click();
  const form = Object.assign(document.createElement('form'), {action: 'http://localhost:1/', method: 'post'});
  document.body.append(form);
  form.submit();
  await fetch('/console/worklist').catch(() => blocked.push('fetch'));
  for (let turn = 0; new Set(blocked).size < 7 && turn < 100; turn++) await new Promise((done) => setTimeout(done, 50));
  return [window.intruded === true, getComputedStyle(document.querySelector('h1')).display, [...new Set(blocked)].sort()];
}"""


def test_what_somebody_smuggles_into_a_page_neither_runs_nor_loads_nor_sends(
    enter: Enter, place: Place
) -> None:
    ann = enter("ann", "collector")
    ann.forgives("Content Security Policy")
    ran, heading, blocked = ann.page.evaluate(_INTRUDE)
    assert (ran, heading) == (False, "block")
    assert blocked == [
        "connect-src",
        "fetch",
        "form-action",
        "frame-src",
        "script-src-attr",
        "script-src-elem",
        "style-src-elem",
    ]
    assert ann.page.url == f"{place.url}/console/worklist"


def test_after_signing_out_the_way_back_shows_nothing_of_before(enter: Enter) -> None:
    ann = enter("ann", "collector")
    ann.expects(401)
    ann.open(case_address(CALL))
    ann.follow(ann.page.get_by_role("button", name="Sign out"))
    ann.page.go_back()
    assert ann.page.locator("h1").inner_text() == "Sign in"
    assert "¥" not in ann.page.content()


BAD: Final = """<html><body><h1>One</h1><h1>Two</h1><h3>Skips</h3><input name="bare"><nav><a href="/x"></a></nav>
<p style="color: #999; background: #fff">pale</p><table><tr><td>1</td></tr></table><svg></svg></body></html>"""


def test_the_audit_itself_finds_what_is_wrong(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(BAD)
    found = " ".join(page.evaluate(AUDIT))
    page.close()
    for fault in (
        "does not say its language",
        "no title",
        "expected one h1, found 2",
        "expected one main, found 0",
        "skips a level",
        "no label",
        "nothing says what it does",
        "a nav without a name",
        "contrast 2.85",
        "inline style",
        "without column headers",
        "picture without words",
    ):
        assert fault in found, fault
