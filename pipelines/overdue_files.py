"""The overdue report as files: CSV for whoever computes on, a workbook for whoever reads and prints.

Both hold the same rows in the same words. Money is written with exactly the decimals of its currency.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from features.asset_class import class_words
from features.code_words import code_word
from features.currency import decimals_of
from features.event_kernels import NO_DAY
from features.files import atomic_file, check_file_place
from features.observations import day_of_number
from features.progress import counted
from pipelines.overdue import OverdueReport
from pipelines.overdue_columns import COLUMNS, Language, ReportColumn, texts

BLOCK = 20_000
"""Rows turned into cells at a time."""
KINDS = (".csv", ".xlsx")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet may take a text that begins so for a formula."""
MARK = "'"
"""Put before such a text in a CSV file, so that it stays a text."""

Cell = str | int | Decimal | date | datetime | None


class ReportPlaceRefused(ValueError):
    """A report cannot be written where it was asked for."""


def check_places(outs: Sequence[Path]) -> None:
    """Refuse files of an unknown kind, one file twice, and places where something else stands.

    Raises
    ------
    ReportPlaceRefused, PlaceTaken, InsideBook
        When one of the places cannot take a report.

    Examples
    --------
    >>> check_places([Path("late.pdf")])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    pipelines.overdue_files.ReportPlaceRefused: Expected --out to end in .csv or .xlsx, found 'late.pdf'...
    """
    for out in outs:
        if out.suffix not in KINDS:
            stem = out.stem or "overdue"
            raise ReportPlaceRefused(
                f"Expected --out to end in .csv or .xlsx, found {out.name!r}. Name it {stem}.csv or {stem}.xlsx."
            )
        check_file_place(out)
    places = [out.resolve() for out in outs]
    if len(set(places)) < len(places):
        twice = next(out for out in outs if places.count(out.resolve()) > 1)
        raise ReportPlaceRefused(f"Expected each --out once, found {twice} twice. Leave one out.")


def write_overdue(report: OverdueReport, outs: Sequence[Path], *, language: Language) -> None:
    """Write the report to every place, all of them or none.

    Raises
    ------
    ReportPlaceRefused, PlaceTaken
        When one of the places cannot take a report.
    """
    from pipelines.overdue_workbook import write_workbook

    check_places(outs)
    with ExitStack() as stack:
        parts = [(out, stack.enter_context(atomic_file(out))) for out in outs]
        for out, part in parts:
            if out.suffix == ".csv":
                write_rows(report, part, language=language)
            else:
                write_workbook(report, part, language=language)


def write_rows(report: OverdueReport, file: Path, *, language: Language) -> None:
    """Write the rows as CSV: UTF-8 with a byte order mark, so that spreadsheets read Chinese."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(headers(report, language))
        for row in cells_of(report, language=language):
            out.writerow([_plain(cell) for cell in row])


def headers(report: OverdueReport, language: Language) -> list[str]:
    """Return what stands above the columns."""
    return [column.header(language).format(**gaps(report)) for column in COLUMNS]


def gaps(report: OverdueReport) -> dict[str, object]:
    """Return what the texts of columns say about this report."""
    hours = report.terms.contact_hours
    return {
        "hours": int(hours) if hours == int(hours) else hours,
        "zone": report.manifest.time_zone,
        "assess_from": report.terms.assess_from,
    }


def cells_of(report: OverdueReport, *, language: Language) -> Iterator[tuple[Cell, ...]]:
    """Give the rows one by one as values: texts in words, amounts as decimals, days as dates."""
    for start in counted(range(0, max(report.rows, 1), BLOCK), stage="rows of the report"):
        block = {name: values[start : start + BLOCK] for name, values in report.columns.items()}
        columns = [_cells(column, block, language) for column in COLUMNS]
        yield from zip(*columns, strict=True)


def word(kind: str, code: str, language: Language) -> str:
    """Return the word for a code: the report's own, else the house's, else the code.

    Examples
    --------
    >>> word("bucket", "91+", "en"), word("flag", "death", "zh"), word("plan", "grace", "en")
    ('over 90 days', '死亡', 'grace period')
    """
    own = texts()["codes"].get(kind, {}).get(code)
    if own is not None:
        return str(own[language])
    if kind == "asset_class":
        english, chinese = class_words(code)
        return chinese if language == "zh" else english
    return code_word({"plan": "relief"}.get(kind, kind), code, language=language)


def money(amount: int, *, currency: str) -> Decimal:
    """Return an amount of minor units in whole units, with exactly the decimals of its currency.

    Examples
    --------
    >>> str(money(123450, currency="CNY")), str(money(-5, currency="CNY")), str(money(900, currency="JPY"))
    ('1234.50', '-0.05', '900')
    """
    return Decimal(int(amount)).scaleb(-decimals_of(currency))


def _cells(column: ReportColumn, block: dict[str, NDArray[Any]], language: Language) -> list[Cell]:
    values: list[Any] = block[column.name].tolist()
    if column.kind == "money":
        pairs = zip(values, block["currency"].tolist(), strict=True)
        return [None if amount is None else money(amount, currency=code) for amount, code in pairs]
    if column.kind == "day":
        return _once_each(values, lambda day: None if day == NO_DAY else day_of_number(day))
    if column.kind == "code":
        return _once_each(values, lambda code: _told(code, column, language))
    if column.kind == "yesno":
        words = [word("yesno", name, language) for name in ("no", "yes")]
        return [words[bool(value)] for value in values]
    return values


def _once_each(values: list[Any], turned: Callable[[Any], Cell]) -> list[Cell]:
    known = {value: turned(value) for value in set(values)}
    return [known[value] for value in values]


def _told(code: str | tuple[str, ...] | None, column: ReportColumn, language: Language) -> str | None:
    if not code:
        return None
    if isinstance(code, str):
        return word(column.words, code, language)
    return ("、" if language == "zh" else ", ").join(word(column.words, one, language) for one in code)


def _plain(cell: Cell) -> str | int:
    """Return a value as CSV holds it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return MARK + cell if cell.startswith(RISKY) else cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return cell if isinstance(cell, int) else str(cell)
