"""Settings of the service, read once in the entry point and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from serving.store import store_url

MLFLOW_URL = "http://127.0.0.1:5000"
"""Where ``make mlflow`` opens MLflow's screens."""


class AddressRefused(ValueError):
    """An address in the environment cannot be opened by a browser."""


@dataclass(frozen=True)
class ServiceSettings:
    """What the service needs to know beside its home.

    Parameters
    ----------
    home
        Folder of worklist and releases (``DUECOURSE_HOME``).
    database_url
        SQLAlchemy address of the worklist store.
    body_bytes
        Longest request body, bytes.
    reap_every_seconds
        How often leases that ran out are taken back; 0 leaves it to someone else.
    refresh_every_seconds
        How often released models are looked at again; 0 only at the start.
    mlflow_url
        Address of MLflow's screens, to which the pages of the models link; without a slash at its end.
    """

    home: Path
    database_url: str
    body_bytes: int = 1_048_576
    reap_every_seconds: float = 5.0
    refresh_every_seconds: float = 30.0
    mlflow_url: str = MLFLOW_URL

    @classmethod
    def of(cls, home: Path, *, environ: Mapping[str, str]) -> ServiceSettings:
        """Return the settings of a home folder.

        ``DUECOURSE_DATABASE_URL`` names another store, ``DUECOURSE_MLFLOW_URL`` another address of MLflow.

        Raises
        ------
        AddressRefused
            When the address of MLflow is none of http or https: pages link to it.

        Examples
        --------
        >>> ServiceSettings.of(Path("var"), environ={}).database_url
        'sqlite:///var/worklist.db'
        """
        return cls(
            home=home,
            database_url=database_url(home, environ=environ),
            mlflow_url=mlflow_url(environ=environ),
        )


def database_url(home: Path, *, environ: Mapping[str, str]) -> str:
    """Return the address of the worklist store: ``DUECOURSE_DATABASE_URL``, or the home's own SQLite file.

    Everyone who opens the store asks here, so that a key, the night and the service meet in one place.

    Examples
    --------
    >>> database_url(Path("var"), environ={"DUECOURSE_DATABASE_URL": "postgresql+psycopg:///duecourse"})
    'postgresql+psycopg:///duecourse'
    """
    return environ.get("DUECOURSE_DATABASE_URL") or store_url(home)


def mlflow_url(*, environ: Mapping[str, str]) -> str:
    """Return the address of MLflow's screens: ``DUECOURSE_MLFLOW_URL``, or where ``make mlflow`` opens them.

    Raises
    ------
    AddressRefused
        When the address is none of http or https.

    Examples
    --------
    >>> mlflow_url(environ={"DUECOURSE_MLFLOW_URL": "https://mlflow.example/team/"})
    'https://mlflow.example/team'
    """
    given = environ.get("DUECOURSE_MLFLOW_URL") or MLFLOW_URL
    try:
        parts = urlsplit(given)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        fits = False
    if not fits:
        raise AddressRefused(
            f"Expected an address such as {MLFLOW_URL} in DUECOURSE_MLFLOW_URL, found another. "
            "Write http:// or https:// and a host, without a password."
        )
    return given.rstrip("/")
