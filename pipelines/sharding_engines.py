"""Who works the shards of a run: threads of this process, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from pipelines.sharding_plan import Plan
from pipelines.sharding_work import PartDone, failure_told, work_shard


@dataclass(frozen=True)
class Task:
    """What every shard of a run has in common.

    Parameters
    ----------
    plan
        The run.
    book
        Folder of the book in the run's shards.
    folder
        Folder of the run.
    """

    plan: Plan
    book: Path
    folder: Path


Engine = Callable[[Task, Sequence[int]], Iterator[tuple[int, PartDone | str]]]
"""Works the shards of a task; yields each with its part, or with what is told of its failure."""


def local_engine(workers: int) -> Engine:
    """Return the engine of this process: one shard per thread, for the kernels release the interpreter's lock.

    Parameters
    ----------
    workers
        Shards worked at a time; memory grows with it.
    """

    def engine(task: Task, shards: Sequence[int]) -> Iterator[tuple[int, PartDone | str]]:
        pool = ThreadPoolExecutor(workers, thread_name_prefix="shard")
        try:
            running = {pool.submit(_one, task, shard): shard for shard in shards}
            for future in as_completed(running):
                yield running[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    return engine


def _one(task: Task, shard: int) -> PartDone | str:
    try:
        return work_shard(task.plan, book=task.book, folder=task.folder, shard=shard)
    except Exception as error:
        return failure_told(error)
