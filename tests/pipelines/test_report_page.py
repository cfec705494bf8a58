"""The report as a document: whole, closed, in one language, and true to its numbers."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest

from models.report_numbers import ReportNumbers
from pipelines.report.page import SECTIONS
from pipelines.report.pictures import Pictures
from pipelines.report.sections import TOLD_PER_ACCOUNT, accounts_told, weighed
from pipelines.report.words import (
    LANGUAGES,
    Language,
    LanguageUnknown,
    WordMissing,
    Words,
    language_from,
    table_of_words,
)
from tests.models.report_builders import absent, example_numbers, willful_example
from tests.pipelines.report_page_builders import bare_page, origin_of
from tests.pipelines.report_page_reader import english_runs, read, text_of

KINDS = (
    pytest.param(example_numbers, id="a classifier"),
    pytest.param(willful_example, id="a willful model"),
)
CODES_IN_CHINESE = frozenset({"Li Hua", "no proof", "not told"})
"""Names of people, and what the made-up numbers say in English within Chinese sentences."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_sound_html_with_every_section_in_order(kind: Any, language: Language) -> None:
    page = bare_page(kind(), language)
    found = read(page)
    assert page.startswith("<!doctype html>")
    assert not found.wrong
    assert not found.open_tags
    assert len(found.ids) == len(set(found.ids))
    assert [name for name in found.ids if name in SECTIONS] == list(SECTIONS)
    assert {f"#{name}" for name in SECTIONS} <= set(found.links), "the contents lead to each"
    for place, name in enumerate(SECTIONS, start=1):
        assert text_of(page, name).startswith(str(place)), name
        assert len(text_of(page, name)) > 40, f"{name} says something"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_and_nothing_is_fetched(kind: Any, language: Language) -> None:
    page = bare_page(kind(), language)
    found = read(page)
    assert not {"script", "iframe", "object", "embed", "link", "base", "form", "img"} & set(found.tags)
    assert not found.handlers
    assert not found.styled, "a strict policy lets no tag dress itself"
    assert not [link for link in found.links if not link.startswith("#")]
    assert not re.search(r"https?:|//[a-z]|@import|url\(", page)


def test_the_policy_allows_this_style_sheet_alone() -> None:
    page = bare_page(example_numbers(), "zh")
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    said = policy[1].replace("&#39;", "'").replace("&#43;", "+")
    assert said == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize(("language", "lang"), [("zh", "zh-Hans"), ("en", "en")])
def test_the_language_is_stated(language: Language, lang: str) -> None:
    assert f'<html lang="{lang}">' in bare_page(example_numbers(), language)


@pytest.mark.parametrize("kind", KINDS)
def test_the_chinese_page_holds_no_english_sentence(kind: Any) -> None:
    assert english_runs(bare_page(kind(), "zh"), known=CODES_IN_CHINESE) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_english_page_holds_no_chinese(kind: Any) -> None:
    assert not re.search(
        r"[\u4e00-\u9fff]", " ".join(text for _, text in read(bare_page(kind(), "en")).texts)
    )


def test_both_languages_hold_the_same_gaps() -> None:
    for key, said in table_of_words().items():
        assert set(said) == {"zh", "en"}, key
        zh, en = (set(re.findall(r"{(\w+)}", said[language])) for language in LANGUAGES)
        assert zh == en, key


def test_every_text_of_the_table_is_used() -> None:
    from pathlib import Path

    import pipelines.report.page as page

    folder = Path(page.__file__).parent
    used = "\n".join(
        file.read_text() for file in folder.rglob("*") if file.suffix in (".j2", ".py") and file.is_file()
    )
    built = (
        "asked_",
        "role_",
        "weight_",
        "what_",
        "says_",
        "origin_",
        "lacking_",
        "account_bucket_",
        "_title",
        "months_",
    )
    unused = [key for key in table_of_words() if key not in used and not any(part in key for part in built)]
    assert unused == []


def test_a_language_that_is_neither_is_refused() -> None:
    with pytest.raises(LanguageUnknown, match="Expected --language zh or en, found 'de'"):
        language_from("de")
    with pytest.raises(WordMissing, match="no_such_key"):
        Words("zh")("no_such_key")


def test_the_page_shows_the_numbers_it_was_given() -> None:
    numbers = example_numbers()
    page = bare_page(numbers, "en")
    rivals = text_of(page, "rivals")
    for verdict in numbers.verdicts:
        assert verdict["sentence_en"] in rivals
        for rival in verdict["rivals"]:
            assert f"{rival['auc']['value']:.3f}" in rivals
            assert f"+{rival['difference']['value']:.3f}" in rivals
    head = text_of(page, "asked")
    assert f"{numbers.evaluation['n']:,}" in head
    assert f"{numbers.evaluation['auc']['value']:.3f}" in head
    assert f"{100 * numbers.evaluation['base_rate']:.1f} %" in head
    assert f"{100 * numbers.evaluation['capture']['0.2']:.0f} %" in head
    shown = text_of(page, "shap")
    for row in numbers.importance["main"][:10]:
        assert f"{row['mean_abs']:.3f}" in shown
        assert row["meaning_en"] in shown
    assert f"{numbers.importance['main'][10]['mean_abs']:.3f} " not in shown.split("summed")[0]
    months = text_of(page, "months")
    for month in numbers.by_month:
        assert f"{100 * (month['predicted'] or 0):.1f} %" in months
        assert f"{month['auc']['value']:.3f}" in months
    population = text_of(page, "population")
    for part in (*numbers.population["by_bucket"], *numbers.population["by_part"]):
        assert f"{part['rows']:,} {part['borrowers']:,} {part['events']:,}" in population
        assert f"{(part['money'] or 0) / 100:,.0f}" in population
    for limit in numbers.limits:
        assert limit["text_en"] in text_of(page, "limits")


