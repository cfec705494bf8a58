"""Every column says what it means; a column that does not is refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features.build import house_features
from features.catalogue import Catalogue, FeatureWithoutText, NameTaken, UnknownFeature, feature, format_value
from features.contracts import TABLES
from features.feature_spec import attribute_spec

ROW: dict[str, Any] = {
    "unit": "days",
    "purpose": "tests",
    "group": "tests",
    "sources": ("loans",),
    "zh": "测试",
    "reason_en": "{value} days",
    "reason_zh": "{value} 天",
}


@pytest.mark.parametrize("spec", [item.spec for item in house_features()], ids=lambda spec: spec.name)
def test_a_feature_is_explained_in_both_languages(spec: Any) -> None:
    assert re.search("[一-鿿]", spec.meaning_zh)
    assert re.search("[一-鿿]", spec.reason_zh)
    assert spec.meaning_en[0].isupper()
    assert "{value}" in spec.reason_en
    assert "{value}" in spec.reason_zh
    assert set(spec.sources) <= set(TABLES)
    assert "protected" not in spec.sources
    assert spec.reason(1.0, language="en")
    assert not re.search(r'[",:\[\]{}]', spec.name)  # LightGBM refuses these


def test_there_are_features_enough_and_their_names_are_their_own() -> None:
    names = [item.spec.name for item in house_features()]
    assert len(names) >= 180
    assert len(set(names)) == len(names)


def test_capacity_and_willingness_are_kept_apart() -> None:
    by_axis = {
        axis: {i.spec.group for i in house_features() if i.spec.axis == axis}
        for axis in ("capacity", "willingness")
    }
    assert {"income", "circumstances"} <= by_axis["capacity"]
    assert {"cooperation"} <= by_axis["willingness"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"zh": " "}, "a meaning in Chinese", id="no meaning in Chinese"),
        pytest.param({"reason_en": "days"}, "a reason in English", id="the English reason lacks the value"),
        pytest.param({"reason_zh": ""}, "a reason in Chinese", id="no reason in Chinese"),
        pytest.param({"unit": "parsecs"}, "a unit among", id="a unit nobody knows"),
        pytest.param({"direction": 2}, "a direction", id="a direction out of range"),
        pytest.param({"group": ""}, "a group", id="no group"),
        pytest.param({"sources": ()}, "source table", id="no source"),
    ],
)
def test_a_feature_without_its_catalogue_text_is_refused(change: dict[str, Any], said: str) -> None:
    def nameless_7d(history: Any) -> Any:
        """Return nothing."""

    with pytest.raises(FeatureWithoutText, match=said):
        feature(**{**ROW, **change})(nameless_7d)


def test_a_feature_without_a_docstring_is_refused() -> None:
    def silent_7d(history: Any) -> Any:
        return history

    with pytest.raises(FeatureWithoutText, match="begins with 'Return'"):
        feature(**ROW)(silent_7d)


def test_a_name_belongs_to_one_module() -> None:
    def dpd_latest(history: Any) -> Any:
        """Return something else."""

    with pytest.raises(NameTaken, match=r"features\.definitions\.arrears"):
        feature(**ROW)(dpd_latest)


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [
        pytest.param(123_456, "minor units", "en", "1,234.56", id="money in major units"),
        pytest.param(0.256, "share", "zh", "26 %", id="a share in percent"),
        pytest.param(1.0, "yes/no", "zh", "是", id="yes in Chinese"),
        pytest.param(0.0, "yes/no", "en", "no", id="no in English"),
        pytest.param(np.float32(31), "days", "en", "31", id="a whole number without decimals"),
        pytest.param(1.5, "ratio", "en", "1.50", id="a ratio with two"),
        pytest.param(None, "days", "en", "unknown", id="nothing is unknown"),
        pytest.param(np.float32("nan"), "days", "zh", "未知", id="missing is unknown in Chinese"),
        pytest.param("employed", "code", "zh", "employed", id="a code as it is"),
    ],
)
def test_values_are_written_by_their_unit(value: Any, unit: str, language: Any, text: str) -> None:
    assert format_value(value, unit=unit, language=language) == text


def test_a_catalogue_survives_json() -> None:
    catalogue = Catalogue(tuple(item.spec for item in house_features()))
    assert Catalogue.from_json(catalogue.to_json()) == catalogue
    assert catalogue.to_json() == Catalogue.from_json(catalogue.to_json()).to_json()


def test_an_unknown_feature_is_named_beside_what_there_is() -> None:
    with pytest.raises(UnknownFeature, match=r"expected one of 1 features \(attr_a …\), found 'attr_b'"):
        Catalogue((attribute_spec("attr_a", kind="number"),)).spec("attr_b")


def test_a_teams_own_table_is_read_by_type() -> None:
    frame = pd.DataFrame({"id": ["a"], "y": [1], "limit": [1.5], "flag": [True], "grade": ["B"]})
    found = Catalogue.infer(frame, exclude=["id", "y"])
    assert [(spec.name, spec.kind, spec.direction) for spec in found] == [
        ("limit", "number", 0), ("flag", "number", 0), ("grade", "code", 0),
    ]  # fmt: skip
