"""The same shards on a real Dask cluster on loopback: the same bytes, failures told by shard."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from features.book import write_book
from features.resharding import shard_book
from tests.features.test_book import bytes_of
from tests.pipelines.sharded_books import ROOT, people
from tests.pipelines.test_sharding import run

pytestmark = pytest.mark.xdist_group("dask")

WORDS = ("--as-of", "2024-04-01", "--as-of", "2024-07-01")
SECONDS = 120
"""How long a server may take to start on a machine that is busy."""


@dataclass(frozen=True)
class Cluster:
    """A Prefect server, a Dask scheduler and two workers of one thread each."""

    address: str
    environment: dict[str, str]

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run ``duecourse`` in a process of its own."""
        said = [sys.executable, "-m", "pipelines.cli", *(str(word) for word in words)]
        return subprocess.run(
            said, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    home = tmp_path_factory.mktemp("home")
    (home / "prefect").mkdir()
    api, port = free_port(), free_port()
    address = f"tcp://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DUECOURSE_HOME": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_API_URL": f"http://127.0.0.1:{api}/api",
        "PYTHONPATH": str(ROOT),
        "DUECOURSE_THREADS": "1",
    }
    programs = Path(sys.executable).parent
    loopback = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    worker: list[str | Path] = [
        programs / "dask",
        "worker",
        address,
        "--nthreads",
        "1",
        *loopback,
        "--no-nanny",
    ]
    started: list[list[str | Path]] = [
        [programs / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(api)],
        [programs / "dask", "scheduler", "--port", str(port), *loopback],
        [*worker, "--local-directory", str(home / "one")],
        [*worker, "--local-directory", str(home / "two")],
    ]
    log = (home / "log").open("wb")
    running = [
        subprocess.Popen(words, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        for words in started
    ]
    try:
        answering(f"{environment['PREFECT_API_URL']}/health", log=home / "log")
        yield Cluster(address, environment)
    finally:
        for one in reversed(running):
            os.killpg(one.pid, signal.SIGTERM)
        for one in running:
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()
        log.close()


def answering(url: str, *, log: Path) -> None:
    for _ in range(SECONDS * 2):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer: {log.read_text()[-2000:]}")


def test_two_workers_make_the_bytes_of_this_machine_and_tell_which_shard_failed(
    cluster: Cluster, tmp_path: Path
) -> None:
    write_book(people(24), tmp_path / "book")
    parts = tmp_path / "parts"
    shard_book(tmp_path / "book", into=4, out=parts)
    run(parts, tmp_path / "here", shards=None)

    harmed = parts / "instalments" / "part-0002.parquet"
    sound = harmed.read_bytes()
    harmed.write_bytes(b"harmed")
    words = (
        "features",
        parts,
        *WORDS,
        "--out",
        tmp_path / "there",
        "--engine",
        "dask",
        "--address",
        cluster.address,
    )
    failed = cluster.run(*words)
    assert failed.returncode == 1, failed.stderr
    assert "found that 1 failed (shard 2: BookDamaged: expected" in failed.stderr
    assert not (tmp_path / "there" / "catalogue.json").exists()

    harmed.write_bytes(sound)
    done = cluster.run(*words)
    assert done.returncode == 0, done.stderr
    assert "4 parts (3 finished before)" in done.stdout
    assert bytes_of(tmp_path / "there") == bytes_of(tmp_path / "here")


REFUSALS = """
import sys
from pipelines.sharding_dask import NoCluster, check_server, check_workers
for check, place in ((check_server, None), (check_server, sys.argv[1]), (check_workers, sys.argv[2])):
    try:
        check(place)
    except NoCluster as error:
        print(error)
"""


def test_without_a_server_or_a_scheduler_it_is_said_what_to_start(cluster: Cluster) -> None:
    silent, nobody = f"http://127.0.0.1:{free_port()}/api", f"tcp://127.0.0.1:{free_port()}"
    told = subprocess.run(
        [sys.executable, "-c", REFUSALS, silent, nobody],
        env=cluster.environment, cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert [line.partition(". ")[0].partition(" (")[0] for line in told] == [
        "Expected PREFECT_API_URL to name a running Prefect server, found none",
        f"Expected PREFECT_API_URL to name a running Prefect server, found nothing that answers at {silent}",
        f"Expected a Dask scheduler at {nobody}, found none",
    ]
    assert "Start one with 'prefect server start" in told[0]
    assert f"dask worker {nobody} --host 127.0.0.1" in told[2]


def test_without_its_address_the_command_refuses_before_anything_is_written(
    cluster: Cluster, tmp_path: Path
) -> None:
    write_book(people(6), tmp_path / "book")
    words = ("features", tmp_path / "book", *WORDS, "--out", tmp_path / "out", "--engine", "dask")
    plain = {name: value for name, value in cluster.environment.items() if name != "PREFECT_API_URL"}
    answer = Cluster(cluster.address, plain).run(*words, "--address", cluster.address)
    assert answer.returncode == 2
    assert "found none. Start one with 'prefect server" in answer.stderr
    assert not (tmp_path / "out").exists()