def test_provenance_names_everything_a_figure_hangs_on() -> None:
    origin = origin_of()
    page = bare_page(example_numbers(), "en")
    for fact in (
        origin.command, origin.standing.run_id, origin.rows.digest, origin.sample_digest, origin.commit,
        example_numbers().model["content_hash"], "2026-01-02T03:04:05Z", "lightgbm 4.7.0",
    ):  # fmt: skip
        assert fact in page
    assert "equal: all 14 head figures" in text_of(page, "origin")


def test_figures_that_differ_from_the_sealed_ones_are_said() -> None:
    from pipelines.report.comparison import Comparison

    page = bare_page(example_numbers(), "en", comparison=Comparison(14, ("auc.value", "ks")))
    assert "NOT equal: 2 of 14 head figures differ (auc.value, ks)" in text_of(page, "origin")
    assert "not applicable" in text_of(bare_page(example_numbers(), "en", comparison=None), "origin")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_has_audited_labels_stands_on_the_first_page(language: Language) -> None:
    numbers = willful_example()
    assert numbers.willful is not None
    said = numbers.willful["audited_labels_zh" if language == "zh" else "audited_labels_en"]
    page = bare_page(numbers, language)
    assert said in text_of(page, "asked")
    assert said in text_of(page, "rivals")
    assert text_of(page, "shap").count(Words(language).of(numbers.importance["able"][0], "meaning")) >= 2


def test_an_account_adds_up_whatever_is_told_one_by_one() -> None:
    numbers = example_numbers()
    part = numbers.accounts[0]["parts"][0]
    sizes = [0.1 * (at - 9) for at in range(20)]
    many = tuple({**part["contributions"][0], "contribution": size} for size in sizes)
    margin = part["base"] + sum(sizes) + part["rest"]
    account = {**numbers.accounts[0], "parts": ({**part, "contributions": many, "margin": margin},)}
    told = accounts_told(replace(numbers, accounts=(account,)), Words("en"))[0].parts[0]  # type: ignore[arg-type]
    assert len(told.rows) == TOLD_PER_ACCOUNT
    assert told.others == part["rest_ideas"] + 20 - TOLD_PER_ACCOUNT
    assert part["base"] + sum(row.size for row in told.rows) + told.rest == pytest.approx(margin, abs=1e-9)
    assert all(row.bar.raises == (row.size >= 0) for row in told.rows)


def test_what_speaks_for_a_model_is_what_was_proven() -> None:
    found = weighed(example_numbers(), Words("en"))
    assert found.speaks_for[0] == "1-30: beats."
    assert found.speaks_for[1] == "1-30 days: proven better than sort by days past due."
    assert found.against[:2] == ("31-60: not told.", "pooled: no proof.")
    assert "Bucket 31-60 has 100 rows: no interval." in found.against


def test_a_pooled_line_that_repeats_the_only_bucket_is_left_out() -> None:
    numbers = example_numbers()
    only = replace(
        numbers,
        verdicts=(numbers.verdicts[0], numbers.verdicts[2]),
        curves={name: numbers.curves[name] for name in ("1-30", "pooled")},
    )
    assert "All buckets" not in text_of(bare_page(only, "en"), "rivals")


def test_names_are_escaped_in_text_and_in_the_running_head() -> None:
    numbers = example_numbers()
    name = 'a"}</style><script>x</script>&'
    evil = replace(numbers, model={**numbers.model, "name": name})
    page = bare_page(evil, "en", command=f"duecourse report '{name}'")
    assert "script" not in read(page).tags
    assert page.count("</style>") == 1
    assert not read(page).wrong


def test_what_cannot_be_told_is_a_dash_with_its_reason() -> None:
    gone = {"value": None, "low": None, "high": None}
    numbers = example_numbers()
    untold: ReportNumbers = replace(
        numbers,
        evaluation={**numbers.evaluation, "auc": gone, "ks": None, "brier": None, "base_rate": None,
                    "calibration": {"slope": None, "intercept": None}, "cash_capture": None,
                    "capture": {"0.1": None, "0.2": None, "0.3": None}},
        by_month=(),
        absent=(absent("evaluation.cash_capture"),),
    )  # fmt: skip
    page = bare_page(untold, "en")
    assert "nothing can be said about stability" in text_of(page, "months")
    assert "too few rows" in text_of(page, "limits")
    assert "None" not in " ".join(text for _, text in read(page).texts)
    assert "nan" not in " ".join(text for _, text in read(page).texts).lower().split()


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert bare_page(willful_example(), "zh") == bare_page(willful_example(), "zh")


def test_an_absent_picture_is_said_and_breaks_nothing() -> None:
    assert Pictures().split is None
    assert "cannot be drawn" in bare_page(example_numbers(), "en")
