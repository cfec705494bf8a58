"""One shard of a feature run: opened, observed, computed, written; finished when its sidecar stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from features.arrow_columns import arrow_features
from features.book import Book
from features.files import atomic_file
from features.observations import Observations, observe
from features.shards import open_shard
from features.table import write_rows
from features.table_parts import aligned
from models.labels import label_named
from pipelines.checkpoints import digest_of
from pipelines.mornings import accounts_of
from pipelines.sharding_plan import Plan


@dataclass(frozen=True)
class PartDone:
    """A finished part, as its sidecar states it.

    Parameters
    ----------
    plan
        Digest of the plan it was made by.
    sha256
        Digest of the part's bytes.
    rows, others
        Observations in it, and loans looked at that the target is not about.
    notes
        What a reader must know.
    """

    plan: str
    sha256: str
    rows: int
    others: int
    notes: tuple[str, ...]


def part_done(plan: Plan, folder: Path, shard: int) -> PartDone | None:
    """Return what the sidecar of a part says when the part is finished by this plan; else None.

    A part is finished when its sidecar names the plan and the digest of its bytes.
    """
    file = plan.part(folder, shard)
    try:
        said = json.loads(_sidecar(file).read_text(encoding="utf-8"))
        done = PartDone(**{**said, "notes": tuple(said["notes"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if done.plan != plan.digest or not file.is_file() or digest_of(file) != done.sha256:
        return None
    return done


def work_shard(plan: Plan, *, book: Path, folder: Path, shard: int) -> PartDone:
    """Build and write the features of one shard; the part first, its sidecar last.

    Parameters
    ----------
    plan
        The run.
    book
        Folder of a book in as many shards as the plan names.
    folder
        Folder of the run.
    shard
        Number of the shard.
    """
    file = plan.part(folder, shard)
    _sidecar(file).unlink(missing_ok=True)
    part = open_shard(book, shard=shard)
    seen, others = observed(part, [date.fromisoformat(day) for day in plan.as_of], plan.target)
    made = arrow_features(part, seen, coded=True)
    rows = aligned(made.table, attributes=plan.attribute_specs)
    done = PartDone(
        plan.digest, write_rows(rows, file), rows.num_rows, others, made.notes if len(seen) else ()
    )
    with atomic_file(_sidecar(file)) as sidecar:
        sidecar.write_text(json.dumps(asdict(done), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return done


def observed(book: Book, as_of: Sequence[date], target: str | None) -> tuple[Observations, int]:
    """Return the loans and mornings looked at in a shard, and how many others the target is not about."""
    if not target:
        return observe(book, as_of=as_of), 0
    return accounts_of(book, target=label_named(target).name, as_of=as_of)


def failure_told(error: BaseException) -> str:
    """Return what is told of a shard that failed, without a full stop at its end.

    Examples
    --------
    >>> failure_told(ValueError("odd"))
    'ValueError: odd'
    """
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return f"{type(error).__name__}: {str(error).rstrip('.')}"


def _sidecar(file: Path) -> Path:
    return file.with_name(f"{file.name}.done.json")
