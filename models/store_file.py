"""MLflow's SQLite file: it appears with all its tables or not at all, and a damaged one is told."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path


class StoreDamaged(ValueError):
    """The file of the registry is not one that MLflow can read."""


def make_store(file: Path, fill: Callable[[str], object]) -> None:
    """Make the file of the registry where there is none, so that it is whole from its first moment.

    MLflow fills a new file in dozens of steps. Interrupted between two of them it would leave a file at which
    every later command fails; two processes at once would disturb each other. So the file is filled aside
    and then takes its name in one step; whoever comes second uses the first one's.

    Parameters
    ----------
    file
        Place of the file.
    fill
        Makes the tables of the store whose URI it is given.

    Raises
    ------
    StoreDamaged
        When a file stands there that is no such store.
    """
    if file.exists():
        check_store(file)
        return
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.", suffix=".part") as folder:
        part = Path(folder) / file.name
        fill(store_uri(part))
        with suppress(FileExistsError):
            os.link(part, file)


def check_store(file: Path) -> None:
    """Refuse a file that is no store of MLflow.

    Raises
    ------
    StoreDamaged
        When it is no SQLite file, or MLflow's tables are not in it.
    """
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=60)) as store:
            found = store.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise _damaged(file, str(error)) from error
    if found is None:
        raise _damaged(file, "its tables were never finished")


def store_uri(file: Path) -> str:
    """Return the URI under which MLflow finds a file.

    Examples
    --------
    >>> store_uri(Path("/var/lib/duecourse/mlflow.db"))
    'sqlite:////var/lib/duecourse/mlflow.db'
    """
    return f"sqlite:///{file}"


def _damaged(file: Path, found: str) -> StoreDamaged:
    return StoreDamaged(
        f"Expected MLflow's records of the models in {file}, found a file that cannot be read ({found}). "
        "Restore it from a copy; or move it away and register the models again by training."
    )
