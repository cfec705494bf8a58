"""MLflow's records follow their home: they name files by address, and a home may be copied or moved."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlparse

from models.store_file import StoreDamaged

ARTIFACTS: Final = "mlartifacts"
"""Folder of a home that holds what MLflow keeps beside its records."""
_ADDRESSES: Final = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
)
"""Where MLflow's tables hold addresses of files; everything else names runs and models by id."""


def follow_home(file: Path, *, home: Path) -> tuple[Path, ...]:
    """Correct the addresses in MLflow's records after their home was copied or moved; return the homes they named.

    Nothing is written while the addresses are right. All of them change together or none does, and the home they
    named before is neither read nor written.

    Parameters
    ----------
    file
        MLflow's records.
    home
        The home they lie in, with all links resolved.

    Raises
    ------
    StoreDamaged
        When they name another home and cannot be corrected.
    """
    here = artifacts_of(home)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=60)) as store:
        found = store.execute("SELECT DISTINCT artifact_location FROM experiments ORDER BY 1").fetchall()
    named = [str(one) for (one,) in found if _is_artifacts(str(one)) and str(one) != here]
    if not named:
        return ()
    homes = tuple(Path(unquote(urlparse(one).path)).parent for one in named)
    try:
        with closing(sqlite3.connect(file, timeout=60)) as store, store:
            store.execute("BEGIN IMMEDIATE")
            for before in named:
                for table, column in _ADDRESSES:
                    _readdress(store, table, column, before=before, here=here)
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(
            f"Expected MLflow's records in {file} to name files of {home}, found files of "
            f"{', '.join(map(str, homes))}: the home was copied or moved, and the records cannot be corrected "
            f"({error}). Make the file writable and try again."
        ) from error
    return homes


def artifacts_of(home: Path) -> str:
    """Return the address under which MLflow keeps the files of a home.

    Examples
    --------
    >>> artifacts_of(Path("/var/lib/duecourse"))
    'file:///var/lib/duecourse/mlartifacts'
    """
    return (home / ARTIFACTS).as_uri()


def _is_artifacts(address: str) -> bool:
    return address.startswith("file:///") and address.endswith(f"/{ARTIFACTS}")


def _readdress(store: sqlite3.Connection, table: str, column: str, *, before: str, here: str) -> None:
    store.execute(
        f'UPDATE "{table}" SET "{column}" = ? || substr("{column}", ?) '
        f'WHERE "{column}" = ? OR substr("{column}", 1, ?) = ?',
        (here, len(before) + 1, before, len(before) + 1, f"{before}/"),
    )
