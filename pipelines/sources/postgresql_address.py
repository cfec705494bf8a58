"""Addresses of PostgreSQL databases: recognised, split from their schema, and shown without passwords."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from features.problem import BookRefused, Problem

_SCHEMES = ("postgresql", "postgres")
_REMEDY = "Write postgresql://user@host:5432/database, the password in PGPASSWORD or a password file."


@dataclass(frozen=True)
class Address:
    """Where a lender's tables stand.

    Parameters
    ----------
    connection
        Address as the driver takes it, with the password if one was given: never to be shown.
    schema
        Schema of the tables.
    shown
        Address without password, for messages.
    """

    connection: str
    schema: str
    shown: str

    def __repr__(self) -> str:
        """Return the address without its password."""
        return f"Address({self.shown!r}, schema={self.schema!r})"


def is_address(text: str) -> bool:
    """Return True for the address of a PostgreSQL database, False for a path.

    Examples
    --------
    >>> is_address("postgresql://collector@db.example/lender"), is_address("exports/march")
    (True, False)
    """
    return text.partition("://")[0] in _SCHEMES and "://" in text


def address_of(text: str, *, schema: str | None = None) -> Address:
    """Return an address read.

    Parameters
    ----------
    text
        ``postgresql://user:password@host:port/database``, perhaps with ``?schema=`` and the driver's options.
    schema
        Schema of the tables; goes before the address's, which goes before ``public``.

    Raises
    ------
    BookRefused
        When it is no such address.

    Examples
    --------
    >>> address_of("postgresql://ann:secret@db.example:5433/lender?schema=loans")
    Address('postgresql://ann@db.example:5433/lender', schema='loans')
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # the text may hold a password: it is not shown
        raise _no_address() from None
    if parts.scheme not in _SCHEMES or "://" not in text:
        raise _no_address()
    options = dict(parse_qsl(parts.query))
    stated = options.pop("schema", None)
    user = f"{parts.username}@" if parts.username else ""
    host = f"{parts.hostname or ''}{f':{port}' if port else ''}"
    connection = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(options), ""))
    if not parts.netloc:  # urlunsplit leaves the slashes out
        connection = f"{parts.scheme}://{parts.path}{f'?{urlencode(options)}' if options else ''}"
    return Address(connection, schema or stated or "public", f"{parts.scheme}://{user}{host}{parts.path}")


def shown_address(text: str) -> str:
    """Return a text for the screen: an address without its password, any other text as it is.

    Examples
    --------
    >>> shown_address("postgresql://ann:secret@db.example/lender"), shown_address("exports")
    ('postgresql://ann@db.example/lender', 'exports')
    """
    return address_of(text).shown if is_address(text) else text


def _no_address() -> BookRefused:
    expected, found = "the address of a PostgreSQL database", "something else"
    return BookRefused((Problem("source", "", "no-address", expected, found, _REMEDY),))
