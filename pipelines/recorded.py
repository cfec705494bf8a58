"""What was recorded about cases, on its way back to the book."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time
from pathlib import Path

import pyarrow.parquet as pq

from features.files import atomic_folder
from pipelines.environment import Settings
from serving.settings import database_url
from serving.store import open_store
from serving.store_events import EVENT_TABLES, export_events


class NothingServed(LookupError):
    """The home has no worklist, so nothing can have been recorded."""


class FolderOfOthers(ValueError):
    """The folder to write to holds what this command did not write."""


def write_recorded(out: Path, *, since: date | None = None, settings: Settings) -> dict[str, int]:
    """Write contacts, promises and visits that were recorded; return how many rows each table has.

    Ids are made of case and claim: the same outcome written twice is the same row.

    Parameters
    ----------
    out
        Folder; it appears whole or not at all, in place of an earlier one.
    since
        First day of recording, UTC; None for all.

    Raises
    ------
    NothingServed
        When the home has no worklist of its own and no other database is named.
    FolderOfOthers
        When something else stands at ``out``.
    """
    _check_place(out)
    address = database_url(settings.home, environ=os.environ)
    own = address == database_url(settings.home, environ={})
    if own and not (settings.home / "worklist.db").exists():
        raise NothingServed(
            f"Expected a worklist in {settings.home}, found none. Check DUECOURSE_HOME, or make a list with duecourse run."
        )
    moment = None if since is None else datetime.combine(since, time(), tzinfo=UTC)
    tables = export_events(open_store(address), since=moment)
    with atomic_folder(out) as part:
        for name, table in tables.items():
            pq.write_table(table, part / f"{name}.parquet")
    return {name: table.num_rows for name, table in tables.items()}


def _check_place(out: Path) -> None:
    ours = {f"{name}.parquet" for name in EVENT_TABLES}
    if not out.exists():
        return
    others = ["a file"] if not out.is_dir() else sorted({item.name for item in out.iterdir()} - ours)
    if others:
        raise FolderOfOthers(
            f"Expected an absent or empty folder, or one this command wrote, at {out}, found {', '.join(others[:5])}. "
            "Name another folder."
        )
