"""How the text of a source is read: instants without a zone, rows below a blank line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.sources.source_file import read_file
from pipelines.sources.text import localised


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        pytest.param("2024-03-01 09:00", "Asia/Shanghai", "2024-03-01T01:00:00Z", id="minutes"),
        pytest.param("2024-03-01T09:00:01.5", "Asia/Shanghai", "2024-03-01T01:00:01.5Z", id="fractions"),
        pytest.param("2024-03-01", "Asia/Shanghai", "2024-02-29T16:00:00Z", id="a day: its first instant"),
        pytest.param(
            "2024-10-27 02:30", "Europe/Warsaw", "2024-10-27T01:30:00Z", id="an hour told twice: the later"
        ),
        pytest.param(
            "2024-03-31 02:30", "Europe/Warsaw", "2024-03-31T01:00:00Z", id="an hour that was skipped"
        ),
    ],
)
def test_an_instant_without_a_zone_is_read_in_the_books(text: str, zone: str, expected: str) -> None:
    values, count = localised(pa.array([text, "2024-01-01T00:00:00Z", None, "soon"]), time_zone=zone)
    assert count == 1
    assert values.to_pylist()[1:] == ["2024-01-01T00:00:00Z", None, "soon"]
    assert dt.datetime.fromisoformat(values[0].as_py()) == dt.datetime.fromisoformat(expected)


def test_rows_are_numbered_as_the_file_numbers_them_below_a_blank_line(tmp_path: Path) -> None:
    file = tmp_path / "panel.csv"
    file.write_text("id,month\na,1\n\nb,2\n", encoding="utf-8")
    origin = read_file(file, table="panel").origin
    assert [origin.row(place) for place in range(2)] == ["panel.csv row 2", "panel.csv row 4"]
