"""A lender's small export: imported, refused, or harmed on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.book import BookRefused
from pipelines.sources.importing import ImportReport, import_source

FIXTURE = Path(__file__).parents[1] / "fixtures" / "directory_30"
SHANGHAI: dict[str, Any] = {"country": "CN", "time_zone": "Asia/Shanghai", "currency": "CNY"}


def copied(folder: Path) -> Path:
    """Return a copy of the fixture that a test may harm."""
    return Path(shutil.copytree(FIXTURE, folder / "export"))


def imported(export: Path, **options: str) -> ImportReport:
    """Return the report of importing the export as a Chinese book beside it."""
    return import_source("directory", export, out=export.parent / "book", **{**SHANGHAI, **options})


def refused(export: Path, **options: str) -> str:
    """Return the message of the refusal; nothing was written."""
    with pytest.raises(BookRefused) as error:
        imported(export, **options)
    assert not (export.parent / "book").exists()
    return str(error.value)


def edited(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Return the harm of one text replaced by another."""

    def edit(export: Path) -> None:
        text = (export / file).read_text("utf-8")
        assert old in text
        (export / file).write_text(text.replace(old, new, 1), "utf-8")

    return edit


def renamed(file: str, other: str) -> Callable[[Path], None]:
    """Return the harm of a file under another name."""

    def rename(export: Path) -> None:
        (export / file).rename(export / other)

    return rename


def written(file: str, content: bytes) -> Callable[[Path], None]:
    """Return the harm of a file with other content."""

    def write(export: Path) -> None:
        (export / file).write_bytes(content)

    return write
