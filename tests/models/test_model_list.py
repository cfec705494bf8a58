"""The plain list of models: written whole, read back as it was, refused in words when it is something else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.model_list import ListedModel, ModelListDamaged, read_model_list, write_model_list


def model(**changes: Any) -> ListedModel:
    base = {
        "name": "roll_30",
        "version": "2",
        "content_hash": "ab" * 32,
        "aliases": ("challenger",),
        "run_id": "c0ffee",
        "experiment_id": "1",
        "registered_at": "2026-03-02T12:00:00+00:00",
        "target": "roll_30",
        "window": "30d",
        "kind": "classifier",
        "metrics": {"n": 5, "auc": {"value": 0.7, "low": None, "high": None}, "notes": ["多少"]},
        "approved_by": ("Li Hua",),
    }
    return ListedModel(**{**base, **changes})


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    both = (model(), model(version="1", aliases=(), approved_by=()))
    write_model_list(tmp_path, both)
    assert read_model_list(tmp_path) == both
    assert [file.name for file in tmp_path.iterdir()] == ["models.json"]


def test_a_home_without_a_list_has_no_models(tmp_path: Path) -> None:
    assert read_model_list(tmp_path / "nowhere") == ()


def damaged(**changes: Any) -> bytes:
    row = json.loads(json.dumps(model().__dict__)) | changes
    return json.dumps({"format": 1, "models": [row]}).encode()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(b"", "no JSON", id="an empty file"),
        pytest.param(b'{"format": 1, "mod', "no JSON", id="a file cut short"),
        pytest.param(b"\xff\xfe", "no text", id="bytes"),
        pytest.param(b"[]", "format 'list'", id="a list alone"),
        pytest.param(b'{"format": 2, "models": []}', "format 2", id="another version's format"),
        pytest.param(b'{"format": 1}', "no list", id="no models"),
        pytest.param(b'{"format": 1, "models": [7]}', r"model 1 \(int\)", id="a number for a model"),
        pytest.param(damaged(mood="good"), r"model 1 \(mood\)", id="a field nobody knows"),
        pytest.param(damaged(version=2), r"model 1 \(version\)", id="a version that is a number"),
        pytest.param(damaged(aliases="champion"), r"model 1 \(aliases\)", id="a text for a list of texts"),
        pytest.param(damaged(metrics=[]), r"model 1 \(metrics\)", id="a list for figures"),
    ],
)
def test_a_damaged_list_is_refused_in_words(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "models.json").write_bytes(content)
    with pytest.raises(
        ModelListDamaged, match=rf"Expected the list of models .* found .*{found}.* remove it"
    ):
        read_model_list(tmp_path)


def test_a_list_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    write_model_list(tmp_path, [model()])
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_model_list(tmp_path, [model(metrics={"n": float("nan")})])
    assert read_model_list(tmp_path) == (model(),)
