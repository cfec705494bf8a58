"""API keys: shown once, kept as salted hashes, compared in constant time, revocable at once.

A key is 256 bits from the system's generator, so a plain salted sha256 keeps it: there is no
password to guess. The prefix is shown in lists and logs; it finds the row and proves nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from serving.store import Store
from serving.tables import api_keys, instant_of, ticks_of

Role = Literal["collector", "supervisor", "data_scientist", "committee", "service", "admin"]
ROLES: Final[tuple[Role, ...]] = (
    "collector",
    "supervisor",
    "data_scientist",
    "committee",
    "service",
    "admin",
)

PERMISSIONS: Final[dict[str, frozenset[Role]]] = {
    "score": frozenset({"service", "data_scientist", "supervisor", "admin"}),
    "read_worklist": frozenset({"collector", "supervisor", "service", "admin"}),
    "work": frozenset({"collector", "supervisor", "service"}),
    "read_case": frozenset({"collector", "supervisor", "committee", "service", "admin"}),
    "approve": frozenset({"supervisor", "committee"}),
    "read_models": frozenset({"data_scientist", "supervisor", "committee", "admin"}),
    "read_reports": frozenset({"committee", "data_scientist", "supervisor", "admin"}),
}
"""Who may do what. Approving is for people; a service key never approves and opens no page."""

_TOKEN = re.compile(r"dc_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NAME = re.compile(r"[\w .@+-]{1,100}")
_NOBODY: Final = ("", "0" * 64)


class KeyRefused(ValueError):
    """A key cannot be made or revoked as asked."""


@dataclass(frozen=True)
class Principal:
    """Who is asking: the name and role of a key, and its prefix for logs."""

    name: str
    role: Role
    prefix: str


@dataclass(frozen=True)
class KeyRecord:
    """A key as a list shows it: everything but the secret."""

    prefix: str
    name: str
    role: Role
    created_at: datetime
    revoked_at: datetime | None


def create_key(store: Store, *, name: str, role: Role, at: datetime) -> str:
    """Return a new key. It is shown this once; only its salted hash is kept.

    Raises
    ------
    KeyRefused
        When the role is unknown, the name is empty or odd, or another key has it.

    Examples
    --------
    >>> from datetime import UTC
    >>> from serving.store import open_store
    >>> store = open_store("sqlite://")
    >>> token = create_key(store, name="ann", role="collector", at=datetime(2026, 3, 1, tzinfo=UTC))
    >>> principal_of(store, token).role
    'collector'
    """
    if role not in ROLES:
        raise KeyRefused(f"Expected a role of {', '.join(ROLES)}, found {role!r}. Choose one.")
    if not _NAME.fullmatch(name):
        raise KeyRefused(
            "Expected a name of 1 to 100 letters, digits, spaces or . @ + - _, found another. "
            "Choose a plain name."
        )
    prefix, secret, salt = secrets.token_hex(6), secrets.token_urlsafe(32), secrets.token_hex(16)
    token = f"dc_{prefix}_{secret}"
    row = {"prefix": prefix, "name": name, "role": role, "salt": salt, "hash": _hash(salt, token)}
    try:
        with store.writing() as connection:
            connection.execute(insert(api_keys).values(created_at=ticks_of(at), **row))
    except IntegrityError as taken:
        raise KeyRefused(
            f"Expected a name no other key has, found {name!r} taken. Choose another: names sign approvals, "
            "so they are never given twice, not even after revoking."
        ) from taken
    return token


def revoke_key(store: Store, *, name: str, at: datetime) -> None:
    """Revoke the key of that name: from now on it opens nothing.

    Raises
    ------
    KeyRefused
        When no key has that name.
    """
    with store.writing() as connection:
        known = connection.execute(select(api_keys.c.revoked_at).where(api_keys.c.name == name)).one_or_none()
        if known is None:
            raise KeyRefused(f"Expected the name of a key, found none named {name!r}. List the keys.")
        if known.revoked_at is None:
            connection.execute(
                update(api_keys).where(api_keys.c.name == name).values(revoked_at=ticks_of(at))
            )


def keys_of(store: Store) -> tuple[KeyRecord, ...]:
    """Return every key ever made, oldest first, without secrets."""
    with store.reading() as connection:
        rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.name)).all()
    return tuple(
        KeyRecord(
            row.prefix,
            row.name,
            row.role,
            instant_of(row.created_at),
            None if row.revoked_at is None else instant_of(row.revoked_at),
        )
        for row in rows
    )


def principal_of(store: Store, token: str) -> Principal | None:
    """Return who holds the key, or None when it is unknown, malformed or revoked.

    The hash is computed and compared whether or not the prefix is known, so that time tells nothing.
    """
    parsed = _TOKEN.fullmatch(token)
    prefix = parsed.group(1) if parsed else ""
    with store.reading() as connection:
        row = connection.execute(select(api_keys).where(api_keys.c.prefix == prefix)).one_or_none()
    salt, kept = (row.salt, row.hash) if row is not None else _NOBODY
    equal = hmac.compare_digest(_hash(salt, token), kept)
    if row is None or not equal or row.revoked_at is not None:
        return None
    return Principal(row.name, row.role, row.prefix)


def holder_of(store: Store, *, prefix: str) -> Principal | None:
    """Return who holds the key with that prefix, or None when it is unknown or revoked.

    A prefix proves nothing: ask only after something else has proven that the key was shown.
    """
    with store.reading() as connection:
        row = connection.execute(select(api_keys).where(api_keys.c.prefix == prefix)).one_or_none()
    if row is None or row.revoked_at is not None:
        return None
    return Principal(row.name, row.role, row.prefix)


def _hash(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}:{token}".encode("utf-8", "surrogatepass")).hexdigest()
