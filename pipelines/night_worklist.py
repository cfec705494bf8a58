"""Where a night's worklist lies, and how a person is told so."""

from __future__ import annotations

import os

from pipelines.environment import Settings
from serving.settings import database_url
from serving.store import Store, open_store


def worklist_of(settings: Settings) -> Store:
    """Return the worklist of the home, laid out when it is new."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return open_store(database_url(settings.home, environ=os.environ))


def worklist_named(settings: Settings) -> str:
    """Return where the worklist lies; the address of another database may hold a password and stays unsaid."""
    own = "DUECOURSE_DATABASE_URL"
    return f"the database of {own}" if os.environ.get(own) else str(settings.home / "worklist.db")
