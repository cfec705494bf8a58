"""The worklist store: an engine, and transactions that read or write.

The verbs live beside it: ``store_publish``, ``store_worklist``, ``store_claims``,
``store_approvals``, ``store_events``. What only SQLite needs stands in ``_tune_sqlite``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from serving.tables import heads, metadata

WORKLIST = "worklist"
_WRITES = "duecourse_writes"


class StoreUnavailable(RuntimeError):
    """The database of the worklist cannot be reached or is not laid out."""


@dataclass(frozen=True)
class Store:
    """The worklist's database, and the transaction one is in, if any.

    Parameters
    ----------
    engine
        SQLAlchemy engine.
    current
        The transaction that ``together`` opened; None outside.
    """

    engine: Engine
    current: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the store."""
        if self.current is not None:
            yield self.current
            return
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose writes appear together or not at all."""
        if self.current is not None:
            yield self.current
            return
        with self.engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def together(self) -> Iterator[Store]:
        """Give a store whose verbs share one transaction.

        Examples
        --------
        >>> store = open_store("sqlite://")
        >>> with store.together() as one:
        ...     one.current is not None
        True
        """
        with self.writing() as connection:
            yield Store(self.engine, connection)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def store_url(home: Path) -> str:
    """Return the address of the default store of a home folder.

    Examples
    --------
    >>> store_url(Path("var"))
    'sqlite:///var/worklist.db'
    """
    return f"sqlite:///{home / 'worklist.db'}"


def open_store(url: str, *, busy_seconds: float = 15.0) -> Store:
    """Return the store at ``url``, laid out when it is new.

    Parameters
    ----------
    url
        SQLAlchemy address: ``sqlite:///var/worklist.db`` or ``postgresql+psycopg://…``.
    busy_seconds
        How long a writer waits for another writer before it gives up.

    Raises
    ------
    StoreUnavailable
        When the database cannot be opened, or another version laid it out.
    """
    address = make_url(url)
    options: dict[str, Any] = {}
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite and address.database not in (None, "", ":memory:"):
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        options = {"pool_size": 8, "max_overflow": 56, "connect_args": {"timeout": busy_seconds}}
    engine = create_engine(address, **options)
    if sqlite:
        _tune_sqlite(engine)
    store = Store(engine)
    try:
        _lay_out(store)
    except DBAPIError as failure:
        engine.dispose()
        raise StoreUnavailable(
            f"Expected a worklist database at {address.render_as_string(hide_password=True)}, "
            f"found {type(failure.orig).__name__}. Check the folder's rights and that the file is a database."
        ) from failure
    other = _laid_out_otherwise(store)
    if other:
        engine.dispose()
        raise StoreUnavailable(
            f"Expected the tables of this version at {address.render_as_string(hide_password=True)}, found "
            f"{other[0]} of another ({len(other)} columns differ). Fetch the outcomes with the version that wrote "
            "it, move the database aside and publish the list again."
        )
    return store


def check_store(store: Store) -> None:
    """Raise unless the store answers and is laid out.

    Raises
    ------
    StoreUnavailable
        When it does not answer.

    Examples
    --------
    >>> check_store(open_store("sqlite://"))
    """
    try:
        with store.reading() as connection:
            head = connection.execute(select(heads.c.name)).first()
    except DBAPIError as failure:
        raise StoreUnavailable(
            f"Expected the worklist database to answer, found {type(failure.orig).__name__}. "
            "Start the database, then try again."
        ) from failure
    if head is None:
        raise StoreUnavailable(
            "Expected the worklist database to be laid out, found no head row. Open it with open_store."
        )


def _lay_out(store: Store) -> None:
    with store.writing() as connection:
        metadata.create_all(connection)
    try:
        with store.writing() as connection:
            if connection.execute(select(heads.c.name)).first() is None:
                connection.execute(insert(heads).values(name=WORKLIST, as_of="", fence=0, issued=0))
    except IntegrityError:
        pass  # another process laid it out in the same moment


def _laid_out_otherwise(store: Store) -> list[str]:
    """Return the columns of this version that the database lacks, or keeps as another type."""
    with store.reading() as connection:
        seen = inspect(connection)
        found = {
            (table.name, column["name"]): column["type"]
            for table in metadata.sorted_tables
            for column in seen.get_columns(table.name)
        }
    wanted = [(table.name, column) for table in metadata.sorted_tables for column in table.columns]
    return [
        f"{name}.{column.name}"
        for name, column in wanted
        if (name, column.name) not in found or _is_binary(column.type) != _is_binary(found[name, column.name])
    ]


def _is_binary(kind: Any) -> bool:
    return isinstance(getattr(kind, "impl", kind), LargeBinary)


def _tune_sqlite(engine: Engine) -> None:
    """Set SQLite to many readers beside one writer, with transactions that begin where we say.

    ``synchronous=FULL``: an outcome that was answered survives a power cut.
    """

    @event.listens_for(engine, "connect")
    def on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.execute(text("BEGIN IMMEDIATE" if writes else "BEGIN"))
