"""A real PostgreSQL of the tests' own: made in a temporary folder, on loopback, stopped by its process id.

Use the fixture ``postgres`` and mark the tests ``pytest.mark.xdist_group("postgresql")``, so that one worker starts
one server. Where the server's programs are missing the tests say so and are skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PROGRAMS = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")
USER, PASSWORD = "collector", "p@ss:w/ord?#ü"
_WAIT_SECONDS = 30


@dataclass(frozen=True)
class PostgresServer:
    """Where the server listens.

    Parameters
    ----------
    port
        Its port on 127.0.0.1.
    """

    port: int

    def address(self, database: str = "lender", *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the address of a database, its password quoted."""
        from urllib.parse import quote

        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "lender") -> psycopg.Connection[tuple[object, ...]]:
        """Return psycopg's connection, to fill tables with."""
        return psycopg.connect(self.address(database), autocommit=True, options="-c lock_timeout=10s")


def programs() -> Path | None:
    """Return the folder of the server's programs, or None."""
    found = shutil.which("initdb")
    places = (*(Path(p) for p in PROGRAMS), *((Path(found).parent,) if found else ()))
    return next((place for place in places if (place / "initdb").is_file()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a running server with the database ``lender``."""
    place = programs()
    if place is None:
        pytest.skip("PostgreSQL's initdb is missing (Debian: postgresql)")
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        if shutil.which("runuser") is None:
            pytest.skip("runuser is missing: PostgreSQL does not run as root")
        as_owner = ["runuser", "-u", "postgres", "--"]
    folder = Path(tempfile.mkdtemp(prefix="duecourse-postgres-"))
    if as_owner:
        shutil.chown(folder, "postgres")
    data, words = folder / "data", folder / "password"
    words.write_text(PASSWORD, "utf-8")
    words.chmod(0o644)
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [*as_owner, str(place / "initdb"), "-D", str(data), "-U", USER, "-A", "scram-sha-256", "--no-sync",
         "-E", "UTF8", "--locale=C", f"--pwfile={words}"],
        **quiet,  # type: ignore[call-overload]
    )  # fmt: skip
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=20"
    try:
        subprocess.run(
            [*as_owner, str(place / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options,
             "start"],
            **quiet,  # type: ignore[call-overload]
        )  # fmt: skip
        server = PostgresServer(port)
        with server.connect("postgres") as setup:
            setup.execute("create database lender")
        yield server
    finally:
        _stop(data / "postmaster.pid")
        shutil.rmtree(folder, ignore_errors=True)


def _stop(pid_file: Path) -> None:
    """End the server by the process id it wrote down."""
    if not pid_file.is_file():
        return
    pid = int(pid_file.read_text().split()[0])
    os.kill(pid, signal.SIGINT)
    for _ in range(_WAIT_SECONDS * 10):
        if not pid_file.exists():
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
