"""Inline SVG: text as text, small, the same twice, unlike its neighbours, grey, and asking nothing of the world."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from functools import cache
from inspect import getmembers, isfunction
from typing import Any

import pytest

from models import charts_report, charts_report_dependence, charts_report_months, charts_report_why
from models.charts_report_pictures import ReportPictures
from models.charts_report_readings import CHINESE, reading_of
from models.charts_report_style import Language, sheet
from models.charts_report_svg import svg_text
from tests.models.report_builders import example_numbers, willful_example
from tests.models.report_samples import numbers_example

pytestmark = pytest.mark.xdist_group("pictures")  # one process trains and draws, once

PLACES = ("split", "leads", "capture", "lift", "calibration", "importance", "summary", "dependence", "accounts",
          "month_auc", "month_level", "month_psi")  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


def flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        for one in value.values() if isinstance(value, dict) else value:
            yield from flat(one)


@cache
def every_picture(language: Language) -> tuple[tuple[str, str], ...]:
    """Return each picture of the trained example with its place."""
    pictures = ReportPictures(numbers_example(), language)
    return tuple((place, svg) for place in PLACES for svg in flat(getattr(pictures, place)))


def test_every_picture_parses_and_reads_aloud() -> None:
    for place, svg in every_picture("zh"):
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert re.fullmatch(r"0 0 360 [\d.]+", root.get("viewBox", ""))
        title, description = root.find("title"), root.find("desc")
        assert title is not None
        assert description is not None
        assert HAN.search(title.text or ""), place
        assert HAN.search(description.text or ""), place
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_chinese_stays_text_in_the_readers_own_font() -> None:
    for place, svg in every_picture("zh"):
        texts = [one.text or "" for one in ET.fromstring(svg).iter("text")]
        assert any(HAN.search(text) for text in texts), place
        assert "Noto Sans CJK SC" in svg
        assert "DejaVu" not in svg


def test_english_pictures_hold_no_chinese() -> None:
    for place, svg in every_picture("en"):
        assert not HAN.search(svg), place


def test_nothing_is_fetched_and_nothing_reaches_into_the_page() -> None:
    for place, svg in every_picture("zh"):
        assert not re.search(r"https?:|//|<image|<script|<style|@import|xmlns|<metadata|style=", svg), place
        assert re.findall(r"url\((?!#)", svg) == []
        assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', svg)), place


def test_ids_are_unique_over_the_whole_page_and_none_leads_nowhere() -> None:
    pictures = [*every_picture("zh"), *every_picture("en")]
    ids = [one for _, svg in pictures for one in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))
    asked = {one for _, svg in pictures for one in re.findall(r'(?:href="#|url\(#)([^")]+)', svg)}
    assert asked <= set(ids)


def test_every_colour_is_a_grey() -> None:
    for place, svg in every_picture("zh"):
        for colour in set(re.findall(r"#([0-9a-fA-F]{6})\b", svg)):
            assert colour[:2] == colour[2:4] == colour[4:], (place, colour)
        assert not re.search(r'(?:fill|stroke)="(?!none|#|url\(#)', svg), place


def test_a_hollow_dot_keeps_its_white() -> None:
    leads = ReportPictures(example_numbers(), "zh").leads
    assert leads is not None
    assert "#ffffff" in leads


def test_pictures_are_small() -> None:
    sizes = {place: len(svg.encode()) for place, svg in every_picture("zh")}
    assert sizes["summary"] < 250_000
    assert sum(size for place, size in sizes.items() if place != "summary") < 500_000


def test_a_beeswarm_of_ten_features_stays_below_its_limit() -> None:
    from tests.models.report_builder_parts import summary_example

    rows: Any = tuple(
        {**row, "shap": row["shap"] * 3, "rank": row["rank"] * 3, "missing": 3 * row["missing"]}
        for row in summary_example()
    )
    pictures = ReportPictures(example_numbers(summary={"main": rows}), "zh")
    assert all(len(row["shap"]) == 600 for row in rows)  # twice as many as a report draws
    assert len(pictures.summary["main"].encode()) < 2 * 250_000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_numbers_give_the_same_bytes(language: Language) -> None:
    for place in ("split", "summary", "leads"):
        first, second = (
            list(flat(getattr(ReportPictures(numbers_example(), language), place))) for _ in range(2)
        )
        assert first == second


def test_a_willful_report_draws_both_axes() -> None:
    pictures = ReportPictures(willful_example(), "zh")
    assert list(pictures.summary) == list(pictures.importance) == ["able", "willing"]
    assert {name: len(one) for name, one in pictures.accounts.items()} == {"able": 2, "willing": 2}


def test_what_a_lender_wrote_is_escaped() -> None:
    row: Any = {**example_numbers().importance["main"][0], "meaning_en": '<script>&"quoted"</script>'}
    svg = ReportPictures(example_numbers(importance={"main": (row,)}), "en").importance["main"]
    assert "<script>" not in svg
    assert '<script>&"quoted"</script>' in [one.text for one in ET.fromstring(svg).iter("text")]
    titled = svg_text(sheet(50).get_figure(root=True), title="<b>")  # type: ignore[arg-type]
    assert "&lt;b&gt;" in titled


def drawing_functions() -> list[Callable[..., Any]]:
    rooms = (charts_report, charts_report_dependence, charts_report_months, charts_report_why)
    found = {
        name: one for room in rooms for name, one in getmembers(room, isfunction) if name.startswith("plot_")
    }
    return [found[name] for name in sorted(found)]


@pytest.mark.parametrize("plot", drawing_functions(), ids=lambda plot: plot.__name__)
def test_each_picture_says_how_to_read_it_and_what_would_be_bad(plot: Callable[..., Any]) -> None:
    english, chinese = reading_of(plot).how
    assert "Bad:" in english
    assert "不好的情形" in chinese


def test_no_reading_is_left_of_a_picture_that_is_gone() -> None:
    assert set(CHINESE) == {plot.__name__ for plot in drawing_functions()}
