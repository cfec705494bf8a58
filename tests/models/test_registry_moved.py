"""A home that was copied or moved is a home of its own: it is trained in and read from, and the old one is not touched."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from models.bundle import Bundle
from models.model_list import read_model_list
from models.registry import Registry
from models.store_file import StoreDamaged
from models.store_place import follow_home
from tests.models.registry_builders import NOON, TAGS, accounts, trained

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with one version in force."""
    home = tmp_path_factory.mktemp("moved") / "old home 家"
    registry = Registry(home)
    one = trained(1)
    registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)
    for name in ("Li Hua", "Wang Wei"):
        registry.promote("roll_30/1", by=name, at=NOON)
    return home


def state_of(home: Path) -> dict[str, str]:
    """Return the digest of every file of a home."""
    return {
        str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(home.rglob("*"))
        if file.is_file()
    }


def addresses_of(home: Path) -> set[str]:
    """Return every address of a file in MLflow's records of a home, but for MLflow's own first experiment."""
    with closing(sqlite3.connect(home / "mlflow.db")) as store:
        return {
            address
            for query in (
                "SELECT artifact_location FROM experiments WHERE experiment_id <> 0",
                "SELECT artifact_uri FROM runs",
                "SELECT artifact_location FROM logged_models",
                "SELECT storage_location FROM model_versions",
            )
            for (address,) in store.execute(query)
        }


def test_training_in_a_copied_home_stays_in_the_copy(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(old, new)
    before, two = state_of(old), trained(2)
    made = Registry(new).log_and_register(two.bundle, evaluation=two.evaluation, params=two.params, tags=TAGS)
    assert state_of(old) == before
    assert (made.version, made.fresh, made.path.is_relative_to(new)) == ("2", True, True)
    assert Bundle.load(made.path, expected_hash=two.bundle.content_hash).name == "roll_30"
    assert all(address.startswith(f"{new.as_uri()}/mlartifacts") for address in addresses_of(new))
    listed = read_model_list(new)
    assert [one.version for one in listed] == ["2", "1"]
    assert all(one.metrics for one in listed), "the figures of both are found in the copy"


def test_a_moved_home_answers_a_data_scientist_without_the_old_one(old: Path, tmp_path: Path) -> None:
    import mlflow

    new = tmp_path / "moved here 家"
    shutil.copytree(old, tmp_path / "on the way")
    (tmp_path / "on the way").rename(new)
    registry, before = Registry(new), mlflow.get_tracking_uri()
    assert registry.resolve("roll_30@champion").path.is_relative_to(new)
    mlflow.set_tracking_uri(registry.tracking_uri)
    try:
        place = Path(mlflow.artifacts.download_artifacts("models:/roll_30@champion"))
        assert place.is_relative_to(new)
        found = mlflow.pyfunc.load_model("models:/roll_30@champion").predict(accounts(7, 20))
    finally:
        mlflow.set_tracking_uri(before)
    pd.testing.assert_frame_equal(found, trained(1).bundle.score(accounts(7, 20)))


def test_records_that_name_their_own_home_are_not_written(old: Path) -> None:
    before = state_of(old)
    assert follow_home(old / "mlflow.db", home=old.resolve()) == ()
    assert state_of(old) == before


def test_addresses_change_together_or_not_at_all(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(old, new)
    with closing(sqlite3.connect(new / "mlflow.db")) as store, store:
        store.execute(
            "CREATE TRIGGER stop BEFORE UPDATE ON model_versions BEGIN SELECT raise(ABORT, 'disk full'); END"
        )
    before = addresses_of(new)
    with pytest.raises(
        StoreDamaged, match=r"found files of .*old home 家.*copied or moved.*disk full.*try again"
    ):
        Registry(new).versions()
    assert addresses_of(new) == before


def test_a_longer_name_that_begins_alike_is_another_place(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(old, new)
    alike = f"{old.resolve().as_uri()}/mlartifacts-of-others/run"
    with closing(sqlite3.connect(new / "mlflow.db")) as store, store:
        store.execute("UPDATE runs SET artifact_uri = ?", (alike,))
    assert follow_home(new / "mlflow.db", home=new) == (old.resolve(),)
    assert alike in addresses_of(new)
