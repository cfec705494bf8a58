"""The registry on a real store with real, tiny models: from training to a release, and what is refused."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from models.approval_ledger import LedgerBroken
from models.approvals import ApprovalRefused, released
from models.bundle import Bundle
from models.registry import Registry, UnknownModel
from models.releases import ReleaseRefused
from models.store_file import StoreDamaged, make_store
from models.training import Trained
from models.versions import Version, chosen
from tests.models.registry_builders import NOON, TAGS, accounts, trained

pytestmark = pytest.mark.xdist_group("mlflow")


@dataclass(frozen=True)
class Store:
    """A registry with two versions of roll_30; nothing is promoted yet."""

    registry: Registry
    first: Trained
    second: Trained
    versions: tuple[Version, Version]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    registry = Registry(tmp_path_factory.mktemp("home") / "var")
    first, second = trained(1), trained(2)
    made = tuple(
        registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)
        for one in (first, second)
    )
    return Store(registry, first, second, (made[0], made[1]))


def rows_of(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return what stands in MLflow's own database."""
    connection = sqlite3.connect(store.registry.home / "mlflow.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_a_version_holds_the_bundle_its_figures_plots_and_tags(store: Store) -> None:
    first = store.versions[0]
    assert (first.name, first.version, first.fresh) == ("roll_30", "1", True)
    assert Bundle.load(first.path, expected_hash=store.first.bundle.content_hash).name == "roll_30"
    tags = dict(rows_of(store, "select key, value from model_version_tags where version = 1"))
    assert tags["content_hash"] == first.content_hash
    assert (tags["book_hash"], tags["git_commit"]) == (TAGS["book_hash"], TAGS["git_commit"])
    metrics = dict(rows_of(store, "select key, value from latest_metrics"))
    assert {"n", "auc.value", "auc.low", "ks", "capture.0.2", "calibration.slope"} <= set(metrics)
    artifacts = {
        path.name: path for path in (store.registry.home / "mlartifacts").rglob("*") if path.is_file()
    }
    assert {
        "evaluation.json",
        "reliability.png",
        "capture.png",
        "bucket_auc.png",
        "contributions.png",
        "MLmodel",
    } <= set(artifacts)
    assert json.loads(artifacts["evaluation.json"].read_text())["target"] == "roll_30"
    assert not [name for name in artifacts if name.endswith((".pkl", ".pickle", ".joblib"))]


def test_the_example_is_made_up_and_no_borrower_is_in_the_store(store: Store) -> None:
    everything = b"".join(p.read_bytes() for p in store.registry.home.rglob("*") if p.is_file())
    assert b"BORROWER-" not in everything
    example = next(store.registry.home.rglob("input_example.json"))
    assert json.loads(example.read_text())["columns"] == ["dpd", "paid", "product"]


def test_telemetry_is_off_once_the_registry_was_used(store: Store) -> None:
    assert store.versions
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_the_same_content_makes_no_second_version(store: Store) -> None:
    again = store.registry.log_and_register(
        store.second.bundle, evaluation=store.second.evaluation, params={}, tags=TAGS
    )
    assert (again.version, again.fresh) == ("2", False)
    assert [one.version for one in store.registry.versions("roll_30")] == ["2", "1"]
    assert store.registry.versions("roll_60") == ()


def test_every_way_of_naming_a_model_finds_it(store: Store) -> None:
    registry, (first, second) = store.registry, store.versions
    assert registry.resolve("roll_30@challenger").content_hash == second.content_hash
    assert registry.resolve("roll_30/1").path == first.path
    assert registry.resolve(first.content_hash).version == "1"
    assert registry.resolve(first.content_hash[:8]).version == "1"
    by_folder = registry.resolve(str(first.path))
    assert (by_folder.name, by_folder.version, by_folder.content_hash) == ("", "", first.content_hash)


@pytest.mark.parametrize(
    "model", ["roll_30", "roll_30@champion", "roll_30/9", "roll_60/1", "deadbeef", "no/such/folder", "", " "]
)
def test_an_unknown_model_is_refused_with_a_list_of_what_is_there(store: Store, model: str) -> None:
    with pytest.raises(UnknownModel, match=r"There are: roll_30/2 @challenger, roll_30/1\."):
        store.registry.resolve(model)


def test_an_ambiguous_hash_lists_what_it_could_mean() -> None:
    there = [Version("a", "1", "ab" * 32, Path("x")), Version("b", "1", "ab" * 31 + "cd", Path("y"))]
    with pytest.raises(UnknownModel, match=r"names 2 models: a/1 .*, b/1"):
        chosen("abababab", there)
    with pytest.raises(UnknownModel, match="no model is registered"):
        chosen("roll_30/1", [])


def test_promotion_needs_two_people_and_then_releases_and_serves(store: Store) -> None:
    registry, hash_ = store.registry, store.versions[1].content_hash
    one = registry.promote("roll_30@challenger", by="Li Hua", at=NOON)
    assert (one.in_force, one.approvals_missing, one.release) == (False, 1, None)
    assert released(registry.home, "roll_30") is None
    with pytest.raises(ApprovalRefused, match="Expected a second person"):
        registry.promote("roll_30/2", by="li hua", at=NOON)
    two = registry.promote(hash_, by="Wang Wei", at=NOON)
    assert (two.in_force, two.approved_by) == (True, ("Li Hua", "Wang Wei"))
    champion = registry.resolve("roll_30@champion")
    assert (champion.version, champion.aliases) == ("2", ("champion",)), (
        "it waits no longer: no challenger alias"
    )
    folder = released(registry.home, "roll_30")
    assert folder is not None
    table = accounts(7, 20)
    served = Bundle.load(folder, expected_hash=hash_).score(table)
    pd.testing.assert_frame_equal(served, store.second.bundle.score(table))
    repeated = registry.promote("roll_30@champion", by="Zhao Lei", at=NOON)
    assert repeated.in_force
    assert "nothing to do" in repeated.note
    assert len(registry.approvals.ledger.entries()) == 3
    kept = registry.log_and_register(
        store.second.bundle, evaluation=store.second.evaluation, params={}, tags=TAGS
    )
    assert kept.aliases == ("champion",), "a champion trained again does not wait for approval"
    assert_loads_by_alias(store, table)
    assert_touched_homes_are_refused(store, folder)


def assert_loads_by_alias(store: Store, table: pd.DataFrame) -> None:
    """Assert that a data scientist who loads the champion gets the bundle's answers."""
    import mlflow

    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(store.registry.tracking_uri)
    try:
        loaded = mlflow.pyfunc.load_model("models:/roll_30@champion")
        strange: list[Any] = [None, "never seen", *table["product"][2:]]
        odd = table.assign(product=strange, dpd=[np.nan, *table["dpd"][1:]])
        for frame in (table, odd):
            columns = frame[["product", "paid", "dpd"]]
            found = loaded.predict(columns)
            assert list(found.columns) == ["probability", "margin", "band"]
            pd.testing.assert_frame_equal(found, store.second.bundle.score(columns))
    finally:
        mlflow.set_tracking_uri(before)


def assert_touched_homes_are_refused(store: Store, folder: Path) -> None:
    """Assert that a cut ledger and a touched release stop the next promotion."""
    ledger = store.registry.approvals.ledger.path
    whole = ledger.read_bytes()
    ledger.write_bytes(b"".join(whole.splitlines(keepends=True)[:1]))
    with pytest.raises(LedgerBroken, match="its end was cut off"):
        store.registry.promote("roll_30/1", by="Li Hua", at=NOON)
    ledger.write_bytes(whole)
    text = folder / "components" / "main" / "model.txt"
    sound = text.read_bytes()
    text.write_bytes(sound.replace(b"tree", b"tref", 1))
    with pytest.raises(ReleaseRefused, match=r"model\.txt"):
        released(store.registry.home, "roll_30")
    with pytest.raises(ReleaseRefused, match=r"model\.txt"):
        store.registry.promote("roll_30@champion", by="Li Hua", at=NOON)
    text.write_bytes(sound)


def test_a_folder_that_is_not_registered_cannot_be_promoted(store: Store, tmp_path: Path) -> None:
    folder = trained(3).bundle.write(tmp_path / "bundle")
    with pytest.raises(UnknownModel, match="which none answers to"):
        store.registry.promote(str(folder), by="Li Hua", at=NOON)


def test_a_version_registered_by_others_is_not_ours_to_name(store: Store) -> None:
    import mlflow

    client = mlflow.MlflowClient(tracking_uri=store.registry.tracking_uri)
    client.create_registered_model("foreign")
    client.create_model_version("foreign", "runs:/0/model")
    assert store.registry.versions("foreign") == ()
    with pytest.raises(UnknownModel):
        store.registry.resolve("foreign/1")


def test_an_interrupted_promotion_is_finished_by_the_next_call(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    registry, first = store.registry, store.versions[0]
    registry.promote("roll_30/1", by="Li Hua", at=NOON)
    before = released(registry.home, "roll_30")
    with monkeypatch.context() as patched:
        patched.setattr("models.registry.point_to", disk_full)
        with pytest.raises(OSError, match="no space left"):
            registry.promote("roll_30/1", by="Wang Wei", at=NOON)
    assert released(registry.home, "roll_30") == before, "the service stays with the model it had"
    lines = len(registry.approvals.ledger.entries())
    assert registry.promote("roll_30/1", by="Wang Wei", at=NOON).in_force
    assert len(registry.approvals.ledger.entries()) == lines
    folder = released(registry.home, "roll_30")
    assert folder is not None
    assert folder.parent.name == first.content_hash
    assert registry.resolve("roll_30@champion").version == "1"


def test_a_store_that_was_interrupted_while_it_was_made_is_not_there(tmp_path: Path) -> None:
    def interrupted(uri: str) -> None:
        Path(uri.removeprefix("sqlite:///")).write_bytes(b"half a store")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_store(tmp_path / "mlflow.db", interrupted)
    assert not list(tmp_path.iterdir())


def test_who_comes_second_uses_the_store_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"

    def overtaken(uri: str) -> None:
        Path(uri.removeprefix("sqlite:///")).write_bytes(b"second")
        file.write_bytes(b"first")

    make_store(file, overtaken)
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"garbage", b""])
def test_a_file_that_is_no_store_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mlflow.db").write_bytes(content)
    with pytest.raises(StoreDamaged, match="Restore it from a copy"):
        Registry(tmp_path).versions()


def test_a_home_may_have_spaces_and_letters_of_any_script(tmp_path: Path) -> None:
    assert Registry(tmp_path / "my home 家").versions() == ()
