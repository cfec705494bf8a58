"""Pages of the documentation that are written from the code: tables of a book, catalogue of features.

``python -m pipelines.pages`` writes ``docs/tables.md`` and ``docs/features.md``; a test holds them to the code.
"""

from __future__ import annotations

from pathlib import Path

from features.build import house_features
from features.contracts import TABLES, Column, Table
from features.files import atomic_file

ROOT = Path(__file__).resolve().parents[1]

KINDS = {
    "id": "text",
    "code": "text from a small set",
    "text": "text",
    "day": "day, `YYYY-MM-DD`",
    "instant": "instant, UTC (`2025-03-01T02:30:00Z`)",
    "money": "whole number, minor units",
    "number": "number",
    "count": "whole number from 0",
    "yesno": "true / false",
}


def tables_page() -> str:
    """Return ``docs/tables.md``: every table and column a book may hold."""
    head = (
        "# Tables of a book\n\n"
        "Written from `features/contracts.py` by `python -m pipelines.pages`.\n\n"
        "Only `loans` plus either `instalments` and `payments`, or `statements`, are required. "
        "Every table is append-only: a correction is a new row of the same key with a higher `revision` "
        "(from 1) and its own `known_at`, the instant at which the lender could first see the row. "
        "`known_at` may not lie before the day a row reports.\n"
    )
    return head + "".join(_table_section(table) for table in TABLES.values())


def features_page() -> str:
    """Return ``docs/features.md``: the catalogue, by idea, in both languages."""
    specs = [one.spec for one in house_features()]
    lines = [
        "# Features",
        "",
        "Written from the catalogue by `python -m pipelines.pages`. "
        "Direction: + raises the risk, − lowers it, empty: neither is claimed.",
        "",
        f"{len(specs)} features.",
        "",
        "| feature | meaning | 含义 | unit | direction | purpose | idea |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    sign = {1: "+", -1: "−", 0: ""}
    lines += [
        f"| `{s.name}` | {s.meaning_en} | {s.meaning_zh} | {s.unit} | {sign[s.direction]} | {s.purpose} | {s.group} |"
        for s in specs
    ]
    return "\n".join(lines) + "\n"


def _table_section(table: Table) -> str:
    key = ", ".join(f"`{name}`" for name in table.key)
    open_to = " Further columns are kept as they are." if table.open else ""
    rows = "".join(_column_row(column) for column in table.columns)
    return (
        f"\n## `{table.name}`\n\nKey: {key}.{open_to}\n\n"
        "| column | kind | required | lawful |\n| --- | --- | --- | --- |\n" + rows
    )


def _column_row(column: Column) -> str:
    lawful = ", ".join(column.values)
    if not lawful and (column.low is not None or column.high is not None):
        lawful = f"{'' if column.low is None else column.low:} … {'' if column.high is None else column.high}"
    return f"| `{column.name}` | {KINDS[column.kind]} | {'yes' if column.required else ''} | {lawful} |\n"


PAGES = {"docs/tables.md": tables_page, "docs/features.md": features_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        with atomic_file(ROOT / name) as part:
            part.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
