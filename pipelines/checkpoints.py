"""What is finished is decided by files and digests, never by a scheduler's memory.

A step is finished when its output stands and the sidecar beside it names the same inputs and the
same digest of the output. The sidecar is written last, so a step that was killed is done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from features.discovery import adopted_digest
from features.files import atomic_file


def digest_of(path: Path) -> str:
    """Return the sha256 of a file, or of a folder's relative paths and files.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a"
    >>> _ = file.write_text("a")
    >>> digest_of(file)[:8]
    'ca978112'
    """
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path).as_posix()}\0{digest_of(file)}\n".encode())
    return whole.hexdigest()


def code_digest(room: str) -> str:
    """Return the digest of a room's code and data files, so that a change of code makes its outputs anew.

    A team's own features that this process adopted belong to the room ``features``.

    Examples
    --------
    >>> code_digest("features") == code_digest("features")
    True
    """
    root = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for file in sorted(p for p in (root / room).rglob("*") if p.suffix in (".py", ".toml")):
        whole.update(f"{file.relative_to(root).as_posix()}\0{digest_of(file)}\n".encode())
    if room == "features":
        whole.update(adopted_digest().encode())
    return whole.hexdigest()


def finished(output: Path, *, inputs: Mapping[str, object]) -> bool:
    """Return whether ``output`` stands, whole, made from these inputs.

    Parameters
    ----------
    output
        File or folder a step writes.
    inputs
        All that decides the output: digests, dates, seeds, versions. JSON values only.
    """
    sidecar = _sidecar(output)
    if not output.exists() or not sidecar.is_file():
        return False
    try:
        note = json.loads(sidecar.read_text())
    except (OSError, json.JSONDecodeError):
        return False
    return bool(note.get("inputs") == _plain(inputs) and note.get("digest") == digest_of(output))


def once(output: Path, *, inputs: Mapping[str, object], make: Callable[[], None]) -> bool:
    """Make ``output`` unless it is finished; return whether it was made now.

    Raises
    ------
    StepLeftNothing
        When ``make`` returns and ``output`` does not stand.
    """
    if finished(output, inputs=inputs):
        return False
    _sidecar(output).unlink(missing_ok=True)
    make()
    if not output.exists():
        raise StepLeftNothing(
            f"Expected {output} after its step, found nothing. Look at the step's messages."
        )
    with atomic_file(_sidecar(output)) as part:
        part.write_text(json.dumps({"inputs": _plain(inputs), "digest": digest_of(output)}, indent=1))
    return True


class StepLeftNothing(RuntimeError):
    """A step ended without its output."""


def _sidecar(output: Path) -> Path:
    return output.with_name(f"{output.name}.done.json")


def _plain(inputs: Mapping[str, object]) -> object:
    return json.loads(json.dumps(inputs, sort_keys=True))
