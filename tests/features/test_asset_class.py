"""The five-category class: every edge of the thresholds, rescheduled loans, and what the file must say."""

from __future__ import annotations

import datetime as dt

import pytest

from features.asset_class import (
    ASSET_CLASSES,
    NoAssetClasses,
    asset_class,
    class_rules,
    class_version,
    class_words,
)


@pytest.mark.parametrize(
    ("dpd", "code", "rescheduled"),
    [
        pytest.param(0, "normal", "special_mention", id="current"),
        pytest.param(1, "special_mention", "special_mention", id="any overdue is special mention"),
        pytest.param(90, "special_mention", "special_mention", id="up to 90 days"),
        pytest.param(91, "substandard", "substandard", id="more than 90"),
        pytest.param(270, "substandard", "substandard", id="up to 270"),
        pytest.param(271, "doubtful", "doubtful", id="more than 270"),
        pytest.param(360, "doubtful", "doubtful", id="up to 360"),
        pytest.param(361, "loss", "loss", id="more than 360"),
        pytest.param(9_999, "loss", "loss", id="years"),
    ],
)
def test_the_class_by_days_past_due(dpd: int, code: str, rescheduled: str) -> None:
    assert asset_class([dpd]).tolist() == [code]
    assert asset_class([dpd, dpd], rescheduled=[False, True]).tolist() == [code, rescheduled]


def test_nobody_is_classed_by_rules_of_another_country() -> None:
    with pytest.raises(NoAssetClasses, match=r"expected a country of asset_class\.toml \(CN\); found 'PL'"):
        asset_class([5], country="PL")


def test_the_file_names_its_source_and_the_day_it_was_reviewed() -> None:
    rules = class_rules("CN")
    assert rules.source.startswith("Measures for the Risk Classification")
    assert rules.reviewed_on >= dt.date(2026, 11, 1)
    assert rules.check, "the figures were not read in the regulator's own text"
    assert class_version()


def test_every_class_has_words_in_both_languages() -> None:
    assert [class_words(code)[1] for code in ASSET_CLASSES] == ["正常", "关注", "次级", "可疑", "损失"]
    assert all(class_words(code)[0] for code in ASSET_CLASSES)
