"""The features of a book shard by shard: bounded memory, resumed at the last finished shard, the same bytes always."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from features.book_statement import Statement, check_seal, statement_of
from features.progress import tell_done
from features.resharding import shard_book
from features.shard_hash import check_shards
from features.table_parts import CATALOGUE, Part, joined_notes, state_parts
from models.labels import label_named
from pipelines.featuring import NothingObserved
from pipelines.mornings import check_last_day
from pipelines.sharding_engines import Engine, Task
from pipelines.sharding_folder import alone_in, check_run_place
from pipelines.sharding_plan import Plan, begin, plan_of
from pipelines.sharding_survey import known_attributes, last_known_day
from pipelines.sharding_work import PartDone, observed, part_done

LOANS_PER_SHARD = 25_000
"""A shard of about so many loans is worked in the memory of one worker."""
WORK_BOOK = ".book"
"""Copy of the book in the run's shards, kept in the run's folder until the features are finished."""


@dataclass(frozen=True)
class Sharded:
    """A finished folder of features.

    Parameters
    ----------
    out
        Folder of the parts and of catalogue.json.
    rows, features
        Observations, and feature columns.
    shards, made
        Parts in all, and those made by this run; the others were finished before.
    notes
        What a reader must know.
    """

    out: Path
    rows: int
    features: int
    shards: int
    made: int
    notes: tuple[str, ...]


class ShardsFailed(RuntimeError):
    """Some shards of a run failed; the others are finished and kept.

    Parameters
    ----------
    failed
        What is told of each, by its number.
    shards
        Number of shards of the run.
    folder
        Its folder.
    """

    def __init__(self, failed: Mapping[int, str], *, shards: int, folder: Path) -> None:
        self.failed = dict(sorted(failed.items()))
        told = "; ".join(f"shard {shard}: {why}" for shard, why in list(self.failed.items())[:5])
        more = f"; and {len(failed) - 5} more" if len(failed) > 5 else ""
        super().__init__(
            f"Expected the features of {shards} shards, found that {len(failed)} failed ({told}{more}). "
            f"The other {shards - len(failed)} are finished and kept in {folder}: mend what is told, "
            "then run the same command again."
        )


def write_sharded_features(
    book: Path,
    *,
    as_of: Sequence[date],
    out: Path,
    engine: Engine,
    shards: int | None = None,
    target: str | None = None,
    source: str = "",
) -> Sharded:
    """Build every feature of a book as known on the given days, one part per shard, into a folder.

    The same bytes whatever the engine, the number of its workers and the times the run was stopped.

    Parameters
    ----------
    book
        Folder of the book; it is laid out in the run's shards first when it lies in another number of them.
    as_of
        Days that are beginning.
    out
        Folder of the features; the same run that was stopped in it goes on.
    engine
        Who works the shards.
    shards
        Number of shards; None for those of the book, of a book in one piece about ``LOANS_PER_SHARD`` loans each.
    target
        A label: only its accounts, on its own mornings where it has such. None for every loan that stands.
    source
        Database that the book is a copy of.

    Raises
    ------
    AnotherFolder, AnotherPlan, FolderBusy
        When ``out`` holds something else, another run, or is being worked.
    BookDamaged, BookTooOld
        When the book cannot be opened, or knows nothing of such days.
    ShardsFailed
        When shards failed, which ones and why; the others are finished.
    NothingObserved
        When no loan stands on these days.
    """
    check_run_place(out)
    said = statement_of(book)
    check_seal(book)
    wanted = shards_for(said, shards, loans_per_shard=LOANS_PER_SHARD)
    last = last_known_day(book)
    if last is not None:
        check_last_day(last, as_of, option="--as-of")
    plan = plan_of(
        book_digest=said.digest,
        as_of=[str(day) for day in as_of],
        target=None if target is None else label_named(target).name,
        shards=wanted,
        attributes=known_attributes(
            book, shards=said.shards, observed=lambda part: observed(part, as_of, target)[0]
        ),
        source=source,
    )
    with alone_in(out):
        begin(plan, out)
        done = {shard: part for shard in range(wanted) if (part := part_done(plan, out, shard))}
        missing = [shard for shard in range(wanted) if shard not in done]
        if missing:
            (out / CATALOGUE).unlink(missing_ok=True)
            read_from = book if said.shards == wanted else _laid_out(book, out / WORK_BOOK, plan)
            done |= _worked(engine, Task(plan, read_from, out), missing)
        rows = sum(part.rows for part in done.values())
        if not rows:
            shutil.rmtree(out)
            raise NothingObserved(
                f"Expected loans that stand on {', '.join(plan.as_of[:5])}, found none in {book}. "
                "Choose a later day: the book may begin after it."
            )
        notes = _finish(plan, out, [done[shard] for shard in range(wanted)])
        shutil.rmtree(out / WORK_BOOK, ignore_errors=True)
    return Sharded(out, rows, len(plan.whole_catalogue.specs), wanted, len(missing), notes)


def shards_for(said: Statement, asked: int | None, *, loans_per_shard: int) -> int:
    """Return the number of shards of a run: what is asked for, else the book's, else by its size.

    Raises
    ------
    ShardsUnfit
        When no book can have so many.
    """
    by_size = math.ceil(said.tables["loans"].rows / loans_per_shard)
    wanted = asked or (said.shards if said.shards > 1 else by_size)
    check_shards(wanted)
    return wanted


def finished_before(plan: Plan, out: Path) -> Sharded | None:
    """Return what a finished run of this plan made, None when anything of it is missing."""
    if not (out / CATALOGUE).is_file():
        return None
    parts = [part_done(plan, out, shard) for shard in range(plan.shards)]
    done = [part for part in parts if part is not None]
    if len(done) < plan.shards:
        return None
    rows, columns = sum(part.rows for part in done), len(plan.whole_catalogue.specs)
    return Sharded(out, rows, columns, plan.shards, 0, _notes(plan, done))


def _laid_out(book: Path, place: Path, plan: Plan) -> Path:
    """Return a copy of the book in the run's shards, made unless it stands."""
    if place.is_dir():
        said = statement_of(place)
        if (said.digest, said.shards) == (plan.book_digest, plan.shards):
            return place
    shard_book(book, into=plan.shards, out=place)
    return place


def _worked(engine: Engine, task: Task, shards: Sequence[int]) -> dict[int, PartDone]:
    done: dict[int, PartDone] = {}
    failed: dict[int, str] = {}
    finished = task.plan.shards - len(shards)
    tell_done("shards", finished, task.plan.shards)
    for shard, answer in engine(task, shards):
        if isinstance(answer, PartDone):
            done[shard] = answer
        else:
            failed[shard] = answer
        tell_done("shards", finished + len(done) + len(failed), task.plan.shards)
    if failed:
        raise ShardsFailed(failed, shards=task.plan.shards, folder=task.folder)
    return done


def _finish(plan: Plan, out: Path, parts: Sequence[PartDone]) -> tuple[str, ...]:
    """Write catalogue.json, the last file of a run, and return the notes."""
    notes = _notes(plan, parts)
    state_parts(
        out,
        [Part(part.rows, part.sha256) for part in parts],
        catalogue=plan.whole_catalogue,
        book_digest=plan.book_digest,
        as_of=plan.as_of,
        notes=notes,
    )
    return notes


def _notes(plan: Plan, parts: Sequence[PartDone]) -> tuple[str, ...]:
    others = sum(part.others for part in parts)
    left = (f"left out: {others:,} loans that {plan.target} is not about",) if others else ()
    return (*left, *joined_notes([(part.rows, part.notes) for part in parts if part.rows]))
