"""A model that reads a team's own feature, in a service that knows the feature and in one that does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.book import write_book
from features.discovery import FeatureUndefined, adopt_features, adopt_folder
from models.bundle import Bundle
from pipelines import scoring
from pipelines.environment import Settings, settings_from_environment
from pipelines.night import Night
from serving.releases import ReleasedModels
from tests.features.own_module import OWN_MODULE
from tests.serving.service_builders import MORNING, desk, release_into, score_body, small_bundle, whole_book

REFUSED = r"own_payments_45d\)\. Set DUECOURSE_FEATURES to the folder that defines them"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a team's folder of features."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "rent.py").write_text(OWN_MODULE, encoding="utf-8")
    return tmp_path / "own"


@pytest.fixture
def own_bundle(folder: Path) -> Iterator[Bundle]:
    """Return a model that learnt from the feature; afterwards nothing is adopted."""
    adopt_folder(folder)
    bundle = small_bundle.__wrapped__(seed=3)
    assert "own_payments_45d" in bundle.feature_names
    adopt_features(())
    yield bundle
    adopt_features(())


def test_the_service_that_knows_the_feature_scores_with_it(
    own_bundle: Bundle, folder: Path, tmp_path: Path
) -> None:
    release_into(tmp_path, own_bundle)
    adopt_folder(folder)
    with desk(tmp_path, released=True, trial=lambda _: True) as one:
        answer = one.client.post("/v1/score", json=score_body(), headers=one.key("d", "service"))
    assert answer.json()["loans"][0]["models"][0]["model"] == own_bundle.content_hash


def test_the_service_that_does_not_know_it_refuses_the_release_by_the_features_name(
    own_bundle: Bundle, tmp_path: Path
) -> None:
    release_into(tmp_path, own_bundle)
    now = ReleasedModels(tmp_path, trial=lambda _: True).refresh()
    assert dict(now.bundles) == {}
    assert "own_payments_45d" in now.refused["roll_30"]
    assert "Set DUECOURSE_FEATURES" in now.refused["roll_30"]


def test_the_night_that_does_not_know_it_refuses_before_it_begins(
    own_bundle: Bundle, folder: Path, tmp_path: Path
) -> None:
    release_into(tmp_path, own_bundle)
    settings = Settings(home=tmp_path, threads=1)
    at = datetime(2024, 7, 31, 22, tzinfo=UTC)
    with pytest.raises(FeatureUndefined, match=REFUSED):
        Night.of(tmp_path / "book", as_of=MORNING, settings=settings, at=at)
    assert not (tmp_path / "nights").exists()
    adopt_folder(folder)
    assert Night.of(tmp_path / "book", as_of=MORNING, settings=settings, at=at).champions["roll_30"]


def test_scoring_a_book_refuses_before_it_begins_and_scores_with_the_folder(
    own_bundle: Bundle, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "load_model", lambda *_, **__: own_bundle)
    write_book(whole_book(), tmp_path / "book")
    asked = {
        "book": tmp_path / "book",
        "as_of": [MORNING],
        "out": tmp_path / "scores.parquet",
        "settings": Settings(home=tmp_path, threads=1),
    }
    with pytest.raises(FeatureUndefined, match=REFUSED):
        scoring.score_book_file("roll_30", **asked)  # type: ignore[arg-type]
    assert not (tmp_path / "scores.parquet").exists()
    adopt_folder(folder)
    assert scoring.score_book_file("roll_30", **asked).rows > 0  # type: ignore[arg-type]


def test_the_environment_names_the_folder_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from features.discovery import discovered_features

    monkeypatch.setenv("DUECOURSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUECOURSE_FEATURES", str(folder))
    try:
        assert settings_from_environment().features == folder.resolve()
        assert discovered_features()[-1].spec.name == "own_payments_45d"
    finally:
        adopt_features(())
    monkeypatch.delenv("DUECOURSE_FEATURES")
    assert settings_from_environment().features is None


def test_the_service_process_reads_the_folder_of_its_environment(folder: Path, tmp_path: Path) -> None:
    said = (
        "import os; from serving.__main__ import asked, app_of;"
        "app_of(asked(['--home', os.environ['DUECOURSE_HOME']], environ=os.environ), environ=os.environ);"
        "from features.discovery import discovered_features; print(discovered_features()[-1].spec.name)"
    )
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DUECOURSE_HOME": str(tmp_path),
        "DUECOURSE_FEATURES": str(folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", said], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "own_payments_45d", done.stderr[-2000:]
