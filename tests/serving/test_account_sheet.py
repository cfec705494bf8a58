from __future__ import annotations

import json

import pytest

from serving.account_sheet import SheetUnreadable, sheet_from_json, sheet_to_json
from tests.serving.sheet_builders import sheet


def test_a_sheet_survives_being_written_as_json() -> None:
    one = sheet(arrears_fee=None, timeline_older=7)

    assert sheet_from_json(json.loads(json.dumps(sheet_to_json(one)))) == one


def test_a_split_is_known_only_when_every_part_is() -> None:
    assert sheet().arrears_split == 15_000
    assert sheet(arrears_interest=None).arrears_split is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param({"mood": "angry"}, r"AccountSheet.*\['mood'\]", id="a field this version does not know"),
        pytest.param({"unpaid": [{"number": 1}]}, "UnpaidInstalment", id="an instalment without its amounts"),
        pytest.param({"timeline": [["2024-01-01"]]}, "TimelineItem", id="an item that is no record"),
        pytest.param({"timeline": "gone"}, "list of TimelineItem", id="a timeline that is no list"),
    ],
)
def test_a_sheet_of_another_version_is_refused_in_words(change: dict[str, object], named: str) -> None:
    with pytest.raises(SheetUnreadable, match=named):
        sheet_from_json({**sheet_to_json(sheet()), **change})


def test_a_sheet_without_a_field_is_refused_by_its_name() -> None:
    stored = sheet_to_json(sheet())
    del stored["country"]

    with pytest.raises(SheetUnreadable, match="country"):
        sheet_from_json(stored)
