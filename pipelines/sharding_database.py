"""The features of a lender's database: its tables copied once, as they were at one moment, then worked shard by shard.

The copy lies beside the folder of the features, hidden, and goes when they are finished. A run that is resumed goes
on with the rows that were copied when it began.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from features.book_statement import statement_of
from features.book_writer import BookWriter
from features.check import check_book
from features.check_shards import joined_problems
from features.manifest import Manifest
from features.problem import BookRefused, Problem
from features.progress import tell_done
from features.resharding import shard_book
from pipelines.sharding import LOANS_PER_SHARD, Sharded, finished_before, shards_for, write_sharded_features
from pipelines.sharding_engines import Engine
from pipelines.sharding_folder import PLAN, check_run_place
from pipelines.sharding_plan import check_same, read_plan, software
from pipelines.sources.postgresql import postgresql_shards
from pipelines.sources.postgresql_address import address_of
from pipelines.sources.source_file import stated_manifest

RANGES = 16
"""Ranges of borrowers in which a database is read when no number of shards is asked for."""


@dataclass(frozen=True)
class Database:
    """Where a lender's tables stand, and what holds for every row of them.

    Parameters
    ----------
    address
        ``postgresql://user@host:port/database``.
    country, time_zone, currency
        What the database does not state.
    """

    address: str
    country: str | None = None
    time_zone: str | None = None
    currency: str | None = None

    @property
    def manifest(self) -> Manifest:
        """Return the manifest of its book; a note says where it was read, without a password."""
        place = address_of(self.address)
        told = stated_manifest(
            "postgresql", country=self.country, time_zone=self.time_zone, currency=self.currency
        )
        return replace(told, notes=(f"read from {place.shown}, schema {place.schema}",))


def write_database_features(
    database: Database,
    *,
    as_of: Sequence[date],
    out: Path,
    engine: Engine,
    shards: int | None = None,
    target: str | None = None,
) -> Sharded:
    """Build every feature of a lender's database as known on the given days, one part per shard, into a folder.

    Takes what ``write_sharded_features`` takes, and raises what it raises.

    Raises
    ------
    BookRefused
        When the database cannot be read or breaks the contract; it holds the problems of all ranges.
    AnotherPlan
        When the folder holds the features of another source or of other mornings.
    """
    check_run_place(out)
    manifest, copy = database.manifest, copy_beside(out)
    if (out / PLAN).is_file() and not copy.is_dir():
        begun = read_plan(out)
        asked = replace(
            begun,
            as_of=tuple(sorted({str(day) for day in as_of})),
            target=target or "",
            shards=shards or begun.shards,
            source=source_of(manifest),
            code=software(),
        )
        check_same(asked, begun, out)
        finished = finished_before(asked, out)
        if finished is not None:
            return finished
    begun_here = (out / PLAN).is_file() and copy.is_dir()
    if not begun_here or statement_of(copy).manifest != manifest:
        copy_database(database, copy, shards=shards)
    try:
        made = write_sharded_features(
            copy,
            as_of=as_of,
            out=out,
            engine=engine,
            shards=shards,
            target=target,
            source=source_of(manifest),
        )
    finally:
        if not (
            out / PLAN
        ).is_file():  # nothing was begun that could go on: no rows of the lender stay behind
            shutil.rmtree(copy, ignore_errors=True)
    shutil.rmtree(copy)
    return made


def copy_beside(out: Path) -> Path:
    """Return where the copy of the database lies while its features are worked.

    Examples
    --------
    >>> copy_beside(Path("var/features/june")).as_posix()
    'var/features/.june.book'
    """
    return out.with_name(f".{out.name}.book")


def source_of(manifest: Manifest) -> str:
    """Return what a plan says of the database: where it was read, country, zone and currency."""
    return f"{' '.join(manifest.notes)}, {manifest.country} {manifest.time_zone} {manifest.currency}"


def copy_database(database: Database, place: Path, *, shards: int | None) -> None:
    """Write the lender's tables as a sharded book; memory holds one range of borrowers.

    Raises
    ------
    BookRefused
        When they break the contract, the problems of all ranges together.
    """
    manifest, ranges = database.manifest, shards or RANGES
    problems: list[list[Problem]] = []
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.", suffix=".part") as folder:
        by_range = Path(folder) / "ranges"
        with BookWriter(by_range, manifest=manifest, shards=max(ranges, 2), hashed=False) as writer:
            for part in postgresql_shards(database.address, shards=ranges):
                tell_done("ranges read", part.number, ranges)
                try:
                    writer.add(part.number, part.tables)
                    problems.append([])
                except BookRefused as error:
                    problems.append(list(error.problems))
            tell_done("ranges read", ranges, ranges)
            told = joined_problems(problems, shards=len(problems))
            if told:
                raise BookRefused(tuple(told))
        wanted = shards_for(statement_of(by_range), shards, loans_per_shard=LOANS_PER_SHARD)
        book = Path(folder) / "book"
        shard_book(by_range, into=wanted, out=book)
        shutil.rmtree(by_range)
        between = check_book(book)  # what lies in two ranges
        if between:
            raise BookRefused(tuple(between))
        shutil.rmtree(place, ignore_errors=True)
        book.replace(place)
