"""Registered models: MLflow on an embedded SQLite store, and the approvals that put a model in force.

MLflow is imported when it is first needed (two seconds), with its telemetry off. A data scientist loads a
version with ``mlflow.set_tracking_uri(registry.tracking_uri)`` and
``mlflow.pyfunc.load_model("models:/roll_30@champion")``; whole numbers must be cast to float64 first, since
an integer column cannot say that a value is missing.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from models.approval_ledger import ApprovalLedger, Entry, LedgerBroken, Model
from models.approvals import APPROVALS_NEEDED, Approvals, Promotion
from models.release_keys import signing_key
from models.releases import Pointer, point_to, pointer_of, safe_name, write_release
from models.signature import example_of, flat_metrics, flat_params
from models.store_file import StoreDamaged, make_store, store_uri
from models.versions import ResolvedModel, UnknownModel, Version, chosen, folder_model

__all__ = ["Registry", "ResolvedModel", "StoreDamaged", "UnknownModel", "Version"]

if TYPE_CHECKING:
    from models.bundle import Bundle

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
"""Set before MLflow is imported: borrower data never leaves."""
REQUIREMENTS = ("lightgbm", "mlflow", "numba", "numpy", "pandas", "pyarrow", "scikit-learn")
CHAMPION, CHALLENGER = "champion", "challenger"
"""A challenger waits for approval. When it becomes champion it no longer waits, so the alias goes."""


class Registry:
    """The models of a home.

    Parameters
    ----------
    home
        ``DUECOURSE_HOME``: ``mlflow.db``, ``mlartifacts/``, ``approvals.jsonl``, ``releases/``, ``keys/``.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.releases = self.home / "releases"
        self.approvals = Approvals(ApprovalLedger(self.home / "approvals.jsonl"))

    @property
    def tracking_uri(self) -> str:
        """Return where MLflow keeps its records: give it to ``mlflow.set_tracking_uri``."""
        return store_uri(self.home / "mlflow.db")

    def log_and_register(
        self,
        bundle: Bundle,
        *,
        evaluation: Mapping[str, Any],
        params: Mapping[str, Any],
        tags: Mapping[str, str],
    ) -> Version:
        """Register a bundle as a new version of its target, with alias ``challenger``; return the version.

        The same content again makes no second version; it becomes challenger unless it is champion.

        Parameters
        ----------
        evaluation
            What `models.evaluate.evaluate` returned: metrics, plots and ``evaluation.json``.
        params
            How it was trained.
        tags
            ``book_hash`` and ``git_commit`` of the training.
        """
        name = safe_name(bundle.name)
        known = [one for one in self.versions(name) if one.content_hash == bundle.content_hash]
        with self._mlflow() as mlflow:
            if known and CHAMPION in known[0].aliases:
                return known[0]
            number = known[0].version if known else self._log(mlflow, bundle, evaluation, params, tags)
            mlflow.MlflowClient().set_registered_model_alias(name, CHALLENGER, number)
        registered = next(one for one in self.versions(name) if one.version == number)
        return replace(registered, fresh=not known)

    def versions(self, name: str | None = None) -> tuple[Version, ...]:
        """Return the registered versions of a name, or of all names: by name, newest first."""
        which = "" if name is None else f"name = '{name}'"
        with self._mlflow() as mlflow:
            client = mlflow.MlflowClient()
            aliases = {one.name: one.aliases for one in client.search_registered_models(max_results=1000)}
            versions = [
                Version(
                    name=one.name,
                    version=str(one.version),
                    content_hash=one.tags["content_hash"],
                    path=self.home / one.tags["bundle"],
                    aliases=_aliases_of(one, aliases[one.name]),
                )
                for one in client.search_model_versions(which, max_results=10_000)
                if {"content_hash", "bundle"} <= set(one.tags)  # others were not registered by this house
            ]
        return tuple(sorted(versions, key=lambda one: (one.name, -int(one.version))))

    def resolve(self, model: str) -> ResolvedModel:
        """Return what a user's words name: a bundle folder, a content hash, NAME@alias or NAME/version.

        A content hash may be cut to its first 8 signs or more, as long as one model answers.

        Raises
        ------
        UnknownModel
            When nothing answers, or more than one model does; the message lists what is there.
        BundleDamaged
            When the folder holds no sound bundle.
        """
        if model.strip() and (folder := Path(model)).is_dir():
            return folder_model(folder)
        return chosen(model, self.versions())

    def promote(self, model: str, *, by: str, at: datetime) -> Promotion:
        """Record a person's approval; at the second by another person, put the model in force.

        In force means: a signed release, alias ``champion`` on the version, no alias ``challenger`` on it any
        more, the pointer the service reads switched, a line in the ledger. An interrupted promotion is
        finished by the next call.

        Raises
        ------
        UnknownModel
            When there is no such registered model.
        ApprovalRefused
            When the name is empty, or that person approved this content already.
        LedgerBroken
            When the ledger was tampered with; the line is named.
        """
        resolved = self.resolve(model)
        if not resolved.version:
            resolved = chosen(resolved.content_hash, self.versions())
        what = Model(resolved.name, resolved.version, resolved.content_hash)
        with self.approvals.ledger.alone():
            self._check_ledger_is_whole(what.name)
            champion = self.approvals.champion(what.name)
            if champion is not None and champion.content_hash == what.content_hash:
                release = self._put_in_force(resolved, champion)
                return _promotion(what, champion.by, f"in force since {champion.at}, nothing to do", release)
            names = self.approvals.approve(what, by=by, at=at)
            if len(names) < APPROVALS_NEEDED:
                return _promotion(what, names, "approval recorded; one more is needed, by a different person")
            release = self._put_in_force(resolved, self.approvals.put_in_force(what, at=at))
            return _promotion(what, names, "now in force as champion", release)

    def _check_ledger_is_whole(self, name: str) -> None:
        """Refuse a ledger whose last lines were cut off: the signed pointer remembers the line behind it."""
        if not (self.releases / name).exists():
            return
        key = signing_key(self.home / "keys").public_key()
        pointer = pointer_of(self.releases, name, public_key=key)
        if pointer and pointer.approval not in {entry.hash for entry in self.approvals.ledger.entries()}:
            raise LedgerBroken(
                f"Expected the approval of {name} {pointer.content_hash[:16]}, which is in force, found no such line "
                f"in {self.approvals.ledger.path.name}: its end was cut off. Restore the file from a backup."
            )

    def _put_in_force(self, resolved: ResolvedModel, approval: Entry) -> Path:
        """Release the model and switch to it; every step may be done twice, so an interruption does no harm."""
        key = signing_key(self.home / "keys")
        folder = write_release(
            resolved.path,
            releases=self.releases,
            name=resolved.name,
            version=resolved.version,
            content_hash=resolved.content_hash,
            approved_by=approval.by,
            key=key,
        )
        with self._mlflow() as mlflow:
            client = mlflow.MlflowClient()
            client.set_registered_model_alias(resolved.name, CHAMPION, resolved.version)
            if CHALLENGER in client.get_model_version(resolved.name, resolved.version).aliases:
                client.delete_registered_model_alias(resolved.name, CHALLENGER)
        pointer = Pointer(resolved.name, resolved.version, resolved.content_hash, approval.hash)
        point_to(pointer, releases=self.releases, key=key)
        return folder

    def _log(
        self,
        mlflow: Any,
        bundle: Bundle,
        evaluation: Mapping[str, Any],
        params: Mapping[str, Any],
        tags: Mapping[str, str],
    ) -> str:
        """Log the run with the model in it, then make the version with all its tags; return its number."""
        from models.charts import model_plots

        client = mlflow.MlflowClient()
        every_tag = {**tags, "content_hash": bundle.content_hash, "kind": bundle.kind}
        with (
            tempfile.TemporaryDirectory() as temporary,
            mlflow.start_run(
                experiment_id=self._experiment(client, bundle.name),
                run_name=f"{bundle.name} {bundle.content_hash[:8]}",
                tags=every_tag,
            ) as run,
        ):
            mlflow.log_params(flat_params(params))
            mlflow.log_metrics(flat_metrics(evaluation))
            mlflow.log_dict(dict(evaluation), "evaluation.json")
            for name, figure in model_plots(evaluation).items():
                mlflow.log_figure(figure, f"plots/{name}.png")
            example = example_of(bundle)
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(Path(__file__).with_name("pyfunc_model.py")),
                artifacts={"bundle": str(bundle.write(Path(temporary) / "bundle"))},
                signature=mlflow.models.infer_signature(example, bundle.score(example)),
                input_example=example,
                pip_requirements=[f"{name}=={installed(name)}" for name in REQUIREMENTS],
            )
        if bundle.name not in {one.name for one in client.search_registered_models(max_results=1000)}:
            client.create_registered_model(bundle.name)
        place = _bundle_in(client.get_logged_model(logged.model_id).artifact_location)
        made = client.create_model_version(
            bundle.name,
            logged.model_uri,
            run_id=run.info.run_id,
            tags={**every_tag, "bundle": place.relative_to(self.home).as_posix()},
            model_id=logged.model_id,
        )
        return str(made.version)

    def _experiment(self, client: Any, name: str) -> str:
        """Return the id of the name's experiment, its artifacts at an absolute place within the home."""
        found = client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        return str(client.create_experiment(name, artifact_location=(self.home / "mlartifacts").as_uri()))

    @contextmanager
    def _mlflow(self) -> Iterator[Any]:
        """Give MLflow, quiet and pointed at this home; what was set before comes back afterwards."""
        for name, value in QUIET.items():
            os.environ.setdefault(name, value)
        self.home.mkdir(parents=True, exist_ok=True)
        loud = {name: logging.getLogger(name).level for name in ("mlflow", "alembic")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow's own deprecations; nothing of ours runs but the example
            import mlflow

            before = mlflow.get_tracking_uri()
            try:
                for name in loud:
                    logging.getLogger(name).setLevel(logging.ERROR)
                make_store(self.home / "mlflow.db", lambda uri: _fill_store(mlflow, uri))
                mlflow.set_tracking_uri(self.tracking_uri)
                yield mlflow
            finally:
                mlflow.set_tracking_uri(before)
                for name, level in loud.items():
                    logging.getLogger(name).setLevel(level)


def _fill_store(mlflow: Any, uri: str) -> None:
    """Make MLflow's tables; the first question asked of a new store does."""
    mlflow.MlflowClient(uri).search_experiments(max_results=1)


def _bundle_in(location: str) -> Path:
    """Return the bundle folder within a logged model's artifacts."""
    return Path(unquote(urlparse(location).path)) / "artifacts" / "bundle"


def _aliases_of(version: Any, aliases: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(alias for alias, number in aliases.items() if str(number) == str(version.version)))


def _promotion(what: Model, names: tuple[str, ...], note: str, release: Path | None = None) -> Promotion:
    return Promotion(what.name, what.version, what.content_hash, names, release is not None, note, release)
