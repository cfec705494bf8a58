"""The service process: ``python -m serving --port 8321``; ``duecourse serve`` becomes this process.

Settings come from arguments, then from the environment: ``DUECOURSE_HOME`` (default ``./var``),
``DUECOURSE_PORT`` (default 8321), ``DUECOURSE_DATABASE_URL`` (default: SQLite in the home) and ``DUECOURSE_FEATURES``
(a folder of a team's own features).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

QUIET_MACHINE = {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
"""One account gains nothing from a second thread, and waiting threads must not spin."""


@dataclass(frozen=True)
class Asked:
    """What the entry point was asked for.

    Parameters
    ----------
    home
        Folder of worklist, releases and keys.
    host, port
        Where to listen.
    starts_at
        Moment at which the service's clock starts; None: the machine's clock.
    """

    home: Path
    host: str
    port: int
    starts_at: datetime | None


def asked(arguments: Sequence[str], *, environ: Mapping[str, str]) -> Asked:
    """Return what arguments and environment ask for; a refused argument ends the process.

    Examples
    --------
    >>> asked(["--port", "9000"], environ={"DUECOURSE_HOME": "var"}).port
    9000
    """
    parser = argparse.ArgumentParser(prog="python -m serving", description="Serve scores and the worklist.")
    parser.add_argument("--home", type=Path, default=Path(environ.get("DUECOURSE_HOME", "var")))
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=_port, default=environ.get("DUECOURSE_PORT", "8321"))
    parser.add_argument("--now", type=_moment, help="moment at which the clock starts, with its UTC offset")
    given = parser.parse_args(arguments)
    return Asked(given.home.expanduser().resolve(), given.host, given.port, given.now)


def app_of(wanted: Asked, *, environ: Mapping[str, str]) -> FastAPI:
    """Return the application over the home, with the house's map of models and accounts.

    From here on the process is lean: what a service must not load cannot be imported any more.

    Raises
    ------
    AlreadyLoaded
        When something of that was imported before.
    OwnFeaturesRefused, NameTaken
        When the folder of a team's own features cannot be used.
    """
    from serving.lean import keep_lean

    keep_lean()
    from features.discovery import adopt_folder
    from serving.app import clock_from, create_app, machine_clock
    from serving.model_map import read_map
    from serving.settings import ServiceSettings

    own = environ.get("DUECOURSE_FEATURES")
    adopt_folder(Path(own).expanduser().resolve() if own else None)
    return create_app(
        wanted.home,
        clock=machine_clock if wanted.starts_at is None else clock_from(wanted.starts_at),
        settings=ServiceSettings.of(wanted.home, environ=environ),
        slices=read_map(),
    )


def main() -> None:
    """Run the service until it is told to stop."""
    for name, value in QUIET_MACHINE.items():
        os.environ.setdefault(name, value)
    wanted = asked(sys.argv[1:], environ=os.environ)
    app = app_of(wanted, environ=os.environ)
    import uvicorn

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # uvicorn's own access log writes addresses, and addresses name loans: the edge logs instead.
    uvicorn.run(app, host=wanted.host, port=wanted.port, access_log=False, server_header=False)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"expected a port from 1 to 65535, found {port}. Choose another.")
    return port


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"expected a moment with its UTC offset, found {text!r}. Write 2026-01-01T09:00+08:00."
        )
    return moment


if __name__ == "__main__":
    main()
