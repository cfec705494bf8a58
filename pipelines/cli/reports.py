"""The command a committee's secretary types: report."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.app import UsageRefused, app
from pipelines.cli.models import (
    Amount,
    AsOf,
    BookOr,
    Group,
    IdColumn,
    LabelColumn,
    Model,
    TableFile,
    Where,
    one_source,
)
from pipelines.cli.output import show_json, tell
from pipelines.cli.progress import step
from pipelines.dates import day_from
from pipelines.environment import settings_from_environment
from pipelines.requests import TableRows

if TYPE_CHECKING:
    from pipelines.report_rows import DaysOfBook

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")]


@app.command(
    epilog="Examples: duecourse report roll_30@challenger --out roll_30.html   |   "
    "duecourse report roll_30@champion var/books/demo --as-of 2025-11-01 --language en --out november.html"
)
def report(
    model: Model,
    book: BookOr = None,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option(help="HTML file; HOME/reports/NAME-HASH-LANGUAGE.html by default.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the report: zh or en.")] = "zh",
    table: TableFile = None,
    label: LabelColumn = None,
    id_: IdColumn = None,
    group: Group = None,
    where: Where = None,
    amount: Amount = None,
    json: Json = False,
) -> None:
    """Write the report a risk committee reads about a model: one file, nothing from outside.

    Without BOOK or --table, the rows the model was trained on and judged by are looked at again.
    """
    from pipelines.report.words import language_from

    spoken = language_from(language)
    rows = _rows_given(book, as_of, table, label, id_, group=group, where=where, amount=amount)
    settings = settings_from_environment()
    from pipelines.reporting import report_place, write_report

    place = out or report_place(model, language=spoken, settings=settings, rows=rows)
    written = write_report(
        model,
        outs={spoken: place},
        rows=rows,
        words=["duecourse", *sys.argv[1:]],
        settings=settings,
        at=datetime.now(tz=UTC),
        step=step,
    )
    if json:
        show_json(written.to_json())
        return
    tell(f"{written.model} ({written.content_hash[:16]}), {written.judged:,} rows judged: {place}")
    tell(written.said_of_equality)
    if written.audited_labels:
        tell(written.audited_labels)


def _rows_given(
    book: Path | None,
    as_of: list[str] | None,
    table: Path | None,
    label: str | None,
    id_: str | None,
    *,
    group: str | None,
    where: str | None,
    amount: str | None,
) -> DaysOfBook | TableRows | None:
    """Return the rows the user names, or None: those of the training."""
    if book is None and table is None:
        given = {
            "--as-of": as_of, "--label": label, "--id": id_, "--group": group, "--where": where, "--amount": amount,
        }  # fmt: skip
        alone = [option for option, value in given.items() if value]
        if alone:
            raise UsageRefused(
                f"Expected BOOK or --table beside {' and '.join(alone)}, found neither. Name the rows to judge on, or "
                f"leave {alone[0]} out: then the rows of the training are looked at again."
            )
        return None
    one_source(
        book, table, book_as_of=("--as-of", as_of), table_label=("--label", label), table_id=("--id", id_)
    )  # fmt: skip
    if table is not None:
        return TableRows(table=table, label=str(label), id=str(id_), group=group, where=where, amount=amount)
    from pipelines.report_rows import DaysOfBook

    days = [day_from(text, option="--as-of") for text in as_of or ()]
    return DaysOfBook(Path(str(book)), days, group=group, where=where, amount=amount)
