"""The registry keeps the plain list of models: after registering, after approving, and anew when it was lost."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from models.approvals import ApprovalRefused
from models.model_list import ListedModel, read_model_list
from models.registry import Registry
from tests.models.registry_builders import NOON, TAGS, trained

pytestmark = pytest.mark.xdist_group("mlflow")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Return a registry of one version; nobody has approved it."""
    registry = Registry(tmp_path_factory.mktemp("listed"))
    one = trained(1)
    registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)
    return registry


def only(registry: Registry) -> ListedModel:
    (model,) = read_model_list(registry.home)
    return model


def test_registering_lists_the_version_with_its_run_and_figures(registry: Registry) -> None:
    import mlflow

    model, (version,) = only(registry), registry.versions()
    assert (model.name, model.version, model.content_hash) == ("roll_30", "1", version.content_hash)
    assert (model.aliases, model.target, model.kind) == (("challenger",), "roll_30", "classifier")
    assert model.approved_by == ()
    assert datetime.fromisoformat(model.registered_at).utcoffset() is not None
    run = mlflow.MlflowClient(tracking_uri=registry.tracking_uri).get_run(model.run_id)
    assert run.info.experiment_id == model.experiment_id
    logged = json.loads(next(registry.home.rglob("evaluation.json")).read_text())
    assert model.metrics == {name: value for name, value in logged.items() if name != "curves"}
    assert model.metrics["auc"]["value"] == run.data.metrics["auc.value"]


def test_every_step_of_approving_is_listed(registry: Registry) -> None:
    registry.promote("roll_30/1", by="Li Hua", at=NOON)
    assert (only(registry).aliases, only(registry).approved_by) == (("challenger",), ("Li Hua",))
    registry.promote("roll_30/1", by="Wang Wei", at=NOON)
    assert (only(registry).aliases, only(registry).approved_by) == (("champion",), ("Li Hua", "Wang Wei"))


@pytest.mark.parametrize("left", [None, b'{"format": 1, "models": ['], ids=["no file", "half a file"])
def test_a_lost_list_is_made_good_by_the_next_registration(registry: Registry, left: bytes | None) -> None:
    before = only(registry)
    file = registry.home / "models.json"
    file.unlink()
    if left is not None:
        file.write_bytes(left)
    one = trained(1)
    registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)
    assert only(registry) == before


def test_versions_of_others_and_forgotten_runs_do_not_stop_the_list(registry: Registry) -> None:
    import mlflow

    before = only(registry)
    client = mlflow.MlflowClient(tracking_uri=registry.tracking_uri)
    client.create_registered_model("foreign")
    client.create_model_version("foreign", "runs:/0/model")
    client.delete_run(before.run_id)
    registry.write_list()
    client.restore_run(before.run_id)
    listed = only(registry)
    assert (listed.name, listed.run_id, listed.experiment_id) == ("roll_30", "", "")
    assert listed.metrics == before.metrics
    registry.write_list()
    assert only(registry) == before


def test_a_broken_ledger_names_nobody_and_stops_no_listing(registry: Registry) -> None:
    ledger: Path = registry.approvals.ledger.path
    whole = ledger.read_bytes() if ledger.exists() else b""
    ledger.write_bytes(b"torn\n")
    registry.write_list()
    torn = only(registry).approved_by
    ledger.write_bytes(whole)
    registry.write_list()
    assert torn == ()


def test_approving_again_after_an_interruption_heals_the_list(tmp_path: Path) -> None:
    """Recorded, then killed before the list was written: whoever approves next, even in vain, makes it good."""
    registry, one = Registry(tmp_path), trained(1)
    registry.log_and_register(one.bundle, evaluation=one.evaluation, params=one.params, tags=TAGS)

    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(registry, "write_list", killed)
        with pytest.raises(KeyboardInterrupt):
            registry.promote("roll_30/1", by="Li Hua", at=NOON)
    assert only(registry).approved_by == ()
    with pytest.raises(ApprovalRefused, match="Li Hua again"):
        registry.promote("roll_30/1", by="Li Hua", at=NOON)
    assert only(registry).approved_by == ("Li Hua",)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(registry, "write_list", killed)
        with pytest.raises(KeyboardInterrupt):
            registry.promote("roll_30/1", by="Wang Wei", at=NOON)
    assert only(registry).aliases == ("challenger",)
    (tmp_path / "models.json").unlink()
    assert "nothing to do" in registry.promote("roll_30/1", by="Wang Wei", at=NOON).note
    assert (only(registry).aliases, only(registry).approved_by) == (("champion",), ("Li Hua", "Wang Wei"))
