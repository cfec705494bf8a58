"""The overdue report as a workbook: accounts, summary, moves, reconciliation, meaning of columns.

Rows go to the disk as they are written, so memory does not grow with them. The same report gives the same bytes:
the workbook's own moment is the morning it tells about.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from features.currency import decimals_of
from pipelines.overdue import OverdueReport
from pipelines.overdue_columns import COLUMNS, Language, said
from pipelines.overdue_files import Cell, cells_of, gaps, headers
from pipelines.overdue_summary import Block, moves_blocks, reconciliation_blocks, summary_blocks

MOST_ROWS = 1_000_000
"""Rows on one sheet; a workbook holds 1,048,576 lines a sheet, so more rows go to further sheets."""
A3, A4 = 8, 9
LOOK = {"font_name": "Arial", "font_size": 10, "valign": "top"}
HEAD = {**LOOK, "bold": True, "text_wrap": True, "bg_color": "#E4E9EE", "bottom": 1, "valign": "vcenter"}
MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **look: object) -> Any:
        """Return the format of that look."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**LOOK, **look})
        return self._made[key]


def money_shape(currency: str) -> str:
    """Return how a workbook shows money of a currency.

    Examples
    --------
    >>> money_shape("CNY"), money_shape("JPY")
    ('#,##0.00', '#,##0')
    """
    digits = decimals_of(currency)
    return "#,##0" + (f".{'0' * digits}" if digits else "")


def dashed(shape: str) -> str:
    """Return a number format that shows nothing at all as a dash, so that a table of counts is read at a glance."""
    return f'{shape};-{shape};"–"'


def write_workbook(report: OverdueReport, file: Path, *, language: Language) -> None:
    """Write the report as a workbook to a file."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f"{file.name}.") as scratch:
        options = {
            "constant_memory": True,
            "tmpdir": scratch,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        workbook = xlsxwriter.Workbook(file, options)
        title = said("title", language, day=report.as_of)
        workbook.set_properties({"title": title, "created": datetime.combine(report.as_of, time())})
        formats = Formats(workbook)
        _accounts(workbook, report, formats, language)
        for key, blocks in (
            ("sheet_summary", summary_blocks(report, language)),
            ("sheet_moves", moves_blocks(report, language)),
            ("sheet_reconciliation", reconciliation_blocks(report, language)),
        ):
            _blocks(workbook, key, blocks, report, formats, language)
        _meaning(workbook, report, formats, language)
        workbook.close()


def _accounts(workbook: Any, report: OverdueReport, formats: Formats, language: Language) -> None:
    """Write the rows, on one sheet or, of more than a sheet holds, on several."""
    rows = cells_of(report, language=language)
    places = _formats_of_columns(report, formats)
    name = said("sheet_accounts", language)
    for number in range(max(1, -(-report.rows // MOST_ROWS))):
        sheet = workbook.add_worksheet(name if number == 0 else f"{name} {number + 1}")
        _dress(sheet, report, language, paper=A3)
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
        sheet.set_row(0, 44)
        for place, text in enumerate(headers(report, language)):
            sheet.write_string(0, place, text, formats(**HEAD))
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        last = _lines(sheet, islice(rows, MOST_ROWS), places, formats)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)


def _lines(sheet: Any, rows: Iterator[tuple[Cell, ...]], places: list[Any], formats: Formats) -> int:
    """Write rows below the header; return the last line written."""
    currency = next(place for place, column in enumerate(COLUMNS) if column.name == "currency")
    moneys: dict[str, Any] = {}
    line = 0
    for line, row in enumerate(rows, start=1):
        paid_in = str(row[currency])
        look = moneys.setdefault(paid_in, formats(num_format=money_shape(paid_in)))
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, str):
                sheet.write_string(line, place, cell, places[place])
            elif isinstance(cell, Decimal):
                sheet.write_number(line, place, float(cell), look)
            elif isinstance(cell, date):  # a moment is one too
                sheet.write_datetime(line, place, cell, places[place])
            else:
                sheet.write_number(line, place, cell, places[place])
    return line


def _formats_of_columns(report: OverdueReport, formats: Formats) -> list[Any]:
    looks = {"day": {"num_format": DAY}, "moment": {"num_format": MOMENT}, "count": {"num_format": "#,##0"}}
    return [formats(**looks.get(column.kind, {})) for column in COLUMNS]


def _blocks(
    workbook: Any, key: str, blocks: list[Block], report: OverdueReport, formats: Formats, language: Language
) -> None:
    """Write the tables of one sheet below one another."""
    sheet = workbook.add_worksheet(said(key, language))
    _dress(sheet, report, language, paper=A4)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 12, 15)
    sheet.write_string(0, 0, said("title", language, day=report.as_of), formats(bold=True, font_size=14))
    sheet.write_string(1, 0, said("known", language, zone=report.manifest.time_zone), formats(italic=True))
    line = 3
    for block in blocks:
        line = _block(sheet, block, line, formats) + 1


def _block(sheet: Any, block: Block, line: int, formats: Formats) -> int:
    """Write one table or sentence from a line on; return the line after it."""
    if block.title:
        sheet.write_string(line, 0, block.title, formats(bold=True, font_size=11))
        line += 1
    for place, text in enumerate(block.heads):
        align = "left" if place == 0 else "right"
        sheet.write_string(line, place, text, formats(**HEAD, align=align))
    line += bool(block.heads)
    for number, row in enumerate(block.rows):
        last = block.totals and number == len(block.rows) - 1
        look: dict[str, object] = {"bold": True, "top": 1} if last else {}
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(line, place, cell, formats(**look))
            elif isinstance(cell, Decimal):
                shape = money_shape(block.currency)
                sheet.write_number(line, place, float(cell), formats(num_format=dashed(shape), **look))
            elif cell is not None:
                sheet.write_number(line, place, cell, formats(num_format=dashed("#,##0"), **look))
        line += 1
    return line


def _meaning(workbook: Any, report: OverdueReport, formats: Formats, language: Language) -> None:
    sheet = workbook.add_worksheet(said("sheet_meaning", language))
    _dress(sheet, report, language, paper=A4)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.freeze_panes(1, 0)
    for place, key in enumerate(("column", "meaning")):
        sheet.write_string(0, place, said(key, language), formats(**HEAD))
    told = gaps(report)
    for line, (column, head) in enumerate(zip(COLUMNS, headers(report, language), strict=True), start=1):
        sheet.write_string(line, 0, head, formats(bold=True, text_wrap=True))
        sheet.write_string(line, 1, column.meaning(language).format(**told), formats(text_wrap=True))


def _dress(sheet: Any, report: OverdueReport, language: Language, *, paper: int) -> None:
    """Set what a sheet looks like on paper."""
    sheet.hide_gridlines(1)
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&L&8duecourse&R&8{said('title', language, day=report.as_of)}")
    sheet.set_footer(f"&R&8{said('page', language)}")
