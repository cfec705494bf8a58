"""The catalogue of every discovered feature: page, Markdown, data, in both languages."""

from __future__ import annotations

import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

from features import discovery
from features.catalogue import Catalogue
from features.discovery import adopt_features, adopt_folder, discovered_features
from pipelines import catalogue_page
from pipelines.catalogue_page import (
    CataloguePlaceRefused,
    Language,
    html_of,
    json_of,
    markdown_of,
    said,
    write_catalogue,
)
from tests.features.own_module import OWN_MODULE
from tests.pipelines.command import Command

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Texts(HTMLParser):
    """Collects the texts of a page and refuses what a page must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {name for name, _ in attrs} & {"src", "onclick", "style"}
        assert all((value or "").startswith("#") for name, value in attrs if name == "href")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_every_feature_and_needs_nothing_from_outside(language: Language) -> None:
    reader = Texts()
    page = html_of(discovered_features(), language=language)
    reader.feed(page)
    for item in discovered_features():
        assert item.spec.name in reader.texts
        assert item.spec.meaning(language) in reader.texts
    assert {"script", "img", "link", "iframe"}.isdisjoint(reader.tags)
    assert "http" not in page.split("</style>")[1]
    assert page == html_of(discovered_features(), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_tells_every_feature_in_a_row_of_five_cells(language: Language) -> None:
    lines = markdown_of(discovered_features(), language=language).splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert len(rows) == len(discovered_features())
    assert {row.count(" | ") for row in rows} == {4}
    if language == "zh":
        assert not [row for row in rows if "repayment behaviour" in row], "purposes stand in Chinese"


def test_the_data_hold_the_catalogue_and_the_module_of_each_feature() -> None:
    told = json.loads(json_of(discovered_features()))
    assert told["format"] == catalogue_page.FORMAT
    assert [row["module"] for row in told["features"]] == [item.place[0] for item in discovered_features()]
    again = Catalogue.from_json(json.dumps(told["features"]))
    assert again.specs == tuple(item.spec for item in discovered_features())


def test_a_feature_of_a_team_is_told_with_its_module_and_its_signs_are_no_markup(tmp_path: Path) -> None:
    (tmp_path / "rent.py").write_text(
        OWN_MODULE.replace("payments made", "payments <b>made</b> & kept"), encoding="utf-8"
    )
    adopt_folder(tmp_path)
    try:
        page = html_of(discovered_features(), language="en")
        assert "payments &lt;b&gt;made&lt;/b&gt; &amp; kept" in page
        assert "1 of them come from further modules: own_features.rent." in page
        assert "own_features.rent" in markdown_of(discovered_features(), language="zh")
    finally:
        adopt_features(())
    assert "own_features" not in html_of(discovered_features(), language="en")


def test_every_text_stands_in_both_languages_with_the_same_gaps() -> None:
    words = tomllib.loads(Path(catalogue_page.__file__).with_name("catalogue_words.toml").read_text("utf-8"))
    for key, entry in words.items():
        gaps = [sorted(part.split("}")[0] for part in entry[one].split("{")[1:]) for one in LANGUAGES]
        assert gaps[0] == gaps[1], key
    purposes = {item.spec.purpose for item in discovery.house_features()}
    assert {f"purpose {purpose}" for purpose in purposes} <= set(words), "write the words of a new purpose"
    assert said("unit share", "zh") == "占比"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CataloguePlaceRefused, match=r"found 'features\.pdf'\. Name it features\.html"):
        write_catalogue(discovered_features(), tmp_path / "features.pdf", language="en")
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_writes_and_answers_as_json(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path / "home"))
    assert command.works("catalogue", "--language", "en").out.startswith("# Catalogue of features")
    assert "dpd_latest" in {row["name"] for row in command.works("catalogue", "--json").json["features"]}
    written = command.works("catalogue", "--out", tmp_path / "page.html")
    assert f"{len(discovered_features())} features" in written.out
    assert "特征目录" in (tmp_path / "page.html").read_text(encoding="utf-8")
    refused = command("catalogue", "--language", "fr")
    assert (refused.code, "Choose one of the two" in refused.err) == (2, True)
