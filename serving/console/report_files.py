"""The reports of a home: which there are, what they say of themselves, and their bytes.

A report is one self-contained HTML file that ``duecourse report`` wrote into ``HOME/reports/``. Its name comes
from an address, so it is checked, and a link is never followed: what is served lies in that folder.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

LARGEST_BYTES: Final = 16 * 1024 * 1024
"""A report is written under 3 MB; what is much larger is none."""
_NAME: Final = re.compile(r"[\w@+-][\w.@+-]{0,150}\.html")
_HEAD_BYTES: Final = 65_536
_META: Final = "duecourse-"


class NoSuchReport(LookupError):
    """The folder of reports holds no file that may be served under that name."""

    @classmethod
    def of(cls, name: str) -> NoSuchReport:
        """Return the refusal for the name in an address."""
        shown = "".join(sign for sign in name[:80] if sign.isprintable())
        return cls(
            f"Expected the name of a report of this home, found {shown!r}. Choose one from the list of reports."
        )


@dataclass(frozen=True)
class ReportFile:
    """A report as the list shows it.

    Parameters
    ----------
    name
        File name within ``HOME/reports/``.
    title
        What the page calls itself; the file name when it has no title.
    model, content_hash
        The model it is about and that model's identity; empty when the page does not say.
    language
        Language of the page (``zh``, ``en``); empty when it does not say.
    written_at
        When the file was written, UTC.
    size_bytes
        Length of the file.
    """

    name: str
    title: str
    model: str
    content_hash: str
    language: str
    written_at: datetime
    size_bytes: int


def reports_of(home: Path) -> tuple[ReportFile, ...] | None:
    """Return the reports of a home, newest first; None when it has no folder of reports.

    Files that are no reports (figures as JSON, links, folders) are left out.

    Examples
    --------
    >>> import tempfile
    >>> home = Path(tempfile.mkdtemp())
    >>> reports_of(home) is None
    True
    >>> (home / "reports").mkdir()
    >>> _ = (home / "reports" / "roll_30.html").write_text("<html lang='zh'><title>报告</title>")
    >>> [(one.title, one.language) for one in reports_of(home)]
    [('报告', 'zh')]
    """
    folder = home / "reports"
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = []
    for name in names:
        try:
            with _opened(folder, name) as (number, size, seconds):
                head = os.read(number, _HEAD_BYTES)
        except (NoSuchReport, OSError):
            continue
        found.append(_described(name, head, size=size, seconds=seconds))
    return tuple(sorted(found, key=lambda one: (one.written_at, one.name), reverse=True))


def report_bytes(home: Path, name: str) -> bytes:
    """Return a report as it was written.

    Raises
    ------
    NoSuchReport
        When the name is none of a report, or names a link, a folder or a file that is too large.

    Examples
    --------
    >>> report_bytes(Path("var"), "../worklist.db")
    Traceback (most recent call last):
    serving.console.report_files.NoSuchReport: Expected the name of a report of this home, found '../worklist.db'. ...
    """
    try:
        with _opened(home / "reports", name) as (number, size, _), os.fdopen(os.dup(number), "rb") as file:
            return file.read(size)
    except OSError as failure:
        raise NoSuchReport.of(name) from failure


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[tuple[int, int, float]]:
    """Give an open report with its size and time of writing; whatever is no plain file is refused."""
    if not _NAME.fullmatch(name):
        raise NoSuchReport.of(name)
    number = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST_BYTES:
            raise NoSuchReport.of(name)
        yield number, about.st_size, about.st_mtime
    finally:
        os.close(number)


def _described(name: str, head: bytes, *, size: int, seconds: float) -> ReportFile:
    says = _Head()
    with suppress(AssertionError):  # html.parser says so of a declaration that it cannot make out
        says.feed(head.decode("utf-8", "replace"))
    return ReportFile(
        name=name,
        title=" ".join(says.title.split())[:200] or name,
        model=says.meta.get("model", ""),
        content_hash=says.meta.get("content-hash", ""),
        language=says.language.partition("-")[0].lower(),
        written_at=datetime.fromtimestamp(int(seconds), UTC),
        size_bytes=size,
    )


class _Head(HTMLParser):
    """Reads language, title and our own meta lines from the beginning of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.title = "", ""
        self.meta: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        said = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = self.language or said.get("lang", "")
        elif tag == "title":
            self._in_title = not self.title  # a drawing within the page may have titles of its own
        elif tag == "meta" and said.get("name", "").startswith(_META):
            self.meta[said["name"].removeprefix(_META)] = said.get("content", "")[:200]

    def handle_endtag(self, tag: str) -> None:
        """Leave the title."""
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        """Take the words of the title."""
        if self._in_title:
            self.title += data
