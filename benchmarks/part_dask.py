"""Part ``dask``: the same shards on one Dask worker and on two, one thread each; the bytes must be the same."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.children import remove, run
from benchmarks.kept_books import kept_book
from benchmarks.sizes import Sizes

BIN = Path(sys.executable).parent
HOST = "127.0.0.1"
SECONDS = 180
"""How long Prefect's server may take to start on a busy machine."""


class NotStarted(RuntimeError):
    """A server that the part needs does not answer."""


class BytesDiffer(AssertionError):
    """One worker and two wrote other bytes."""


def measure(sizes: Sizes, work: Path) -> str:
    """Return one worker beside two."""
    book, shards = kept_book(work, loans=sizes.dask, sizes=sizes), sizes.shards(sizes.dask)
    told, digests = {}, {}
    with _prefect(work) as address:
        for workers in (1, 2):
            out = work / f"dask-{workers}"
            remove(out)
            with _cluster(workers, work, address) as scheduler:
                options = {
                    "source": str(book),
                    "out": str(out),
                    "address": scheduler,
                    "threads": 1,
                    "workers": workers,
                }
                told[workers] = run("on_dask", {**options, "api": address}, log=work / "log.jsonl")
            digests[workers] = _digest(out)
            remove(out)
    if digests[1] != digests[2]:
        raise BytesDiffer(
            f"Expected the same bytes from one worker and two, found {digests}. Look at the shards."
        )
    one, two = told[1]["wall"], told[2]["wall"]
    return (
        f"{sizes.dask:,} loans in {shards} shards, 12 mornings, every feature, `--engine dask`: one worker of one "
        f"thread {one:.1f} s, two workers {two:.1f} s: **{one / two:.2f} ×** (asked: ≥ 1.6). "
        f"Bytes identical (sha256 over all parts {digests[1][:12]}…). Prefect's server, the scheduler and "
        "the workers run on the same two cores and have started before."
    )


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for part in sorted(folder.glob("part-*.parquet")):
        total.update(part.name.encode() + hashlib.sha256(part.read_bytes()).digest())
    return total.hexdigest()


@contextmanager
def _prefect(work: Path) -> Iterator[str]:
    """Run a Prefect server whose store lies in the work folder; give its address."""
    port = _free_port()
    address = f"http://{HOST}:{port}/api"
    command = [str(BIN / "prefect"), "server", "start", "--host", HOST, "--port", str(port)]
    with _running(command, work, "prefect", {"PREFECT_HOME": str(work / "prefect")}):
        _wait(f"{address}/health")
        yield address


@contextmanager
def _cluster(workers: int, work: Path, api: str) -> Iterator[str]:
    """Run a scheduler and workers of one thread; give its address."""
    port = _free_port()
    scheduler = f"tcp://{HOST}:{port}"
    own = {"PREFECT_API_URL": api, "PREFECT_HOME": str(work / "prefect")}
    own |= dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
    begin = [
        str(BIN / "dask"),
        "scheduler",
        "--host",
        HOST,
        "--port",
        str(port),
        "--dashboard-address",
        f"{HOST}:0",
    ]
    with ExitStack() as stack:
        stack.enter_context(_running(begin, work, "scheduler", own))
        for number in range(workers):
            command = [
                str(BIN / "dask"),
                "worker",
                scheduler,
                "--nthreads",
                "1",
                "--dashboard-address",
                f"{HOST}:0",
            ]
            command += ["--host", HOST, "--local-directory", str(work / f"worker-{number}")]
            stack.enter_context(_running(command, work, f"worker-{number}", own))
        yield scheduler


@contextmanager
def _running(command: list[str], work: Path, name: str, more: Mapping[str, str]) -> Iterator[None]:
    quiet = {
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "DUECOURSE_HOME": str(work / "home"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    with (work / f"{name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, env={**os.environ, **quiet, **more}, stdout=log, stderr=log, cwd=work
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(1)
    raise NotStarted(f"Expected an answer at {url} within {SECONDS} s, found none. Look at prefect.log.")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
    return port
