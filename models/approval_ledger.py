"""An append-only file of JSON lines that hang together by hashes: what was approved stays unchanged."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_START = "0" * 64


class LedgerBroken(ValueError):
    """The ledger is not what was written."""


class InstantUnclear(ValueError):
    """An instant has no time zone."""


@dataclass(frozen=True)
class Entry:
    """One line of the ledger.

    Parameters
    ----------
    event
        ``approved`` by one person, or ``promoted`` when the model was put in force.
    name, version, content_hash
        The model.
    by
        Who approved, as typed; all approvers for ``promoted``.
    at
        Instant, ISO 8601 in UTC.
    previous
        Hash of the line before; 64 zeros for the first.
    hash
        sha256 of this line without its hash.
    """

    event: str
    name: str
    version: str
    content_hash: str
    by: tuple[str, ...]
    at: str
    previous: str
    hash: str

    def expected_hash(self) -> str:
        """Return the hash this line must carry."""
        said = {key: value for key, value in asdict(self).items() if key != "hash"}
        line = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()

    def to_line(self) -> str:
        """Return the line as it stands in the file."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


@dataclass(frozen=True)
class Model:
    """What is approved: a registered version and its content.

    Parameters
    ----------
    name, version
        Registered name and version number.
    content_hash
        Identity of the bundle.
    """

    name: str
    version: str
    content_hash: str


class ApprovalLedger:
    """The ledger in a file of JSON lines.

    Parameters
    ----------
    path
        The file; it appears with the first line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one process at a time approve and promote."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def entries(self) -> tuple[Entry, ...]:
        """Return all lines, oldest first, after the chain was checked.

        Raises
        ------
        LedgerBroken
            When a line cannot be read, was changed, or does not follow the line before.
        """
        if not self.path.exists():
            return ()
        found: list[Entry] = []
        for number, line in enumerate(self.path.read_bytes().splitlines(keepends=True), start=1):
            entry = _read(line, number=number, path=self.path)
            _check_link(entry, found, number=number, path=self.path)
            found.append(entry)
        return tuple(found)

    def append(self, event: str, model: Model, *, by: Sequence[str], at: datetime) -> Entry:
        """Write one more line and return it; it is on the disk when this returns.

        Raises
        ------
        LedgerBroken
            When the lines so far do not hang together; nothing is written then.
        InstantUnclear
            When ``at`` has no time zone.
        """
        lines = self.entries()
        previous = lines[-1].hash if lines else _START
        draft = Entry(
            event, model.name, model.version, model.content_hash, tuple(by), _instant(at), previous, ""
        )
        entry = Entry(**{**asdict(draft), "by": draft.by, "hash": draft.expected_hash()})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(entry.to_line().encode())
            file.flush()
            os.fsync(file.fileno())
        return entry


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise InstantUnclear(f"Expected an instant with a time zone, found {at.isoformat()}. Give it in UTC.")
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _read(line: bytes, *, number: int, path: Path) -> Entry:
    try:
        said = json.loads(line)
        entry = Entry(**{**said, "by": tuple(said["by"])})
    except (ValueError, TypeError, KeyError):
        entry = None
    if entry is None or entry.to_line().encode() != line:
        raise LedgerBroken(
            f"Expected an approval as it was written in line {number} of {path.name}, found another text. "
            "Restore the file from a backup; until then nothing can be promoted."
        )
    return entry


def _check_link(entry: Entry, before: Sequence[Entry], *, number: int, path: Path) -> None:
    previous = before[-1].hash if before else _START
    if entry.hash != entry.expected_hash():
        fault = f"line {number} changed after it was written ({entry.event}, {entry.name}, {entry.at})"
    elif entry.previous != previous:
        fault = f"line {number} does not follow line {number - 1}: one was removed, added or moved"
    else:
        return
    raise LedgerBroken(
        f"Expected the lines of {path.name} to hang together, found that {fault}. "
        "Restore the file from a backup; until then nothing can be promoted."
    )
