"""The files of one night and how its records lie in them: a line of JSON each, compressed, in order."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.files import atomic_file


@dataclass(frozen=True)
class NightFiles:
    """Where a night's files lie.

    Parameters
    ----------
    folder
        The night's folder.
    """

    folder: Path

    @property
    def features(self) -> Path:
        """Return the features of the morning."""
        return self.folder / "features.parquet"

    def scores(self, name: str) -> Path:
        """Return the scores and reasons of one model."""
        return self.folder / f"scores-{name}.parquet"

    @property
    def decisions(self) -> Path:
        """Return the decisions, one a line."""
        return self.folder / "decisions.jsonl.gz"

    @property
    def sheets(self) -> Path:
        """Return the account sheets, one a line, in the order of the decisions."""
        return self.folder / "sheets.jsonl.gz"


def write_records(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write records as compressed lines of JSON, the same bytes for the same records.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "two.jsonl.gz"
    >>> write_records(path, [{"n": 1}, {"n": 2}])
    >>> list(records_in(path))
    [{'n': 1}, {'n': 2}]
    """
    with (
        atomic_file(path) as part,
        part.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=1, mtime=0) as stream,
    ):
        for record in records:
            line = json.dumps(record, ensure_ascii=False, sort_keys=True, allow_nan=False)
            stream.write(f"{line}\n".encode())


def records_in(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file that ``write_records`` wrote."""
    with gzip.open(path, "rb") as stream:
        for line in stream:
            yield json.loads(line)
