"""How ``duecourse features`` writes a folder: who works the shards, and what is told of those that failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from pipelines.cli.app import UsageRefused
from pipelines.cli.output import show_json, tell
from pipelines.cli.progress import say, step

if TYPE_CHECKING:
    from pipelines.sharding import Sharded
    from pipelines.sharding_engines import Engine

Work = Literal["local", "dask"]


@dataclass(frozen=True)
class Asked:
    """What was asked for about shards.

    Parameters
    ----------
    shards, workers
        Numbers, None where nothing was said.
    engine
        ``local`` or ``dask``.
    address
        Dask scheduler.
    """

    shards: int | None
    workers: int | None
    engine: Work
    address: str | None

    def check_file(self, out: Path) -> None:
        """Refuse options about shards where one file is written.

        Raises
        ------
        UsageRefused
            When one was given.
        """
        said = {"--shards": self.shards, "--workers": self.workers, "--address": self.address}
        given = [name for name, value in said.items() if value is not None]
        given += ["--engine dask"] if self.engine == "dask" else []
        if given:
            raise UsageRefused(
                f"Expected a folder as --out with {', '.join(given)}, found the file {out.name}. "
                f"Name a folder, such as {out.with_suffix('')}, or leave {'it' if len(given) == 1 else 'them'} out."
            )

    def engine_asked(self) -> Engine:
        """Return who works the shards.

        Raises
        ------
        UsageRefused
            When the options do not go together.
        """
        if self.engine == "dask":
            if self.address is None or self.workers is not None:
                found = "no --address" if self.address is None else f"--workers {self.workers}"
                raise UsageRefused(
                    f"Expected --engine dask with --address tcp://HOST:PORT of a scheduler whose workers are "
                    f"counted where they were started, found {found}. Start one with 'dask scheduler' and name it."
                )
            from pipelines.sharding_dask import dask_engine

            return dask_engine(self.address)
        if self.address is not None:
            raise UsageRefused(
                "Expected --address with --engine dask, found --engine local. Add --engine dask."
            )
        from pipelines.sharding_engines import local_engine

        return local_engine(self.workers or min(2, os.cpu_count() or 1))


@dataclass(frozen=True)
class Source:
    """Where the rows come from: a book on disk or a database.

    Parameters
    ----------
    book
        Folder of a book, None with a database.
    address
        ``postgresql://…``, None with a book.
    country, time_zone, currency
        What a database does not state.
    """

    book: Path | None
    address: str | None
    country: str | None
    time_zone: str | None
    currency: str | None

    @property
    def shown(self) -> str:
        """Return its name for messages, without a password."""
        if self.address is None:
            return str(self.book)
        from pipelines.sources.postgresql_address import address_of

        return address_of(self.address).shown

    def check(self) -> None:
        """Refuse words that do not go together.

        Raises
        ------
        UsageRefused
            When both a book and a database are named, or neither.
        """
        if (self.book is None) == (self.address is None):
            found = "neither" if self.book is None else "both"
            raise UsageRefused(f"Expected BOOK or --from postgresql://…, found {found}. Name one of them.")
        given = [n for n in ("country", "time_zone", "currency") if getattr(self, n) is not None]
        if self.book is not None and given:
            option = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise UsageRefused(
                f"Expected {option} with --from alone, found a book, which states it. Leave it out."
            )


def write_folder(
    source: Source,
    *,
    days: Sequence[date],
    out: Path,
    target: str | None,
    asked: Asked,
    name: str,
    as_json: bool,
) -> None:
    """Build the features of a source into a folder and tell what was done; end with 1 when shards failed."""
    if out.suffix:
        raise UsageRefused(
            f"Expected a folder as --out with --from, found the file {out.name}. Name a folder, such as "
            f"{out.with_suffix('')}."
        )
    engine = asked.engine_asked()
    from pipelines.sharding import ShardsFailed

    try:
        with step(name) as outcome:
            made = _made(source, days=days, out=out, target=target, shards=asked.shards, engine=engine)
            if not made.made:
                outcome.finished_before()
    except ShardsFailed as error:
        if as_json:
            show_json({"error": str(error), "failed": error.failed})
        else:
            say(str(error))
        raise typer.Exit(1) from None
    if as_json:
        told = {"out": str(out), "rows": made.rows, "features": made.features, "notes": list(made.notes)}
        show_json({**told, "shards": made.shards, "finished_before": made.shards - made.made})
        return
    kept = f" ({made.shards - made.made} finished before)" if made.made < made.shards else ""
    tell(f"{made.rows:,} observations × {made.features} features in {made.shards} parts{kept} in {out}.")
    for note in made.notes:
        tell(note)


def _made(
    source: Source, *, days: Sequence[date], out: Path, target: str | None, shards: int | None, engine: Engine
) -> Sharded:
    if source.address is None:
        from pipelines.sharding import write_sharded_features

        return write_sharded_features(
            Path(source.book or ""), as_of=days, out=out, engine=engine, shards=shards, target=target
        )
    from pipelines.sharding_database import Database, write_database_features

    database = Database(source.address, source.country, source.time_zone, source.currency)
    return write_database_features(database, as_of=days, out=out, engine=engine, shards=shards, target=target)
