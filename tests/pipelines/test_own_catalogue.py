from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from features.catalogue import Catalogue
from pipelines.own_catalogue import CatalogueUnclear, read_own_catalogue

TABLE = pd.DataFrame({"account": ["a", "b"], "days_late": [3, 9], "product": ["P-17", "P-18"]})
WHOLE = """
[days_late]
unit = "days"
low = 0
direction = 1
reason_en = "{value} days late"
reason_zh = "逾期 {value} 天"

[product]
"""


def _written(folder: Path, text: str, name: str = "words.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_a_team_says_is_kept_and_the_rest_is_inferred(tmp_path: Path) -> None:
    catalogue = read_own_catalogue(_written(tmp_path, WHOLE), frame=TABLE)
    late, product = catalogue
    assert catalogue.names == ("days_late", "product")
    assert (late.unit, late.low, late.direction) == ("days", 0, 1)
    assert late.reason(9, language="zh") == "逾期 9 天"
    assert (product.kind, product.direction) == ("code", 0)
    assert product.reason("P-17", language="en") == "product is P-17"


def test_the_catalogue_of_a_feature_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    own = Catalogue.infer(TABLE, exclude=["account"])
    path = _written(tmp_path, '{"features": ' + own.to_json() + "}", "night.catalogue.json")
    assert read_own_catalogue(path, frame=TABLE) == own


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("", "at least one column", id="an empty file"),
        pytest.param("[days_late", "TOML in UTF-8", id="no TOML"),
        pytest.param("[income]", "'income' that it lacks", id="a column the table lacks"),
        pytest.param("days_late = 3", r"a table \[days_late\]", id="a value where a table belongs"),
        pytest.param("[days_late]\ncolour = 'red'", "words among unit", id="an unknown word"),
        pytest.param("[days_late]\nunit = 'weeks'", "a unit among", id="an unknown unit"),
        pytest.param("[days_late]\ndirection = 2", "a direction of -1, 0 or 1", id="an unlawful direction"),
        pytest.param("[days_late]\ndirection = true", "a number for direction", id="true for a direction"),
        pytest.param(
            "[days_late]\nreason_en = 'late'", "{value} in reason_en", id="a reason without the value"
        ),
        pytest.param("[days_late]\nreason_zh = 3", "text for reason_zh", id="a number for a text"),
    ],
)
def test_an_unclear_catalogue_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnclear, match=told):
        read_own_catalogue(_written(tmp_path, text), frame=TABLE)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = _written(tmp_path, "[days_late]\ndirection = 5\nunit = 'weeks'\n[income]\n")
    with pytest.raises(CatalogueUnclear) as found:
        read_own_catalogue(path, frame=TABLE)
    assert len(str(found.value).splitlines()) == 3


@pytest.mark.parametrize("name", ["gone.toml", "."])
def test_a_file_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnclear, match="expected a file"):
        read_own_catalogue(tmp_path / name, frame=TABLE)


def test_a_damaged_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnclear, match="written by duecourse features"):
        read_own_catalogue(_written(tmp_path, '{"features": [{"name": 3}]}', "a.json"), frame=TABLE)
