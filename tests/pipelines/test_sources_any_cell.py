"""Whatever stands in a cell of a source's file: a sound book, or a refusal that leaves nothing behind."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.check import check_book
from features.problem import BookRefused
from pipelines.sources.importing import import_source
from tests.pipelines.source_rows import FIXTURES, Row, read_rows

CHINA: dict[str, Any] = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}
STRANGE = (
    "", "0", "-1", "1e400", "nan", "inf", "x", "9" * 22, "2017-13-01", "0001-01-01 00:00:00",
    "9999-12-31 23:59:59", "2017-03-26 02:30:00", "2017-01-01T00:00:00Z", "1.5", " 1", "None", "true", "２",
    "1_000", "0x1", "'", '"', "a" * 500,
)  # fmt: skip


def written(folder: Path, files: dict[str, list[Row]]) -> None:
    for name, rows in files.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


@pytest.mark.parametrize(
    ("source", "options"),
    [
        pytest.param("credit-record", CHINA, id="monthly statuses"),
        pytest.param("uci", {}, id="credit card accounts"),
        pytest.param("superlender", {}, id="micro-loans"),
        pytest.param("kruk", {}, id="purchased debts"),
    ],
)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_strange_cell_gives_a_sound_book_or_a_refusal(
    source: str, options: dict[str, Any], data: st.DataObject
) -> None:
    folder = FIXTURES / f"{source.replace('-', '_')}_30"
    files = {file.stem: read_rows(file) for file in sorted(folder.iterdir())}
    for _ in range(data.draw(st.integers(1, 3))):
        rows = files[data.draw(st.sampled_from(sorted(files)))]
        column = data.draw(st.sampled_from(list(rows[0])))
        strange = data.draw(st.sampled_from(STRANGE))
        for row in rows if data.draw(st.booleans()) else [data.draw(st.sampled_from(rows))]:
            row[column] = strange
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "source").mkdir()
        written(Path(place) / "source", files)
        out = Path(place) / "book"
        try:
            import_source(source, Path(place) / "source", out=out, **options)
        except BookRefused:
            assert not out.exists()
        else:
            assert check_book(out) == []
