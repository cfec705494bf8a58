"""The Ed25519 key pair of a home: one key signs releases, the other lets a service trust them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from features.files import atomic_file

PRIVATE, PUBLIC = "release_key.pem", "release_key.pub.pem"


class KeyRefused(ValueError):
    """A key is missing, of another kind, or open to others."""


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """Return the private key of a folder; the pair is made when the folder has none.

    The private key is readable by its owner alone (mode 0600).

    Raises
    ------
    KeyRefused
        When the private key is open to others, is no Ed25519 key, or only the public one is there.
    """
    private, public = folder / PRIVATE, folder / PUBLIC
    if not private.exists():
        if public.exists():
            raise KeyRefused(
                f"Expected {PRIVATE} beside {PUBLIC}, found only the public key. Restore the private key, or "
                "remove the public one and give every service the new one."
            )
        _make(private)
    mode = stat.S_IMODE(private.stat().st_mode)
    if mode & 0o077:
        raise KeyRefused(
            f"Expected {PRIVATE} readable by its owner alone (0600), found mode {mode:04o}. "
            f"Run chmod 600 on it; if others could read it, make a new pair."
        )
    key = load_pem_private_key(private.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(
            f"Expected an Ed25519 key in {PRIVATE}, found another kind. Put the right key there."
        )
    if not public.exists():
        with atomic_file(public) as part:
            part.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return key


def trusted_key(file: Path) -> Ed25519PublicKey:
    """Return the public key in a file.

    Raises
    ------
    KeyRefused
        When there is no such file or it holds another kind of key.
    """
    if not file.exists():
        raise KeyRefused(
            f"Expected the public key {file.name}, found none: nothing was released in this home yet. "
            "Promote a model first, or copy the key from the home that released it."
        )
    try:
        key = load_pem_public_key(file.read_bytes())
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyRefused(
            f"Expected an Ed25519 public key in {file.name}, found another text. Copy the key again."
        )
    return key


def _make(private: Path) -> None:
    private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    part = private.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(private)
