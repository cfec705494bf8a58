"""Commands about books: simulate, import, check, shard, features."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import completion
from pipelines.cli.app import UsageRefused, app
from pipelines.cli.feature_folder import Asked, Source, Work, write_folder
from pipelines.cli.output import show_json, show_table, tell
from pipelines.cli.progress import step
from pipelines.dates import day_from
from pipelines.environment import settings_from_environment

BookPath = Annotated[Path, typer.Argument(help="Folder of a book.", metavar="BOOK")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


@app.command(
    epilog="Example: duecourse simulate --loans 20000 --months 24 --seed 7 --out var/books/simulated"
)
def simulate(
    loans: Annotated[int, typer.Option(help="Number of loans.", min=1, max=5_000_000)],
    months: Annotated[int, typer.Option(help="Months the book runs.", min=3, max=120)],
    seed: Annotated[int, typer.Option(help="Seed: same seed, same book.", min=0, max=2**31 - 1)],
    out: Annotated[Path, typer.Option(help="Folder of the new book.")],
    json: Json = False,
) -> None:
    """Simulate a book of loans whose truth is known (written to BOOK/truth, which no feature reads)."""
    settings_from_environment()
    from pipelines.simulator.simulate import simulate as simulated
    from pipelines.simulator.writing import write_simulated

    with step(f"simulating {loans:,} loans over {months} months"):
        book = simulated(loans=loans, months=months, seed=seed)
    with step(f"checking and writing {out}"):
        write_simulated(book, out)
    counts = {name: table.num_rows for name, table in sorted(book.tables.items())}
    if json:
        show_json({"book": str(out), "rows": counts, "ends_on": str(book.ends_on)})
        return
    show_table(f"Book {out}", ("table", "rows"), list(counts.items()))
    tell(f"It ends on {book.ends_on}. Next: duecourse check {out}")


@app.command(
    "import",
    epilog="Example: duecourse import directory --from export/ --out var/books/mine "
    "--country CN --time-zone Asia/Shanghai --currency CNY. "
    "A lender's own export: duecourse import directory --from export/ --map map.toml --out var/books/mine",
)
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help=f"Kind of source: {', '.join(completion.SOURCES)}.",
            metavar="SOURCE",
            autocompletion=completion.sources,
        ),
    ],
    from_: Annotated[
        str,
        typer.Option("--from", help="Folder or file to read, or postgresql://user@host/database."),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder of the new book.")] = None,
    map_: Annotated[
        Path | None,
        typer.Option("--map", help="Mapping file (TOML) of a lender's own export; see docs/mapping.md."),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Write a draft of the mapping to --map instead of importing.")
    ] = False,
    country: Annotated[
        str | None, typer.Option(help="Two-letter country code, where the source lacks it.")
    ] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA time zone, where the source lacks it.")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency code, where the source lacks it.")] = None,
    json: Json = False,
) -> None:
    """Import somebody's files as a book; every repair is listed with its count."""
    settings_from_environment()
    from pipelines.sources.importing import import_source
    from pipelines.sources.postgresql_address import shown_address

    if suggest:
        _suggest(source, Path(from_), map_, as_json=json)
        return
    if out is None:
        raise UsageRefused("Expected --out BOOK, the folder of the new book, found none. Add it.")
    with step(f"importing {shown_address(from_)}"):
        report = import_source(
            source, from_, out=out, country=country, time_zone=time_zone, currency=currency, map_file=map_
        )
    if json:
        show_json(report.to_json())
        return
    show_table(f"Book {out}", ("table", "rows"), sorted(report.rows.items()))
    for title, counts in (("Repaired", report.repairs), ("Left out", report.losses)):
        if counts:
            show_table(title, ("what", "rows"), list(counts.items()))
    if report.unplaced:
        left = [(place.file, place.column or "(the file)", place.suggestion) for place in report.unplaced]
        show_table("Not placed", ("file", "column", "suggestion"), left)
    for note in report.notes:
        tell(note)


def _suggest(source: str, export: Path, map_file: Path | None, *, as_json: bool) -> None:
    """Write a draft of a mapping and say what is left to decide."""
    from pipelines.sources.mapping_draft import write_draft

    if source != "directory" or map_file is None:
        found = "no --map" if map_file is None else f"the source {source}"
        raise UsageRefused(
            f"Expected import directory --from EXPORT --map FILE --suggest, found {found}. Add what is missing."
        )
    with step(f"reading {export}"):
        draft = write_draft(export, map_file=map_file)
    if as_json:
        show_json(draft.to_json())
        return
    show_table(f"Draft {map_file}", ("table", "file", "columns placed", "to decide"), draft.rows())
    tell(f"Read it, decide what it leaves open, then: duecourse import directory --from {export} "
         f"--map {map_file} --out BOOK")  # fmt: skip


