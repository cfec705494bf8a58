"""Commands about models: train, evaluate, score, promote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli import completion
from pipelines.cli.app import UsageRefused, app
from pipelines.cli.output import show_json, show_table, tell
from pipelines.cli.progress import step
from pipelines.dates import day_from
from pipelines.environment import SEED, settings_from_environment
from pipelines.requests import BookRows, TableRows

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
BookOr = Annotated[
    Path | None, typer.Argument(help="Folder of a book; leave out with --table.", metavar="[BOOK]")
]
TableFile = Annotated[
    Path | None, typer.Option("--table", help="A team's own feature table, Parquet or CSV.")
]
IdColumn = Annotated[str | None, typer.Option("--id", help="Column that names the account or person.")]
LabelColumn = Annotated[str | None, typer.Option("--label", help="Column of the label, 0 or 1.")]
Where = Annotated[
    str | None, typer.Option(help="Condition on columns, such as \"dpd_now >= 5 and product == 'cash'\".")
]
Amount = Annotated[str | None, typer.Option(help="Column of the money at stake, for cash capture.")]
Group = Annotated[
    str | None,
    typer.Option(
        help="Column whose rows stay together, in splits and intervals; borrower or --id by default."
    ),
]
MODEL_HELP = "Bundle folder, content hash, NAME@alias or NAME/version."
Model = Annotated[str, typer.Argument(help=MODEL_HELP, metavar="MODEL", autocompletion=completion.models)]
AsOf = Annotated[
    list[str] | None, typer.Option("--as-of", help="Day that is beginning, YYYY-MM-DD; may be repeated.")
]


def one_source(book: Path | None, table: Path | None, **needed: tuple[str, object]) -> None:
    """Refuse a command that names both a book and a table, or neither, or lacks what its source needs.

    ``needed`` maps ``book_…`` and ``table_…`` to (option, value).
    """
    if (book is None) == (table is None):
        found = "neither" if book is None else "both"
        raise UsageRefused(
            f"Expected either BOOK or --table FILE, found {found}. Give exactly one of the two."
        )
    kind = "book" if table is None else "table"
    for name, (option, value) in needed.items():
        if name.startswith(kind) and not value:
            raise UsageRefused(
                f"Expected {option} with {'BOOK' if kind == 'book' else '--table'}, found none. Add {option}."
            )
        if not name.startswith(kind) and value:
            raise UsageRefused(
                f"Expected no {option} with {'BOOK' if kind == 'book' else '--table'}, found {value!r}. Leave {option} out."
            )


@app.command(
    epilog="Examples: duecourse train roll_30 var/books/demo --from 2024-06-01 --to 2025-06-01   |   "
    "duecourse train own_target --table features.parquet --label default --id account"
)
def train(
    target: Annotated[
        str,
        typer.Argument(
            help="A label (book) or a free name (table).",
            metavar="TARGET",
            autocompletion=completion.targets,
        ),
    ],
    book: BookOr = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="First as_of day, the first of a month.")
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last as_of day, the first of a month.")] = None,
    window: Annotated[
        str | None, typer.Option(help="Performance window, 30d or 3m; the label's own by default.")
    ] = None,
    group: Group = None,
    where: Where = None,
    amount: Amount = None,
    table: TableFile = None,
    label: LabelColumn = None,
    id_: IdColumn = None,
    time: Annotated[str | None, typer.Option(help="Column of the as_of day in a table.")] = None,
    exclude: Annotated[str | None, typer.Option(help="Columns to leave out, separated by commas.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option(help="What a table's columns mean (TOML); others are left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random step.", min=0)] = SEED,
    json: Json = False,
) -> None:
    """Train a model, judge it on what it has not seen and register it as challenger."""
    one_source(
        book, table,
        book_from=("--from", from_), book_to=("--to", to),
        table_label=("--label", label), table_id=("--id", id_),
    )  # fmt: skip
    settings = settings_from_environment()
    from pipelines.fitting import fit_book, fit_table

    if book is not None:
        if time or exclude or catalogue:
            raise UsageRefused(
                "Expected --time, --exclude and --catalogue only with --table, found one with BOOK. "
                "Leave it out, or train on a table."
            )
        rows = BookRows(
            book=book,
            first=day_from(str(from_), option="--from"),
            last=day_from(str(to), option="--to"),
            window=window,
            group=group,
            where=where,
            amount=amount,
        )
        with step(f"training {target} on {book}"):
            fitted = fit_book(rows, target=target, settings=settings, seed=seed)
    else:
        if window:
            raise UsageRefused("Expected --window only with BOOK, found it with --table. Leave --window out.")
        own = TableRows(
            table=Path(str(table)),
            label=str(label),
            id=str(id_),
            group=group,
            time=time,
            exclude=tuple(name.strip() for name in (exclude or "").split(",") if name.strip()),
            where=where,
            amount=amount,
            catalogue=catalogue,
        )
        with step(f"training {target} on {table}"):
            fitted = fit_table(own, target=target, settings=settings, seed=seed)
    if json:
        show_json(fitted.to_json())
        return
    show_table(f"{fitted.name} version {fitted.version}", ("what", "value"), fitted.lines())
    for note in fitted.notes:
        tell(note)
    tell(
        f"Next: duecourse promote {fitted.name}@challenger --by YOUR-NAME   (two different names put it in force)"
    )


@app.command(
    epilog="Examples: duecourse evaluate roll_30@challenger BOOK --as-of 2025-08-01 --out roll.json   |   "
    "duecourse evaluate own_target/1 --table new.parquet --label default --id account --out own.json"
)
def evaluate(
    model: Model,
    book: BookOr = None,
    as_of: AsOf = None,
    out: Annotated[Path, typer.Option(help="JSON file of the figures.")] = Path("evaluation.json"),
    table: TableFile = None,
    label: LabelColumn = None,
    id_: IdColumn = None,
    group: Group = None,
    where: Where = None,
    amount: Amount = None,
    allow_trained: Annotated[
        bool, typer.Option("--allow-trained", help="Keep rows whose ids the model was trained on.")
    ] = False,
    json: Json = False,
) -> None:
    """Judge a model on rows it was not trained on; per bucket first, with bootstrap intervals."""
    one_source(
        book, table, book_as_of=("--as-of", as_of), table_label=("--label", label), table_id=("--id", id_)
    )  # fmt: skip
    settings = settings_from_environment()
    from pipelines.judging import judge_book, judge_table, lines_of

    with step(f"evaluating {model}"):
        if book is not None:
            figures = judge_book(
                model,
                book=book,
                as_of=[day_from(text, option="--as-of") for text in as_of or ()],
                group=group,
                where=where,
                amount=amount,
                out=out,
                allow_trained=allow_trained,
                settings=settings,
            )
        else:
            own = TableRows(
                table=Path(str(table)), label=str(label), id=str(id_), group=group, where=where, amount=amount
            )
            figures = judge_table(model, rows=own, out=out, allow_trained=allow_trained, settings=settings)
    if json:
        show_json(figures)
        return
    show_table(
        f"{model}",
        ("rows", "n", "base rate", "AUC", "95 % interval", "KS", "Brier", "capture 20 %"),
        lines_of(figures),
    )
    tell(f"{figures['trained_overlap']:,} rows were trained on. All figures: {out}")
    if "audited_labels" in figures:
        tell(figures["audited_labels"])


@app.command(
    epilog="Examples: duecourse score roll_30@champion BOOK --as-of 2025-12-01 --out scores.parquet   |   "
    "duecourse score own_target@challenger --table new.csv --id account --out scores.csv"
)
def score(
    model: Model,
    book: BookOr = None,
    as_of: AsOf = None,
    out: Annotated[Path, typer.Option(help="File of the scores, .parquet or .csv.")] = Path("scores.parquet"),
    table: TableFile = None,
    id_: IdColumn = None,
    json: Json = False,
) -> None:
    """Write probability, band and top reasons for each row."""
    one_source(book, table, book_as_of=("--as-of", as_of), table_id=("--id", id_))
    settings = settings_from_environment()
    from pipelines.scoring import score_book_file, score_table_file

    with step(f"scoring with {model}"):
        if book is not None:
            days = [day_from(text, option="--as-of") for text in as_of or ()]
            scored = score_book_file(model, book=book, as_of=days, out=out, settings=settings)
        else:
            scored = score_table_file(model, table=Path(str(table)), id=str(id_), out=out, settings=settings)
    if json:
        show_json(scored.to_json())
        return
    show_table(f"{scored.rows:,} rows in {out}", ("band", "rows"), list(scored.bands.items()))
    for note in scored.notes:
        tell(note)


@app.command(epilog='Example: duecourse promote roll_30@challenger --by "Li Hua"')
def promote(
    model: Model,
    by: Annotated[str, typer.Option(help="Who approves. Two different names are needed.")],
    json: Json = False,
) -> None:
    """Approve a model; when two different people have, alias champion moves and the release is signed."""
    settings = settings_from_environment()
    from pipelines.releasing import promote_model

    promotion = promote_model(model, by=by, settings=settings, at=datetime.now(tz=UTC))
    if json:
        show_json(promotion.to_json())
        return
    for line in promotion.lines():
        tell(line)
