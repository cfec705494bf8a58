"""The same shards on a running Dask cluster, through Prefect's task runner.

Workers see the folders of the book and of the run under the same paths (a shared file system); what travels are
paths, counts and digests.
"""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from distributed import Client
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect_dask.task_runners import DaskTaskRunner

from features.progress import counted
from pipelines.environment import settings_from_environment
from pipelines.sharding_engines import Engine, Task
from pipelines.sharding_plan import check_software, read_plan
from pipelines.sharding_work import PartDone, failure_told, work_shard

SECONDS = 10
"""How long a server or a scheduler may take to answer."""


class NoCluster(RuntimeError):
    """Prefect's server, a Dask scheduler or its workers do not answer."""


def dask_engine(address: str) -> Engine:
    """Return the engine that gives the shards to the workers of a Dask scheduler.

    Parameters
    ----------
    address
        The scheduler, ``tcp://HOST:PORT``.

    Raises
    ------
    NoCluster
        When ``PREFECT_API_URL`` names no running server, or no scheduler with workers answers at ``address``.
    """
    check_server(os.environ.get("PREFECT_API_URL"))
    check_workers(address)

    def engine(run: Task, shards: Sequence[int]) -> Iterator[tuple[int, PartDone | str]]:
        runner: Any = DaskTaskRunner(address=address)
        on_cluster = shard_features.with_options(task_runner=runner)
        answers = on_cluster(str(run.book.resolve()), str(run.folder.resolve()), list(shards))
        for shard, answer in zip(shards, answers, strict=True):
            yield shard, answer["failed"] if "failed" in answer else _part(answer)

    return engine


@task(name="shard", task_run_name="shard-{shard}", cache_policy=NO_CACHE, persist_result=False)
def shard_part(book: str, folder: str, shard: int) -> dict[str, Any]:
    """Work one shard where this worker runs; return what its sidecar states, or why it failed."""
    try:
        settings_from_environment()
        plan = read_plan(Path(folder))
        check_software(plan)
        return asdict(work_shard(plan, book=Path(book), folder=Path(folder), shard=shard))
    except Exception as error:
        return {"failed": failure_told(error)}


@flow(name="shard-features", persist_result=False)
def shard_features(book: str, folder: str, shards: list[int]) -> list[dict[str, Any]]:
    """Work the shards of a run on the task runner's workers; return an answer for each."""
    futures = [shard_part.submit(book, folder, shard) for shard in shards]
    return [_answer(future) for future in counted(futures, stage="shards")]


def _answer(future: Any) -> dict[str, Any]:
    """Return the answer of a task; of one whose worker died or never came back, that it failed."""
    try:
        answer = future.result(raise_on_failure=False)
    except Exception as error:
        answer = error
    if isinstance(answer, dict):
        return answer
    return {
        "failed": failure_told(answer) if isinstance(answer, BaseException) else f"no answer ({answer!r})"
    }


def _part(answer: dict[str, Any]) -> PartDone:
    return PartDone(**{**answer, "notes": tuple(answer["notes"])})


def check_server(url: str | None) -> None:
    """Refuse to begin without a running Prefect server: every worker would start one of its own.

    Raises
    ------
    NoCluster
        When no address is set, or nothing answers there.
    """
    found = "none" if not url else _silent(url)
    if found:
        raise NoCluster(
            f"Expected PREFECT_API_URL to name a running Prefect server, found {found}. Start one with 'prefect "
            "server start --host 127.0.0.1 --port 4200', and set PREFECT_API_URL=http://127.0.0.1:4200/api for "
            "this command and for the workers."
        )


def _silent(url: str) -> str:
    """Return what was found instead of a server, empty when it answers."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=SECONDS) as answer:
            return "" if answer.status == 200 else f"{url} answering {answer.status}"
    except (OSError, ValueError) as error:
        return f"nothing that answers at {url} ({getattr(error, 'reason', error)})"


def check_workers(address: str) -> None:
    """Refuse an address at which no Dask scheduler with a worker answers.

    Raises
    ------
    NoCluster
        When none does.
    """
    remedy = (
        "Start 'dask scheduler --host 127.0.0.1 --dashboard-address 127.0.0.1:0' and, once for each processor, "
        f"'dask worker {address} --host 127.0.0.1 --dashboard-address 127.0.0.1:0 --nthreads 1'."
    )
    try:
        client: Any = Client(address, timeout=SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
        with client:
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
    except (OSError, ValueError) as error:
        raise NoCluster(f"Expected a Dask scheduler at {address}, found none ({error}). {remedy}") from error
    if not workers:
        raise NoCluster(f"Expected a worker at the Dask scheduler {address}, found none. {remedy}")