@app.command(epilog="Example: duecourse check var/books/mine")
def check(book: BookPath, json: Json = False) -> None:
    """Check a book against its contracts and list every problem."""
    settings_from_environment()
    from features.check import check_book

    with step(f"checking {book}"):
        problems = check_book(book)
    if json:
        show_json({"book": str(book), "problems": [problem.to_json() for problem in problems]})
    else:
        for problem in problems:
            tell(str(problem))
        tell(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''}."
            if problems
            else f"{book} keeps every contract."
        )
    if problems:
        raise typer.Exit(1)


@app.command(epilog="Example: duecourse shard var/books/mine --into 64 --out var/books/mine-64")
def shard(
    book: BookPath,
    into: Annotated[
        int, typer.Option(help="Number of shards; 1 for a book in one piece.", min=1, max=10_000)
    ],
    out: Annotated[Path, typer.Option(help="Folder of the new book.")],
    json: Json = False,
) -> None:
    """Lay a book out in shards of its borrowers, for machines smaller than the book and for clusters."""
    settings_from_environment()
    from features.resharding import shard_book
    from features.shards import stated_rows

    with step(f"laying {book} out in {into} shards"):
        shard_book(book, into=into, out=out)
    rows = stated_rows(out)
    if json:
        show_json({"book": str(out), "shards": into, "rows": rows})
        return
    show_table(f"Book {out}", ("table", "rows"), sorted(rows.items()))
    tell(f"{into} shard{'' if into == 1 else 's'}. Next: duecourse check {out}")


@app.command(
    epilog="Example: duecourse features var/books/mine --as-of 2025-06-01 --out var/features/june.parquet. "
    "Shard by shard: duecourse features var/books/mine --as-of 2025-06-01 --out var/features/june"
)
def features(
    as_of: Annotated[
        list[str], typer.Option("--as-of", help="Day that is beginning, YYYY-MM-DD; may be repeated.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Parquet file (the catalogue is written beside it as JSON), or a folder: one part per shard."
        ),
    ],
    book: Annotated[
        Path | None, typer.Argument(help="Folder of a book; none with --from.", metavar="[BOOK]")
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", help="Instead of BOOK, a database: postgresql://user@host/database.", metavar="ADDRESS"
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="A label: only its accounts, on mornings of its own where it has such.")
    ] = None,
    shards: Annotated[
        int | None,
        typer.Option(
            help="Into a folder: number of shards (default: the book's, or by its size).", min=1, max=10_000
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Into a folder: shards worked at a time (default: 2, or 1 processor).", min=1, max=64
        ),
    ] = None,
    engine: Annotated[
        Work, typer.Option(help="Into a folder: threads of this machine, or a running Dask cluster.")
    ] = "local",
    address: Annotated[
        str | None, typer.Option(help="Dask scheduler, tcp://HOST:PORT.", metavar="ADDRESS")
    ] = None,
    country: Annotated[str | None, typer.Option(help="With --from: two-letter country code.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="With --from: IANA time zone.")] = None,
    currency: Annotated[str | None, typer.Option(help="With --from: currency code.")] = None,
    json: Json = False,
) -> None:
    """Build every feature as it was known on the given days."""
    settings_from_environment()
    days = [day_from(text, option="--as-of") for text in as_of]
    asked = Asked(shards=shards, workers=workers, engine=engine, address=address)
    source = Source(book, from_, country, time_zone, currency)
    source.check()
    name = f"features of {source.shown} on {f'{len(days)} days' if len(days) > 1 else days[0]}"
    if book is None or not out.suffix:
        write_folder(source, days=days, out=out, target=target, asked=asked, name=name, as_json=json)
        return
    asked.check_file(out)
    from pipelines.featuring import write_book_features

    with step(name):
        made = write_book_features(book, as_of=days, out=out, target=target)
    if json:
        show_json({"out": str(out), "rows": made.rows, "features": made.features, "notes": list(made.notes)})
        return
    tell(f"{made.rows:,} observations × {made.features} features in {out}, catalogue beside it.")
    for note in made.notes:
        tell(note)
