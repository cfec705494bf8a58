"""Approved bundles in signed folders: the only models a service reads.

``HOME/releases/NAME/CONTENT_HASH/`` holds ``bundle/``, ``release.json`` (who approved, the digest of every
file) and ``release.sig`` (Ed25519 over release.json). A signed pointer, ``HOME/releases/NAME/current.json``,
is switched by one rename. Signature and digests are checked before a byte is parsed, because a damaged
LightGBM text ends the process.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from features.files import atomic_file, atomic_folder
from models.bundle_files import DIGESTS, content_hash_of, digest_of, read_bundle_files, write_bundle_files

FORMAT = 1
_RELEASE, _SIGNATURE, _CURRENT = "release.json", "release.sig", "current.json"
_REMEDY = "Do not load it: remove the folder and promote the model again."
_SEALS = {_RELEASE: b"duecourse release 1\n", _CURRENT: b"duecourse pointer 1\n"}


class ReleaseRefused(ValueError):
    """A release folder is not what was approved and signed."""


@dataclass(frozen=True)
class Release:
    """A verified release.

    Parameters
    ----------
    bundle
        Folder of the bundle; load it with ``expected_hash=content_hash``.
    name, version, content_hash
        Registered name, version and identity of the model.
    approved_by
        The names typed by those who approved it.
    """

    bundle: Path
    name: str
    version: str
    content_hash: str
    approved_by: tuple[str, ...]


def write_release(
    bundle: Path,
    *,
    releases: Path,
    name: str,
    version: str,
    content_hash: str,
    approved_by: Sequence[str],
    key: Ed25519PrivateKey,
) -> Path:
    """Copy a bundle into a signed release folder and return the folder; one that verifies is left alone.

    Raises
    ------
    BundleDamaged
        When the bundle is not the one with that content hash.
    """
    folder = releases / safe_name(name) / content_hash
    if folder.exists():
        verify_release(folder, public_key=key.public_key())
        return folder
    contents = read_bundle_files(bundle, expected_hash=content_hash)
    with atomic_folder(folder) as part:
        write_bundle_files(contents, part / "bundle")
        record = {
            "format": FORMAT,
            "name": name,
            "version": version,
            "content_hash": content_hash,
            "approved_by": list(approved_by),
            "files": {path: digest_of((part / path).read_bytes()) for path in _files_in(part)},
        }
        text = (json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode()
        (part / _RELEASE).write_bytes(text)
        (part / _SIGNATURE).write_bytes(base64.b64encode(key.sign(_SEALS[_RELEASE] + text)) + b"\n")
    return folder


def verify_release(folder: Path, *, public_key: Ed25519PublicKey) -> Release:
    """Return what a release folder holds, once its signature and every digest were found right.

    Raises
    ------
    ReleaseRefused
        When the signature is another's, or a file is changed, missing, foreign or a link.
    """
    record = _unsealed(
        _bytes_of(folder / _RELEASE), _bytes_of(folder / _SIGNATURE), seal=_RELEASE, public_key=public_key
    )
    if record.get("format") != FORMAT:
        raise ReleaseRefused(
            f"Expected a release of format {FORMAT} in {folder.name}, found {record.get('format')!r}. "
            "Use the version of duecourse that released it, or release again."
        )
    digests: dict[str, str] = record["files"]
    present = set(_files_in(folder)) - {_RELEASE, _SIGNATURE}
    contents = {
        path: b"" if (folder / path).is_symlink() else (folder / path).read_bytes() for path in present
    }
    changed = {path for path in present & set(digests) if digest_of(contents[path]) != digests[path]}
    odd = sorted(present ^ set(digests) | changed)
    if odd:
        raise ReleaseRefused(
            f"Expected the {len(digests)} files that were signed for {record['name']}, found {len(odd)} "
            f"changed, missing or foreign ({', '.join(odd[:5])}). {_REMEDY}"
        )
    content_hash = str(record["content_hash"])
    bundle = {path.removeprefix("bundle/"): content for path, content in contents.items()}
    bundle.pop(DIGESTS, None)
    if content_hash_of(bundle) != content_hash or folder.name != content_hash:
        raise ReleaseRefused(
            f"Expected the bundle {content_hash[:16]} in the release folder of that name, found another in "
            f"{folder.name[:16]}. {_REMEDY}"
        )
    names = tuple(str(one) for one in record["approved_by"])
    return Release(folder / "bundle", str(record["name"]), str(record["version"]), content_hash, names)


@dataclass(frozen=True)
class Pointer:
    """Which release of a name is in force.

    Parameters
    ----------
    name, version, content_hash
        The model.
    approval
        Hash of the ledger's line that put it in force: a ledger without that line was cut.
    """

    name: str
    version: str
    content_hash: str
    approval: str


def point_to(pointer: Pointer, *, releases: Path, key: Ed25519PrivateKey) -> Path:
    """Switch what is in force for a name, in one rename; return the pointer file."""
    text = json.dumps(asdict(pointer), sort_keys=True, ensure_ascii=False)
    signature = base64.b64encode(key.sign(_SEALS[_CURRENT] + text.encode())).decode()
    file = releases / safe_name(pointer.name) / _CURRENT
    with atomic_file(file) as part:
        part.write_text(json.dumps({"pointer": text, "signature": signature}) + "\n", encoding="utf-8")
    return file


def pointer_of(releases: Path, name: str, *, public_key: Ed25519PublicKey) -> Pointer | None:
    """Return what is in force for a name, its signature checked, or None.

    Raises
    ------
    ReleaseRefused
        When the pointer is not what was signed, or another name's.
    """
    file = releases / safe_name(name) / _CURRENT
    if not file.exists():
        return None
    try:
        said = json.loads(file.read_bytes())
        text, signature = said["pointer"].encode(), said["signature"].encode()
    except (ValueError, TypeError, KeyError, AttributeError):
        text, signature = b"", b""
    pointer = Pointer(**_unsealed(text, signature, seal=_CURRENT, public_key=public_key))
    if pointer.name != name:
        raise ReleaseRefused(
            f"Expected the pointer of {name}, found that of {pointer.name}. Promote the model again."
        )
    return pointer


def current_release(releases: Path, name: str, *, public_key: Ed25519PublicKey) -> Release | None:
    """Return the verified release in force for a name, or None when the name has none.

    Raises
    ------
    ReleaseRefused
        When the pointer or the release it names is not what was signed.
    """
    pointer = pointer_of(releases, name, public_key=public_key)
    if pointer is None:
        return None
    release = verify_release(releases / name / pointer.content_hash, public_key=public_key)
    if release.name != name:
        raise ReleaseRefused(
            f"Expected a release of {name}, found one of {release.name}. Promote the model again."
        )
    return release


def released_names(releases: Path) -> tuple[str, ...]:
    """Return the names that have a release in force, sorted."""
    return tuple(sorted(pointer.parent.name for pointer in releases.glob(f"*/{_CURRENT}")))


def safe_name(name: str) -> str:
    """Return a model's name when it can be a folder's.

    Raises
    ------
    ReleaseRefused
        When it holds anything but letters, digits, ``_``, ``-`` and inner dots.

    Examples
    --------
    >>> safe_name("roll_30")
    'roll_30'
    """
    if not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise ReleaseRefused(
            f"Expected a model name of letters, digits, _ , - and inner dots, found {name!r}. "
            "Rename the target."
        )
    return name


def _files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def _bytes_of(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise ReleaseRefused(
            f"Expected {path.name} in the release {path.parent.name[:16]}, found none. "
            "Release the model again."
        )
    return path.read_bytes()


def _unsealed(text: bytes, signature: bytes, *, seal: str, public_key: Ed25519PublicKey) -> dict[str, Any]:
    """Return a signed JSON object; nothing of it is parsed before its signature was found right."""
    try:
        public_key.verify(base64.b64decode(signature, validate=False), _SEALS[seal] + text)
    except (InvalidSignature, ValueError):
        raise ReleaseRefused(
            f"Expected {seal} signed by the release key, found a signature that does not fit. "
            "Release the model again, or give the public key of the home it was released in."
        ) from None
    record: dict[str, Any] = json.loads(text)
    return record
