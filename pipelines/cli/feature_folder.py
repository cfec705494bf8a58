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


def write_folder(
    book: Path, *, days: Sequence[date], out: Path, target: str | None, asked: Asked, name: str, as_json: bool
) -> None:
    """Build the features of a book into a folder and tell what was done; end with 1 when shards failed."""
    engine = asked.engine_asked()
    from pipelines.sharding import ShardsFailed, write_sharded_features

    try:
        with step(name) as outcome:
            made = write_sharded_features(
                book, as_of=days, out=out, engine=engine, shards=asked.shards, target=target
            )
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
