"""Registered models: MLflow on an embedded SQLite store, and the approvals that put a model in force.

MLflow is imported when it is first needed (two seconds), with its telemetry off. A data scientist loads a
version with ``mlflow.set_tracking_uri(registry.tracking_uri)`` and
``mlflow.pyfunc.load_model("models:/roll_30@champion")``; whole numbers must be cast to float64 first, since
an integer column cannot say that a value is missing.
"""

from __future__ import annotations

import fcntl
import logging
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.approval_ledger import ApprovalLedger, Entry, LedgerBroken, Model
from models.approvals import APPROVALS_NEEDED, ApprovalRefused, Approvals, Promotion
from models.model_list import write_model_list
from models.registry_listing import house_versions, listed_models
from models.registry_run import registered_run
from models.release_keys import signing_key
from models.releases import Pointer, point_to, pointer_of, safe_name, write_release
from models.store_file import StoreDamaged, make_store, store_uri
from models.store_place import follow_home
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
CHAMPION, CHALLENGER = "champion", "challenger"
"""A challenger waits for approval. When it becomes champion it no longer waits, so the alias goes."""


class Registry:
    """The models of a home.

    Parameters
    ----------
    home
        ``DUECOURSE_HOME``: ``mlflow.db``, ``mlartifacts/``, ``approvals.jsonl``, ``releases/``, ``keys/``,
        ``models.json``.
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
        if not (known and CHAMPION in known[0].aliases):
            with self._mlflow() as mlflow:
                number = (
                    known[0].version
                    if known
                    else registered_run(
                        mlflow, bundle, home=self.home, evaluation=evaluation, params=params, tags=tags
                    )
                )
                mlflow.MlflowClient().set_registered_model_alias(name, CHALLENGER, number)
        self.write_list()
        registered = next(one for one in self.versions(name) if one.content_hash == bundle.content_hash)
        return replace(registered, fresh=not known)

    def versions(self, name: str | None = None) -> tuple[Version, ...]:
        """Return the registered versions of a name, or of all names: by name, newest first."""
        which = "" if name is None else f"name = '{name}'"
        with self._mlflow() as mlflow:
            found = house_versions(mlflow.MlflowClient(), which)
        return tuple(
            Version(
                name=one.name,
                version=str(one.version),
                content_hash=one.tags["content_hash"],
                path=self.home / one.tags["bundle"],
                aliases=aliases,
            )
            for one, aliases in found
        )

    def write_list(self) -> None:
        """Write ``models.json`` anew from MLflow's records and the ledger; see `models.model_list`.

        One process at a time, so that an older view of the records never takes the place of a newer one.
        """
        with self._mlflow() as mlflow, (self.home / "models.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = listed_models(mlflow.MlflowClient(), home=self.home, approvals=self.approvals)
            write_model_list(self.home, found)

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
        try:
            promotion = self._promoted(resolved, by=by, at=at)
        except ApprovalRefused:  # what was recorded before, and perhaps not listed, is listed now
            self.write_list()
            raise
        self.write_list()
        return promotion

    def _promoted(self, resolved: ResolvedModel, *, by: str, at: datetime) -> Promotion:
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
                follow_home(self.home / "mlflow.db", home=self.home)
                mlflow.set_tracking_uri(self.tracking_uri)
                yield mlflow
            finally:
                mlflow.set_tracking_uri(before)
                for name, level in loud.items():
                    logging.getLogger(name).setLevel(level)


def _fill_store(mlflow: Any, uri: str) -> None:
    """Make MLflow's tables; the first question asked of a new store does."""
    mlflow.MlflowClient(uri).search_experiments(max_results=1)


def _promotion(what: Model, names: tuple[str, ...], note: str, release: Path | None = None) -> Promotion:
    return Promotion(what.name, what.version, what.content_hash, names, release is not None, note, release)
