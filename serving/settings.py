"""Settings of the service, read once in the entry point and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.store import store_url


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
    """

    home: Path
    database_url: str
    body_bytes: int = 1_048_576
    reap_every_seconds: float = 5.0
    refresh_every_seconds: float = 30.0

    @classmethod
    def of(cls, home: Path, *, environ: Mapping[str, str]) -> ServiceSettings:
        """Return the settings of a home folder; ``DUECOURSE_DATABASE_URL`` names another store.

        Examples
        --------
        >>> ServiceSettings.of(Path("var"), environ={}).database_url
        'sqlite:///var/worklist.db'
        """
        return cls(home=home, database_url=database_url(home, environ=environ))


def database_url(home: Path, *, environ: Mapping[str, str]) -> str:
    """Return the address of the worklist store: ``DUECOURSE_DATABASE_URL``, or the home's own SQLite file.

    Everyone who opens the store asks here, so that a key, the night and the service meet in one place.

    Examples
    --------
    >>> database_url(Path("var"), environ={"DUECOURSE_DATABASE_URL": "postgresql+psycopg:///duecourse"})
    'postgresql+psycopg:///duecourse'
    """
    return environ.get("DUECOURSE_DATABASE_URL") or store_url(home)
