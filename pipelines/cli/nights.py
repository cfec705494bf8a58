"""Commands of every night and day: run, serve, key, demo."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli.app import UsageRefused, app
from pipelines.cli.output import show_json, show_table, tell
from pipelines.cli.progress import step
from pipelines.dates import day_from, moment_from
from pipelines.environment import settings_from_environment

if TYPE_CHECKING:
    from serving.store import Store

Role = Literal["collector", "supervisor", "data_scientist", "committee", "service", "admin"]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


@app.command("run", epilog="Example: duecourse run var/books/demo --as-of 2025-12-31")
def run_(
    book: Annotated[Path, typer.Argument(help="Folder of a book.", metavar="BOOK")],
    as_of: Annotated[str, typer.Option("--as-of", help="The morning the worklist is for, YYYY-MM-DD.")],
    with_prefect: Annotated[
        bool,
        typer.Option("--with-prefect", help="Run as the Prefect flow score-book, shown in make prefect."),
    ] = False,
    json: Json = False,
) -> None:
    """Do tonight's job: check, features, scores, reasons, decisions, worklist."""
    settings = settings_from_environment()
    day = day_from(as_of, option="--as-of")
    from pipelines.night import Night
    from pipelines.showing import show_run

    night = Night.of(book, as_of=day, settings=settings, at=datetime.now(tz=UTC))
    if with_prefect:
        from pipelines.flows import score_book

        with step("flow score-book"):
            score_book(book, day)
    else:
        for name, phase in night.phases():
            with step(name):
                phase()
    report = night.report()
    if json:
        show_json(report.to_json())
        return
    show_run(report)


@app.command(epilog="Example: duecourse serve --port 8321")
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.", min=1, max=65535)] = 8321,
    now: Annotated[
        str | None,
        typer.Option(
            help="Local moment at which the service's clock starts, for books whose days lie in the past."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Serve scores and the worklist over HTTP on this machine."""
    settings = settings_from_environment()
    from serving.model_map import read_map

    read_map()  # a map that cannot be meant is refused here, in words
    asked = ["--home", str(settings.home), "--port", str(port)]
    if now is not None:
        asked += ["--now", moment_from(now, option="--now").isoformat()]
    address = f"http://127.0.0.1:{port}"
    if json:
        show_json(
            {
                "address": address,
                "console": f"{address}/console/",
                "docs": f"{address}/docs",
                "home": str(settings.home),
            }
        )
    else:
        tell(
            f"{address}/ shows the console, {address}/docs explains every call. "
            "Make a key with: duecourse key --name NAME --role collector"
        )
    sys.stdout.flush()
    # The service is a process of its own: none of what this command has imported lives in it. With -P a
    # folder named like one of the rooms in the working folder is not taken for it.
    root = str(Path(__file__).resolve().parents[2])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    os.execv(sys.executable, [sys.executable, "-P", "-m", "serving", *asked])


@app.command(epilog="Example: duecourse outcomes --out var/outcomes --since 2026-01-01")
def outcomes(
    out: Annotated[Path, typer.Option(help="Folder for contacts, promises and visits as Parquet.")],
    since: Annotated[
        str | None, typer.Option(help="First day of recording, YYYY-MM-DD (UTC); all by default.")
    ] = None,
    json: Json = False,
) -> None:
    """Write what was recorded about cases as rows of the book's tables, to be imported with the lender's own."""
    settings = settings_from_environment()
    from pipelines.recorded import write_recorded

    first = None if since is None else day_from(since, option="--since")
    rows = write_recorded(out, since=first, settings=settings)
    if json:
        show_json({"out": str(out), "rows": rows})
        return
    show_table(f"Recorded {out}", ("table", "rows"), list(rows.items()))
    tell(
        "Put the files into the folders contacts/, promises/ and visits/ of your export and import it again."
    )


@app.command(epilog='Example: duecourse key --name "dialler 1" --role collector')
def key(
    name: Annotated[str | None, typer.Option(help="Who will use the new key.")] = None,
    role: Annotated[Role | None, typer.Option(help="What the new key may do.")] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="Show every key ever made, without secrets.")
    ] = False,
    revoke: Annotated[
        str | None, typer.Option(help="Name of a key that opens nothing from now on.", metavar="NAME")
    ] = None,
    json: Json = False,
) -> None:
    """Make an API key (shown once and kept only as a hash), list the keys, or revoke one."""
    asked = [option for option in (name or role, listed or None, revoke) if option is not None]
    if len(asked) != 1 or (name is None) != (role is None):
        raise UsageRefused(
            "Expected --name with --role (a new key), or --list, or --revoke NAME, found none or several. Give one."
        )
    settings = settings_from_environment()
    from serving.auth import create_key, revoke_key
    from serving.settings import database_url
    from serving.store import open_store

    store = open_store(database_url(settings.home, environ=os.environ))
    now = datetime.now(tz=UTC)
    if name is not None and role is not None:
        token = create_key(store, name=name, role=role, at=now)
        if json:
            show_json({"name": name, "role": role, "token": token})
        else:
            tell(f"Key of {name} ({role}), shown once: {token}")
        return
    if revoke is not None:
        revoke_key(store, name=revoke, at=now)
    _show_keys(store, only=revoke, json=json)


def _show_keys(store: Store, *, only: str | None, json: bool) -> None:
    """Show the keys, or the one of a name: who, what for, since and until when; none expires by itself."""
    from serving.auth import keys_of

    rows = [
        {
            "name": one.name,
            "role": one.role,
            "prefix": one.prefix,
            "created_at": one.created_at.isoformat(timespec="seconds"),
            "revoked_at": None if one.revoked_at is None else one.revoked_at.isoformat(timespec="seconds"),
        }
        for one in keys_of(store)
        if only is None or one.name == only
    ]
    if json:
        show_json({"keys": rows})
        return
    cells = [[value or "holds" for value in row.values()] for row in rows]
    show_table("Keys", ("name", "role", "prefix", "made at", "revoked at"), cells)


@app.command(epilog="Example: duecourse demo")
def demo(
    loans: Annotated[
        int,
        typer.Option(
            help="Loans of the simulated book; fewer hold too few verdicts.", min=20_000, max=1_000_000
        ),
    ] = 20_000,
    months: Annotated[int, typer.Option(help="Months of the simulated book.", min=24, max=60)] = 24,
    seed: Annotated[int, typer.Option(help="Seed of the simulated book.", min=0)] = 7,
    with_prefect: Annotated[
        bool, typer.Option("--with-prefect", help="Run as the Prefect flow main-job, shown in make prefect.")
    ] = False,
    json: Json = False,
) -> None:
    """Run the main job on a simulated book: from nothing to a ranked worklist. A second run skips what is finished."""
    settings = settings_from_environment()
    from pipelines.demo import Demo
    from pipelines.showing import show_demo

    shown = Demo(settings=settings, loans=loans, months=months, seed=seed, at=datetime.now(tz=UTC))
    if with_prefect:
        from pipelines.flows import main_job

        main_job(loans, months, seed)
    else:
        for name, work in shown.steps():
            with step(name) as outcome:
                if not work():
                    outcome.finished_before()
    report = shown.report()
    if json:
        show_json(report.to_json())
        return
    show_demo(report)
