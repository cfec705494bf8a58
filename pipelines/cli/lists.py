"""Commands that write lists to be read: overdue, catalogue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.app import app
from pipelines.cli.books import BookPath, Json
from pipelines.cli.output import show_json, tell
from pipelines.cli.progress import step
from pipelines.dates import day_from
from pipelines.environment import settings_from_environment


@app.command(
    epilog="Example: duecourse overdue var/books/mine --as-of 2025-06-01 --out overdue.xlsx --out overdue.csv"
)
def overdue(
    book: BookPath,
    as_of: Annotated[str, typer.Option("--as-of", help="Day that is beginning, YYYY-MM-DD.")],
    out: Annotated[list[Path], typer.Option(help="File that ends in .csv or .xlsx; may be repeated.")],
    language: Annotated[str, typer.Option(help="Language of heads and words: zh or en.")] = "zh",
    assess_from: Annotated[
        int | None,
        typer.Option(
            help="Days past due from which the assessment begins; the lender's policy by default.", min=1
        ),
    ] = None,
    penalty: Annotated[
        Path | None,
        typer.Option(
            help="File (TOML) with the terms of penalty interest; see docs/overdue.md. Without: not told."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List who is overdue: how much, how many days, since when it is known, whether the 48 hours are kept."""
    from pipelines.report.words import language_from

    spoken, day = language_from(language), day_from(as_of, option="--as-of")
    settings_from_environment()
    from pipelines.overdue import overdue_report
    from pipelines.overdue_files import check_places, write_overdue
    from pipelines.overdue_rows import Terms
    from pipelines.overdue_terms import read_penalty_terms
    from serving.policy.lender import load_policy

    check_places(out)
    policy = load_policy()
    agreed, cap = (None, None) if penalty is None else read_penalty_terms(penalty)
    terms = Terms(
        contact_hours=policy.first_contact_hours,
        assess_from=policy.assessment_dpd if assess_from is None else assess_from,
        penalty=agreed,
        cap=cap,
    )
    with step(f"overdue accounts of {book} on {day}"):
        report = overdue_report(book, as_of=day, terms=terms)
    with step(f"writing {', '.join(str(place) for place in out)}"):
        write_overdue(report, out, language=spoken)
    if json:
        show_json(
            {
                "out": [str(place) for place in out],
                "rows": report.rows,
                "overdue": report.tally.overdue,
                "standing": report.tally.standing,
                "loans": report.tally.loans,
                "cured": report.tally.cured,
            }
        )
        return
    tell(
        f"{report.rows:,} rows, as many as the book has overdue loans "
        f"({report.tally.standing:,} of its {report.tally.loans:,} loans stand): {', '.join(map(str, out))}"
    )


@app.command(
    epilog="Examples: duecourse catalogue   |   duecourse catalogue --language en --out var/reports/catalogue.html"
)
def catalogue(
    language: Annotated[str, typer.Option(help="Language of the page: zh or en.")] = "zh",
    out: Annotated[
        Path | None, typer.Option(help="File that ends in .html, .md or .json; printed as Markdown without.")
    ] = None,
    json: Json = False,
) -> None:
    """List every feature there is: the house's, and a team's own of DUECOURSE_FEATURES."""
    from pipelines.report.words import language_from

    spoken = language_from(language)
    settings_from_environment()
    from features.discovery import discovered_features
    from pipelines.catalogue_page import json_of, markdown_of, write_catalogue

    found = discovered_features()
    if out is not None:
        write_catalogue(found, out, language=spoken)
    if json:
        sys.stdout.write(json_of(found))
    elif out is None:
        tell(markdown_of(found, language=spoken).rstrip())
    else:
        tell(f"{len(found)} features in {out}.")
