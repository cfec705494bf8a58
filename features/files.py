"""Files that appear whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_AT_CWD = -100
_EXCHANGE = 2
_ASKING = threading.Lock()


class PlaceTaken(ValueError):
    """A file is to be written where something else stands."""


class InsideBook(ValueError):
    """Something is to be written into the folder of a book, where it would take the place of the book's own files."""


def check_outside_books(out: Path) -> None:
    """Refuse a place inside the folder of a book.

    Raises
    ------
    InsideBook
        When a folder above ``out`` holds ``book.json``.

    Examples
    --------
    >>> import tempfile
    >>> book = Path(tempfile.mkdtemp())
    >>> check_outside_books(book / "overdue.csv")
    >>> _ = (book / "book.json").write_text("{}")
    >>> check_outside_books(book / "loans" / "part-0000.parquet")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    features.files.InsideBook: Expected --out outside the folders of books, found /.../part-0000.parquet ...
    """
    above = out.absolute().parent.resolve()
    book = next((folder for folder in (above, *above.parents) if (folder / "book.json").is_file()), None)
    if book is not None:
        raise InsideBook(
            f"Expected --out outside the folders of books, found {out} inside the book {book}. "
            "Choose another place: files of a book are never written over."
        )


def check_file_place(path: Path) -> None:
    """Refuse a place at which a folder, a device or anything else but a file stands.

    Raises
    ------
    PlaceTaken
        When one stands there: it would be lost, or nothing could take its place.
    InsideBook
        When the place lies inside a book.

    Examples
    --------
    >>> check_file_place(Path("/dev/null"))
    Traceback (most recent call last):
    features.files.PlaceTaken: Expected a file or nothing at /dev/null, found something else. Choose another path.
    """
    check_outside_books(path)
    if path.exists() and not path.is_file():
        found = "a folder" if path.is_dir() else "something else"
        raise PlaceTaken(f"Expected a file or nothing at {path}, found {found}. Choose another path.")


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; on success it is synced and takes its place.

    Raises
    ------
    PlaceTaken
        When something other than a file stands at ``path``.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "note.txt"
    >>> with atomic_file(target) as part:
    ...     _ = part.write_text("whole")
    >>> target.read_text()
    'whole'
    """
    check_file_place(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
    except OSError as error:  # the user's own path is named, not the temporary one
        raise type(error)(error.errno, error.strerror, str(path)) from error
    os.close(handle)
    part = Path(name)
    try:
        with _naming(path):
            yield part
            part.chmod(0o666 & ~_mask())
            _sync(part)
            part.replace(path)
            _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``path``; on success it takes its place in one rename.

    A folder that stood there changes places with the new one and is removed afterwards, so a
    reader finds the old one or the new one, and a crash leaves one of them whole. On a file system
    that cannot exchange two names the old folder is moved aside first, and moved back when the
    second rename fails.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "book"
    >>> for text in ("old", "new"):
    ...     with atomic_folder(target) as folder:
    ...         _ = (folder / "note.txt").write_text(text)
    >>> [(file.name, file.read_text()) for file in target.iterdir()]
    [('note.txt', 'new')]
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        part = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part"))
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(path)) from error
    try:
        with _naming(path):
            yield part
            part.chmod(0o777 & ~_mask())
            for item in (*part.rglob("*"), part):
                _sync(item)
            _take_place(part, path)
            _sync(path.parent)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name the user's own path in the error of a full or failing disk: the system names none."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise type(error)(error.errno, os.strerror(error.errno), str(path)) from error


def _take_place(part: Path, path: Path) -> None:
    """Rename ``part`` to ``path``; what stood there ends under the name of ``part`` or is removed."""
    if not path.exists():
        part.replace(path)
        return
    if _exchanged(part, path):
        return
    aside = part.with_suffix(".old")
    path.replace(aside)
    try:
        part.replace(path)
    except OSError:
        aside.replace(path)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Return True after both names changed places in one step; False where that is not offered."""
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    return bool(renameat2(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0)


@cache
def _renameat2() -> Any:
    """Return the system's call that exchanges two names (Linux), or None."""
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return None


def _mask() -> int:
    with _ASKING:  # the mask belongs to the whole process, and asking for it sets it
        mask = os.umask(0)
        os.umask(mask)
    return mask


def _sync(item: Path) -> None:
    """Flush a file or folder to the disk."""
    descriptor = os.open(item, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
