"""The columns of the overdue report: what kind of value each holds, and its words in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

Language = Literal["zh", "en"]
ColumnKind = Literal["id", "code", "money", "count", "day", "moment", "yesno"]


@dataclass(frozen=True)
class ReportColumn:
    """One column of the rows.

    Parameters
    ----------
    name
        Name in the computation and in the words file.
    kind
        ``money`` is in minor units, ``day`` in days since 1970-01-01, ``moment`` a clock time without a zone;
        the words of a ``code`` are those of ``words``, several codes of one account are a tuple.
    width
        Width in a workbook, characters.
    words
        Kind of its codes in ``features.code_words``, or in the words file.
    """

    name: str
    kind: ColumnKind
    width: int
    words: str = ""

    def header(self, language: Language) -> str:
        """Return what stands above the column."""
        return str(texts()["columns"][self.name][language])

    def meaning(self, language: Language) -> str:
        """Return what the column means, in a sentence or two."""
        return str(texts()["columns"][self.name][f"meaning_{language}"])


COLUMNS: Final = (
    ReportColumn("loan_id", "id", 18),
    ReportColumn("borrower_id", "id", 18),
    ReportColumn("product", "code", 14, "product"),
    ReportColumn("portfolio", "code", 12, "portfolio"),
    ReportColumn("currency", "id", 6),
    ReportColumn("dpd", "count", 8),
    ReportColumn("borrower_dpd", "count", 9),
    ReportColumn("bucket", "code", 9, "bucket"),
    ReportColumn("asset_class", "code", 14, "asset_class"),
    ReportColumn("arrears", "money", 14),
    ReportColumn("arrears_principal", "money", 14),
    ReportColumn("arrears_interest", "money", 14),
    ReportColumn("arrears_fee", "money", 12),
    ReportColumn("penalty_interest", "money", 12),
    ReportColumn("balance", "money", 14),
    ReportColumn("identified_on", "day", 11),
    ReportColumn("contact_due_utc", "moment", 16),
    ReportColumn("contact_due_local", "moment", 16),
    ReportColumn("first_contact_on", "day", 11),
    ReportColumn("first_contact_outcome", "code", 16, "contact_outcome"),
    ReportColumn("attempts", "count", 8),
    ReportColumn("contact_status", "code", 9, "contact_status"),
    ReportColumn("assessment_reached", "yesno", 9),
    ReportColumn("stop_flags", "code", 18, "flag"),
    ReportColumn("plans", "code", 16, "plan"),
)
"""In reading order: who, how much, how many days, since when, what was done, what stands in the way."""
COLUMN: Final[Mapping[str, ReportColumn]] = {column.name: column for column in COLUMNS}


@cache
def texts() -> dict[str, Any]:
    """Return every text of the report by kind and key, in both languages."""
    return tomllib.loads(Path(__file__).with_name("overdue_words.toml").read_text(encoding="utf-8"))


def said(key: str, language: Language, **filled: object) -> str:
    """Return a sentence of the report with its gaps filled.

    Examples
    --------
    >>> said("row_count", "en", rows=3)
    'Rows of this report: 3'
    """
    text = str(texts()["said"][key][language])
    return text.format(**filled) if filled else text
