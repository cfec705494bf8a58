"""The folder of a run: nothing else lies in it, and one run at a time works in it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from features.files import check_outside_books

PLAN = "plan.json"


class AnotherFolder(ValueError):
    """A folder for features holds something else."""


class FolderBusy(RuntimeError):
    """Another process works in the folder of a run."""


def check_run_place(folder: Path) -> None:
    """Refuse a place at which neither a run, nor an empty folder, nor nothing stands.

    Raises
    ------
    AnotherFolder
        When something else stands there.
    InsideBook
        When it lies inside a book.
    """
    check_outside_books(folder)
    if not folder.exists() or (folder / PLAN).is_file():
        return
    if folder.is_dir() and all(_is_rest(item) for item in folder.iterdir()):
        return
    found = "a folder of other files" if folder.is_dir() else "a file"
    raise AnotherFolder(
        f"Expected features of the same run, an empty folder or nothing at {folder}, found {found}. "
        "Choose another folder with --out."
    )


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of the folder, and clear away what a killed one left half written.

    Raises
    ------
    FolderBusy
        When another process works in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderBusy(
                f"Expected {folder} to be free, found another run at work in it. Wait for it, or choose another "
                "folder with --out."
            ) from error
        for item in [item for item in folder.iterdir() if _is_rest(item)]:
            shutil.rmtree(item) if item.is_dir() else item.unlink()
        yield
    finally:
        os.close(handle)


def _is_rest(item: Path) -> bool:
    """Return whether a file or folder is what a killed run leaves: ``features.files`` names it so."""
    return item.name.startswith(".") and item.suffix in (".part", ".old")
