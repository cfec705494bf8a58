"""Which approved model speaks for which slice."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.buckets import BUCKETS
from serving.model_map import MapRefused, read_map


def test_the_house_map_reads_and_speaks_for_every_overdue_bucket() -> None:
    table = read_map()
    for bucket in BUCKETS[1:]:
        assert table.models_for(bucket=bucket, product="anything")
    assert table.models_for(bucket="current", product="cash") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("version = '1'", "slice", id="a map without slices"),
        pytest.param(
            "version = '1'\n[[slice]]\nbucket='1-30'\nproduct='*'", "model", id="a slice without a model"
        ),
        pytest.param(
            "version = '1'\n[[slice]]\nbucket='1-29'\nproduct='*'\nmodel='roll_30'",
            "1-29",
            id="a bucket nobody knows",
        ),
        pytest.param(
            "version = '1'\n" + "[[slice]]\nbucket='1-30'\nproduct='*'\nmodel='roll_30'\n" * 2,
            "two",
            id="one line twice",
        ),
        pytest.param("version = ", "Invalid", id="no TOML at all"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, found: str) -> None:
    file = tmp_path / "map.toml"
    file.write_text(text)
    with pytest.raises(MapRefused, match=found):
        read_map(file)


def test_a_model_that_looks_at_first_mornings_alone_speaks_for_no_night(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    line = '[[slice]]\nbucket = "1-30"\nproduct = "*"\nmodel = "first_instalment_late"\n'
    path.write_text(f'version = "1"\n{line}', encoding="utf-8")
    with pytest.raises(MapRefused, match="on its first morning alone"):
        read_map(path)
