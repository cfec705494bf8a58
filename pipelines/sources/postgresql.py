"""A lender's tables straight from PostgreSQL: named and filled as the contract states, whole or by ranges of borrowers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.problem import BookRefused, Origin, Problem
from pipelines.sources.postgresql_address import address_of, is_address
from pipelines.sources.postgresql_session import Session
from pipelines.sources.postgresql_tables import KeyRange, check_types, key_ranges, lender_of, tables_within
from pipelines.sources.reading import SourceTables
from pipelines.sources.source_file import stated_manifest


@dataclass(frozen=True)
class PostgresqlShard:
    """The rows of a range of borrowers.

    Parameters
    ----------
    number
        Number of the shard, from 0.
    keys
        Its borrowers.
    tables
        Arrow tables by the contract's names; those that belong to nobody are whole in every shard.
    """

    number: int
    keys: KeyRange
    tables: dict[str, Any]


def postgresql_shards(
    address: str, *, shards: int, schema: str | None = None
) -> Generator[PostgresqlShard, None, None]:
    """Return the tables of a lender shard by shard, all as they were at one moment.

    Every shard is read in one transaction (REPEATABLE READ, READ ONLY), which ends with the last shard or when the
    iterator is closed. Each borrower lies in one shard with all
    that belongs to him; rows that belong to no loan or borrower lie in the first, where the door names them.

    Parameters
    ----------
    address
        ``postgresql://user@host:port/database``, perhaps with ``?schema=``.
    shards
        Number of ranges of equally many borrowers; there are fewer where there are fewer borrowers.
    schema
        Schema of the tables; ``public`` when neither this nor the address names one.

    Raises
    ------
    BookRefused
        When server, schema, tables or types are not what they should be.
    """
    place = address_of(address, schema=schema)
    with Session(place) as session:
        lender = lender_of(session, place)
        check_types(lender)
        for number, keys in enumerate(key_ranges(session, lender, shards=shards)):
            yield PostgresqlShard(number, keys, tables_within(session, lender, keys))


def read_postgresql(
    path: str | Path, *, country: str | None = None, time_zone: str | None = None, currency: str | None = None
) -> SourceTables:
    """Return the tables of a lender.

    Parameters
    ----------
    path
        Address of the database; the name is that of every reader's place.
    country, time_zone, currency
        What the database does not state.

    Raises
    ------
    BookRefused
        When it is no address, or the tables cannot be read.
    """
    if isinstance(path, Path) or not is_address(path):
        expected, remedy = "an address postgresql://user@host/database", "Give it with --from."
        raise BookRefused((Problem("source", "", "no-address", expected, "a path", remedy),))
    manifest = stated_manifest("postgresql", country=country, time_zone=time_zone, currency=currency)
    place = address_of(path)
    with Session(place) as session:
        lender = lender_of(session, place)
        check_types(lender)
        tables = tables_within(session, lender, KeyRange())
    return SourceTables(
        tables=tables,
        origins={name: Origin(((f"{place.schema}.{name}", t.num_rows, 1),)) for name, t in tables.items()},
        manifest=manifest,
        notes=_notes(lender.others),
        rows_read=sum(table.num_rows for table in tables.values()),
    )


def _notes(others: tuple[str, ...]) -> tuple[str, ...]:
    if not others:
        return ()
    more = ", …" if len(others) > 5 else ""
    return (f"tables of the schema that are none of a book were not read: {', '.join(others[:5])}{more}",)
