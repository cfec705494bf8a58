"""One read-only transaction of a PostgreSQL database, over ADBC; what goes wrong is told in three parts.

All sessions of one reading see the same snapshot: the first (REPEATABLE READ, READ ONLY) exports it, others, in this
process or another, join it by its name as long as the first is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

import adbc_driver_manager
import adbc_driver_postgresql.dbapi

from features.problem import BookRefused, Problem
from pipelines.sources.postgresql_address import Address

_DENIED = "42501"
_BEGIN = "begin transaction isolation level repeatable read read only"


class Session:
    """A transaction that reads; a context manager.

    Parameters
    ----------
    address
        Address of the database.
    snapshot
        Name of the snapshot to join; None to begin a new one.

    Raises
    ------
    BookRefused
        When the server, the database or the password is not there, told without the password.
    """

    def __init__(self, address: Address, *, snapshot: str | None = None) -> None:
        self._address = address
        self._joined = snapshot
        self._connection: Any = None

    def __enter__(self) -> Session:
        """Connect and begin the transaction."""
        try:
            self._connection = adbc_driver_postgresql.dbapi.connect(self._address.connection, autocommit=True)
        except adbc_driver_manager.Error as error:
            raise _unreached(self._address, str(error)) from None
        try:
            self.rows(_BEGIN)
            if self._joined is not None:
                self.rows(f"set transaction snapshot {literal(self._joined)}")
        except BaseException:
            self._connection.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def snapshot(self) -> str:
        """Return the name under which other sessions join what this one sees."""
        return str(self.rows("select pg_export_snapshot() as name")[0]["name"])

    def table(self, statement: str, values: Sequence[object] = ()) -> Any:
        """Return the answer to one statement as an Arrow table.

        Parameters
        ----------
        statement
            SQL; names in it are quoted by :func:`quoted`, values stand for ``$1``, ``$2`` ….
        values
            The values.
        """
        cursor = self._connection.cursor()
        try:
            cursor.execute(statement, tuple(values) or None)
            return cursor.fetch_arrow_table()
        except adbc_driver_manager.Error as error:
            raise _refused(self._address, error) from None
        finally:
            cursor.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return the answer to one statement as rows."""
        rows: list[dict[str, Any]] = self.table(statement, values).to_pylist()
        return rows


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever it holds.

    Examples
    --------
    >>> quoted("limit"), quoted('a"b')
    ('"limit"', '"a""b"')
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL takes it where no parameter may stand.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def refusal(rule: str, expected: str, found: str, remedy: str) -> BookRefused:
    """Return the refusal of a source as a whole."""
    return BookRefused((Problem("source", "", rule, expected, found, remedy),))


def _unreached(address: Address, told: str) -> BookRefused:
    """Return why no connection came about; the driver's own words may hold a password and are not repeated."""
    if "password" in told or "authentication" in told or "role" in told:
        found, remedy = "user or password refused", "Correct them, or set PGPASSWORD."
        return refusal("access-refused", f"access to {address.shown}", found, remedy)
    if "database" in told and "does not exist" in told:
        return refusal("no-database", f"the database of {address.shown}", "none", "Correct its name.")
    if "too many" in told or "remaining connection slots" in told:
        remedy = "Wait, or let the server take more connections."
        return refusal("no-server", f"a free connection to {address.shown}", "none", remedy)
    causes = {
        "Connection refused": "nothing that listens there",
        "translate host name": "no such host",
        "timeout": "no answer in time",
        "SSL": "a server that does not agree about encryption",
    }
    found = next((said for words, said in causes.items() if words in told), "none that lets us in")
    remedy = "Look whether it runs, and at host, port and firewall."
    return refusal("no-server", f"a PostgreSQL server at {address.shown}", found, remedy)


def _refused(address: Address, error: adbc_driver_manager.Error) -> BookRefused:
    state = error.sqlstate or ""
    where = f"schema {address.schema} of {address.shown}"
    if state == _DENIED:
        remedy = "Let the owner of the tables grant it: grant select on all tables in schema …"
        return refusal("no-permission", f"leave to read the tables of {where}", "none", remedy)
    if not state or state.startswith(("08", "57P")):
        remedy = "Nothing was written. Start again when the server is back."
        return refusal(
            "server-gone", f"an answer from {address.shown} to the end", "the connection lost", remedy
        )
    first = str(error).partition("\n")[0].partition("ERROR:")[2].strip()[:120]
    remedy = "Look at the server's log, and at the types of the columns."
    return refusal("not-read", f"the rows of {where}", f"{first or 'an error'} (SQLSTATE {state})", remedy)
