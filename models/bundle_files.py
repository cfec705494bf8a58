"""The files of a bundle and their digests: checked before a byte of them is parsed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from features.files import atomic_folder

DIGESTS = "digests.json"


class BundleDamaged(ValueError):
    """A bundle's files are not those that were written."""


def digest_of(content: bytes) -> str:
    """Return the sha256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def content_hash_of(files: Mapping[str, bytes]) -> str:
    """Return the identity of a set of files: sha256 over sorted (relative path, sha256).

    Examples
    --------
    >>> one, other = {"a": b"1", "b": b"2"}, {"b": b"2", "a": b"1"}
    >>> content_hash_of(one) == content_hash_of(other)
    True
    """
    return _identity({path: digest_of(content) for path, content in files.items()})


def write_bundle_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files and their digests; the folder appears in one rename."""
    digests = {path: digest_of(content) for path, content in files.items()}
    with atomic_folder(folder) as part:
        for path, content in files.items():
            target = part / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        (part / DIGESTS).write_bytes(_digest_bytes(digests))


def read_bundle_files(folder: Path, *, expected_hash: str | None = None) -> dict[str, bytes]:
    """Return the files of a bundle after all digests were found right.

    Raises
    ------
    BundleDamaged
        When a file is changed, missing or foreign, or the identity is another one.
    """
    if not (folder / DIGESTS).is_file():  # first, for a wrong folder may hold a whole disk
        raise BundleDamaged(
            f"Expected {DIGESTS} in the bundle folder {folder}, found none. Give the folder of a bundle."
        )
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    linked = sorted(path for path, file in found.items() if file.is_symlink())
    if linked:
        raise BundleDamaged(
            f"Expected plain files in the bundle folder {folder.name}, found links ({linked[:5]}). "
            "Copy the bundle again."
        )
    contents = {path: file.read_bytes() for path, file in found.items()}
    digests = _read_digests(contents.pop(DIGESTS), folder)
    odd = sorted(set(digests) ^ set(contents))
    odd = odd or sorted(path for path, content in contents.items() if digest_of(content) != digests[path])
    if odd:
        raise BundleDamaged(
            f"Expected the {len(digests)} files that were written to bundle {folder.name}, found {len(odd)} "
            f"changed, missing or foreign ({', '.join(odd[:5])}). Copy the bundle again from the registry."
        )
    identity = _identity(digests)
    if expected_hash is not None and identity != expected_hash:
        raise BundleDamaged(
            f"Expected the bundle {expected_hash[:16]}, found {identity[:16]} in {folder.name}. "
            "Fetch the version that was approved."
        )
    return contents


def _identity(digests: Mapping[str, str]) -> str:
    lines = "".join(f"{path}\n{digests[path]}\n" for path in sorted(digests))
    return digest_of(lines.encode())


def _digest_bytes(digests: Mapping[str, str]) -> bytes:
    record = {"content_hash": _identity(digests), "files": dict(digests)}
    return (json.dumps(record, sort_keys=True, indent=1) + "\n").encode()


def _read_digests(content: bytes, folder: Path) -> dict[str, str]:
    try:
        record = json.loads(content)
        digests = {str(path): str(digest) for path, digest in record["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        digests = {}
    if not digests or _digest_bytes(digests) != content:
        raise BundleDamaged(
            f"Expected {DIGESTS} as it was written in bundle {folder.name}, found it changed. "
            "Copy the bundle again from the registry."
        )
    return digests
