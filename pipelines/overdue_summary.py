"""What stands on the sheets beside the rows: counts and money a supervisor reads, and the proof that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.asset_class import ASSET_CLASSES
from features.buckets import BUCKETS
from pipelines.overdue import OverdueReport, by_bucket
from pipelines.overdue_columns import COLUMN, Language, said
from pipelines.overdue_files import gaps, money, word
from pipelines.overdue_moves import (
    ENDED,
    FROM_STATES,
    NOBODY_KNOWS,
    NOT_DISBURSED,
    NOT_KNOWN,
    SOLD,
    TO_STATES,
    WITHDRAWN,
)

UNCLASSIFIED = "unclassified"
"""Head of the rows of a country whose classes nobody has written."""
MONEY = ("arrears", "arrears_principal", "arrears_interest", "arrears_fee", "penalty_interest", "balance")
Mark = NDArray[np.bool_]
Line = tuple[str | int | Decimal | None, ...]


@dataclass(frozen=True)
class Block:
    """One table of a sheet, or one sentence.

    Parameters
    ----------
    title
        What stands above it.
    heads
        Heads of its columns; none for lines that need none.
    rows
        Its lines; amounts as decimals.
    totals
        Whether the last line is a sum.
    currency
        Currency of its amounts.
    """

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[Line, ...] = ()
    totals: bool = False
    currency: str = ""


def summary_blocks(report: OverdueReport, language: Language) -> list[Block]:
    """Return rows and money by bucket and class, money by its parts, and the first contacts."""
    blocks = [
        Block(
            said("row_count", language, rows=report.rows),
            rows=((said("equal", language, rows=report.tally.overdue),),),
        ),
        _by_class(report, language, said("accounts_by", language), lambda mark: int(mark.sum())),
    ]
    for currency in _currencies(report):
        inside = report.columns["currency"] == currency
        blocks.append(
            _by_class(
                report,
                language,
                said("arrears_by", language, currency=currency),
                _summing(report, "arrears", inside=inside, currency=currency),
                currency=currency,
            )
        )
        blocks.append(_money(report, language, currency, inside))
    unknown = sum(amount is None for amount in report.columns["arrears"].tolist())
    if unknown:
        blocks.append(Block(said("unknown_arrears", language, rows=unknown)))
    return [*blocks, _duties(report, language)]


def moves_blocks(report: OverdueReport, language: Language) -> list[Block]:
    """Return the roll matrix from yesterday to today and what it says in five lines."""
    moves = report.tally.moves
    rows: list[Line] = []
    for origin in FROM_STATES:
        counts = [moves[origin, to] for to in TO_STATES]
        rows.append((word("bucket", origin, language), *counts, sum(counts)))
    sums = [sum(moves[origin, to] for origin in FROM_STATES) for to in TO_STATES]
    rows.append((said("total", language), *sums, sum(sums)))
    heads = (said("moves_corner", language), *(word("bucket", to, language) for to in TO_STATES))
    matrix = Block(said("moves_title", language), (*heads, said("total", language)), tuple(rows), totals=True)
    return [
        matrix,
        Block("", rows=_told_moves(report, language)),
        Block("", rows=((said("moves_read", language),),)),
    ]


def reconciliation_blocks(report: OverdueReport, language: Language) -> list[Block]:
    """Return every loan of the book once: those that do not stand, and those that do."""
    tally = report.tally
    ended = [
        (said("ended_how", language, how=word("end_kind", how, language)), count)
        for how, count in sorted(tally.ended.items())
    ]
    of_book = [
        *ended,
        (said("not_disbursed_yet", language), tally.states[NOT_DISBURSED]),
        (said("not_known_yet", language), tally.states[NOT_KNOWN]),
        (said("standing", language), tally.standing),
        (said("loans", language), tally.loans),
    ]
    of_standing = [
        (said("current", language), tally.states[BUCKETS[0]]),
        (said("overdue", language), tally.overdue),
        (said("nobody_knows", language), tally.states[NOBODY_KNOWS]),
        (said("standing", language), tally.standing),
    ]
    of_rows = [
        *((word("bucket", bucket, language), int(mark.sum())) for bucket, mark in by_bucket(report)),
        (said("row_count", language, rows=report.rows), report.rows),
    ]
    titles = ("reconciled", "standing", "overdue")
    heads = ("", said("accounts", language))
    return [
        Block(said(title, language), heads, tuple(rows), totals=True)
        for title, rows in zip(titles, (of_book, of_standing, of_rows), strict=True)
    ]


def _by_class(
    report: OverdueReport,
    language: Language,
    title: str,
    measured: Callable[[Mark], int | Decimal],
    currency: str = "",
) -> Block:
    told = report.columns["asset_class"]
    always = ASSET_CLASSES[1:]
    everything = (*ASSET_CLASSES, None)
    classes = [name for name in everything if name in always or (told == np.array(name, dtype=object)).any()]
    of_class = [told == np.array(name, dtype=object) for name in classes]
    everyone = np.ones(report.rows, np.bool_)
    rows = [
        (label, *(measured(mark & one) for one in of_class), measured(mark))
        for label, mark in _marked(report, language, everyone)
    ]
    heads = (
        "",
        *(word("asset_class", name or UNCLASSIFIED, language) for name in classes),
        said("total", language),
    )
    return Block(title, heads, tuple(rows), totals=True, currency=currency)


def _money(report: OverdueReport, language: Language, currency: str, inside: Mark) -> Block:
    told = [name for name in MONEY if name != "penalty_interest" or report.terms.penalty is not None]
    rows: list[Line] = [
        (label, int((mark & inside).sum()), *(_sum(report, name, mark & inside, currency) for name in told))
        for label, mark in _marked(report, language, np.ones(report.rows, np.bool_))
    ]
    heads = ("", said("accounts", language), *(COLUMN[name].header(language) for name in told))
    return Block(
        said("money_by", language, currency=currency), heads, tuple(rows), totals=True, currency=currency
    )


def _duties(report: OverdueReport, language: Language) -> Block:
    columns = report.columns
    status = {name: columns["contact_status"] == name for name in ("met", "open", "missed")}
    marks: dict[str, Any] = {word("contact_status", name, language): mark for name, mark in status.items()}
    marks[COLUMN["assessment_reached"].header(language).format(**gaps(report))] = columns[
        "assessment_reached"
    ]
    for key, name in (("flagged", "stop_flags"), ("planned", "plans")):
        marks[said(key, language)] = np.array([bool(kinds) for kinds in columns[name].tolist()], np.bool_)
    rows: list[Line] = [
        (label, int(inside.sum()), *(int((mark & inside).sum()) for mark in marks.values()))
        for label, inside in _marked(report, language, np.ones(report.rows, np.bool_))
    ]
    heads = ("", said("accounts", language), *marks)
    return Block(said("duties_by", language), heads, tuple(rows), totals=True)


def _marked(report: OverdueReport, language: Language, everyone: Mark) -> list[tuple[str, Mark]]:
    """Return the buckets with the marks of their rows, then all rows."""
    buckets = [(word("bucket", bucket, language), mark) for bucket, mark in by_bucket(report)]
    return [*buckets, (said("total", language), everyone)]


def _sum(report: OverdueReport, column: str, mark: Mark, currency: str) -> Decimal:
    amounts: Sequence[int | None] = report.columns[column][mark].tolist()
    return money(sum(amount for amount in amounts if amount is not None), currency=currency)


def _summing(
    report: OverdueReport, column: str, *, inside: Mark, currency: str
) -> Callable[[Mark], int | Decimal]:
    """Return what sums a column over marked rows of one currency."""
    return lambda mark: _sum(report, column, mark & inside, currency)


def _currencies(report: OverdueReport) -> list[str]:
    return sorted(set(report.columns["currency"].tolist())) or [report.manifest.currency]


def _told_moves(report: OverdueReport, language: Language) -> tuple[tuple[str, int], ...]:
    moves, late = report.tally.moves, BUCKETS[1:]
    age = {bucket: number for number, bucket in enumerate(BUCKETS)}
    steps = [(age[to] - age[origin], moves[origin, to]) for origin in late for to in late]
    return (
        (said("entered", language), sum(moves[BUCKETS[0], to] for to in late)),
        (said("worse", language), sum(count for step, count in steps if step > 0)),
        (said("better", language), sum(count for step, count in steps if step < 0)),
        (said("cured", language), report.tally.cured),
        (
            said("left_overdue", language),
            sum(moves[one, to] for one in late for to in (SOLD, ENDED, WITHDRAWN)),
        ),
    )
