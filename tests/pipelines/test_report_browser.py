"""The report with its pictures, and as a browser shows it: on a phone, on a desk, on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from models.report_numbers import ReportNumbers
from pipelines.report.pictures import pictures_of
from pipelines.report.words import LANGUAGES, Language
from tests.models.report_builders import example_numbers, willful_example
from tests.pipelines.report_page_builders import whole_page
from tests.pipelines.report_page_reader import english_runs, read

pytestmark = pytest.mark.xdist_group("browser")
KINDS = (
    pytest.param(example_numbers, id="a classifier"),
    pytest.param(willful_example, id="a willful model"),
)
SAID_BY_THE_EXAMPLE = frozenset({"Li Hua", "no proof", "not told"})


@cache
def page_with_pictures(kind: Callable[[], ReportNumbers], language: Language) -> str:
    """Return a page, drawn once."""
    return whole_page(kind(), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_keep_the_page_closed_small_and_in_one_language(kind: Any, language: Language) -> None:
    page = page_with_pictures(kind, language)
    found = read(page)
    assert len(page.encode()) < 3_000_000
    assert not found.wrong
    assert len(found.ids) == len(set(found.ids)), "each picture has ids of its own"
    assert not found.styled
    assert not [link for link in found.links if not link.startswith("#")]
    assert {link[1:] for link in found.links} <= set(found.ids)
    assert not re.search(r"https?:|url\((?!#)|@import", page)
    components = 2 if kind is willful_example else 1
    assert found.tags.count("figure") == page.count('role="img"')
    assert page.count('role="img"') == 5 + 4 + 11 * components
    if language == "zh":
        assert english_runs(page, known=SAID_BY_THE_EXAMPLE) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways_and_nothing_is_blocked_or_fetched(
    browser: Any, tmp_path: Path, kind: Any, language: Language
) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_with_pictures(kind, language), encoding="utf-8")
    for width in (390, 768, 1280):
        page = browser.new_page(viewport={"width": width, "height": 844})
        heard: list[str] = []
        page.on("console", lambda message, heard=heard: heard.append(message.text))
        page.on("request", lambda request, heard=heard: heard.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert heard == [file.as_uri()], "the file alone is asked for, and the policy blocks nothing"
        assert page.evaluate("getComputedStyle(document.querySelector('.asked')).borderLeftWidth") == "4px"
        assert page.locator("h2").count() == 12
        hollow = (
            "[...document.querySelectorAll('td.num')].filter(c => c.scrollWidth > c.clientWidth + 1).length"
        )
        assert page.evaluate(hollow) == 0, "no figure is cut off"
        page.close()


def test_the_same_numbers_give_the_same_bytes() -> None:
    numbers = example_numbers()
    drawn = [str(pictures_of(numbers, language="zh")) for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_it_prints_on_a4_with_a_running_head(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_with_pictures(example_numbers, "zh"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    boxes = {
        tuple(round(float(one)) for one in box.split())
        for box in re.findall(rb"/MediaBox ?\[([^\]]*)\]", printed)
    }
    assert boxes == {(0, 0, 595, 842)}
    assert 8 <= len(re.findall(rb"/Type ?/Page\b(?!s)", printed)) <= 40


def test_chinese_letters_are_no_boxes(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_with_pictures(example_numbers, "zh"), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    widths = page.evaluate(
        """() => { const c = document.createElement('canvas').getContext('2d');
        c.font = getComputedStyle(document.body).font;
        return ['逾', '期', '\\uFFFF'].map(s => c.measureText(s).width); }"""
    )
    page.close()
    size = 16
    assert widths[0] == pytest.approx(size, abs=0.5), (
        "missing: a Chinese font (apt-get install fonts-noto-cjk)"
    )
    assert widths[0] == widths[1]
