"""The tables of the worklist store, written so that SQLite and PostgreSQL read them alike.

Instants are integers: microseconds since 1970-01-01 UTC. Tables whose name says what happened
(``publications``, ``approvals``, ``outcomes``) are append-only.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

State = Literal["ready", "awaiting_approval", "claimed", "done", "left_alone", "retired"]
STATES: Final[tuple[State, ...]] = (
    "ready",
    "awaiting_approval",
    "claimed",
    "done",
    "left_alone",
    "retired",
)
"""Where a case stands.

``ready`` may be claimed; ``awaiting_approval`` waits for two people; ``claimed`` lies in one hand
under a lease; ``done`` has an outcome; ``left_alone`` was decided to need no action; ``retired``
was replaced by a later list before anyone took it.
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_Serial = BigInteger().with_variant(Integer(), "sqlite")


class PackedText(TypeDecorator[str]):
    """Text kept compressed: a decision repeats the words of its rules, and a book has many decisions."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return what the database keeps."""
        del dialect
        return None if value is None else zlib.compress(value.encode(), level=1)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the text that was kept."""
        del dialect
        return None if value is None else zlib.decompress(value).decode()


metadata = MetaData()

heads = Table(
    "heads",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("as_of", String(10), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("issued", BigInteger, nullable=False),
    comment="One row: the list in force, its fence, and the last fence handed to a publisher.",
)

publications = Table(
    "publications",
    metadata,
    Column("as_of", String(10), primary_key=True),
    Column("fence", BigInteger, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("models", Text, nullable=False),
    Column("book_digest", String(64), nullable=False),
    Column("cases", Integer, nullable=False),
    Column("published_at", BigInteger, nullable=False),
)

items = Table(
    "items",
    metadata,
    Column("case_id", String(300), primary_key=True),
    Column("as_of", String(10), nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("loan_id", String(200), nullable=False),
    Column("borrower_id", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("bucket", String(20), nullable=False),
    Column("product", String(200), nullable=False),
    Column("portfolio", String(200), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("priority", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("due_at", BigInteger),
    Column("lawful_from_at", BigInteger, nullable=False),
    Column("lawful_until_at", BigInteger, nullable=False),
    Column("needs_approval", Boolean, nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("claimed_by", String(100)),
    Column("claimed_at", BigInteger),
    Column("lease_until", BigInteger),
    Column("digest", String(64), nullable=False),
    Column("decision", PackedText, nullable=False),
    CheckConstraint("state in ('" + "','".join(STATES) + "')", name="known_state"),
    CheckConstraint("state <> 'claimed' or lease_until is not null", name="claims_have_leases"),
    Index("ix_items_ready", "state", "rank", "case_id"),
    Index("ix_items_list", "as_of", "rank", "case_id"),
    Index("ix_items_loan", "loan_id"),
    # One debtor lies in one hand at a time, over all their loans: a law of the schema, not of a query.
    Index(
        "ux_items_one_hand",
        "borrower_id",
        unique=True,
        sqlite_where=text("state = 'claimed'"),
        postgresql_where=text("state = 'claimed'"),
    ),
)

case_sheets = Table(
    "case_sheets",
    metadata,
    Column("case_id", String(300), primary_key=True),
    Column("sheet", LargeBinary, nullable=False),
    comment="What is seen of an account beside its decision: JSON, compressed before the transaction begins.",
)

approvals = Table(
    "approvals",
    metadata,
    Column("case_id", String(300), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("approved_by", String(100), primary_key=True),
    Column("approved_at", BigInteger, nullable=False),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("event_no", _Serial, primary_key=True, autoincrement=True),
    Column("case_id", String(300), nullable=False),
    Column("loan_id", String(200), nullable=False),
    Column("token", BigInteger, nullable=False),
    Column("recorded_by", String(100), nullable=False),
    Column("happened_at", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("event", Text, nullable=False),
    UniqueConstraint("case_id", "token", name="one_outcome_per_claim"),
    Index("ix_outcomes_known", "known_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("prefix", String(16), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(30), nullable=False),
    Column("salt", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key_name", String(100), primary_key=True),
    Column("idempotency_key", String(200), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("ix_idempotency_age", "stored_at"),
)


class NaiveInstant(ValueError):
    """An instant without a time zone was given."""


def ticks_of(at: datetime) -> int:
    """Return the instant as microseconds since 1970-01-01 UTC.

    Raises
    ------
    NaiveInstant
        When ``at`` has no time zone.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> ticks_of(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    if at.tzinfo is None:
        raise NaiveInstant(f"Expected an instant with a time zone, found {at!r}. Give it tzinfo=UTC.")
    return (at - _EPOCH) // _TICK


def instant_of(ticks: int) -> datetime:
    """Return the instant in UTC that ``ticks`` microseconds since 1970 stand for.

    Examples
    --------
    >>> instant_of(1_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return _EPOCH + ticks * _TICK
