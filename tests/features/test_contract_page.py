"""The page for those who bring their own book says what the contracts say."""

from __future__ import annotations

from pathlib import Path

from features.contract_page import contract_page
from features.contracts import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


def test_the_page_is_the_contract() -> None:
    assert PAGE.read_text("utf-8") == contract_page(), (
        "docs/tables.md lags behind the contracts: write it again with "
        "python -c 'from features.contract_page import contract_page; print(contract_page(), end=\"\")' > docs/tables.md"
    )


def test_every_table_and_column_is_on_the_page() -> None:
    page = contract_page()
    for table in TABLES.values():
        section = page.partition(f"## {table.name}\n")[2].partition("\n## ")[0]
        for column in table.columns:
            assert f"| **{column.name}** |" in section or f"| {column.name} |" in section
