"""Seals of the console: who signed in and when, and the token that every form of that session carries.

A session is written in its cookie: the prefix of the key, the moment it began and a random part, sealed with a
secret of the home. The key itself is not in it, so that a stolen cookie opens the console until its owner signs out
or the shift ends, and the API never.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from serving.tables import instant_of, ticks_of

SECRET_FILE: Final = "console_secret"
SHIFT: Final = timedelta(hours=12)
"""A session ends with the shift."""

_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_SEALED = re.compile(r"([0-9a-f]{12})\.([0-9]{1,17})\.([0-9a-f]{16})\.([0-9a-f]{64})")


class SecretRefused(ValueError):
    """The secret of the console is damaged or open to others."""


@dataclass(frozen=True)
class Seal:
    """A session whose seal held: the prefix of its key, when it began, and what tells it from others."""

    prefix: str
    begun_at: datetime
    nonce: str


def console_secret(folder: Path) -> bytes:
    """Return the 32 bytes that seal the sessions of a home; they are made when the folder has none.

    The file is readable by its owner alone (mode 0600). Removing it ends every session.

    Raises
    ------
    SecretRefused
        When the file is open to others or does not hold 32 bytes.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> console_secret(folder) == console_secret(folder)
    True
    """
    file = folder / SECRET_FILE
    try:
        found = file.stat()
    except FileNotFoundError:
        _make(file)
        found = file.stat()
    return _secret_in(file, found.st_mtime_ns, stat.S_IMODE(found.st_mode))


def sealed_session(secret: bytes, *, prefix: str, at: datetime) -> str:
    """Return the cookie of a session that begins now.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> cookie = sealed_session(b"s" * 32, prefix="0123456789ab", at=noon)
    >>> open_session(b"s" * 32, cookie, at=noon + SHIFT) is None
    True
    """
    said = f"{prefix}.{ticks_of(at)}.{secrets.token_hex(8)}"
    return f"{said}.{_mac(secret, 'session', said)}"


def open_session(secret: bytes, cookie: str, *, at: datetime) -> Seal | None:
    """Return what the cookie proves, or None when it is no cookie of ours or the shift has ended."""
    parsed = _SEALED.fullmatch(cookie)
    if parsed is None:
        return None
    said, mac = cookie.rsplit(".", 1)
    if not hmac.compare_digest(mac, _mac(secret, "session", said)):
        return None
    begun = instant_of(int(parsed.group(2)))
    if not begun - _CLOCKS_DIFFER <= at < begun + SHIFT:
        return None
    return Seal(parsed.group(1), begun, parsed.group(3))


def form_token(secret: bytes, cookie: str) -> str:
    """Return the token that forms of the session carry, so that no other site can post them."""
    return _mac(secret, "form", cookie)


def same_token(one: str, other: str) -> bool:
    """Return True when both tokens are the same, in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _mac(secret: bytes, purpose: str, said: str) -> str:
    return hmac.digest(secret, f"{purpose}:{said}".encode("utf-8", "replace"), "sha256").hex()


@lru_cache(maxsize=8)
def _secret_in(file: Path, _changed: int, mode: int) -> bytes:
    if mode & 0o077:
        raise SecretRefused(
            f"Expected {file.name} readable by its owner alone (0600), found mode {mode:04o}. "
            "Remove the file: a fresh one is made, and everybody signs in again."
        )
    secret = file.read_bytes()
    if len(secret) != 32:
        raise SecretRefused(
            f"Expected 32 bytes in {file.name}, found {len(secret)}. Remove the file: a fresh one is made."
        )
    return secret


def _make(file: Path) -> None:
    """Write a fresh secret unless another process has just done so; it appears whole."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{secrets.token_hex(6)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            return  # made by another process in the same moment: its secret holds
        except OSError:
            part.replace(file)  # a file system without links
    finally:
        part.unlink(missing_ok=True)
