"""What MLflow knows of every version this house registered, as the plain list that other rooms read.

Works on the MLflow client that the registry hands it; MLflow is imported by the registry alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.approval_ledger import LedgerBroken, Model
from models.approvals import Approvals
from models.model_list import ListedModel

HOUSE_TAGS = frozenset({"content_hash", "bundle"})
"""Tags of a version that this house registered; MLflow may hold others, which are left alone."""


def house_versions(client: Any, which: str = "") -> list[tuple[Any, tuple[str, ...]]]:
    """Return MLflow's versions that this house registered, with their aliases: by name, newest first.

    Parameters
    ----------
    client
        MLflow's client.
    which
        MLflow's filter of versions; all when empty.
    """
    aliases = {one.name: one.aliases for one in client.search_registered_models(max_results=1000)}
    versions = [
        (one, _aliases_of(one, aliases[one.name]))
        for one in client.search_model_versions(which, max_results=10_000)
        if set(one.tags) >= HOUSE_TAGS
    ]
    return sorted(versions, key=lambda pair: (pair[0].name, -int(pair[0].version)))


def listed_models(client: Any, *, home: Path, approvals: Approvals) -> list[ListedModel]:
    """Return every registered version with its run, its figures and who approved it.

    A broken ledger names nobody: promotion refuses it in words, and training goes on.
    """
    return [
        _listed(client, one, aliases, home=home, approvals=approvals)
        for one, aliases in house_versions(client)
    ]


def _listed(
    client: Any, version: Any, aliases: tuple[str, ...], *, home: Path, approvals: Approvals
) -> ListedModel:
    run_id = str(version.run_id or "")
    run = _run(client, run_id)
    params: Mapping[str, str] = {} if run is None else run.data.params
    content = str(version.tags["content_hash"])
    registered = datetime.fromtimestamp(version.creation_timestamp / 1000, tz=UTC)
    return ListedModel(
        name=version.name,
        version=str(version.version),
        content_hash=content,
        aliases=aliases,
        run_id="" if run is None else run_id,
        experiment_id="" if run is None else str(run.info.experiment_id),
        registered_at=registered.isoformat(timespec="seconds"),
        target=params.get("target", ""),
        window=params.get("window", ""),
        kind=version.tags.get("kind", ""),
        metrics=_evaluation(home / "mlartifacts" / run_id / "artifacts" / "evaluation.json"),
        approved_by=_approved_by(approvals, Model(version.name, str(version.version), content)),
    )


def _run(client: Any, run_id: str) -> Any:
    """Return MLflow's run, or None when MLflow has forgotten it."""
    found = client.search_runs(
        [one.experiment_id for one in client.search_experiments()],
        filter_string=f"attributes.run_id = '{run_id}'",
        max_results=1,
    )
    return found[0] if found else None


def _evaluation(file: Path) -> dict[str, Any]:
    """Return the evaluation logged with a run without its curves; a number that is none is None."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"), parse_constant=lambda _: None)
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in told.items() if name != "curves"} if isinstance(told, dict) else {}


def _approved_by(approvals: Approvals, model: Model) -> tuple[str, ...]:
    try:
        so_far = approvals.approvers(model)
        entries = approvals.ledger.entries()
    except LedgerBroken:
        return ()
    promoted: Sequence[tuple[str, ...]] = [
        entry.by
        for entry in entries
        if (entry.event, entry.name, entry.content_hash) == ("promoted", model.name, model.content_hash)
    ]
    return so_far or (promoted[-1] if promoted else ())


def _aliases_of(version: Any, aliases: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(alias for alias, number in aliases.items() if str(number) == str(version.version)))
