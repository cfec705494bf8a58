"""Sessions that were signed out: kept until their shift would have ended, so that no copy of a cookie outlives them.

One empty file for each, in ``HOME/keys/console_ended/``: every server of the home sees it at once, and two people who
sign out in the same moment never meet. The name proves nothing and opens nothing: it is not the cookie.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from serving.console.sealing import SHIFT, Seal
from serving.tables import instant_of, ticks_of

ENDED: Final = "console_ended"
_NAME = re.compile(r"([0-9]{1,17})-[0-9a-f]{12}-[0-9a-f]{16}")


def end(folder: Path, seal: Seal, *, at: datetime) -> None:
    """Let a session open nothing from now on; those whose shift is over anyway are forgotten.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC
    >>> folder, noon = Path(tempfile.mkdtemp()), datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> seal = Seal("0123456789ab", noon, "0" * 16)
    >>> end(folder, seal, at=noon)
    >>> has_ended(folder, seal)
    True
    """
    kept = folder / ENDED
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in kept.iterdir():
        name = _NAME.fullmatch(old.name)
        if name is not None and instant_of(int(name.group(1))) + SHIFT <= at:
            with suppress(FileNotFoundError):  # another server has just forgotten it
                old.unlink()
    (kept / _name(seal)).touch(mode=0o600)


def has_ended(folder: Path, seal: Seal) -> bool:
    """Return True when the session was signed out."""
    return (folder / ENDED / _name(seal)).exists()


def _name(seal: Seal) -> str:
    return f"{ticks_of(seal.begun_at)}-{seal.prefix}-{seal.nonce}"
